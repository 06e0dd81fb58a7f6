import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createProcessHost, type ProcessHostOptions } from './host.ts';
import { op, type ProcessShape, processComponent } from './testing/component-binary.ts';
import { blob, request, response, textOf, traceContext } from './testing/fake-kernel.ts';
import { RunningProcess } from './testing/node.ts';

const workerEntry = new URL('./worker.ts', import.meta.url);
const hosts: ReturnType<typeof createProcessHost>[] = [];

function createHost(more: Partial<ProcessHostOptions> = {}) {
  const host = createProcessHost({ workerEntry, ...more });
  hosts.push(host);
  return host;
}

after(() => Promise.all(hosts.map((host) => host.dispose())));

const host = createHost();

function script(body: string, on = host): RunningProcess {
  const source = `'use strict';
const standard = require('hyperware:process/standard@1.0.0');
const text = (bytes) => new TextDecoder().decode(bytes);
const bytes = (text) => new TextEncoder().encode(text);
const plain = { inherit: false, metadata: undefined, capabilities: [] };
exports.init = (our) => {
${body}
};`;
  return new RunningProcess(on, { kind: 'script', source, name: 'app.js' });
}

const echo = `
  for (;;) {
    const [source, message] = standard.receive();
    standard.sendResponse({ ...plain, body: bytes(our + ' ' + message.tag + ' ' + text(message.val.body)) }, standard.getBlob());
  }`;

const expects = (body: string) => request({ expectsResponse: 5n, body });

