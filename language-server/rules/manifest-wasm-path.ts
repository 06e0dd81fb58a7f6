import { propertyOf } from '../../hyperapp/model/document.ts';
import { generationOf } from './document.ts';
import { entriesOf, textOf } from './manifest.ts';
import { nearest } from './nearest.ts';
import { always, type Rule } from './rule.ts';

/** HW048: kit names a wasm after its folder, and the manifest must name that file (packages.md §1). */
export const manifestWasmPath: Rule = {
  code: 'HW048',
  name: 'manifest-wasm-path',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    const { buildFolders, packaged } = app.documents;
    const names = new Map(buildFolders.map((folder) => [folder.replaceAll('_', '-'), folder]));
    for (const { node, wasmName, name } of entriesOf(app)) {
      const path = propertyOf(node, 'process_wasm_path');
      const text = textOf(path);
      if (!path || !text?.endsWith('.wasm') || wasmName === undefined) continue;
      if (names.has(wasmName) || packaged.includes(`${wasmName}.wasm`)) continue;
      // What no folder could be meant by is built elsewhere.
      if (names.size === 0) continue;
      const wanted =
        [...names.keys()].find((candidate) => candidate === wasmName.toLowerCase().replaceAll('_', '-')) ??
        nearest(wasmName, [...names.keys()], (candidate) => candidate) ??
        (names.has(name ?? '') ? name : names.size === 1 ? [...names.keys()][0] : undefined);
      const folder = wanted && names.get(wanted);
      yield {
        at: path.at,
        generation: generationOf(app),
        message: `No process builds '${text}'${folder ? `; the folder '${folder}' gives '/${wanted}.wasm'` : ''}.`,
        fixes: wanted
          ? [{ title: `Change to "/${wanted}.wasm"`, edits: [{ at: path.at, newText: `"/${wanted}.wasm"` }] }]
          : [],
      };
    }
  },
};
