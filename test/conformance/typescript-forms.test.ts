/**
 * An app in TypeScript as a script process and as a component: the same requests on real nodes, the same answers. Two
 * nodes have the same name and do not know each other, so that whatever names the node is equal too.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BuiltApp, buildApp, stopBundler } from '../../hyperapp/build/index.ts';
import { writeFixture } from '../../hyperapp/sdk/testing/fixture-app.ts';
import { buildCache } from './built-once.ts';
import { closeNodes, TestNode, until } from './node.ts';

const root = path.join(import.meta.dirname, '../..');
const missing = await import('componentize-qjs').then(
  () => undefined,
  (error: Error) => error,
);
const skip = missing && `componentize-qjs is not there for this machine: ${missing.message.split('\n')[0]}`;

type Form = 'script' | 'component';
/** Below the project, so that the app's folder resolves the project's componentizer. */
const folder = path.join(buildCache, `forms-${process.pid}`);
const built = new Map<string, BuiltApp & { readonly folder: string }>();

async function build(name: string, from: string, form: Form): Promise<void> {
  const app = path.join(folder, form, name);
  fs.cpSync(from, app, { recursive: true, filter: (file) => !file.startsWith(path.join(from, 'target')) });
  const result = await buildApp(app, { component: form === 'component' });
  assert.ok(result.ok, JSON.stringify('problems' in result && result.problems));
  assert.deepEqual(
    result.processes.map(({ kind }) => kind),
    [form],
  );
  built.set(`${name} ${form}`, { ...result, folder: app });
}

async function install(node: TestNode, name: string, form: Form): Promise<void> {
  const { zip, metadata, packageId } = built.get(`${name} ${form}`)!;
  await node.control.call('package/install', { zip: Buffer.from(zip).toString('base64'), metadata });
  await until(`${packageId} runs on ${node.name}`, async () => {
    const process = await node.process(`${name}:${packageId}`);
    return process !== undefined && (await post(node, name, '{}')).status === 400;
  });
}

interface HttpAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly marks: string | null;
  readonly body: string;
}

async function post(node: TestNode, app: string, body: string | Uint8Array, method = 'POST'): Promise<HttpAnswer> {
  const answer = await fetch(`${node.http}/${app}:${app}:template.os/api`, {
    method,
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
  });
  const { headers, status } = answer;
  return { status, type: headers.get('content-type'), marks: headers.get('x-probe'), body: await answer.text() };
}

const call = (name: string, parameters: unknown) => JSON.stringify({ [name]: parameters });

