/**
 * A real component of a TypeScript process, which runs on every Hyperware node: the script's bundle inside QuickJS, of
 * world `process-v1`. The componentizer is a dev dependency of the app (it has a native binary), never part of ours.
 */
import * as childProcess from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForComponent } from './backend.ts';
import { withoutExport, withRenamedExport } from './component-exports.ts';
import { BuildFailed, fileProblem } from './problem.ts';
import { processWit } from './process-wit.ts';

/** What the app's folder has installed. */
export interface Componentizer {
  /** Its module, absolute. */
  readonly file: string;
  readonly version: string;
}

const packageName = 'componentize-qjs';
/** The version that the tests run with. */
const tried = '0.4.5';
/** Part of what a kept component is known by: raise it when the way of making it changes. */
const recipe = 1;

/** As the app's folder resolves it. Throws `BuildFailed` that says what to install. */
export async function findComponentizer(root: string): Promise<Componentizer> {
  const require = createRequire(path.join(root, 'package.json'));
  try {
    const manifest = JSON.parse(await fs.readFile(require.resolve(`${packageName}/package.json`), 'utf8'));
    return { file: require.resolve(packageName), version: String(manifest.version) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    const message = `A component of a TypeScript process is made by ${packageName}, which this app has not installed. In its folder run: npm install --save-dev --save-exact ${packageName}@${tried}. Dev nodes run the app without it, as a script.`;
    throw new BuildFailed([fileProblem(path.join(root, 'metadata.json'), message)]);
  }
}

/**
 * Makes the component, or gives the one kept in the folder `kept`: each making differs in some bytes (a picture of an
 * engine that has drawn random seeds), and equal sources shall give an equal package. `file` is where problems are told.
 * Throws `BuildFailed`; takes about a second.
 */
export async function makeComponent(given: {
  readonly name: string;
  readonly code: string;
  readonly file: string;
  readonly componentizer: Componentizer;
  readonly kept: string;
  readonly signal: AbortSignal | undefined;
}): Promise<Uint8Array> {
  const { name, code, componentizer, kept } = given;
  const source = await bundleForComponent(code, 'inix');
  const hash = createHash('sha256')
    .update([recipe, componentizer.version, processWit, source].join('\0'))
    .digest('hex');
  const keptFile = path.join(kept, `${name}-${hash.slice(0, 16)}.wasm`);
  const found = await fs.readFile(keptFile).catch(() => undefined);
  if (found) return found;

  const component = realExports(await componentize(source, given), given);
  await fs.mkdir(kept, { recursive: true });
  const older = new RegExp(`^${name}-[0-9a-f]{16}\\.wasm$`);
  for (const entry of await fs.readdir(kept)) if (older.test(entry)) await fs.rm(path.join(kept, entry));
  await fs.writeFile(`${keptFile}.new`, component);
  await fs.rename(`${keptFile}.new`, keptFile);
  return component;
}

/**
 * Components of QuickJS export a function of their own called `init`, and the world's `init` beside it does not link. So
 * the world's is built as `inix`; in the finished component the engine's is left out and `inix` gets its name.
 */
function realExports(component: Uint8Array, { file, componentizer }: { file: string; componentizer: Componentizer }) {
  try {
    return withRenamedExport(withoutExport(component, 'init'), 'inix', 'init');
  } catch (error) {
    const message = `The component that ${packageName} ${componentizer.version} made has an unexpected form (${(error as Error).message}). Install the version this was tried with: npm install --save-dev --save-exact ${packageName}@${tried}.`;
    throw new BuildFailed([fileProblem(file, message)]);
  }
}

const program = `import { readFile, writeFile } from 'node:fs/promises';
const { componentize } = await import(process.argv[2]);
const { component } = await componentize({
  witPath: 'process.wit',
  jsSource: await readFile('source.js', 'utf8'),
  world: 'process-v1',
  optSize: true,
  sync: true,
});
await writeFile('component.wasm', component);
`;

/** In a process of its own: it can be stopped, and a native library's crash is not the editor's. */
async function componentize(
  source: string,
  {
    name,
    file,
    componentizer,
    signal,
  }: { name: string; file: string; componentizer: Componentizer; signal: AbortSignal | undefined },
): Promise<Uint8Array> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'hyperapp-component-'));
  try {
    const files = { 'process.wit': processWit, 'source.js': source, 'componentize.mjs': program };
    for (const [file, text] of Object.entries(files)) await fs.writeFile(path.join(folder, file), text);
    const { code, output } = await run(folder, ['componentize.mjs', pathToFileURL(componentizer.file).href], signal);
    if (code === 0) return await fs.readFile(path.join(folder, 'component.wasm'));
    throw new BuildFailed([
      fileProblem(file, `${packageName} could not make a component of ${name}. It says:\n${output}`),
    ]);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

function run(
  folder: string,
  parameters: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = childProcess.spawn(process.execPath, parameters, {
      cwd: folder,
      signal,
      // Inside VS Code this program is the editor's own; so told, it runs a script.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}
