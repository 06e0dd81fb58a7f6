import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as abi from '../testing/canonical-abi.ts';
import { GuestMemory, Trap } from './guest-memory.ts';
import { createWasi } from './wasi.ts';

const { list, option, record, string, tuple, u8, u64, variant } = abi;
const u32: abi.Type = { t: 'u32' };

function guest() {
  const memory = new WebAssembly.Memory({ initial: 4 });
  let next = 64;
  const allocate = (size: number, align: number) => {
    const at = Math.ceil(next / align) * align;
    next = at + size;
    new Uint8Array(memory.buffer, at, size).fill(0xa5);
    return at;
  };
  return { memory, allocate, lowered: new GuestMemory(memory, (_old, _size, align, size) => allocate(size, align)) };
}

const output = { stdout() {}, stderr() {} };

/** Calls a function whose result is written to memory. */
function call(name: string, result: abi.Type, ...flat: (number | bigint)[]): unknown {
  const [from, func] = name.split('#') as [string, string];
  const g = guest();
  const at = g.allocate(abi.sizeOf(result), abi.alignOf(result));
  createWasi(output).lower(from, func, g.lowered)(...flat, at);
  return abi.load(g, at, result);
}

describe('WASI for a process (kernel.md §3)', () => {
  it('environment, arguments and preopened folders are empty', () => {
    assert.deepEqual(call('wasi:cli/environment#get-environment', list(tuple(string, string))), []);
    assert.deepEqual(call('wasi:cli/environment#get-arguments', list(string)), []);
    assert.equal(call('wasi:cli/environment#initial-cwd', option(string)), undefined);
    assert.deepEqual(call('wasi:filesystem/preopens#get-directories', list(tuple(u32, string))), []);
    assert.equal(call('wasi:filesystem/types#filesystem-error-code', option(u8), 9), undefined);
  });

  it('stdin is closed', () => {
    const failed = variant({ 'last-operation-failed': u32, closed: undefined });
    const read = variant({ ok: list(u8), err: failed });
    const skipped = variant({ ok: u64, err: failed });
    const closed = { tag: 'err', val: { tag: 'closed' } };
    assert.deepEqual(call('wasi:io/streams#[method]input-stream.blocking-read', read, 1, 10n), closed);
    assert.deepEqual(call('wasi:io/streams#[method]input-stream.skip', skipped, 1, 10n), closed);
  });

  it('output can be written at once', () => {
    const failed = variant({ 'last-operation-failed': u32, closed: undefined });
    const check = variant({ ok: u64, err: failed });
    assert.deepEqual(call('wasi:io/streams#[method]output-stream.check-write', check, 2), { tag: 'ok', val: 65536n });
    const flushed = variant({ ok: undefined, err: failed });
    assert.deepEqual(call('wasi:io/streams#[method]output-stream.blocking-flush', flushed, 2), { tag: 'ok' });
  });

  it('clocks are real', () => {
    const datetime = record({ seconds: u64, nanoseconds: u32 });
    const { seconds, nanoseconds } = call('wasi:clocks/wall-clock#now', datetime) as {
      seconds: bigint;
      nanoseconds: number;
    };
    assert(Math.abs(Number(seconds) * 1000 + nanoseconds / 1e6 - Date.now()) < 1000);
    const now = createWasi(output).lower('wasi:clocks/monotonic-clock', 'now', undefined);
    const before = now();
    assert(now() >= before && typeof before === 'bigint');
  });

  it('random bytes are random, also many', () => {
    const many = call('wasi:random/random#get-random-bytes', list(u8), 100_000n) as Uint8Array;
    assert.equal(many.length, 100_000);
    assert(many.subarray(-100).some((byte) => byte !== 0));
    const seed = call('wasi:random/insecure-seed#insecure-seed', tuple(u64, u64)) as bigint[];
    assert.notEqual(seed[0], seed[1]);
    assert.throws(() => call('wasi:random/random#get-random-bytes', list(u8), 1n << 62n), Trap);
  });

  it('sleeps by subscribe and poll, until the first is ready', () => {
    const g = guest();
    const wasi = createWasi(output);
    const subscribe = wasi.lower('wasi:clocks/monotonic-clock', 'subscribe-duration', undefined);
    // Before the subscription: the deadline counts from there, not from the call that waits.
    const started = process.hrtime.bigint();
    const handles = [subscribe(60_000_000_000n), subscribe(30_000_000n)];
    const at = g.allocate(8, 4);
    const [pointer, length] = abi.flatten(g, list(u32), handles);
    wasi.lower('wasi:io/poll', 'poll', g.lowered)(pointer, length, at);
    assert(process.hrtime.bigint() - started >= 30_000_000n);
    assert.deepEqual(abi.load(g, at, list(u32)), [1]);
    assert.equal(wasi.lower('wasi:io/poll', '[method]pollable.ready', undefined)(handles[0]), 0);
    wasi.drop(handles[1] as number);
    const block = wasi.lower('wasi:io/poll', '[method]pollable.block', undefined);
    assert.throws(() => block(handles[1]), /pollable \d+ does not exist/);
  });

  it('a terminal there is none; an unknown stream is a trap', () => {
    assert.equal(call('wasi:cli/terminal-stdout#get-terminal-stdout', option(u32)), undefined);
    const write = createWasi(output).lower('wasi:io/streams', '[method]output-stream.write', guest().lowered);
    assert.throws(() => write(77, 64, 1, 128), /output stream 77 does not exist/);
  });
});
