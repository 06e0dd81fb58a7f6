/**
 * The backend of a TypeScript process as one CommonJS file that exports `init(our)`: a script process, and what runs
 * in a component. The SDK, the app and its dependencies are in it; `hyperware:process/standard` is not.
 */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { Plugin } from 'esbuild-wasm';
import type { AppProcess } from '../model/app.ts';
import { bundler, problemOf } from './bundler.ts';
import { descriptionOf } from './describe.ts';
import { BuildFailed, type Problem } from './problem.ts';

export interface Backend {
  readonly code: string;
  readonly warnings: readonly Problem[];
}

const standard = 'hyperware:process/standard@1.0.0';

/**
 * What the bundle holds besides the app's own files. Its names are the same wherever the SDK lies, since bundles name
 * their modules: equal sources give equal bytes on every machine.
 *
 * Two modules stand before the app's code. `promise`: `receive()` blocks the thread, so async functions become
 * generators over the SDK's promise, which a variable of the bundle's own scope puts under the global's name; timers
 * of a platform are hidden in the same way, as the real world has none. `description`: what the reader found.
 */
const namespace = 'hyperapp';
const entryText = (entry: string) =>
  [
    "import 'hyperapp:promise';",
    "import 'hyperapp:description';",
    `import ${JSON.stringify(entry)};`,
    "export { start as init } from 'hyperapp:program.ts';",
  ].join('\n');
const promiseText = "import { ScriptPromise } from 'hyperapp:program.ts'; Promise = ScriptPromise;";
const descriptionText = (description: string) =>
  `import { describe } from 'hyperapp:program.ts'; describe(${description});`;
const banner = 'var Promise, setTimeout;';

/** `src/index.ts`, or else the file that holds the class under `@hyperapp`. Throws `BuildFailed`. */
export async function bundleBackend(process: AppProcess, root: string, sourcemap: boolean): Promise<Backend> {
  const index = path.join(process.folder, 'src/index.ts');
  const entry = fs.existsSync(index) ? index : process.file;
  try {
    const result = await bundler().build({
      stdin: { contents: entryText(entry), resolveDir: process.folder, sourcefile: 'hyperapp-entry.js' },
      absWorkingDir: root,
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
      banner: { js: banner },
      external: [standard],
      plugins: [withSdk(JSON.stringify(descriptionOf(process)))],
      // What the editor reads from the app's tsconfig, `paths` above all, is for the editor.
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: true } },
      sourcemap: sourcemap ? 'inline' : false,
      sourcesContent: true,
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
    });
    return {
      code: result.outputFiles[0]!.text,
      warnings: result.warnings.map((warning) => problemOf(warning, 'warning', root, entry)),
    };
  } catch (error) {
    const errors = (error as { errors?: Parameters<typeof problemOf>[0][] }).errors;
    if (!errors) throw error;
    throw new BuildFailed(errors.map((message) => problemOf(message, 'error', root, entry)));
  }
}

/**
 * The ES module that a componentizer takes: the script `code` behind the border of sdk/component.ts, with `init` under
 * the name `exportName`.
 */
export async function bundleForComponent(code: string, exportName: string): Promise<string> {
  const result = await bundler().build({
    stdin: {
      contents: `import { componentInit } from 'hyperapp:component.ts';\nexport const ${exportName} = componentInit(${JSON.stringify(code)});`,
      sourcefile: 'hyperapp-component.js',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: [standard],
    plugins: [withSdk('')],
    tsconfigRaw: {},
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  });
  return result.outputFiles[0]!.text;
}

/** `hyperapp` and `hyperapp:<file>` are the SDK's; within it `./x.ts` and `promise-polyfill` are too. */
function withSdk(description: string): Plugin {
  return {
    name: 'hyperapp',
    setup(build) {
      const own = (name: string) => ({ path: name, namespace });
      build.onResolve({ filter: /^hyperapp$/ }, () => own('index.ts'));
      build.onResolve({ filter: /^hyperapp:/ }, ({ path: name }) => own(name.slice('hyperapp:'.length)));
      build.onResolve({ filter: /^(\.\/|promise-polyfill$)/ }, ({ path: name, importer, namespace: from }) =>
        from === namespace && importer !== '' ? own(name.replace(/^\.\//, '')) : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, async ({ path: name }) => {
        if (name === 'promise') return { contents: promiseText };
        if (name === 'description') return { contents: descriptionText(description) };
        if (name === 'promise-polyfill') return { contents: await fs.promises.readFile(promisePolyfill(), 'utf8') };
        return { contents: await fs.promises.readFile(sdkFile(name), 'utf8'), loader: 'ts' };
      });
    },
  };
}

/** Sources of the SDK: beside this folder in the tree, below the bundles in the packaged extension. */
function sdkFile(name: string): string {
  const beside = path.join(import.meta.dirname, '../sdk', name);
  return fs.existsSync(beside) ? beside : path.join(import.meta.dirname, 'sdk', name);
}

function promisePolyfill(): string {
  const packaged = sdkFile('promise-polyfill.cjs');
  return fs.existsSync(packaged) ? packaged : createRequire(sdkFile('index.ts')).resolve('promise-polyfill');
}
