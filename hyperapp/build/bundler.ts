/**
 * esbuild as WebAssembly, since the extension ships no native binary. One service (a child process) serves all builds
 * of this program, so that a rebuild takes milliseconds.
 */
import * as childProcess from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type * as Esbuild from 'esbuild-wasm';
import type { Problem } from './problem.ts';

type Bundler = Pick<typeof Esbuild, 'build' | 'stop'>;

let loaded: Bundler | undefined;

/** The bundler; its service starts with the first build. */
export function bundler(): Bundler {
  loaded ??= load();
  return loaded;
}

/** Ends the service, if it runs. The next build starts it again. */
export async function stopBundler(): Promise<void> {
  const running = loaded;
  loaded = undefined;
  await running?.stop();
}

/**
 * esbuild-wasm starts its service with the program `node` from the PATH. Inside VS Code there may be none, but the
 * program that runs this code can always run it: the package's file is loaded with a `spawn` that takes that one.
 */
function load(): Bundler {
  const require = createRequire(path.join(import.meta.dirname, 'bundler.js'));
  const file = require.resolve('esbuild-wasm/lib/main.js');
  const spawn = (_node: string, parameters: string[], options: childProcess.SpawnOptions) =>
    childProcess.spawn(process.execPath, parameters, {
      ...options,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
  const inner = createRequire(file);
  const withSpawn = (name: string) => (name === 'child_process' ? { ...childProcess, spawn } : inner(name));
  const module = { exports: {} as Bundler };
  const run = new Function('require', 'module', 'exports', '__filename', '__dirname', fs.readFileSync(file, 'utf8'));
  run(withSpawn, module, module.exports, file, path.dirname(file));
  return module.exports;
}

/** esbuild's lines count from 1 and its columns are UTF-8 bytes; ours are LSP's. */
export function problemOf(
  message: Esbuild.Message,
  severity: Problem['severity'],
  root: string,
  fallback: string,
): Problem {
  const { location } = message;
  const text = [message.text, ...message.notes.map((note) => note.text)].filter((line) => line !== '').join(' ');
  if (!location) return { file: fallback, range: lineStart(0), severity, message: text };
  const line = location.line - 1;
  const start = utf16Length(location.lineText, location.column);
  const end = utf16Length(location.lineText, location.column + location.length);
  return {
    file: path.resolve(root, location.file),
    range: { start: { line, character: start }, end: { line, character: Math.max(start, end) } },
    severity,
    message: text,
  };
}

function lineStart(line: number) {
  return { start: { line, character: 0 }, end: { line, character: 0 } };
}

function utf16Length(line: string, bytes: number): number {
  return Buffer.from(line, 'utf8').subarray(0, bytes).toString('utf8').length;
}
