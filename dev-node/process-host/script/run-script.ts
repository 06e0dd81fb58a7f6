/** A script process: a TypeScript app's bundled backend, run as it is, with the host interface of a component. */
import { format } from 'node:util';
import * as vm from 'node:vm';
import type { ProcessState } from '../process-state.ts';
import { createRealm } from './realm.ts';
import { createStandardModule } from './standard-module.ts';

/** The script cannot be a process at all: a syntax error, or no `init`. */
export class ScriptProblem extends Error {}

export interface ScriptSetting {
  /** One classic script (esbuild's format `cjs`) that sets `exports.init`. */
  readonly source: string;
  /** Shown in stack traces. */
  readonly name: string;
  readonly state: ProcessState;
  /** One console call each, without the last newline. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const standardModule = /^hyperware:process\/standard(?:@1\.0\.\d+)?$/;

/**
 * Runs the script's top level and gives its `init`.
 * @throws ScriptProblem, or whatever the top level of the script throws.
 */
export function startScript({ source, name, state, stdout, stderr }: ScriptSetting): (our: string) => void {
  const realm = createRealm({ log: (args) => stdout(format(...args)), error: (args) => stderr(format(...args)) });
  const standard = createStandardModule(state, realm);
  const require = realm.callable((module) => {
    if (typeof module === 'string' && standardModule.test(module)) return standard.exports;
    throw realm.error(
      'Error',
      `Cannot find module '${module}': a process has only 'hyperware:process/standard@1.0.0'; bundle everything else`,
    );
  });
  const module = realm.record({ exports: realm.record({}) }) as { exports: { init?: unknown } };
  compile(source, name, realm.context)(module.exports, require, module);
  const { init } = module.exports;
  if (typeof init !== 'function') {
    throw new ScriptProblem(`${name} does not export the function init(our): it is no process`);
  }
  return (our) => {
    try {
      init(our);
    } finally {
      const trap = standard.trapped();
      // biome-ignore lint/correctness/noUnsafeFinally: a trap ends the process whatever the script made of it.
      if (trap) throw trap;
    }
  };
}

function compile(source: string, name: string, context: vm.Context) {
  try {
    return vm.compileFunction(source, ['exports', 'require', 'module'], { parsingContext: context, filename: name });
  } catch (error) {
    // The stack of a syntax error begins with `file:line`, the line itself and a caret.
    const { stack, message } = error as Error;
    throw new ScriptProblem(stack?.split('\n    at ')[0] ?? message);
  }
}
