/**
 * The part of WASI preview 2 that a process needs (process-host.md §6): an empty environment, stdout and stderr, clocks,
 * random numbers, no files. Anything else of WASI links, as on the real node, and traps when it is called, with its name.
 */
import { getRandomValues } from 'node:crypto';
import { type GuestMemory, Trap } from './guest-memory.ts';
import type { CoreFunction } from './instantiate.ts';

/** `wasi:cli/exit` was called: the program ended itself. */
export class Exited extends Error {
  override readonly name = 'Exited';
  readonly status: number;
  constructor(status: number) {
    super(`the process called exit with status ${status}`);
    this.status = status;
  }
}

export interface WasiOutput {
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
}

export interface Wasi {
  lower(interfaceName: string, functionName: string, memory: GuestMemory | undefined): CoreFunction;
  drop(handle: number): void;
}

// Handles of the three streams; pollables get numbers above them.
const stdin = 1;
const stdout = 2;
const stderr = 3;

const noFunctionNeedsMore = 1 << 30;

/** `interfaceName` without version, as `wasi:io/streams`. */
export function createWasi(output: WasiOutput): Wasi {
  /** Deadlines of `monotonic-clock.subscribe-…`, nanoseconds; streams are always ready. */
  const pollables = new Map<number, bigint>();
  let lastPollable = stderr;
  const subscribe = (deadline: bigint): number => {
    pollables.set(++lastPollable, deadline);
    return lastPollable;
  };

  const write = (handle: number, bytes: Uint8Array): void => {
    if (handle === stdout) output.stdout(bytes);
    else if (handle === stderr) output.stderr(bytes);
    else throw new Trap(`output stream ${handle} does not exist`);
  };
  const writeBytes = (m: GuestMemory) => (handle: number, bytes: number, length: number, result: number) => {
    write(handle, m.bytes(bytes, length));
    m.setU8(m.region(result, 12, 4), 0);
  };
  const flush = (m: GuestMemory) => (_handle: number, result: number) => m.setU8(m.region(result, 12, 4), 0);
  /** `result<u64 | list<u8>, stream-error>` = err(closed): stdin is closed. `payload` is the offset of the error. */
  const closed = (m: GuestMemory, payload: 4 | 8) => (_handle: number, _length: bigint, result: number) => {
    const at = m.region(result, payload * 2 + 4, payload);
    m.setU8(at, 1);
    m.setU8(at + payload, 1);
  };
  const none = (m: GuestMemory) => (result: number) => m.setU8(m.region(result, 1, 1), 0);
  const emptyList = (m: GuestMemory) => (result: number) => {
    const at = m.region(result, 8, 4);
    m.setU32(at, 4);
    m.setU32(at + 4, 0);
  };
  const wallClock = (m: GuestMemory, nanoseconds: () => bigint) => (result: number) => {
    const at = m.region(result, 16, 8);
    const time = nanoseconds();
    m.setU64(at, time / 1_000_000_000n);
    m.setU32(at + 8, Number(time % 1_000_000_000n));
  };
  const randomBytes = (m: GuestMemory) => (length: bigint, result: number) => {
    const at = m.region(result, 8, 4);
    if (length > noFunctionNeedsMore) throw new Trap(`random bytes: ${length} asked for`);
    m.setBytes(at, random(Number(length)));
  };

  /** Made with the memory of the lowering; those that need none ignore it. */
  const functions: Record<string, (m: GuestMemory) => CoreFunction> = {
    'wasi:cli/environment#get-environment': emptyList,
    'wasi:cli/environment#get-arguments': emptyList,
    'wasi:cli/environment#initial-cwd': none,
    'wasi:cli/exit#exit': () => (failed: number) => {
      throw new Exited(failed === 0 ? 0 : 1);
    },
    'wasi:cli/exit#exit-with-code': () => (code: number) => {
      throw new Exited(code & 0xff);
    },
    'wasi:cli/stdin#get-stdin': () => () => stdin,
    'wasi:cli/stdout#get-stdout': () => () => stdout,
    'wasi:cli/stderr#get-stderr': () => () => stderr,
    'wasi:cli/terminal-stdin#get-terminal-stdin': none,
    'wasi:cli/terminal-stdout#get-terminal-stdout': none,
    'wasi:cli/terminal-stderr#get-terminal-stderr': none,

    'wasi:io/streams#[method]output-stream.check-write': (m) => (_handle: number, result: number) => {
      const at = m.region(result, 16, 8);
      m.setU8(at, 0);
      m.setU64(at + 8, 65536n);
    },
    'wasi:io/streams#[method]output-stream.write': writeBytes,
    'wasi:io/streams#[method]output-stream.blocking-write-and-flush': writeBytes,
    'wasi:io/streams#[method]output-stream.flush': flush,
    'wasi:io/streams#[method]output-stream.blocking-flush': flush,
    'wasi:io/streams#[method]output-stream.subscribe': () => () => subscribe(0n),
    'wasi:io/streams#[method]input-stream.read': (m) => closed(m, 4),
    'wasi:io/streams#[method]input-stream.blocking-read': (m) => closed(m, 4),
    'wasi:io/streams#[method]input-stream.skip': (m) => closed(m, 8),
    'wasi:io/streams#[method]input-stream.blocking-skip': (m) => closed(m, 8),
    'wasi:io/streams#[method]input-stream.subscribe': () => () => subscribe(0n),

    'wasi:io/poll#[method]pollable.ready': () => (handle: number) => (untilReady([handle]) <= 0n ? 1 : 0),
    'wasi:io/poll#[method]pollable.block': () => (handle: number) => sleep(untilReady([handle])),
    'wasi:io/poll#poll': (m) => (list: number, length: number, result: number) => {
      const handles = m.list(list, length, 4, 4, (at) => m.u32(at));
      if (handles.length === 0) throw new Trap('wasi:io/poll poll: the list is empty');
      sleep(untilReady(handles));
      const ready = handles.flatMap((handle, i) => (untilReady([handle]) <= 0n ? [i] : []));
      m.setList(m.region(result, 8, 4), ready, 4, 4, (at, index) => m.setU32(at, index));
    },

    'wasi:clocks/monotonic-clock#now': () => monotonic,
    'wasi:clocks/monotonic-clock#resolution': () => () => 1n,
    'wasi:clocks/monotonic-clock#subscribe-instant': () => (when: bigint) => subscribe(BigInt.asUintN(64, when)),
    'wasi:clocks/monotonic-clock#subscribe-duration': () => (duration: bigint) =>
      subscribe(monotonic() + BigInt.asUintN(64, duration)),
    'wasi:clocks/wall-clock#now': (m) => wallClock(m, () => BigInt(Date.now()) * 1_000_000n),
    'wasi:clocks/wall-clock#resolution': (m) => wallClock(m, () => 1_000_000n),

    'wasi:random/random#get-random-bytes': randomBytes,
    'wasi:random/random#get-random-u64': () => randomU64,
    'wasi:random/insecure#get-insecure-random-bytes': randomBytes,
    'wasi:random/insecure#get-insecure-random-u64': () => randomU64,
    'wasi:random/insecure-seed#insecure-seed': (m) => (result: number) => {
      const at = m.region(result, 16, 8);
      m.setU64(at, randomU64());
      m.setU64(at + 8, randomU64());
    },

    'wasi:filesystem/preopens#get-directories': emptyList,
    'wasi:filesystem/types#filesystem-error-code': (m) => (_error: number, result: number) =>
      m.setU8(m.region(result, 2, 1), 0),
  };

  /** Nanoseconds until the first of these is ready; 0 or less: now. */
  function untilReady(handles: readonly number[]): bigint {
    const now = monotonic();
    let nearest: bigint | undefined;
    for (const handle of handles) {
      const deadline = pollables.get(handle);
      if (deadline === undefined) throw new Trap(`pollable ${handle} does not exist`);
      const left = deadline - now;
      if (nearest === undefined || left < nearest) nearest = left;
    }
    return nearest!;
  }

  return {
    lower(interfaceName, functionName, memory) {
      const full = `${interfaceName}#${functionName}`;
      const make = Object.hasOwn(functions, full) ? functions[full] : undefined;
      if (make === undefined) {
        return () => {
          throw new Trap(`${interfaceName} ${functionName}: a node does not provide this part of WASI`);
        };
      }
      return make(memory ?? withoutMemory(full));
    },
    drop(handle) {
      pollables.delete(handle);
    },
  };
}

/** Stands in for a memory where none was given: any use of it is a trap that names the import. */
function withoutMemory(name: string): GuestMemory {
  return new Proxy({} as GuestMemory, {
    get() {
      throw new Trap(`${name} was lowered without a memory`);
    },
  });
}

function monotonic(): bigint {
  return process.hrtime.bigint();
}

function randomU64(): bigint {
  return getRandomValues(new BigUint64Array(1))[0]!;
}

/** The generator gives at most 65536 bytes at once. */
function random(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread: it is the process's own. */
function sleep(nanoseconds: bigint): void {
  const deadline = monotonic() + nanoseconds;
  for (let left = nanoseconds; left > 0n; left = deadline - monotonic()) {
    Atomics.wait(never, 0, 0, Math.max(Number(left) / 1e6, 0.001));
  }
}
