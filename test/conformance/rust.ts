/**
 * Builds test components from Rust where this machine can: cargo, a rustc for wasm32-wasip1 or the library's sources to
 * build it from, a wasm linker, and jco to make a component of a core module.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

interface Tools {
  readonly cargo: string;
  readonly rustc: string;
  readonly linker: string;
  readonly wasiLibc: string;
  readonly jco: string;
}

const target = 'wasm32-wasip1';

/** The first existing of some paths. */
const existing = (...candidates: readonly string[]) => candidates.find((file) => fs.existsSync(file));
const said = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';

let found: Tools | string | undefined;

/** The tools, or a sentence saying which is missing. Looked for once. */
export function rustTools(): Tools | string {
  found ??= look();
  return found;
}

function look(): Tools | string {
  // Debian's compiler comes with the library's sources where rustup's wasm target is not to be had.
  const cargo = existing('/usr/bin/cargo');
  const rustc = existing('/usr/bin/rustc');
  if (!cargo || !rustc) return "Debian's cargo and rustc are not installed (rustc-web, cargo-web)";
  const library = path.join(said(rustc, ['--print', 'sysroot']), 'lib/rustlib/src/rust/library/std');
  if (!fs.existsSync(library)) return 'the sources of the Rust library are not installed (rust-web-src)';
  const wasiLibc = existing('/usr/lib/wasm32-wasi');
  if (!wasiLibc) return 'wasi-libc is not installed';
  const inSysroot = path.join(said('rustc', ['--print', 'sysroot']), 'lib/rustlib');
  const host = /^host: (.*)$/m.exec(said('rustc', ['-vV']))?.[1] ?? '';
  const linker = existing(path.join(inSysroot, host, 'bin/rust-lld'), '/usr/bin/wasm-ld');
  if (!linker) return 'there is no wasm linker (rust-lld of a rustup toolchain, or wasm-ld)';
  const jco = existing(path.join(import.meta.dirname, '../../node_modules/.bin/jco'));
  if (!jco) return 'jco is not installed';
  return { cargo, rustc, linker, wasiLibc, jco };
}

/**
 * A component of the crate in `folder`, whose sources are copied to `work` first, so that nothing is built in the tree.
 * Takes half a minute or more. Throws an Error with what cargo said.
 */
export function buildRustComponent(folder: string, work: string, name: string): Uint8Array {
  const tools = rustTools();
  if (typeof tools === 'string') throw new Error(tools);
  fs.cpSync(folder, work, { recursive: true });
  const flags = [
    '-C link-self-contained=no',
    `-L native=${tools.wasiLibc}`,
    `-C linker=${tools.linker}`,
    '-C opt-level=s',
  ].join(' ');
  run(tools.cargo, ['build', '--release', '-Z', 'build-std=std,panic_abort', '--target', target], work, {
    RUSTC_BOOTSTRAP: '1',
    RUSTC: tools.rustc,
    RUSTFLAGS: flags,
    CARGO_TARGET_WASM32_WASIP1_LINKER: tools.linker,
    CARGO_TARGET_DIR: path.join(work, 'target'),
  });
  const core = path.join(work, 'target', target, 'release', `${name}.wasm`);
  const component = path.join(work, `${name}.component.wasm`);
  run(process.execPath, [fs.realpathSync(tools.jco), 'new', core, '--wasi-reactor', '-o', component], work, {});
  return fs.readFileSync(component);
}

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string>): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(command)} ${args[0]} failed:\n${stdout}${stderr}`);
}
