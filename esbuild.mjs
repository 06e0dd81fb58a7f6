// Bundles each program on its own: the extension, the language server, the node, its process worker, the command line
// and each webview. `node esbuild.mjs [--watch] [--production] [--dist=FOLDER]`.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';

const root = import.meta.dirname;
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
/** Where the bundles go, relative to the project. */
const dist = process.argv.find((a) => a.startsWith('--dist='))?.slice('--dist='.length) ?? 'dist';

/** CommonJS dependencies inside an ES module bundle still call `require` and read `__dirname`. */
const commonjsShim = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  "const __filename = __fileURLToPath(import.meta.url); const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join(' ');

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  keepNames: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};
/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node22',
  // Its CommonJS form calls `require` in a way that no bundler follows.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};
/** @type {(entry: string, outfile: string, more?: esbuild.BuildOptions) => esbuild.BuildOptions} */
const program = (entry, outfile, more = {}) => ({
  ...node,
  format: 'esm',
  entryPoints: [entry],
  outfile,
  banner: { js: commonjsShim },
  ...more,
});

/**
 * Building an app needs a TypeScript compiler, which is many times larger than the extension: a bundle of its own, loaded
 * when an app is built for the first time.
 * @type {esbuild.Plugin}
 */
const buildApart = {
  name: 'app-build-apart',
  setup(build) {
    build.onResolve({ filter: /\/hyperapp\/build\/index\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './app-build.js', external: true } : undefined,
    );
  },
};

const builds = [
  {
    ...node,
    format: 'cjs',
    entryPoints: ['extension/main.ts'],
    outfile: `${dist}/extension.cjs`,
    external: ['vscode'],
    plugins: [buildApart],
  },
  program('hyperapp/build/index.ts', `${dist}/app-build.js`, { external: ['esbuild-wasm'] }),
  // Lies beside the SDK's sources, which are bundled into each TypeScript app when it is built.
  {
    ...common,
    platform: 'neutral',
    format: 'esm',
    sourcemap: false,
    entryPoints: ['node_modules/promise-polyfill/src/index.js'],
    outfile: `${dist}/sdk/promise-polyfill.js`,
  },
  program('language-server/main.ts', `${dist}/language-server.js`),
  program('dev-node/main.ts', `${dist}/dev-node.js`),
  program('dev-node/process-host/worker.ts', `${dist}/process-worker.js`),
  program('cli/main.ts', `${dist}/hyperdev.js`, {
    plugins: [buildApart],
    banner: { js: `#!/usr/bin/env node\n${commonjsShim}` },
  }),
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['processes', 'traces', 'inject'].map((panel) => ({ in: `webview/${panel}/main.ts`, out: panel })),
    outdir: `${dist}/webview`,
    loader: { '.svg': 'text' },
  },
];

/** Files that run beside the bundles as they are. */
const copies = [
  ['node_modules/web-tree-sitter/web-tree-sitter.wasm', `${dist}/web-tree-sitter.wasm`],
  ['node_modules/tree-sitter-rust/tree-sitter-rust.wasm', `${dist}/tree-sitter-rust.wasm`],
  ['hyperapp/sdk', `${dist}/sdk`],
  ['node_modules/promise-polyfill/lib/index.js', `${dist}/sdk/promise-polyfill.cjs`],
];

fs.mkdirSync(path.join(root, `${dist}/webview`), { recursive: true });
fs.rmSync(path.join(root, `${dist}/sdk`), { recursive: true, force: true });
/** @type {(file: string) => boolean} */
const isShipped = (file) => !file.endsWith('.test.ts') && path.basename(file) !== 'testing';
for (const [from, to] of copies)
  fs.cpSync(path.join(root, from), path.join(root, to), { recursive: true, filter: isShipped });

const only = process.argv.find((a) => a.startsWith('--only='))?.slice('--only='.length);
const chosen = only ? builds.filter((b) => JSON.stringify(b.entryPoints).includes(only)) : builds;
if (watch) {
  for (const build of chosen) await (await esbuild.context(build)).watch();
  console.log('watching');
} else {
  const results = await Promise.all(chosen.map((build) => esbuild.build(build)));
  for (const result of results)
    for (const [file, { bytes }] of Object.entries(result.metafile?.outputs ?? {}))
      if (!file.endsWith('.map')) console.log(`${file} ${(bytes / 1024).toFixed(0)} KB`);
  if (fs.existsSync(path.join(root, `${dist}/hyperdev.js`)))
    fs.chmodSync(path.join(root, `${dist}/hyperdev.js`), 0o755);
}
