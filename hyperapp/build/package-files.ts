/** `metadata.json` and `pkg/manifest.json` of a package (packages.md §2, §3), checked before anything is built. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as v from 'valibot';
import { readJsonFile } from './json-file.ts';
import { BuildFailed, fileProblem, type Problem } from './problem.ts';

const packageName = v.pipe(
  v.string('Give a text.'),
  v.regex(/^[a-z0-9-]+$/, 'A package name has lower-case letters, digits and "-" only.'),
);
const publisher = v.pipe(
  v.string('Give a text.'),
  v.regex(/^[a-z0-9-.]+$/, 'A publisher has lower-case letters, digits, "-" and "." only.'),
);
const version = v.pipe(
  v.string('Give a version as "0.1.0".'),
  v.regex(/^\d+\.\d+\.\d+/, 'Write the version as major.minor.patch: "0.1.0".'),
);
const dependency = v.pipe(
  v.string('Give a text.'),
  v.regex(/^[a-z0-9-]+:[a-z0-9-.]+$/, 'A dependency is "package:publisher".'),
);

const metadataSchema = v.object(
  {
    name: v.nullish(v.string()),
    properties: v.object(
      {
        package_name: packageName,
        publisher,
        current_version: version,
        mirrors: v.array(v.string("A mirror is a node's name."), 'Give a list of node names; [] is right for a start.'),
        code_hashes: v.record(
          v.string(),
          v.string('A hash is a text; "" is right before publishing.'),
          'Give an object from version to hash, as {"0.1.0": ""}.',
        ),
        dependencies: v.nullish(v.array(dependency, 'Give a list of "package:publisher".')),
      },
      'Give an object with package_name, publisher, current_version, mirrors and code_hashes.',
    ),
  },
  'Put package_name, publisher, current_version, mirrors and code_hashes into an object "properties".',
);

const wrongCapability = 'A capability is a process id, "process:package:publisher", or {"process": .., "params": ..}.';
const capabilities = v.array(
  v.union(
    [
      v.pipe(v.string(), v.regex(/^[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-.]+$/, wrongCapability)),
      v.looseObject({ process: v.string(), params: v.unknown() }),
    ],
    wrongCapability,
  ),
  'Give a list of capabilities; [] is right for none.',
);
const yesOrNo = v.boolean('Give true or false.');

const manifestSchema = v.array(
  v.object(
    {
      process_name: v.pipe(
        v.string('Give a text.'),
        v.regex(/^[a-z0-9-]+$/, 'A process name has lower-case letters, digits and "-" only.'),
      ),
      process_wasm_path: v.pipe(
        v.string('Give "/<process>.wasm".'),
        v.regex(
          /^\/[a-z0-9-]+\.wasm$/,
          'Write "/<process>.wasm": lower-case letters, digits and "-" only, also for a TypeScript process.',
        ),
      ),
      on_exit: v.union(
        [v.literal('None'), v.literal('Restart'), v.looseObject({ Requests: v.array(v.unknown()) })],
        'Give "None", "Restart" or {"Requests": [..]}.',
      ),
      request_networking: yesOrNo,
      request_capabilities: capabilities,
      grant_capabilities: capabilities,
      public: yesOrNo,
    },
    'A process has process_name, process_wasm_path, on_exit, request_networking, request_capabilities, grant_capabilities and public.',
  ),
  'pkg/manifest.json is a list with one object a process.',
);

export interface ManifestProcess {
  readonly processName: string;
  /** Without `/` and `.wasm`. */
  readonly wasmName: string;
  problem(message: string): Problem;
}

export interface PackageFiles {
  /** `package-name:publisher`. */
  readonly packageId: string;
  /** metadata.json as it is. */
  readonly metadata: unknown;
  readonly manifest: readonly ManifestProcess[];
}

/** Throws `BuildFailed` with every problem of both files. */
export async function readPackageFiles(root: string): Promise<PackageFiles> {
  const metadataFile = path.join(root, 'metadata.json');
  const manifestFile = path.join(root, 'pkg/manifest.json');
  const [metadataText, manifestText] = await Promise.all([readText(metadataFile), readText(manifestFile)]);
  const missing: Problem[] = [];
  if (metadataText === undefined)
    missing.push(
      fileProblem(
        metadataFile,
        'metadata.json is missing. A Hyperware app has one in its folder; is this the right folder?',
      ),
    );
  if (manifestText === undefined)
    missing.push(
      fileProblem(
        manifestFile,
        'pkg/manifest.json is missing. It lists the processes to start; write it by hand, it is not built.',
      ),
    );
  if (metadataText === undefined || manifestText === undefined) throw new BuildFailed(missing);

  const metadata = readJsonFile(metadataFile, metadataText, metadataSchema);
  const manifest = readJsonFile(manifestFile, manifestText, manifestSchema);
  if (!metadata.ok || !manifest.ok)
    throw new BuildFailed([metadata, manifest].flatMap((reading) => (reading.ok ? [] : reading.problems)));

  const { properties } = metadata.value;
  const entries = manifest.value.map(
    ({ process_name, process_wasm_path }, index): ManifestProcess => ({
      processName: process_name,
      wasmName: process_wasm_path.slice(1, -'.wasm'.length),
      problem: (message) => ({
        file: manifestFile,
        range: manifest.rangeAt([index, 'process_wasm_path']),
        severity: 'error',
        message,
      }),
    }),
  );
  const problems = entries
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry, index }) => entries.findIndex(({ processName }) => processName === entry.processName) < index)
    .map(
      ({ entry, index }): Problem => ({
        file: manifestFile,
        range: manifest.rangeAt([index, 'process_name']),
        severity: 'error',
        message: `Two processes are called "${entry.processName}"; rename one.`,
      }),
    );
  const versions = Object.keys(properties.code_hashes);
  if (!versions.some((key) => /^\d+\.\d+\.\d+/.test(key)))
    problems.push({
      file: metadataFile,
      range: metadata.rangeAt(['properties', 'code_hashes']),
      severity: 'error',
      message: `code_hashes names no version; add one, as {"${properties.current_version}": ""}.`,
    });
  if (problems.length > 0) throw new BuildFailed(problems);
  return {
    packageId: `${properties.package_name}:${properties.publisher}`,
    metadata: metadata.whole,
    manifest: entries,
  };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
