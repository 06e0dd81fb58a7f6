/** eth, net, notifications and the processes without behaviour. */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { decode, encode } from '@msgpack/msgpack';
import type { NetworkView } from '../kernel/module-set.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { createEth } from './eth/module.ts';
import { createNet } from './net.ts';
import { createNotifications } from './notifications.ts';
import { createSilent } from './silent.ts';
import { InMemoryKernel } from './testing/in-memory-kernel.ts';

const network: NetworkView = { seed: Buffer.alloc(32, 3), nodes: () => [] };
const ethOptions = (endpoints: Record<string, string> = {}) => ({
  store: createMemoryStore(),
  endpoints,
  kernelView: { onKilled: () => () => undefined },
});

describe('eth without a chain (other-modules.md §4)', () => {
  const rows: [string, unknown, unknown][] = [
    [
      '§10.11',
      { Request: { chain_id: 8453, method: 'eth_feeHistory', params: [] } },
      { Err: { InvalidMethod: 'eth_feeHistory' } },
    ],
    ['§4.2', { Request: { chain_id: 8453, method: 'eth_blockNumber', params: null } }, { Err: 'NoRpcForChain' }],
    ['§10.12', { SubscribeLogs: { sub_id: 11, chain_id: 8453, kind: 'logs', params: {} } }, 'Ok'],
    ['§10.13', 'GetProviders', 'PermissionDenied'],
    ['unsubscribe of an unknown id', { UnsubscribeLogs: 12 }, { Err: 'MalformedRequest' }],
    ['no request', 'x', { Err: 'MalformedRequest' }],
  ];
  for (const [name, body, expected] of rows)
    test(name, async () => {
      const kernel = await new InMemoryKernel().add(createEth(ethOptions()));
      assert.deepEqual((await kernel.ask('eth:distro:sys', body))?.json, expected);
    });
});

describe('net as a process (other-modules.md §3)', () => {
  const ask = async (body: unknown, blob?: Uint8Array, from?: { node: string; process: string }) => {
    const kernel = await new InMemoryKernel().add(createNet(network));
    const answer = await kernel.ask('net:distro:sys', body instanceof Uint8Array ? body : encode(body), {
      ...(from ? { from } : { from: 'p:k:o' }),
      blob,
    });
    return { answer, lines: kernel.lines };
  };
  const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

  test('§10.8: Sign signs the asker’s address and the bytes; Verify agrees', async () => {
    const { answer } = await ask(Buffer.from('a45369676e', 'hex'), Buffer.from('x'));
    assert.equal(hex(answer?.body), 'a65369676e6564');
    const signature = answer?.blob?.bytes ?? new Uint8Array();
    assert.equal(signature.length, 64);
    const own = decode((await ask({ GetPeer: 'me.os' })).answer?.body ?? []) as { Peer: [string, string, unknown] };
    const x = Buffer.from(own.Peer[1].slice(2), 'hex').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    assert.ok(verify(null, Buffer.from('me.os@p:k:ox'), key, signature));
    const good = await ask({ Verify: ['me.os@p:k:o', [...signature]] }, Buffer.from('x'));
    assert.equal(hex(good.answer?.body), '81a85665726966696564c3');
    const bad = await ask({ Verify: ['me.os@p:k:o', [...signature]] }, Buffer.from('y'));
    assert.deepEqual(decode(bad.answer?.body ?? []), { Verified: false });
  });

  test('§10.9: an unknown peer', async () => {
    assert.equal(hex((await ask(Buffer.from('81a747657450656572a37a2e6f', 'hex'))).answer?.body), '81a450656572c0');
  });

  test('§10.10: a hello from another node is printed and acknowledged', async () => {
    const { answer, lines } = await ask(Buffer.from('hello'), undefined, {
      node: 'bob.os',
      process: 'hi:terminal:sys',
    });
    assert.equal(Buffer.from(answer?.body ?? []).toString(), 'ack');
    assert.deepEqual(lines, ['\u001b[3;32mbob.os: hello\u001b[0m']);
  });

  test('§3.2: what cannot be decoded gets no answer', async () => {
    const kernel = await new InMemoryKernel().add(createNet(network));
    assert.equal(await kernel.ask('net:distro:sys', Buffer.from('hello'), { expects: false }), undefined);
  });
});

describe('notifications (other-modules.md §7)', () => {
  test('§10.15: SendNotification is answered and printed; errors are printed only', async () => {
    const kernel = await new InMemoryKernel().add(createNotifications());
    const id = 'notifications:distro:sys';
    const note = { SendNotification: { title: 't', body: 'b', icon: null, data: { a: 1 } } };
    assert.equal((await kernel.ask(id, note))?.json, 'NotificationSent');
    assert.deepEqual(kernel.lines, ['notification of main:app:me.os: t: b']);
    const key = (await kernel.ask(id, 'GetPublicKey'))?.json as { PublicKey: string } | undefined;
    assert.equal(Buffer.from(key?.PublicKey ?? '', 'base64url').length, 65);
    assert.equal(await kernel.ask(id, { SendNotification: {} }, { expects: false }), undefined);
    assert.match(kernel.lines.at(-1) ?? '', /^notifications: error handling request: /);
  });
});

test('a process without behaviour says that it has none', async () => {
  const kernel = await new InMemoryKernel().add(createSilent('contacts:contacts:sys'));
  assert.equal(await kernel.ask('contacts:contacts:sys', 'GetNames', { expects: false }), undefined);
  assert.match(kernel.lines[0] ?? '', /contacts:contacts:sys does nothing on a dev node: a request of main:app:me\.os/);
});
