/** One program as a real QuickJS component and as a script: both must do the same, by the kernel's rules. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ProcessCode } from '../../dev-node/kernel/process.ts';
import { createProcessHost } from '../../dev-node/process-host/host.ts';
import { blob, request, response, textOf } from '../../dev-node/process-host/testing/fake-kernel.ts';
import { RunningProcess } from '../../dev-node/process-host/testing/node.ts';
import { javascriptComponent, javascriptScript } from './components.ts';

const host = createProcessHost({
  workerEntry: new URL('../../dev-node/process-host/worker.ts', import.meta.url),
});
after(() => host.dispose());

const forms: Record<string, () => Promise<ProcessCode>> = {
  'a QuickJS component': async () => ({ kind: 'component', bytes: await javascriptComponent('probe') }),
  'a script': async () => ({ kind: 'script', source: await javascriptScript('probe'), name: 'probe.js' }),
};

for (const [form, load] of Object.entries(forms)) {
  describe(`${form} on the process host`, () => {
    let code: ProcessCode;
    let process: RunningProcess;
    let nextId = 1n;

    before(async () => {
      code = await load();
      process = new RunningProcess(host, code);
    });
    after(() => process.hosted.kill());

    const ask = async (command: unknown[], given?: string, to = process): Promise<unknown> => {
      const asked = request({ expectsResponse: 5n, body: JSON.stringify(command) });
      const answer = await to.ask(nextId++, asked, given === undefined ? undefined : blob(given, 'text/plain'));
      return JSON.parse(textOf(answer.message.body)!);
    };

    it('starts with its address and answers (§3, §6.6)', async () => {
      assert.deepEqual(await ask(['echo', { a: [1, null, 'x'] }]), { a: [1, null, 'x'] });
      assert.deepEqual(process.printed[0], { verbosity: 1, text: 'probe a.os@b:p:pub.os', stream: 'terminal' });
      assert.deepEqual(await ask(['our']), {
        node: 'a.os',
        process: { processName: 'b', packageName: 'p', publisherNode: 'pub.os' },
      });
    });

    it('sees blobs, and last-blob after them (§6.8)', async () => {
      const given = { mime: 'text/plain', text: 'hello' };
      assert.deepEqual(await ask(['blob'], 'hello'), [true, given, given]);
      assert.deepEqual(await ask(['blob']), [false, null, given]);
      assert.equal(await ask(['bytes', 3_000_000], 'x'.repeat(3_000_000)), true);
    });

    it('sends and forgets, with a blob (§6.4)', async () => {
      await ask(['send', 'our', 'c:p:pub.os', 'hi']);
      const sent = process.emitted.find(({ message }) => textOf(message.body) === 'hi')!;
      assert.deepEqual(
        [sent.target, sent.rsvp, sent.blob],
        [{ node: 'our', process: 'c:p:pub.os' }, undefined, blob('b', 'm')],
      );
    });

    it('awaits a response (§6.7)', async () => {
      const asking = ask(['await', 'a.os', 'c:p:pub.os', 'question', 5]);
      const sent = await process.until(() =>
        process.emitted.find(({ message }) => textOf(message.body) === 'question'),
      );
      process.arrives(sent.id, response({ body: 'answer' }), { source: { node: 'a.os', process: 'c:p:pub.os' } });
      assert.deepEqual(await asking, ['c', 'response', 'answer', true]);
    });

    it('gets a timeout as an error, awaited or received with its context (§8)', async () => {
      assert.deepEqual(await ask(['await', 'our', 'c:p:pub.os', 'void', 0]), ['timeout', 'our', 'void', 0]);
      assert.deepEqual(await ask(['later', 'our', 'c:p:pub.os', 'void', 0, 'ctx']), ['timeout', 'ctx']);
    });

    it('keeps state, on-exit, capabilities and children through the kernel (§7)', async () => {
      let state: Uint8Array | undefined;
      const asked: string[] = [];
      process.answer = (call) => {
        asked.push(call.call);
        if (call.call === 'get-state') return { kind: 'state', bytes: state };
        if (call.call === 'set-state') state = call.bytes;
        if (call.call === 'clear-state') state = undefined;
        if (call.call === 'spawn' && call.name === 'taken') return { kind: 'spawn-error', error: 'name-taken' };
        if (call.call === 'spawn') return { kind: 'spawned', process: 'child:p:pub.os' };
        if (call.call !== 'our-capabilities') return { kind: 'done' };
        return { kind: 'capabilities', capabilities: [{ issuer: { node: 'a.os', process: 'v:d:s' }, params: '"y"' }] };
      };
      assert.deepEqual(await ask(['state', 'one']), null);
      assert.deepEqual(await ask(['state', null]), 'one');
      assert.deepEqual(await ask(['state', 'two']), null);
      assert.equal(await ask(['onExit', 'restart']), 'restart');
      assert.deepEqual(process.onExits, [{ kind: 'restart' }]);
      assert.equal(await ask(['spawn', 'taken']), 'name-taken');
      assert.deepEqual(await ask(['spawn', 'child']), {
        processName: 'child',
        packageName: 'p',
        publisherNode: 'pub.os',
      });
      assert.deepEqual(await ask(['capabilities']), ['"y"']);
      assert.deepEqual(asked.slice(-3), ['save-capabilities', 'drop-capabilities', 'our-capabilities']);
    });

    it('that panics is trapped, with the text in stderr (§11.2)', async () => {
      const panicking = new RunningProcess(host, code);
      panicking.arrives(1n, request({ body: '["panic", "as it was told"]' }));
      const exit = await panicking.ended();
      assert(exit.kind === 'trapped');
      assert.match(exit.stderr, /as it was told/);
    });

    it('that loops is killed, and others go on', async () => {
      const looping = new RunningProcess(host, code);
      await ask(['echo', 1], undefined, looping);
      looping.arrives(2n, request({ body: '["loop"]' }));
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(await ask(['echo', 2]), 2);
      await looping.hosted.kill();
      assert.equal(looping.exit, undefined);
    });
  });
}
