import type { AppProcess } from '../../hyperapp/model/app.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW050: parts of different generations in one crate (hyperapp.md §1). */
export const macroVersionMix: Rule = {
  code: 'HW050',
  name: 'macro-version-mix',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const { crate, generation, handlers } = process;
      if (!crate) continue;
      if (crate.dependencies.size > 0) yield* dependencies(process, crate.dependencies);
      if (generation !== 'v1' && generation !== 'v2') continue;
      for (const { stale, kinds, at } of handlers) {
        const late = kinds.find((kind) => kind === 'eth' || kind === 'ws_client');
        if (stale || !late) continue;
        const message = `#[${late}] came with the third generation of the framework; this crate's macro does not know it. Move to hyperapp_macro.`;
        yield { at, generation, message };
      }
    }
  },
};

function* dependencies({ block, generation }: AppProcess, known: ReadonlyMap<string, unknown>): Iterable<Finding> {
  const at = block.macroAt ?? block.attribute;
  const written = block.macroPath.split('::').pop();
  const older = known.has('hyperprocess_macro');
  const newer = known.has('hyperapp_macro');
  if (older && newer) {
    const message = 'Cargo.toml has both hyperprocess_macro and hyperapp_macro. Keep the one whose attribute is used.';
    yield { at, generation, message };
  } else if (written === 'hyperapp' && older) {
    const message = "Cargo.toml has hyperprocess_macro, whose attribute is 'hyperprocess'. Depend on hyperapp_macro.";
    yield { at, generation, message };
  } else if (written === 'hyperprocess' && newer) {
    const newText = block.macroPath.includes('::') ? 'hyperapp_macro::hyperapp' : 'hyperapp';
    yield {
      at,
      generation,
      message: "Cargo.toml has hyperapp_macro, whose attribute is 'hyperapp'. Rename the attribute.",
      fixes: block.macroAt ? [{ title: `Change to '${newText}'`, edits: [{ at: block.macroAt, newText }] }] : [],
    };
  }
  if (known.has('hyperware_app_common') && (generation === 'v3a' || generation === 'v3b')) {
    const message =
      'hyperware_app_common belongs to the first two generations. Remove it: hyperware_process_lib with feature hyperapp has its place.';
    yield { at, generation, message };
  }
}
