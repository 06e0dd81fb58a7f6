/** From an app's sources to its package (packages.md §1, §5): `pkg/` filled and zipped to `target/`. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { AppProcess } from '../model/app.ts';
import { diskFiles } from '../project/files.ts';
import { layoutOf } from '../project/layout.ts';
import { readBackendFile } from '../typescript/backend-file.ts';
import { readTypeScriptProcess } from '../typescript/process.ts';
import { parseSource } from '../typescript/source.ts';
import { bundleBackend } from './backend.ts';
import { findComponentizer, makeComponent } from './component.ts';
import { buildFrontEnd } from './front-end.ts';
import { type PackageFiles, readPackageFiles } from './package-files.ts';
import { BuildFailed, fileProblem, type Problem } from './problem.ts';
import { type FileTree, hashOf, readTree, zipName, zipOf } from './zip.ts';

export { stopBundler } from './bundler.ts';
export type { Problem } from './problem.ts';

export interface BuildOptions {
  /** One line on what is done now. */
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** Source maps inside the bundles, for a debugger. */
  readonly sourcemap?: boolean;
  /** TypeScript processes become components, which run on every Hyperware node, and not scripts, which only dev nodes run. */
  readonly component?: boolean;
}

export interface BuiltApp {
  readonly ok: true;
  /** `package-name:publisher`. */
  readonly packageId: string;
  readonly zip: Uint8Array;
  /** Absolute. */
  readonly zipPath: string;
  /** Lower-case hex SHA-256 of the zip: the package's version hash. */
  readonly zipHash: string;
  /** metadata.json as it is. */
  readonly metadata: unknown;
  readonly processes: readonly { readonly name: string; readonly kind: 'script' | 'component' }[];
  /** Doubtful, but built. */
  readonly warnings: readonly Problem[];
}

