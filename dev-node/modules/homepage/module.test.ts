import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Store } from '../../store/store.ts';
import { named } from '../capabilities.ts';
import { createNotifications } from '../notifications.ts';
import { InMemoryKernel } from '../testing/in-memory-kernel.ts';
import { createVfs } from '../vfs/module.ts';
import { siteFiles } from './files.ts';
import { createHomepage } from './module.ts';

const id = 'homepage:homepage:sys';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'homepage-'));
after(() => fs.rmSync(folder, { recursive: true }));

async function site(state = new Map<string, Uint8Array>()) {
  const store: Store = {
    getState: (process) => state.get(process),
    setState: async (process, bytes) => void state.set(process, bytes),
    clearState: async () => undefined,
    processes: () => [],
    saveProcesses: () => undefined,
    backup: async () => undefined,
    close: () => undefined,
  };
  const kernel = await new InMemoryKernel('fake.os').add(
    createVfs(folder),
    createHomepage({ store, version: '1.2.3' }),
  );
  const tell = (body: unknown, from: string, more = {}) => kernel.ask(id, body, { from, expects: false, ...more });
  const apps = async () => {
    const answer = await kernel.ask(id, 'GetApps');
    assert.ok(answer);
    return (answer.json as { GetApps: Record<string, unknown>[] }).GetApps;
  };
  const http = async (path: string, method = 'GET', body = '') => {
    const message = { Http: { method, bound_path: path } };
    const answer = await kernel.ask(id, message, { from: 'http-server:distro:sys', blob: Buffer.from(body) });
    return {
      ...(answer?.json as { status: number; headers: object }),
      text: Buffer.from(answer?.blob?.bytes ?? []).toString(),
    };
  };
  return { kernel, tell, apps, http };
}

