/** What a process writes to stdout and stderr: whole lines for the console, and the ring that a panic is read from. */

/** A line without end is cut here, so that a program that never writes a newline cannot fill the memory. */
const longestLine = 64 * 1024;

/** Puts lines together across writes: one panic arrives in a dozen of them (process-host.md §6). */
export class LineAssembler {
  readonly #line: (text: string) => void;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  write(bytes: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(10, start);
      if (end < 0) break;
      this.#keep(bytes.subarray(start, end));
      this.#emit();
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    if (this.#length >= longestLine) this.#emit();
  }

  /** The process has ended: what is left is a line too. */
  end(): void {
    if (this.#length > 0) this.#emit();
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes.slice());
    this.#length += bytes.length;
  }

  #emit(): void {
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#length = 0;
    this.#line(text.endsWith('\r') ? text.slice(0, -1) : text);
  }
}

const halfBytes = 2500;
/** A half counts as full at 90 % (kernel.md §3). */
const fullBytes = halfBytes * 0.9;

/** The last of stderr, as the real node keeps it: two halves of 2500 bytes, the older one thrown away (kernel.md §3). */
export class StderrRing {
  #older: Buffer = Buffer.alloc(0);
  #newer: Buffer = Buffer.alloc(0);

  write(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#newer.length >= fullBytes) {
        this.#older = this.#newer;
        this.#newer = Buffer.alloc(0);
      }
      const part = rest.subarray(0, halfBytes - this.#newer.length);
      this.#newer = Buffer.concat([this.#newer, part]);
      rest = rest.subarray(part.length);
    }
  }

  text(): string {
    return Buffer.concat([this.#older, this.#newer]).toString('utf8');
  }
}