export interface FailedBuild {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/** Builds of one app write the same files, so they go one after another; each ends as itself, not as the one before. */
const running = new Map<string, Promise<BuiltApp | FailedBuild>>();

/**
 * Builds the app in the folder `app`. A TypeScript process (a folder with a class under `@hyperapp`; entry
 * `src/index.ts`, else the class's file) becomes `pkg/<folder>.js`, which stands in for the manifest's
 * `/<folder>.wasm`, or with `component` that file itself. Rust processes must be built already. On failure `pkg/` is as it was, but for what a front end's
 * own npm script writes there.
 */
export async function buildApp(app: string, options: BuildOptions = {}): Promise<BuiltApp | FailedBuild> {
  const root = path.resolve(app);
  const earlier = running.get(root);
  const start = () => buildNow(root, options);
  const own = earlier ? earlier.then(start, start) : start();
  running.set(root, own);
  try {
    return await own;
  } finally {
    if (running.get(root) === own) running.delete(root);
  }
}

async function buildNow(root: string, options: BuildOptions): Promise<BuiltApp | FailedBuild> {
  try {
    return await build(root, options);
  } catch (error) {
    if (error instanceof BuildFailed) return { ok: false, problems: error.problems };
    if (options.signal?.aborted)
      return { ok: false, problems: [fileProblem(path.join(root, 'metadata.json'), 'The build was stopped.')] };
    throw error;
  }
}

async function build(root: string, options: BuildOptions): Promise<BuiltApp> {
  const { onProgress = () => {}, signal, component = false } = options;
  const sourcemap = (options.sourcemap ?? false) && !component;
  const files = await readPackageFiles(root);
  const layout = layoutOf(diskFiles, root);
  const processes = layout.typescript.map(({ folder, files: sources }) => readProcess(folder, sources));
  const pkg = path.join(root, 'pkg');

  const made = new Map<string, Uint8Array>();
  const warnings: Problem[] = [];
  const componentizer = component && processes.length > 0 ? await findComponentizer(root) : undefined;
  for (const process of processes) {
    signal?.throwIfAborted();
    onProgress(`Bundling ${process.name}`);
    const backend = await bundleBackend(process, root, sourcemap);
    warnings.push(...backend.warnings);
    if (!componentizer) {
      made.set(`${process.name}.js`, Buffer.from(backend.code));
      continue;
    }
    onProgress(`Making a component of ${process.name}`);
    const kept = path.join(root, 'target/components');
    const { name, file } = process;
    made.set(`${name}.wasm`, await makeComponent({ name, code: backend.code, file, componentizer, kept, signal }));
  }
  checkManifest(files, made, await readTree(pkg), layout.rust);

  let ui: FileTree | undefined;
  for (const folder of layout.frontEnds) {
    signal?.throwIfAborted();
    onProgress(`Building ${path.basename(folder)}`);
    const built = await buildFrontEnd(folder, servingProcess(files, processes), { sourcemap, onProgress, signal });
    if (built.files) ui = new Map([...(ui ?? []), ...built.files]);
    warnings.push(...built.warnings);
  }
  signal?.throwIfAborted();

  onProgress('Packaging');
  if (processes.length > 0) made.set('api.zip', zipOf(await readTree(path.join(root, 'api'))));
  await writePackage(pkg, made, ui);
  const contents = await readTree(pkg);
  const zip = zipOf(contents);
  const zipPath = path.join(root, 'target', zipName(files.packageId));
  await fs.mkdir(path.dirname(zipPath), { recursive: true });
  await replaceFile(zipPath, zip);
  return {
    ok: true,
    packageId: files.packageId,
    zip,
    zipPath,
    zipHash: hashOf(zip),
    metadata: files.metadata,
    processes: files.manifest.map(({ processName, wasmName }) => ({
      name: processName,
      kind: contents.has(`${wasmName}.wasm`) ? 'component' : 'script',
    })),
    warnings,
  };
}

function readProcess(folder: string, sources: readonly string[]): AppProcess {
  const files = sources.map((file) => readBackendFile(parseSource(file, diskFiles.read(file) ?? '')));
  const name = path.basename(folder).replaceAll('_', '-');
  const process = readTypeScriptProcess({ name, folder, files });
  if (!process)
    throw new BuildFailed([
      fileProblem(
        sources[0] ?? folder,
        `No class of ${name} has the decorator @hyperapp({..}) of the module "hyperapp".`,
      ),
    ]);
  return process;
}

/** Each process of the manifest must have code: made now, or there from an earlier build. */
function checkManifest(files: PackageFiles, made: FileTree, before: FileTree, rust: readonly string[]): void {
  const problems = files.manifest.flatMap((entry): Problem[] => {
    const { wasmName } = entry;
    if (
      made.has(`${wasmName}.js`) ||
      made.has(`${wasmName}.wasm`) ||
      before.has(`${wasmName}.wasm`) ||
      before.has(`${wasmName}.js`)
    )
      return [];
    const crate = rust.find((folder) => path.basename(folder).replaceAll('_', '-') === wasmName);
    if (crate)
      return [
        fileProblem(
          path.join(crate, 'Cargo.toml'),
          `pkg/${wasmName}.wasm is missing, and building Rust comes later here. Build it once with "kit build --hyperapp"; then it is packaged as it is.`,
        ),
      ];
    const known = [...made.keys()].map((name) => `/${name.replace(/\.js$/, '.wasm')}`);
    const hint = known.length > 0 ? ` The folders here give ${known.join(', ')}.` : '';
    return [entry.problem(`No process builds "/${wasmName}.wasm", and it is not in pkg/.${hint}`)];
  });
  if (problems.length > 0) throw new BuildFailed(problems);
}

/** The process that serves the UI: the one whose `@hyperapp` names `ui`, else the manifest's first. */
function servingProcess(files: PackageFiles, processes: readonly AppProcess[]): string {
  const serving = processes.find(({ block }) => block.arguments.some(({ key }) => key === 'ui'));
  const entry = files.manifest.find(({ wasmName }) => wasmName === serving?.name) ?? files.manifest[0];
  return `${entry?.processName ?? ''}:${files.packageId}`;
}

/** All at once as far as a file system goes: what takes time is written beside, then put in place. */
async function writePackage(pkg: string, made: FileTree, ui: FileTree | undefined): Promise<void> {
  if (ui) {
    const staged = path.join(path.dirname(pkg), 'target', `ui-${process.pid}`);
    await fs.rm(staged, { recursive: true, force: true });
    for (const [name, bytes] of ui) {
      await fs.mkdir(path.dirname(path.join(staged, name)), { recursive: true });
      await fs.writeFile(path.join(staged, name), bytes);
    }
    await fs.rm(path.join(pkg, 'ui'), { recursive: true, force: true });
    await fs.rename(staged, path.join(pkg, 'ui'));
  }
  for (const [name, bytes] of made) {
    await replaceFile(path.join(pkg, name), bytes);
    // The other form, of an earlier build, would be taken instead of the fresh script, or packaged beside the component.
    const other = name.endsWith('.js') ? name.replace(/\.js$/, '.wasm') : name.replace(/\.wasm$/, '.js');
    if (other !== name) await fs.rm(path.join(pkg, other), { force: true });
  }
}

async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  const beside = path.join(path.dirname(path.dirname(file)), 'target', `.${path.basename(file)}-${process.pid}`);
  await fs.mkdir(path.dirname(beside), { recursive: true });
  await fs.writeFile(beside, bytes);
  await fs.rename(beside, file);
}
