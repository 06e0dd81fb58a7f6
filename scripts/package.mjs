// `npm run package`: production bundles and hyperware-<version>.vsix, with its size. .vscodeignore names what goes in.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import { root, run, stand } from './ground.mjs';

stand();

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const vsix = path.join(root, `hyperware-${version}.vsix`);

// Put together beside the project, so that what runs from dist/ meanwhile is not disturbed.
const staged = path.join(root, '.cache/package');
fs.rmSync(staged, { recursive: true, force: true });
fs.mkdirSync(staged, { recursive: true });
const taken = ['package.json', '.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'docs', 'media'];
for (const each of taken)
  if (fs.existsSync(path.join(root, each)))
    fs.cpSync(path.join(root, each), path.join(staged, each), { recursive: true });
run(process.execPath, ['esbuild.mjs', '--production', `--dist=${path.relative(root, path.join(staged, 'dist'))}`]);

// esbuild-wasm stays outside the bundles: it loads its own wasm and starts itself as a process. Below dist/, `require`
// finds it, and vsce, which leaves the project's own node_modules out, takes it.
const bundler = [
  'package.json',
  'LICENSE.md',
  'bin/esbuild',
  'esbuild.wasm',
  'lib/main.js',
  'wasm_exec.js',
  'wasm_exec_node.js',
];
for (const file of bundler) {
  const from = path.join(root, 'node_modules/esbuild-wasm', file);
  if (fs.existsSync(from)) fs.cpSync(from, path.join(staged, 'dist/node_modules/esbuild-wasm', file));
}

fs.rmSync(vsix, { force: true });
const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
const options = ['--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '-o', vsix];
run(process.execPath, [vsce, 'package', ...options], { cwd: staged });
fs.rmSync(staged, { recursive: true, force: true });

const bytes = fs.readFileSync(vsix);
const files = unzipSync(bytes);
const startsWith = (data, ...magic) => magic.every((byte, i) => data[i] === byte);
const isNative = (name, data) =>
  /\.(node|so|dylib|dll|exe)$/.test(name) ||
  startsWith(data, 0x7f, 0x45, 0x4c, 0x46) || // ELF
  startsWith(data, 0xcf, 0xfa, 0xed, 0xfe) || // Mach-O
  startsWith(data, 0x4d, 0x5a, 0x90); // PE
const native = Object.entries(files).filter(([name, data]) => isNative(name, data));
if (native.length > 0) {
  console.error(`Native binaries have no place in the package: ${native.map(([name]) => name).join(', ')}`);
  process.exit(1);
}
const needed = [
  'dist/extension.cjs',
  'dist/language-server.js',
  'dist/dev-node.js',
  'dist/process-worker.js',
  'dist/node_modules/esbuild-wasm/esbuild.wasm',
  'media/icon.png',
];
const missing = needed.filter((file) => !files[`extension/${file}`]);
if (missing.length > 0) {
  console.error(`The package lacks ${missing.join(', ')}: see .vscodeignore.`);
  process.exit(1);
}
console.log(`${path.basename(vsix)}: ${bytes.length} bytes, ${Object.keys(files).length} files`);
