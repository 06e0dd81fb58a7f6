import type { App, AppProcess } from '../../hyperapp/model/app.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { interfaceName, isLegalName } from '../../hyperapp/wit/name.ts';
import { always, type Finding, type Rule } from './rule.ts';

const reserved = new Set(['lib', 'process-v1', 'standard', 'types']);

/** HW049: the world's name (wit-generation.md §2). */
export const witWorld: Rule = {
  code: 'HW049',
  name: 'wit-world',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language === 'rust') yield* worldOf(process, app);
    }
    yield* bindings(app);
  },
};

/** `<package>-<publisher with -dot->-v0`. */
export function customaryWorld(packageId: string): string {
  const [packageName = '', publisher = ''] = packageId.split(':');
  return `${packageName}${publisher ? `-${publisher.replaceAll('.', '-dot-')}` : ''}-v0`
    .toLowerCase()
    .replaceAll('_', '-');
}

function* worldOf(process: AppProcess, app: App): Iterable<Finding> {
  const { witWorld: world, block, generation } = process;
  const at = block.arguments.find(({ key }) => key === 'wit_world')?.valueAt;
  if (world === undefined || !at) return;
  const custom = customaryWorld(app.packageId);
  const fixes = [{ title: `Change to "${custom}"`, edits: [{ at, newText: `"${custom}"` }] }];
  const related = { at, generation, fixes };
  if (!isLegalName(world) || world.startsWith('%')) {
    yield { ...related, message: `"${world}" is not a legal WIT name; use ${custom}.` };
  } else if (reserved.has(world) || isInterface(world, app)) {
    yield { ...related, message: `"${world}" is the name of something else in this package's WIT; use ${custom}.` };
  } else if (world !== custom) {
    yield {
      ...related,
      severity: 'hint',
      message: `This package's world is customarily called ${custom}; "${world}" works too.`,
    };
  }
}

function isInterface(world: string, { processes }: App): boolean {
  return processes.some(
    ({ stateType, generation }) => stateType !== undefined && interfaceName(stateType, dialectOf(generation)) === world,
  );
}

/** A plain process may name any world that the package has; those of dependencies are known only when it is built. */
function* bindings({ witBindings, witWorlds, processes, dependencies }: App): Iterable<Finding> {
  if (dependencies.length > 0 || processes.some(({ complete }) => !complete)) return;
  const known = new Set([...reserved, ...witWorlds]);
  for (const { witWorld: world } of processes) {
    if (world === undefined) continue;
    known.add(world);
    known.add(`types-${world}`);
  }
  for (const { world, at } of witBindings) {
    if (known.has(world)) continue;
    yield {
      at,
      generation: 'v3b',
      severity: 'warning',
      message: `No file of api/ and no macro of this package defines the world "${world}". Name one that exists, or process-v1.`,
    };
  }
}
