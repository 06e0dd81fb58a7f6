/** Builds the test components that are written in JavaScript; rust-components.ts builds the others. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { componentize } from 'componentize-qjs';
import * as esbuild from 'esbuild';
import { Reader } from '../../dev-node/process-host/component/reader.ts';
import { buildCache, builtOnce } from './built-once.ts';
import { rustComponent, rustToolchain } from './rust-components.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures/components');
const standard = 'hyperware:process/standard@1.0.0';
/** Part of the hash: raise it when the way of building changes. */
const recipe = 1;

/** In what language a puppet is written. */
export type Form = 'javascript' | 'rust' | 'script';

/** The puppet as a package's files: `puppet.wasm`, or `puppet.js` as a script process. */
export async function puppetCode(form: Form): Promise<Record<string, Uint8Array>> {
  if (form === 'script') return { 'puppet.js': Buffer.from(await javascriptScript('puppet')) };
  return { 'puppet.wasm': await (form === 'rust' ? rustComponent('puppet') : javascriptComponent('puppet')) };
}

/** A component of world `process-v1` made of `test/fixtures/components/<name>.js` by QuickJS. Takes about a second, once. */
export async function javascriptComponent(name: string): Promise<Uint8Array> {
  const wit = await fs.readFile(path.join(fixtures, 'process.wit'), 'utf8');
  const source = await fs.readFile(path.join(fixtures, `${name}.js`), 'utf8');
  const manifest = new URL('package.json', import.meta.resolve('componentize-qjs'));
  const { version } = JSON.parse(await fs.readFile(manifest, 'utf8'));
  return builtOnce(name, [`${recipe}`, version, wit, source], () => buildWithQuickJs(wit, source));
}

/** Why this machine cannot build components from Rust, or undefined when it can. */
export function rustPuppetMissing(): string | undefined {
  const toolchain = rustToolchain();
  return toolchain.available ? undefined : toolchain.reason;
}

/** The same source as a script process's bundle. */
export async function javascriptScript(name: string): Promise<string> {
  const built = await esbuild.build({
    entryPoints: [path.join(fixtures, `${name}.js`)],
    bundle: true,
    format: 'cjs',
    external: [standard],
    write: false,
    logLevel: 'silent',
  });
  return built.outputFiles[0]!.text;
}

/**
 * QuickJS components export a function of their own called `init`, and a world's `init` beside it does not link. So it is
 * built under another name of the same length, and the names are exchanged in the finished component.
 */
async function buildWithQuickJs(wit: string, source: string): Promise<Uint8Array> {
  await fs.mkdir(buildCache, { recursive: true });
  const folder = await fs.mkdtemp(path.join(buildCache, 'qjs-'));
  try {
    const witPath = path.join(folder, 'process.wit');
    await fs.writeFile(witPath, wit.replace('export init:', 'export inix:'));
    const { component } = await componentize({
      witPath,
      jsSource: `${source}\nexport { init as inix };\n`,
      world: 'process-v1',
      optSize: true,
      sync: true,
    });
    return renameExports(component, { init: 'ini0', inix: 'init' });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Renames exports of the outermost component, in place: each new name is as long as the old one. */
function renameExports(component: Uint8Array, names: Record<string, string>): Uint8Array {
  const bytes = Uint8Array.from(component);
  const exportSection = 11;
  const sections = new Reader(bytes, 8);
  while (!sections.done) {
    const id = sections.byte();
    const section = sections.part(sections.u32());
    if (id !== exportSection) continue;
    section.vector(() => {
      section.byte();
      const name = section.name();
      const renamed = names[name];
      if (renamed) bytes.set(new TextEncoder().encode(renamed), section.at - renamed.length);
      skipIndex(section);
    });
  }
  return bytes;
}

/** Sort (two bytes for a core one), index, and the description if there is one. */
function skipIndex(section: Reader): void {
  if (section.byte() === 0) section.byte();
  section.u32();
  if (section.byte() === 0) return;
  section.byte();
  section.u32();
}
