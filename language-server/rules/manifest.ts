/** What the rules for pkg/manifest.json share (packages.md §3). */
import type { App } from '../../hyperapp/model/app.ts';
import { type JsonNode, propertyOf } from '../../hyperapp/model/document.ts';

/** An entry of the manifest that is an object. */
export interface ManifestEntry {
  readonly node: JsonNode & { kind: 'object' };
  readonly name: string | undefined;
  /** Without `/` and the ending: what the folder's name gives. */
  readonly wasmName: string | undefined;
}

/** The entries of an app's manifest; empty while it does not parse, so that nothing is guessed. */
export function entriesOf({ documents: { manifest } }: App): ManifestEntry[] {
  if (!manifest?.isWhole || manifest.root?.kind !== 'array') return [];
  return manifest.root.elements.flatMap((node) => {
    if (node.kind !== 'object') return [];
    return [
      {
        node,
        name: textOf(propertyOf(node, 'process_name')),
        wasmName: textOf(propertyOf(node, 'process_wasm_path'))
          ?.replace(/^\//, '')
          .replace(/\.\w+$/, ''),
      },
    ];
  });
}

/** The entries for a process's folder: kit names the wasm after the folder, with `-`. */
export function entriesFor(app: App, folder: string): ManifestEntry[] {
  const wasm = folder.split(/[\\/]/).at(-1)?.replaceAll('_', '-');
  return entriesOf(app).filter(({ wasmName }) => wasmName === wasm);
}

export function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined;
}

export const processIdForm = /^[a-z0-9-]+:[a-z0-9-]+:[a-z0-9.-]+$/;
