/** The loader on components made by hand: from bytes to a running `init`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineAssembler, StderrRing } from '../console-lines.ts';
import {
  component,
  coreModule,
  nestedProcessComponent,
  op,
  type ProcessShape,
  processComponent,
  section,
  text,
  whole,
} from '../testing/component-binary.ts';
import { FakeKernel } from '../testing/fake-kernel.ts';
import { compile, createComponentCache } from './compile.ts';
import { hostImports } from './host-imports.ts';
import { instantiate } from './instantiate.ts';
import { limitMemory } from './memory-limit.ts';
import { parseComponent } from './parse.ts';
import { InvalidComponent } from './reader.ts';

const noLimit = 2 ** 32;
const standard = 'hyperware:process/standard@1.0.0';
const print = { from: standard, name: 'print-to-terminal', params: 3 };
/** init = print-to-terminal(2, our) */
const printsOur: ProcessShape = {
  imports: [print],
  body: [...op.i32(2), ...op.get(0), ...op.get(1), ...op.call(0)],
};

async function start(bytes: Uint8Array, kernel = new FakeKernel('me'), limit = noLimit) {
  const written = { stdout: '', stderr: '' };
  const output = {
    stdout: (part: Uint8Array) => {
      written.stdout += Buffer.from(part).toString();
    },
    stderr: (part: Uint8Array) => {
      written.stderr += Buffer.from(part).toString();
    },
  };
  const instance = instantiate(await compile(bytes, limit), hostImports(kernel.state, output));
  return { instance, kernel, written };
}

describe('the component loader', () => {
  for (const [what, make] of [
    ['a component', processComponent],
    ['a component nested in one', nestedProcessComponent],
  ] as const) {
    it(`runs init of ${what} with the address, and its host calls`, async () => {
      const { instance, kernel } = await start(make(printsOur));
      instance.init('a.os@me:p:pub.os');
      assert.deepEqual(kernel.printed, [[2, 'a.os@me:p:pub.os']]);
      assert.equal(instance.memoryBytes(), 65536);
    });
  }

  it('takes any 1.0.x of the standard interface and refuses others, naming the import', async () => {
    const importing = (version: string) =>
      processComponent({ ...printsOur, imports: [{ ...print, from: `hyperware:process/standard${version}` }] });
    await start(importing('@1.0.7'));
    for (const version of ['@0.9.0', '@1.1.0', '@2.0.0', '']) {
      await assert.rejects(start(importing(version)), (error: Error) => {
        assert(error instanceof InvalidComponent);
        assert(error.message.includes(`hyperware:process/standard${version}; this node provides`));
        return true;
      });
    }
  });

  it('refuses a function that the node does not provide, naming it', async () => {
    for (const [from, name] of [
      [standard, 'send-telegram'],
      ['wasi:http/outgoing-handler@0.2.0', 'handle'],
      ['other:package/interface', 'func'],
    ] as const) {
      const bytes = processComponent({ imports: [{ from, name, params: 0 }], body: [] });
      await assert.rejects(start(bytes), (error: Error) => error.message.includes(`"${name}" of ${from}`));
    }
  });

  it('takes an import of types only, from anywhere', async () => {
    const bytes = component(
      section(7, [0x42, 0x00]),
      section(10, [0x00, ...text('chat:chat-template-os/chat@0.0.0'), 0x05, 0]),
      // The rest of a process would follow; without it only `init` is missing.
    );
    await assert.rejects(start(Uint8Array.from(bytes)), /does not export the function init/);
  });

  it('takes any 0.2.x of WASI, lets unknown parts of it link, and traps with their name when called', async () => {
    const from = 'wasi:sockets/tcp-create-socket@0.2.9';
    const { instance } = await start(
      processComponent({ imports: [{ from, name: 'create-tcp-socket', params: 0 }], body: op.call(0) }),
    );
    assert.throws(
      () => instance.init('x'),
      /^Trap: wasi:sockets\/tcp-create-socket create-tcp-socket: a node does not/,
    );
    const old = processComponent({
      imports: [{ from: 'wasi:cli/exit@0.3.0', name: 'exit', params: 1 }],
      body: [],
    });
    await assert.rejects(start(old), /wasi:cli\/exit@0\.3\.0; this node provides WASI 0\.2/);
  });

  it('writes what a program writes to stdout and stderr, through WASI', async () => {
    const streams = 'wasi:io/streams@0.2.2';
    const write = '[method]output-stream.blocking-write-and-flush';
    const { instance, written } = await start(
      processComponent({
        imports: [
          { from: 'wasi:cli/stderr@0.2.2', name: 'get-stderr', params: 0, result: true },
          { from: 'wasi:cli/stdout@0.2.2', name: 'get-stdout', params: 0, result: true },
          { from: streams, name: write, params: 4 },
        ],
        data: 'oh no',
        body: [
          [...op.call(0), ...op.i32(16), ...op.i32(5), ...op.i32(64), ...op.call(2)],
          [...op.call(1), ...op.i32(19), ...op.i32(2), ...op.i32(64), ...op.call(2)],
        ].flat(),
      }),
    );
    instance.init('x');
    assert.deepEqual(written, { stdout: 'no', stderr: 'oh no' });
  });

  it('ends the program that calls exit', async () => {
    const { instance } = await start(
      processComponent({
        imports: [{ from: 'wasi:cli/exit@0.2.0', name: 'exit', params: 1 }],
        body: [...op.i32(1), ...op.call(0)],
      }),
    );
    assert.throws(() => instance.init('x'), /^Exited: the process called exit with status 1/);
  });

  it('refuses what is no component, saying what it is', () => {
    assert.throws(() => parseComponent(new Uint8Array()), /not a wasm file/);
    assert.throws(() => parseComponent(new TextEncoder().encode('#!/bin/sh echo')), /not a wasm file/);
    assert.throws(() => parseComponent(Uint8Array.from(coreModule())), /core wasm module, not a component/);
  });

  it('refuses async and threads by name', () => {
    const task = component(section(8, [0x05]));
    assert.throws(() => parseComponent(Uint8Array.from(task)), /canonical built-in 0x5.*synchronous ABI/);
  });

  it('says InvalidComponent, and nothing else, of a component cut anywhere or with any byte changed', async () => {
    const bytes = nestedProcessComponent(printsOur);
    for (let length = 0; length < bytes.length; length++) {
      try {
        parseComponent(bytes.subarray(0, length));
      } catch (error) {
        assert(error instanceof InvalidComponent, `cut at ${length}: ${error}`);
      }
      const changed = bytes.slice();
      changed[length] = changed[length]! ^ 0x55;
      try {
        parseComponent(changed);
      } catch (error) {
        assert(error instanceof InvalidComponent, `changed at ${length}: ${error}`);
      }
    }
  });

  it('refuses nesting without end', () => {
    let bytes = component();
    for (let i = 0; i < 40; i++) bytes = component(whole(4, bytes));
    assert.throws(() => parseComponent(Uint8Array.from(bytes)), /nested more than 32 deep/);
  });

  it('compiles each content once', async () => {
    const cache = createComponentCache(noLimit);
    const [first, second] = [processComponent(printsOur), processComponent(printsOur)];
    const compiled = await cache.compiled(first);
    assert.equal(await cache.compiled(first), compiled);
    assert.equal(await cache.compiled(second), compiled);
    await assert.rejects(cache.compiled(new Uint8Array(8)), InvalidComponent);
  });
});

