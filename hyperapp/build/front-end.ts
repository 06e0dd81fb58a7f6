/** The front end of an app: its own npm build, or a page whose module scripts are bundled here. */
import * as childProcess from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { bundler, problemOf } from './bundler.ts';
import { BuildFailed, fileProblem, type Problem } from './problem.ts';
import { type FileTree, readTree } from './zip.ts';

export interface FrontEndBuild {
  /** Undefined: the npm script has put its files into `pkg/` itself. */
  readonly files: FileTree | undefined;
  readonly warnings: readonly Problem[];
}

/** Sources that are bundled and what only tools read: neither is served. */
const notServed = /(\.([cm]?tsx?|jsx)|(^|\/)(tsconfig[^/]*|package(-lock)?)\.json|\.md)$/;
const notLookedAt = /(^|\/)(node_modules|dist|\.[^/]*)(\/|$)/;

/**
 * A front end with the npm script `build:copy` or `build` is built by npm, as kit does (`build` must write `dist/`).
 * Any other is plain: `index.html` with module scripts in TypeScript. `processId` is the process that serves it: the
 * page's address is `/<processId>/`, and `import.meta.env.BASE_URL` is `/<processId>`, as in kit's templates.
 */
export async function buildFrontEnd(
  folder: string,
  processId: string,
  options: {
    readonly sourcemap: boolean;
    readonly onProgress: (text: string) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<FrontEndBuild> {
  const script = await npmScript(folder);
  if (!script) return bundlePage(folder, processId, options.sourcemap);
  const hasModules = await fs.stat(path.join(folder, 'node_modules')).then(
    () => true,
    () => false,
  );
  if (!hasModules) await npm(folder, ['install'], options);
  await npm(folder, ['run', script], options);
  if (script === 'build:copy') return { files: undefined, warnings: [] };
  return { files: await readTree(path.join(folder, 'dist')), warnings: [] };
}

async function npmScript(folder: string): Promise<string | undefined> {
  const file = path.join(folder, 'package.json');
  const text = await fs.readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { scripts } = JSON.parse(text) as { scripts?: Record<string, string> };
    return ['build:copy', 'build'].find((name) => scripts?.[name] !== undefined);
  } catch (error) {
    throw new BuildFailed([fileProblem(file, `This is no JSON: ${(error as Error).message}`)]);
  }
}

function npm(
  folder: string,
  parameters: readonly string[],
  { onProgress, signal }: { onProgress: (text: string) => void; signal: AbortSignal | undefined },
): Promise<void> {
  const command = `npm ${parameters.join(' ')}`;
  onProgress(`${command} in ${path.basename(folder)}`);
  return new Promise((resolve, reject) => {
    const child = childProcess.spawn('npm', [...parameters], {
      cwd: folder,
      signal,
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const fail = (why: string) =>
      reject(new BuildFailed([fileProblem(path.join(folder, 'package.json'), `${command} ${why}\n${output.trim()}`)]));
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'ENOENT'
          ? 'could not be started: npm was not found. Install Node.js, or use a page without npm.'
          : `failed: ${error.message}`,
      ),
    );
    child.on('close', (code) => (code === 0 ? resolve() : fail(`ended with code ${code}.`)));
  });
}

const scriptTag = /(<script\b[^>]*\bsrc=)(["'])([^"']+)\2/gi;
const linkTag = /(<link\b[^>]*\bhref=)(["'])([^"']+)\2/gi;

async function bundlePage(folder: string, processId: string, sourcemap: boolean): Promise<FrontEndBuild> {
  const page = path.join(folder, 'index.html');
  const files = new Map<string, Uint8Array>();
  for (const [name, bytes] of await readTree(folder))
    if (!notLookedAt.test(name) && !notServed.test(name)) files.set(name, bytes);
  const html = files.get('index.html');
  if (!html)
    throw new BuildFailed([
      fileProblem(page, 'The front end has no index.html. Add one, or an npm script "build:copy".'),
    ]);

  const base = `/${processId}`;
  const scripts = new Set<string>();
  const isOwn = (reference: string) => !/^([a-z]+:|\/\/)/i.test(reference);
  // `/our.js` and the like are the node's; what stands in the folder is below the app's base.
  const below = (reference: string) => path.posix.normalize(reference.replace(/^\.?\//, ''));
  const text = Buffer.from(html)
    .toString('utf8')
    .replace(scriptTag, (whole, start: string, quote: string, source: string) => {
      if (!/\.([cm]?tsx?|jsx)$/.test(source)) return rebased(whole, start, quote, source);
      scripts.add(below(source));
      return `${start}${quote}${base}/${below(source).replace(/\.[^.]+$/, '.js')}${quote}`;
    })
    .replace(linkTag, rebased);
  files.set('index.html', Buffer.from(text));

  function rebased(whole: string, start: string, quote: string, reference: string): string {
    return isOwn(reference) && files.has(below(reference))
      ? `${start}${quote}${base}/${below(reference)}${quote}`
      : whole;
  }

  if (scripts.size === 0) return { files, warnings: [] };
  try {
    const result = await bundler().build({
      entryPoints: [...scripts].map((script) => path.join(folder, script)),
      absWorkingDir: folder,
      outbase: folder,
      outdir: folder,
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      define: { 'import.meta.env.BASE_URL': JSON.stringify(base), 'import.meta.env.DEV': 'false' },
      sourcemap: sourcemap ? 'inline' : false,
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
    });
    for (const output of result.outputFiles)
      files.set(path.relative(folder, output.path).split(path.sep).join('/'), output.contents);
    return { files, warnings: result.warnings.map((warning) => problemOf(warning, 'warning', folder, page)) };
  } catch (error) {
    const errors = (error as { errors?: Parameters<typeof problemOf>[0][] }).errors;
    if (!errors) throw error;
    throw new BuildFailed(errors.map((message) => problemOf(message, 'error', folder, page)));
  }
}