describe('the forms of an app', { skip, timeout: 90_000 }, () => {
  const nodes = {} as Record<Form, TestNode>;
  const forms: readonly Form[] = ['script', 'component'];

  before(async () => {
    const probe = writeFixture(fs.readFileSync(path.join(import.meta.dirname, '../fixtures/apps/probe.ts'), 'utf8'));
    for (const form of forms) {
      await build('echo', path.join(root, 'examples/echo'), form);
      await build('samchat', path.join(root, 'examples/samchat'), form);
      await build('probe', probe, form);
      nodes[form] = await TestNode.start('alice.os', { network: `forms-${form}-${process.pid}` });
      for (const app of ['echo', 'samchat', 'probe']) await install(nodes[form], app, form);
    }
    fs.rmSync(probe, { recursive: true });
  });
  after(async () => {
    await closeNodes();
    await stopBundler();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** The answers of both nodes, which must be equal; the script's is given back. */
  async function both<T>(run: (node: TestNode) => Promise<T>): Promise<T> {
    const script = await run(nodes.script);
    assert.deepEqual(await run(nodes.component), script);
    return script;
  }

  describe('answer alike: echo', () => {
    const texts = ['plain', '', 'ü€ 👩‍🚀 \u0000\u2028', '"\\', 'long '.repeat(30_000), 'läng👍'.repeat(20_000)];
    for (const text of texts)
      it(`${JSON.stringify(text.slice(0, 12))}, ${text.length} long`, async () => {
        const answer = await both((node) => post(node, 'echo', call('Echo', text)));
        assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, `alice.os: ${text}`]);
      });

    const wrong: Record<string, string | Uint8Array> = {
      'no JSON': '{"Echo":"a",}',
      'cut off': '{"Echo":"a',
      'an empty body': '',
      'another handler': call('Nope', 'a'),
      'another type': call('Echo', 3),
      'half of a pair': '{"Echo":"\\ud800"}',
      'no UTF-8': Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
      'deep nesting': '['.repeat(200),
      'a huge number': '{"Echo":123456789012345678901234567890}',
    };
    for (const [what, body] of Object.entries(wrong))
      it(what, async () => {
        const answer = await both((node) => post(node, 'echo', body));
        assert.equal(answer.status, what === 'an empty body' ? 404 : 400, answer.body);
      });

    it('GET, and a message from this node', async () => {
      assert.equal((await both((node) => post(node, 'echo', '', 'GET'))).status, 404);
      const heard = await both((node) => node.inject('echo:echo:template.os', call('GetHeard', '')));
      assert.equal(heard, texts.length);
    });

    it('calls: itself, and a node that is not there', async () => {
      const own = await both((node) => post(node, 'echo', call('EchoFrom', ['alice.os', 'hi'])));
      assert.equal(own.body, '{"Ok":"alice.os: hi"}');
      const offline = await both((node) => post(node, 'echo', call('EchoFrom', ['nobody.os', 'hi'])));
      assert.equal(offline.body, '{"Err":"nobody.os@echo:echo:template.os is offline."}');
    });
  });

  describe('answer alike: the probe', () => {
    const ask = (name: string, parameters: unknown) => both((node) => post(node, 'probe', call(name, parameters)));

    it('integers to the last digit', async () => {
      const body = '{"Integers":[18446744073709551615,-9223372036854775808,9007199254740993]}';
      const answer = await both((node) => post(node, 'probe', body));
      assert.equal(answer.body, '[18446744073709551615,-9223372036854775808,9007199254740993]');
      assert.equal((await both((node) => post(node, 'probe', '{"Integers":[18446744073709551616,0,0]}'))).status, 400);
    });

    it('what of the request a handler sees, and what it sets', async () => {
      const answer = await ask('Request', 'x');
      assert.deepEqual([answer.status, answer.marks], [202, 'set']);
      assert.deepEqual(JSON.parse(answer.body), ['POST', '/api', 'alice.os@http-server:distro:sys', '{"Request":"x"}']);
    });

    it('a handler that throws', async () => {
      const thrown = await ask('Throw', 'no luck');
      assert.deepEqual([thrown.status, JSON.parse(thrown.body)], [500, { error: 'Throw failed: no luck' }]);
      for (const node of Object.values(nodes)) {
        const lines = (await node.lines(0)).map(({ text }) => text);
        const told = lines.find((line) => line.includes('Handler throw failed: '));
        assert.match(told ?? '', /Handler throw failed: Error: no luck\n\s+at \S+/, lines.join('\n'));
      }
    });

    it('files with every byte, and what vfs refuses', async () => {
      const answer = await ask('Files', 70_000);
      assert.equal(answer.body, '[70000,true,["probe:template.os/forms/all.bin"],true]');
    });

    it('timers, and many handlers under way', async () => {
      const answers = await both((node) =>
        Promise.all([30, 10, 20].map((ms) => post(node, 'probe', call('After', ms)).then(({ body }) => body))),
      );
      assert.deepEqual(answers, ['30', '10', '20']);
    });

    it('values of a wrong type at the border are a TypeError and not the end of the process', async () => {
      const answer = await ask('Border', '');
      assert.match(answer.body, /^\["TypeError: printToTerminal: message is not a string","TypeError: .*bytes is not/);
    });

    it('TextEncoder, TextDecoder and the console', async () => {
      assert.equal((await ask('Coding', 'ü€👍')).body, '[[195,188,226,130,172,240,159,145,141],"ü€👍","�a"]');
      await ask('Log', 'told by the console');
      for (const node of Object.values(nodes))
        await until('the line', async () =>
          (await node.lines(0)).some(({ text }) => text.includes('told by the console 7')),
        );
    });

    it('state over a restart, with what plain JSON lacks', async () => {
      await ask('Keep', ['a', '18446744073709551615']);
      await ask('Keep', ['ü', '1']);
      for (const node of Object.values(nodes)) {
        await node.control.call('process/restart', { process: 'probe:probe:template.os' });
        await until('it runs again', async () => (await post(node, 'probe', call('GetKept', ''))).status === 200);
      }
      assert.equal((await ask('GetKept', '')).body, '[["a",18446744073709551615],["ü",1]]');
    });

    it('random numbers are others after each start', async () => {
      const drawn = new Set<string>();
      for (let start = 0; start < 3; start++) {
        drawn.add((await post(nodes.component, 'probe', call('Random', ''))).body);
        await nodes.component.control.call('process/restart', { process: 'probe:probe:template.os' });
        await until(
          'it runs again',
          async () => (await post(nodes.component, 'probe', call('GetKept', ''))).status === 200,
        );
      }
      assert.equal(drawn.size, 3);
    });
  });

  it('talk with each other: a component’s echo and samchat with a script’s', async () => {
    const bob = await TestNode.start('bob.os', {
      network: `forms-component-${process.pid}`,
      peers: nodes.component.peerAddresses,
    });
    const alice = nodes.component;
    for (const app of ['echo', 'samchat']) await install(bob, app, 'script');
    await until('they see each other', async () =>
      (await alice.control.call('peer/list')).some(({ name, state }) => name === 'bob.os' && state === 'connected'),
    );
    const fromBob = await post(alice, 'echo', call('EchoFrom', ['bob.os', 'ü']));
    assert.equal(fromBob.body, '{"Ok":"alice.os: ü"}');
    assert.equal((await post(bob, 'echo', call('EchoFrom', ['alice.os', 'é']))).body, '{"Ok":"bob.os: é"}');

    const group = JSON.parse((await post(alice, 'samchat', call('CreateGroup', ['Crew', ['bob.os']]))).body).Ok.id;
    for (const [from, to, text] of [
      [alice, 'bob.os', 'hello 👋'],
      [bob, 'alice.os', 'hi'],
      [alice, group, 'all aboard'],
      [bob, group, 'aye'],
    ] as const)
      await until(`"${text}" is sent`, async () =>
        Boolean(JSON.parse((await post(from, 'samchat', call('SendMessage', [to, text, null]))).body).Ok),
      );
    const texts = async (node: TestNode, conversation: string) =>
      (JSON.parse((await post(node, 'samchat', call('GetMessages', conversation))).body) as Record<string, unknown>[])
        .map(({ sender, text, state }) => `${sender} ${text} ${state}`)
        .sort();
    for (const [node, peer] of [
      [alice, 'bob.os'],
      [bob, 'alice.os'],
    ] as const) {
      await until('both are delivered', async () => {
        const all = [...(await texts(node, peer)), ...(await texts(node, group))];
        return all.length === 4 && all.every((text) => / (Delivered|Received)$/.test(text));
      });
    }
  });

  it('are equal bytes for equal sources, and one form at a time', async () => {
    const { folder: app, zipHash } = built.get('echo component')!;
    assert.ok(!fs.existsSync(path.join(app, 'pkg/echo.js')));
    const again = await buildApp(app, { component: true });
    assert.ok(again.ok);
    assert.equal(again.zipHash, zipHash);
    const script = await buildApp(app);
    assert.ok(script.ok);
    assert.deepEqual([script.processes[0]?.kind, fs.existsSync(path.join(app, 'pkg/echo.wasm'))], ['script', false]);
  });
});