describe('the memory limit', () => {
  /** Grows by a page until that fails, then traps. */
  const greedy = (maximum?: number) =>
    processComponent({
      ...(maximum === undefined ? {} : { maximum }),
      imports: [],
      body: [
        [...op.loop, ...op.i32(1), ...op.growMemory, ...op.i32(-1), op.equal, 0x45, ...op.brIf(0), op.end],
        [op.unreachable],
      ].flat(),
    });

  for (const [what, maximum, expected] of [
    ['a memory without maximum', undefined, 16],
    ['a memory with a larger maximum', 1000, 16],
    ['a memory with a smaller maximum of its own', 4, 4],
  ] as const) {
    it(`stops ${what} at ${expected} pages`, async () => {
      const { instance } = await start(greedy(maximum), new FakeKernel(), 16 * 65536);
      assert.throws(() => instance.init('x'), /unreachable/);
      assert.equal(instance.memoryBytes(), expected * 65536);
    });
  }

  it('refuses a memory that starts above it', () => {
    const module = Uint8Array.from(coreModule(section(5, [0, 0x80, 0x08])));
    assert.throws(
      () => limitMemory(module, 16 * 65536),
      /starts with 64 MB of memory, and the limit for a process is 1 MB/,
    );
  });

  it('leaves a module without memory as it is', () => {
    const module = Uint8Array.from(coreModule(section(1)));
    assert.equal(limitMemory(module, 65536), module);
  });
});

describe('what a process writes', () => {
  it('is put together to lines across writes', () => {
    const lines: string[] = [];
    const assembler = new LineAssembler((line) => lines.push(line));
    const bytes = new TextEncoder().encode('pänic\r\n\nlast');
    for (const byte of bytes) assembler.write(Uint8Array.of(byte));
    assert.deepEqual(lines, ['pänic', '']);
    assembler.end();
    assert.deepEqual(lines, ['pänic', '', 'last']);
  });

  it('is cut when it has no lines', () => {
    const lines: string[] = [];
    const assembler = new LineAssembler((line) => lines.push(line));
    for (let i = 0; i < 10; i++) assembler.write(new Uint8Array(10_000).fill(0x61));
    assert.equal(lines.length, 1);
  });

  it('kernel.md §3: of stderr the last two halves are kept', () => {
    const ring = new StderrRing();
    const line = (i: number) => `${String(i).padStart(99, '0')}\n`;
    for (let i = 0; i < 100; i++) ring.write(new TextEncoder().encode(line(i)));
    const kept = ring.text();
    assert(kept.length > 2250 && kept.length <= 5000, `${kept.length}`);
    assert(kept.endsWith(line(99)));
    const short = new StderrRing();
    short.write(new TextEncoder().encode('all of it'));
    assert.equal(short.text(), 'all of it');
  });
});
