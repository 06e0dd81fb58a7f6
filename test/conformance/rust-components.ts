/**
 * Builds the test components that are written in Rust. `wasm-component-ld`, which every rustup toolchain brings along,
 * links the core module and makes the component of it, with the adapter from WASI preview 1; the standard library for
 * wasm32-wasip1, which rustup fetches on demand only, is built from the sources that Debian ships beside its own rustc.
 */
import { execFile, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { buildCache, builtOnce } from './built-once.ts';

const components = path.join(import.meta.dirname, '../fixtures/components');
/** Part of the hash: raise it when the way of building changes. */
const recipe = 'wasm-component-ld 1';
const target = 'wasm32-wasip1';

export type RustToolchain =
  | {
      readonly available: true;
      /** Says which rustc it is, on one line. */
      readonly version: string;
      readonly rustc: string;
      readonly cargo: string;
      readonly wasiLibc: string;
      readonly componentLinker: string;
      readonly wasmLinker: string;
    }
  | { readonly available: false; readonly reason: string };

let looked: RustToolchain | undefined;

/** What this machine has for building components from Rust, or one line saying what it lacks: `{ skip }` of a test. */
export function rustToolchain(): RustToolchain {
  looked ??= look();
  return looked;
}

/**
 * A component of world `process-v1` made of the crate test/fixtures/components/`name`/, which names process.wit as
 * `../process.wit`. Takes half a minute the first time on a machine (the standard library), then seconds, then nothing.
 * Throws an Error with cargo's own words when the crate does not build, or when there is no toolchain.
 */
export async function rustComponent(name: string): Promise<Uint8Array> {
  const tools = rustToolchain();
  if (!tools.available) throw new Error(`${name} cannot be built: ${tools.reason}`);
  const folder = path.join(components, name);
  const parts = [recipe, tools.version, fs.readFileSync(path.join(components, 'process.wit'), 'utf8')];
  for (const file of sourcesOf(folder)) parts.push(file, fs.readFileSync(path.join(folder, file), 'utf8'));
  return builtOnce(`${name}-rust`, parts, () => build(folder, name, tools));
}

function sourcesOf(folder: string): string[] {
  const inSrc = fs.readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = inSrc.filter((file) => file.endsWith('.rs')).map((file) => path.join('src', file));
  return ['Cargo.toml', 'Cargo.lock', ...sources.sort()];
}

/** All crates share one target folder: the standard library is built once, and cargo's lock keeps builds apart. */
async function build(folder: string, name: string, tools: RustToolchain & { available: true }): Promise<Uint8Array> {
  const targetFolder = path.join(buildCache, 'cargo-target');
  const flags = [
    'link-self-contained=no',
    `linker=${tools.componentLinker}`,
    `link-arg=--wasm-ld-path=${tools.wasmLinker}`,
  ];
  const args = ['build', '--release', '--locked', '-Z', 'build-std=std,panic_abort', '--target', target];
  const env = {
    ...process.env,
    // Building the standard library is not stable yet; this is how a stable compiler is told to do it.
    RUSTC_BOOTSTRAP: '1',
    RUSTC: tools.rustc,
    CARGO_ENCODED_RUSTFLAGS: [...flags.flatMap((flag) => ['-C', flag]), '-L', `native=${tools.wasiLibc}`].join('\x1f'),
    CARGO_TARGET_DIR: targetFolder,
  };
  await promisify(execFile)(tools.cargo, args, { cwd: folder, env, maxBuffer: 1 << 26 });
  return fs.readFileSync(path.join(targetFolder, target, 'release', `${name}.wasm`));
}

function look(): RustToolchain {
  const compilers = onPath('rustc').flatMap((rustc) => {
    const sysroot = said(rustc, ['--print', 'sysroot']);
    return sysroot ? [{ rustc, sysroot }] : [];
  });
  if (compilers.length === 0) return lacks('there is no rustc on the PATH');

  const builder = compilers.find(
    ({ rustc, sysroot }) =>
      fs.existsSync(path.join(sysroot, 'lib/rustlib/src/rust/library/std')) &&
      fs.existsSync(path.join(sysroot, 'lib/wasm32-wasi/libc.a')) &&
      fs.existsSync(path.join(path.dirname(rustc), 'cargo')),
  );
  if (!builder) return lacks("Debian's rustc-web, cargo-web, rust-web-src and wasi-libc are not all installed");

  const linkers = compilers.flatMap(({ sysroot }) =>
    fs.globSync('lib/rustlib/*/bin/wasm-component-ld', { cwd: sysroot }).map((file) => path.join(sysroot, file)),
  );
  const wasmLinkerOf = (linker: string) => path.join(path.dirname(linker), 'gcc-ld/wasm-ld');
  const componentLinker = linkers.find((linker) => fs.existsSync(wasmLinkerOf(linker)));
  if (!componentLinker) return lacks('no toolchain on the PATH brings wasm-component-ld, as those of rustup do');

  return {
    available: true,
    version: `${said(builder.rustc, ['--version'])}, ${componentLinker}`,
    rustc: builder.rustc,
    cargo: path.join(path.dirname(builder.rustc), 'cargo'),
    wasiLibc: path.join(builder.sysroot, 'lib/wasm32-wasi'),
    componentLinker,
    wasmLinker: wasmLinkerOf(componentLinker),
  };
}

function lacks(reason: string): RustToolchain {
  return { available: false, reason: `Rust test components cannot be built here: ${reason}` };
}

function onPath(program: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return [...new Set(folders)].map((folder) => path.join(folder, program)).filter((file) => fs.existsSync(file));
}

function said(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}
