/** What a component may import, and which versions of it (kernel.md §3). */
import type { ProcessState } from '../process-state.ts';
import type { HostImports } from './instantiate.ts';
import { InvalidComponent } from './reader.ts';
import { standardFunction } from './standard-imports.ts';
import { createWasi, type WasiOutput } from './wasi.ts';

const standard = 'hyperware:process/standard';
/** The packages of WASI's "command" world. `wasi:http` is not among them (kernel.md §3). */
const wasiPackage = /^wasi:(?:cli|clocks|filesystem|io|random|sockets)\//;

export function hostImports(state: ProcessState, output: WasiOutput): HostImports {
  const wasi = createWasi(output);
  return {
    check(interfaceName) {
      const [name, version] = split(interfaceName);
      if (name === standard && !/^1\.0\.\d+$/.test(version)) {
        throw new InvalidComponent(`it imports ${interfaceName}; this node provides ${standard}@1.0.0 (any 1.0.x)`);
      }
      if (wasiPackage.test(name) && !/^0\.2\.\d+$/.test(version)) {
        throw new InvalidComponent(`it imports ${interfaceName}; this node provides WASI 0.2`);
      }
    },
    lower(interfaceName, functionName, memory) {
      const [name] = split(interfaceName);
      const found =
        name === standard
          ? standardFunction(functionName, state, memory)
          : wasiPackage.test(name)
            ? wasi.lower(name, functionName, memory)
            : undefined;
      if (found === undefined) {
        throw new InvalidComponent(`it imports "${functionName}" of ${interfaceName}, which a node does not provide`);
      }
      return found;
    },
    drop: wasi.drop,
  };
}

function split(interfaceName: string): [name: string, version: string] {
  const at = interfaceName.indexOf('@');
  return at < 0 ? [interfaceName, ''] : [interfaceName.slice(0, at), interfaceName.slice(at + 1)];
}