describe('a script process', () => {
  it('answers requests, bodies, blobs and traces whole', async () => {
    const process = script(echo);
    process.arrives(1n, expects('first'), { trace: traceContext('a') });
    const answer = await process.until(() => process.emitted[0]);
    assert.deepEqual(answer, {
      id: 1n,
      source: { node: 'a.os', process: 'b:p:pub.os' },
      target: { node: 'a.os', process: 'a:p:pub.os' },
      rsvp: undefined,
      message: response({ body: 'a.os@b:p:pub.os request first' }),
      blob: undefined,
      cause: traceContext('a'),
    });
    const again = await process.ask(2n, expects('ä'), blob('blob', 'text/plain'));
    assert.deepEqual(again.blob, blob('blob', 'text/plain'));
    assert.deepEqual(process.told, ['received 1', 'received 2']);
    assert.equal(process.hosted.mailbox, 0);
    assert(process.hosted.memoryBytes > 1_000_000);
    await process.hosted.kill();
  });

  it('gets only its own bytes of a view on a larger buffer', async () => {
    const process = script(`
      const [, message] = standard.receive();
      standard.sendResponse({ ...plain, body: bytes(message.val.body.buffer.byteLength + ' ' + standard.getBlob().bytes.buffer.byteLength) }, undefined);`);
    const pool = Buffer.from('before-body-after');
    const answer = await process.ask(
      1n,
      { ...expects(''), body: pool.subarray(7, 11) },
      { mime: undefined, bytes: pool },
    );
    assert.equal(textOf(answer.message.body), '4 17');
  });

  it('sees values of its own realm, and nothing of Node or the web', async () => {
    const process = script(`
      const [source, message] = standard.receive();
      const blob = standard.getBlob();
      const failed = [];
      const check = (name, ok) => { if (!ok) failed.push(name); };
      check('bytes', message.val.body instanceof Uint8Array && blob.bytes instanceof Uint8Array);
      check('record', Object.getPrototypeOf(source) === Object.prototype);
      check('list', message.val.capabilities instanceof Array);
      check('option', message.val.metadata === undefined && blob.mime === undefined);
      check('u64', message.val.expectsResponse === 5n);
      check('encoder', bytes('x') instanceof Uint8Array);
      check('ids', source.process.processName === 'a' && source.process.packageName === 'p' && source.process.publisherNode === 'pub.os');
      for (const name of ['process', 'setTimeout', 'fetch', 'Buffer', 'WebAssembly', 'performance', 'queueMicrotask'])
        check(name, !(name in globalThis));
      try { require('node:fs'); check('require', false); } catch (error) { check('require error', error instanceof Error && /Cannot find module 'node:fs'/.test(error.message)); }
      try { standard.sendResponse({ body: 'text' }); check('type', false); } catch (error) { check('type error', error instanceof TypeError && error.message.includes('response.body is not a Uint8Array')); }
      check('version', require('hyperware:process/standard') === standard && require('hyperware:process/standard@1.0.3') === standard);
      try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])); check('fatal', false); } catch (error) { check('fatal error', error instanceof TypeError); }
      standard.sendResponse({ ...plain, body: bytes(failed.join()) }, undefined);`);
    const answer = await process.ask(1n, expects('x'), blob('b'));
    assert.equal(textOf(answer.message.body), '');
    assert.deepEqual(await process.ended(), { kind: 'returned' });
  });

  it('has all 19 functions in the conventions of jco', async () => {
    const process = script(`
      standard.setOnExit({ tag: 'requests', val: [[standard.our(), { ...plain, expectsResponse: undefined, body: bytes('bye') }, { mime: 'm', bytes: bytes('b') }]] });
      const onExit = standard.getOnExit();
      const before = standard.getState();
      standard.setState(bytes('state'));
      const after = standard.getState();
      standard.clearState();
      let spawnError;
      try { standard.spawn('child', 'w.wasm', { tag: 'none' }, [], [[standard.our().process, '"messaging"']], false); } catch (error) { spawnError = error; }
      const spawned = standard.spawn(undefined, 'w.wasm', { tag: 'restart' }, [], [], true);
      const cap = { issuer: standard.our(), params: '{}' };
      standard.saveCapabilities([cap]);
      standard.dropCapabilities([cap]);
      const caps = standard.ourCapabilities();
      standard.printToTerminal(2, 'printed');
      standard.sendRequests([[standard.our(), { ...plain, body: bytes('one') }, undefined, undefined], [standard.our(), { ...plain, body: [116, 119, 111] }, null, null]]);
      console.log(JSON.stringify({ onExit: onExit.tag, bye: text(onExit.val[0][1].body), before: before === undefined, after: text(after), spawnError: [spawnError instanceof Error, spawnError.payload], spawned, caps, last: standard.lastBlob() === undefined, has: standard.hasBlob() }));`);
    let state: Uint8Array | undefined;
    process.answer = (call) => {
      if (call.call === 'get-state') return { kind: 'state', bytes: state };
      if (call.call === 'set-state') state = call.bytes;
      if (call.call === 'spawn') {
        if (call.name) return { kind: 'spawn-error', error: 'name-taken' };
        return { kind: 'spawned', process: '77:p:pub.os' };
      }
      if (call.call !== 'our-capabilities') return { kind: 'done' };
      return { kind: 'capabilities', capabilities: [{ issuer: { node: 'a.os', process: 'v:d:s' }, params: '{}' }] };
    };
    assert.deepEqual(await process.ended(), { kind: 'returned' });
    assert.deepEqual(JSON.parse(process.lines('stdout')[0]!), {
      onExit: 'requests',
      bye: 'bye',
      before: true,
      after: 'state',
      spawnError: [true, 'name-taken'],
      spawned: { processName: '77', packageName: 'p', publisherNode: 'pub.os' },
      caps: [
        { issuer: { node: 'a.os', process: { processName: 'v', packageName: 'd', publisherNode: 's' } }, params: '{}' },
      ],
      last: true,
      has: false,
    });
    assert.equal(process.onExits[0]?.kind, 'requests');
    assert.deepEqual(process.printed[0], { verbosity: 2, text: 'printed', stream: 'terminal' });
    assert.deepEqual(
      process.emitted.map(({ message }) => textOf(message.body)),
      ['one', 'two'],
    );
  });

  it('awaits a response, and gets timeouts as errors with a payload (§6.7, §8)', async () => {
    const process = script(`
      const other = { node: 'our', process: { processName: 'c', packageName: 'p', publisherNode: 'pub.os' } };
      const [source, message] = standard.sendAndAwaitResponse(other, { ...plain, expectsResponse: 5n, body: bytes('q') }, undefined);
      console.log(source.process.processName, message.tag, text(message.val[0].body), message.val[1]);
      try { standard.sendAndAwaitResponse(other, { ...plain, expectsResponse: 0, body: bytes('q') }, undefined); } catch (error) { console.log(error.payload.kind, error.payload.target.node, error instanceof Error); }
      standard.sendRequest(other, { ...plain, expectsResponse: 1n, body: bytes('q') }, bytes('ctx'), undefined);
      try { standard.receive(); } catch (error) { console.log(error.payload[0].kind, text(error.payload[1])); }`);
    const started = performance.now();
    const first = await process.until(() => process.emitted[0]);
    process.arrives(first.id, response({ body: 'r' }), { source: { node: 'a.os', process: 'c:p:pub.os' } });
    assert.deepEqual(await process.ended(), { kind: 'returned' });
    assert.deepEqual(process.lines('stdout'), ['c response r undefined', 'timeout our true', 'timeout ctx']);
    assert(performance.now() - started > 1000);
    assert.deepEqual(
      process.told,
      [`received ${first.id}`].concat(process.emitted.slice(1).map(({ id }) => `timed out ${id}`)),
    );
  });

  it('keeps messages that arrive during a host call, in order', async () => {
    const process = script(`
      standard.getState();
      for (let i = 0; i < 3; i++) { const [, message] = standard.receive(); console.log(text(message.val.body)); }`);
    process.answer = async () => {
      for (const id of [1n, 2n, 3n]) process.arrives(id, request({ body: `${id}` }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { kind: 'state', bytes: undefined };
    };
    await process.ended();
    assert.deepEqual(process.lines('stdout'), ['1', '2', '3']);
  });

  it('that throws is trapped, with its source name and line in stderr', async () => {
    const process = script(`
      console.warn('careful');
      console.info({ a: [1, 2] });
      throw new Error('no way');`);
    const exit = await process.ended();
    assert(exit.kind === 'trapped');
    assert.equal(exit.reason, 'no way');
    assert.match(exit.stderr, /^careful\nError: no way\n +at exports\.init \(app\.js:10:\d+\)\n$/);
    assert.deepEqual(process.lines('stderr'), ['careful']);
    assert.deepEqual(process.lines('stdout'), ['{ a: [ 1, 2 ] }']);
  });

  it('cannot outlive a trap by catching it', async () => {
    const process = script(`
      try { standard.sendAndAwaitResponse(standard.our(), { ...plain, expectsResponse: 1n, body: bytes('') }, undefined); } catch {}
      for (;;) { try { standard.receive(); } catch { break; } }`);
    const exit = await process.ended();
    assert(exit.kind === 'trapped');
    assert.match(exit.reason, /cannot await a response from itself/);
  });

  for (const [what, source, reason] of [
    ['a syntax error', 'let x = ;', /^app\.js:1\nlet x = ;\n +\^\n\nSyntaxError/],
    ['no init', 'exports.start = () => {}', /does not export the function init/],
  ] as const) {
    it(`with ${what} is invalid`, async () => {
      const process = new RunningProcess(host, { kind: 'script', source, name: 'app.js' });
      const exit = await process.ended();
      assert(exit.kind === 'invalid');
      assert.match(exit.reason, reason);
    });
  }
});

function component(shape: ProcessShape, on = host): RunningProcess {
  return new RunningProcess(on, { kind: 'component', bytes: processComponent(shape) });
}

describe('a component process', () => {
  it('that returns has returned', async () => {
    const process = component({
      imports: [{ from: 'hyperware:process/standard@1.0.0', name: 'print-to-terminal', params: 3 }],
      body: [...op.i32(1), ...op.get(0), ...op.get(1), ...op.call(0)],
    });
    assert.deepEqual(await process.ended(), { kind: 'returned' });
    assert.deepEqual(process.printed, [{ verbosity: 1, text: 'a.os@b:p:pub.os', stream: 'terminal' }]);
  });

  it('that panics is trapped, with its stderr (§11.2)', async () => {
    const process = component({
      imports: [
        { from: 'wasi:cli/stderr@0.2.0', name: 'get-stderr', params: 0, result: true },
        { from: 'wasi:io/streams@0.2.0', name: '[method]output-stream.blocking-write-and-flush', params: 4 },
      ],
      data: "thread 'main' panicked\nno newline",
      body: [...op.call(0), ...op.i32(16), ...op.i32(33), ...op.i32(64), ...op.call(1), op.unreachable],
    });
    assert.deepEqual(await process.ended(), {
      kind: 'trapped',
      reason: 'RuntimeError: unreachable',
      stderr: "thread 'main' panicked\nno newline",
    });
    assert.deepEqual(process.lines('stderr'), ["thread 'main' panicked", 'no newline']);
  });

  it('that breaks the canonical ABI is trapped with the reason', async () => {
    const process = component({
      imports: [{ from: 'hyperware:process/standard@1.0.0', name: 'print-to-terminal', params: 3 }],
      body: [...op.i32(0), ...op.i32(65535), ...op.i32(2), ...op.call(0)],
    });
    const exit = await process.ended();
    assert(exit.kind === 'trapped');
    assert.match(exit.reason, /reaches outside the memory/);
  });

  it('that loops for ever is killed', async () => {
    const process = component({
      imports: [{ from: 'hyperware:process/standard@1.0.0', name: 'print-to-terminal', params: 3 }],
      body: [...op.i32(0), ...op.get(0), ...op.get(1), ...op.call(0), ...op.loop, ...op.br(0), op.end],
    });
    await process.until(() => process.lines('terminal').length === 1);
    await process.hosted.kill();
    assert.equal(process.exit, undefined);
  });

  it('that takes all memory it gets is told the limit', async () => {
    const small = createHost({ limits: { wasmMemoryBytes: 1024 * 1024 } });
    const exit = await component(
      {
        imports: [],
        body: [
          [...op.loop, ...op.i32(1), ...op.growMemory, ...op.i32(-1), op.equal, 0x45, ...op.brIf(0), op.end],
          [op.unreachable],
        ].flat(),
      },
      small,
    ).ended();
    assert(exit.kind === 'trapped');
    assert.match(exit.reason, /unreachable \(its memory stood at 1 MB; the limit for a process is 1 MB\)/);
  });

  it('is invalid when its bytes are no component or want what the node has not (§11.1)', async () => {
    const noComponent = await new RunningProcess(host, { kind: 'component', bytes: new Uint8Array(9) }).ended();
    assert(noComponent.kind === 'invalid');
    assert.match(noComponent.reason, /not a wasm file/);
    const wants = await component({ imports: [{ from: 'x:y/z', name: 'f', params: 0 }], body: [] }).ended();
    assert(wants.kind === 'invalid');
    assert.match(wants.reason, /imports "f" of x:y\/z, which a node does not provide/);
  });
});

describe('ending processes', () => {
  it('kill ends a busy loop and a blocked receive, and nothing is told after it', async () => {
    const busy = script('console.log("on"); for (;;) {}');
    const blocked = script('console.log("on"); standard.receive();');
    for (const process of [busy, blocked]) {
      await process.until(() => process.lines('stdout').length === 1);
      const started = performance.now();
      await process.hosted.kill();
      assert(performance.now() - started < 2000);
      process.arrives(1n, request());
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(busy.exit, undefined);
    assert.equal(blocked.exit, undefined);
  });

  it('kill before the program has begun', async () => {
    const process = script('console.log("on")');
    await process.hosted.kill();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(process.printed, []);
  });

  it('too much script heap ends that process only, with the limit named', async () => {
    const small = createHost({ limits: { scriptHeapMb: 32 } });
    const other = script(echo, small);
    const greedy = script('const all = []; for (;;) all.push({ a: new Array(100).fill({}) });', small);
    const exit = await greedy.ended();
    assert(exit.kind === 'trapped');
    assert.match(exit.reason, /more script heap than the limit for a process, 32 MB/);
    assert.equal(textOf((await other.ask(1n, expects('still'))).message.body), 'a.os@b:p:pub.os request still');
  });

  it('warns once of a long mailbox', async () => {
    const wary = createHost({ limits: { mailboxWarn: 10 } });
    const process = script('for (;;) {}', wary);
    for (let id = 1n; id <= 25n; id++) process.arrives(id, request());
    assert.equal(process.hosted.mailbox, 25);
    assert.equal(process.lines('terminal').length, 1);
    await process.hosted.kill();
  });

  it('a flood of messages waits for the node, and loses nothing', async () => {
    const process = script(`
      const other = { node: 'our', process: { processName: 'c', packageName: 'p', publisherNode: 'pub.os' } };
      for (let i = 0; i < 20000; i++) standard.sendRequest(other, { ...plain, body: bytes(String(i)) }, undefined, undefined);`);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await process.ended();
    clearInterval(ticking);
    assert.equal(process.emitted.length, 20_000);
    assert(process.emitted.every(({ message }, i) => textOf(message.body) === String(i)));
    assert(turns > 5, `the node had ${turns} turns of its own meanwhile`);
  });

  it('a worker file that is not there is told as the end of the process', async () => {
    const broken = createHost({ workerEntry: new URL('./no-such-worker.ts', import.meta.url) });
    const exit = await new RunningProcess(broken, { kind: 'script', source: '', name: 'x' }).ended();
    assert(exit.kind === 'trapped');
    assert.match(exit.reason, /no-such-worker/);
  });

  it('dispose ends all of it', async () => {
    const own = createHost();
    const process = script('console.log("on"); for (;;) {}', own);
    await process.until(() => process.lines('stdout').length === 1);
    await own.dispose();
    assert.throws(() => script(echo, own), /disposed/);
  });
});
