/** A component built from Rust, where this machine can build one, does on the process host what its source says. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createProcessHost } from '../../dev-node/process-host/host.ts';
import { blob, request, response, textOf } from '../../dev-node/process-host/testing/fake-kernel.ts';
import { RunningProcess } from '../../dev-node/process-host/testing/node.ts';
import { rustComponent, rustToolchain } from './rust-components.ts';

const toolchain = rustToolchain();

describe('echo, a Rust component', { skip: !toolchain.available && toolchain.reason }, () => {
  const host = createProcessHost({
    workerEntry: new URL('../../dev-node/process-host/worker.ts', import.meta.url),
  });
  let echo: RunningProcess;

  before(async () => {
    echo = new RunningProcess(host, { kind: 'component', bytes: await rustComponent('echo') });
  });
  after(() => host.dispose());

  const ask = async (id: bigint, body: string, given?: string) => {
    const { message, blob: answered } = await echo.ask(
      id,
      request({ expectsResponse: 5n, body }),
      given === undefined ? undefined : blob(given, 'text/plain'),
    );
    return { body: textOf(message.body), blob: answered && textOf(answered.bytes), mime: answered?.mime };
  };

  it('answers with the body and the blob that it was given', async () => {
    assert.deepEqual(await ask(1n, 'hello', 'with a blob'), {
      body: 'hello',
      blob: 'with a blob',
      mime: 'text/plain',
    });
    assert.deepEqual(await ask(2n, 'hello'), { body: 'hello', blob: undefined, mime: undefined });
    const long = 'ü'.repeat(1_000_000);
    assert.equal((await ask(3n, long)).body, long);
  });

  it('binds its path without awaiting an answer', () => {
    const [bind] = echo.emitted;
    assert.deepEqual([bind?.target, bind?.rsvp], [{ node: 'a.os', process: 'http-server:distro:sys' }, undefined]);
  });

  it('asks another process and answers with what came back', async () => {
    const asking = ask(4n, 'ask c:p:pub.os', 'question');
    const asked = await echo.until(() => echo.emitted.find(({ message }) => textOf(message.body) === 'question'));
    assert.deepEqual(asked.target, { node: 'a.os', process: 'c:p:pub.os' });
    echo.arrives(asked.id, response({ body: 'answer' }), { source: { node: 'a.os', process: 'c:p:pub.os' } });
    assert.deepEqual(await asking, { body: 'answer', blob: undefined, mime: undefined });
  });
});
