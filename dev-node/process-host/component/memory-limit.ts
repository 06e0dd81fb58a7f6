/**
 * Caps a core module's own memories: `resourceLimits` of a worker do not cover wasm memory (process-host.md §10), so the
 * maximum is written into the module before it is compiled. A guest that wants more sees `memory.grow` fail.
 */
import { InvalidComponent, Reader } from './reader.ts';

const pageBytes = 65536;

/**
 * The module with the maximum of each memory it defines set to at most `limitBytes`; the same bytes if it defines none.
 * @throws InvalidComponent if a memory starts larger than the limit, or is shared or 64 bits wide.
 */
export function limitMemory(module: Uint8Array, limitBytes: number): Uint8Array {
  const limit = Math.min(Math.floor(limitBytes / pageBytes), 65536);
  const sections = new Reader(module, 8);
  while (!sections.done) {
    const start = sections.at;
    const id = sections.byte();
    const section = sections.part(sections.u32());
    if (id !== 5) continue;
    const memories = section.vector(() => {
      const flags = section.byte();
      if (flags > 1) throw new InvalidComponent('it has a shared or a 64-bit memory, which a process cannot have');
      const min = section.u32();
      const max = flags === 1 ? section.u32() : 65536;
      if (min > limit) {
        throw new InvalidComponent(
          `it starts with ${megabytes(min * pageBytes)} of memory, and the limit for a process is ${megabytes(limitBytes)}`,
        );
      }
      return [1, ...leb(min), ...leb(Math.min(max, limit))];
    });
    const body = [...leb(memories.length), ...memories.flat()];
    const head = [5, ...leb(body.length), ...body];
    const capped = new Uint8Array(start + head.length + module.length - sections.at);
    capped.set(module.subarray(0, start));
    capped.set(head, start);
    capped.set(module.subarray(sections.at), start + head.length);
    return capped;
  }
  return module;
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = value >>> 7;
    bytes.push((value & 0x7f) | (rest > 0 ? 0x80 : 0));
    value = rest;
  } while (value > 0);
  return bytes;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1048576).toFixed(bytes % 1048576 === 0 ? 0 : 1)} MB`;
}
