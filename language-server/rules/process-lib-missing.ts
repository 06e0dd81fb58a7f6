import type { AppProcess } from '../../hyperapp/model/app.ts';
import type { CargoDependency, CargoDocument } from '../../hyperapp/model/document.ts';
import { withFeature } from './process-lib-dependency.ts';
import { always, type Fix, type Rule } from './rule.ts';

/** HW010: from V3 on the generated code needs the process library with its feature (hyperapp.md §1). */
export const processLibMissing: Rule = {
  code: 'HW010',
  name: 'process-lib-missing',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      const cargo = app.documents.crates.get(process.folder);
      const macro = cargo && macroOf(cargo, process);
      if (!macro || process.crate?.dependencies.get('hyperware_process_lib')?.features.includes('hyperapp')) continue;
      yield {
        at: macro.nameAt,
        generation: process.generation,
        message: `${macro.name} generates code that needs hyperware_process_lib with features = ["hyperapp"]. Add it.`,
        fixes: fixesOf(cargo, macro),
      };
    }
  },
};

/** The macro's entry, if that macro is of the third generation. */
function macroOf({ dependencies }: CargoDocument, { generation }: AppProcess): CargoDependency | undefined {
  const name = generation === 'v3a' ? 'hyperprocess_macro' : generation === 'v3b' ? 'hyperapp_macro' : undefined;
  return dependencies.find((dependency) => dependency.name === name);
}

function fixesOf({ dependencies }: CargoDocument, macro: CargoDependency): Fix[] {
  const entry = dependencies.find(({ name }) => name === 'hyperware_process_lib');
  if (entry) return entry.isInherited ? [] : withFeature(entry);
  const version = macro.name === 'hyperapp_macro' ? '3.0.0' : '2.1.0';
  const { file, range } = macro.whole;
  const at = { file, range: { start: range.end, end: range.end } };
  const isTable = macro.valueAt === undefined && macro.valueText === '';
  const newText = isTable
    ? `\n[dependencies.hyperware_process_lib]\nversion = "${version}"\nfeatures = ["hyperapp"]\n`
    : `hyperware_process_lib = { version = "${version}", features = ["hyperapp"] }\n`;
  return [{ title: 'Add hyperware_process_lib', edits: [{ at, newText }] }];
}
