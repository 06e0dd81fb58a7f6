import * as v from 'valibot';

const metadataSchema = v.object({
  properties: v.object({ package_name: v.string(), publisher: v.string() }),
});

const manifestSchema = v.array(v.object({ process_name: v.string(), process_wasm_path: v.string() }));

/** A process as `pkg/manifest.json` lists it. */
export interface ManifestEntry {
  readonly processName: string;
  /** Without `/` and `.wasm`: the folder's name with `-`. */
  readonly wasmName: string;
}

/** `package-name:publisher` of a metadata.json (packages.md §2); undefined if it does not say both. */
export function packageIdOf(text: string): string | undefined {
  const metadata = v.safeParse(metadataSchema, parseJson(text));
  if (!metadata.success) return undefined;
  const { package_name, publisher } = metadata.output.properties;
  return `${package_name}:${publisher}`;
}

const dependenciesSchema = v.object({ properties: v.object({ dependencies: v.array(v.string()) }) });

/** Packages that a metadata.json depends on (packages.md §2); empty if it names none. */
export function dependenciesOf(text: string): readonly string[] {
  const metadata = v.safeParse(dependenciesSchema, parseJson(text));
  return metadata.success ? metadata.output.properties.dependencies : [];
}

/** The processes of a pkg/manifest.json (packages.md §3); empty if it cannot be read. */
export function manifestEntries(text: string): readonly ManifestEntry[] {
  const manifest = v.safeParse(manifestSchema, parseJson(text));
  if (!manifest.success) return [];
  return manifest.output.map(({ process_name, process_wasm_path }) => ({
    processName: process_name,
    wasmName: process_wasm_path.replace(/^\//, '').replace(/\.(wasm|js)$/, ''),
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half-typed JSON is an everyday state; the rules for these files will say what is wrong.
    return undefined;
  }
}
