import * as standard from 'hyperware:process/standard@1.0.0';
import { fromHost } from './address.ts';
import type { Address } from './types.ts';

let known: Address | undefined;

/** This process's own address, with the node's real name. */
export function our(): Address {
  known ??= fromHost(standard.our());
  return known;
}

/** `package-name:publisher` of this process. */
export function packageId(): string {
  return our().process.split(':').slice(1).join(':');
}

/** A line on the node's console. */
export function println(text: string): void {
  standard.printToTerminal(0, text);
}
