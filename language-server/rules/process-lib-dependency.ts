import type { CargoDependency } from '../../hyperapp/model/document.ts';
import type { Fix, Rule } from './rule.ts';

const processLib = 'hyperware_process_lib';

/** HW009: up to V2 the macro brings its own copy of the process library, and a second one is ambiguous (hyperapp.md §1). */
export const processLibDependency: Rule = {
  code: 'HW009',
  name: 'process-lib-dependency',
  severity: { v1: 'error', v2: 'error', v3a: 'off', v3b: 'off' },
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.generation !== 'v1' && process.generation !== 'v2') continue;
      const dependencies = app.documents.crates.get(process.folder)?.dependencies ?? [];
      const entry = dependencies.find(({ name }) => name === processLib);
      if (!entry || !dependencies.some(({ name }) => name === 'hyperprocess_macro')) continue;
      if (process.crate?.dependencies.get(processLib)?.features.includes('hyperapp')) continue;
      const isCertain = process.generation === 'v2' || dependencies.some(({ name }) => name === 'hyperware_app_common');
      const later = isCertain ? '' : ' From August 2025 on the macro needs it, with features = ["hyperapp"].';
      yield {
        at: entry.nameAt,
        generation: process.generation,
        message: `Do not depend on hyperware_process_lib here: the hyperprocess macro already provides it, and a second copy makes the name ambiguous (E0659). Remove this entry.${later}`,
        fixes: [
          { title: 'Remove hyperware_process_lib', edits: [{ at: entry.whole, newText: '' }] },
          ...(isCertain ? [] : withFeature(entry)),
        ],
      };
    }
  },
};

/** Adds `hyperapp` to the features of an entry that is written in one line. */
export function withFeature(entry: CargoDependency): Fix[] {
  const title = 'Add the feature "hyperapp"';
  if (entry.featureList && entry.features.length > 0) {
    const { file, range } = entry.featureList;
    return [{ title, edits: [{ at: { file, range: { start: range.end, end: range.end } }, newText: ', "hyperapp"' }] }];
  }
  if (entry.featureList) return [{ title, edits: [{ at: entry.featureList, newText: '["hyperapp"]' }] }];
  if (!entry.valueAt) {
    const { file, range } = entry.whole;
    const at = { file, range: { start: range.end, end: range.end } };
    return [{ title, edits: [{ at, newText: 'features = ["hyperapp"]\n' }] }];
  }
  const newText = entry.valueText.startsWith('{')
    ? entry.valueText.replace(/,?\s*\}$/, ', features = ["hyperapp"] }')
    : `{ version = ${entry.valueText}, features = ["hyperapp"] }`;
  return [{ title, edits: [{ at: entry.valueAt, newText }] }];
}