describe('homepage (packages.md §10)', () => {
  test('§10.1, §10.2: Add makes an entry under the sender’s id, and is not answered', async () => {
    const { tell, apps } = await site();
    assert.equal(
      await tell({ Add: { label: 'Chat', icon: 'data:,', path: '/', widget: null } }, 'chat:chat:template.os'),
      undefined,
    );
    assert.deepEqual(await apps(), [
      {
        id: 'chat:chat:template.os',
        process: 'chat',
        package_name: 'chat',
        publisher: 'template.os',
        path: '/chat:chat:template.os/',
        label: 'Chat',
        base64_icon: 'data:,',
        widget: null,
        order: 0,
        favorite: false,
      },
    ]);
    await tell({ Add: { label: 'X' } }, 'b:b:b.os');
    await tell({ Add: { icon: 'no label' } }, 'c:c:c.os');
    const [b, ...more] = await apps();
    assert.deepEqual([b?.['path'], b?.['base64_icon'], b?.['order'], more.length], [null, null, 1, 1]);
    await tell('Remove', 'b:b:b.os');
    assert.equal((await apps()).length, 1);
  });

  test('§10.1: RemoveOther needs its capability on the message', async () => {
    const { tell, apps } = await site();
    await tell({ Add: { label: 'A' } }, 'a:a:a.os');
    await tell({ RemoveOther: 'a:a:a.os' }, 'x:x:x.os');
    assert.equal((await apps()).length, 1);
    await tell({ RemoveOther: 'a:a:a.os' }, 'x:x:x.os', { capabilities: [named('fake.os', id, 'RemoveOther')] });
    assert.equal((await apps()).length, 0);
  });

  test('§10.3: the page lists the apps and shows their widgets; what apps say cannot break out', async () => {
    const { tell, http } = await site();
    assert.match((await http('')).text, /No app has announced itself yet/);
    await tell({ Add: { label: '<script>x', icon: '"onerror=', path: '/', widget: '<b>w</b>' } }, 'a:a:a.os');
    const page = await http('');
    assert.deepEqual([page.status, page.headers], [200, { 'Content-Type': 'text/html; charset=utf-8' }]);
    assert.match(page.text, /<a href="\/a:a:a\.os\/">/);
    assert.match(page.text, /srcdoc="&lt;b&gt;w&lt;\/b&gt;" sandbox=/);
    assert.doesNotMatch(page.text, /<script>x|src=""onerror/);
  });

  test('§10.3: /apps, /version, /favorite, /order; the order survives a restart', async () => {
    const state = new Map<string, Uint8Array>();
    const { tell, http } = await site(state);
    for (const name of ['a', 'b', 'c', 'd']) {
      assert.equal((await http('/version')).status, 425);
      await tell({ Add: { label: name, widget: '<p>' } }, `${name}:a:a.os`);
    }
    assert.deepEqual((await http('/version')).text, '1.2.3');
    assert.equal((await http('/favorite')).status, 405);
    assert.equal((await http('/favorite', 'POST', 'x')).status, 400);
    assert.equal((await http('/favorite', 'POST', '["b:a:a.os",true]')).status, 200);
    assert.equal((await http('/order', 'POST', '[["a:a:a.os",9]]')).status, 200);
    const [a, b] = JSON.parse((await http('/apps')).text);
    assert.deepEqual([a.order, b.favorite], [9, true]);
    const again = await site(state);
    await again.tell({ Add: { label: 'a' } }, 'a:a:a.os');
    assert.equal((await again.apps())[0]?.['order'], 9);
  });

  test('§10.1: a stylesheet that was set is served, and again after a restart', async () => {
    const css = 'body{color:red}';
    const bound = (kernel: InMemoryKernel) =>
      kernel.sent
        .filter(({ target }) => target.process === 'http-server:distro:sys')
        .map(({ blob }) => String(Buffer.from(blob?.bytes ?? [])));
    const first = await site();
    await first.tell({ SetStylesheet: css }, 'x:x:x.os');
    assert.deepEqual(bound(first.kernel), []);
    await first.tell({ SetStylesheet: css }, 'x:x:x.os', { capabilities: [named('fake.os', id, 'SetStylesheet')] });
    assert.deepEqual(bound(first.kernel), [css]);
    // The file is there when the answer to a later request of the homepage's is.
    while (!fs.existsSync(path.join(folder, 'homepage:sys/pkg/persisted-hyperware.css')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(bound((await site()).kernel), [css]);
  });

  test('other-modules.md §7: /api/notifications/… asks the notifications module', async () => {
    const { kernel, http } = await site();
    await kernel.add(createNotifications());
    const call = async (name: string, method: string, body = '') => {
      const { status, text } = await http(`/api/notifications/${name}`, method, body);
      return [status, text === '' ? undefined : JSON.parse(text)];
    };
    const [status, key] = await call('vapid-key', 'GET');
    assert.deepEqual([status, Buffer.from(key.publicKey, 'base64url').length], [200, 65]);
    const endpoint = 'https://push.example/1';
    const subscription = { endpoint, keys: { p256dh: 'a', auth: 'b' }, created_at: 1 };
    assert.deepEqual(await call('subscribe', 'GET'), [405, undefined]);
    assert.deepEqual(await call('subscribe', 'POST', 'x'), [400, undefined]);
    assert.deepEqual(await call('subscribe', 'POST', JSON.stringify(subscription)), [200, { success: true }]);
    assert.deepEqual(await call('subscription-info', 'POST', JSON.stringify({ endpoint })), [200, subscription]);
    assert.deepEqual(await call('unsubscribe', 'POST', JSON.stringify({ endpoint })), [200, { success: true }]);
    assert.deepEqual(await call('subscription-info', 'POST', JSON.stringify({ endpoint })), [200, null]);
  });

  test('what comes from http-server is HTTP or nothing', async () => {
    const { tell } = await site();
    assert.equal(await tell('GetApps', 'http-server:distro:sys'), undefined);
  });

  test('http-server.md §10: /our.js is exactly this text', () => {
    const script = siteFiles('fake.os').find(({ path }) => path === '/our.js');
    assert.equal(new TextDecoder().decode(script?.content.bytes), "window.our = {}; window.our.node = 'fake.os';");
    assert.equal(script?.content.mime, 'application/javascript');
  });
});
