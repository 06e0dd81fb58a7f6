/** kernel.md §6 and §9: what a process sees of requests and responses. */
import assert from 'node:assert/strict';
import { statement } from '../frame.ts';
import { ask, behave, echo, pause, receive, respond, type Seen, send } from '../steps.ts';

statement(
  'kernel.md §9.1',
  'a response comes back with the context that was stored for its request',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    const answering = b.do(receive, respond('two', { metadata: '{"m":1}' }));
    await answering.told;
    const [, seen] = (await a.do(send(b.address, 'one', { expects: 5, context: 'x' }), receive)) as [null, Seen];
    assert.equal(seen.from, b.address);
    assert.deepEqual(seen.response, { body: 'two', inherit: false, metadata: '{"m":1}', capabilities: [] });
    assert.equal(seen.context, 'x');
    const [got] = (await answering) as [Seen];
    assert.equal(got.from, a.address);
    assert.deepEqual(got.request, { body: 'one', inherit: false, expects: 5, metadata: null, capabilities: [] });
  },
  { rust: true },
);

statement('kernel.md §6.4', 'fire-and-forget never sees an error', async (w) => {
  const a = await w.puppet();
  await a.do(send(`our@nobody:${a.package}`, 'x'), send('nowhere.os@nobody:at:all.os', 'x'));
  const late = await a.ask(`our@nobody:${a.package}`, 'y', 1);
  assert.equal(late.error?.kind, 'timeout');
  assert.deepEqual(await a.recorded(), []);
});

statement(
  'kernel.md §6.4',
  'the receiver sees inherit, expects-response and metadata as the sender set them',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    await a.do(
      send(b.address, 'one', { inherit: true, expects: 7, metadata: '{"k":[1]}' }),
      send(b.address, [0, 255, 128], { metadata: 'not json' }),
    );
    const [one, two] = await b.recorded();
    assert.deepEqual(one?.request, { body: 'one', inherit: true, expects: 7, metadata: '{"k":[1]}', capabilities: [] });
    assert.deepEqual(two?.request, {
      body: [0, 255, 128],
      inherit: false,
      expects: null,
      metadata: 'not json',
      capabilities: [],
    });
  },
);

statement('kernel.md §6.4', 'expects-response 0 times out at once', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const seen = await a.ask(b.address, 'x', 0);
  assert.equal(seen.error?.kind, 'timeout');
  assert(seen.ms < 500, `${seen.ms} ms`);
});

statement('kernel.md §6.4', 'a huge expects-response is waited for, not wrapped round', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(echo);
  const seen = await a.ask(b.address, 'x', 5_000_000_000);
  assert.equal(seen.response?.body, 'x');
});

statement('kernel.md §6.4', 'send-requests sends in the order of the list, each with its own context', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(echo);
  const requests = ['1', '2', '3'].map((body) => ({ target: b.address, body, expects: 5, context: `c${body}` }));
  const results = (await a.do({ call: 'send-requests', requests }, receive, receive, receive)) as Seen[];
  assert.deepEqual(
    results.slice(1).map((seen) => [seen.response?.body, seen.context]),
    [
      ['1', 'c1'],
      ['2', 'c2'],
      ['3', 'c3'],
    ],
  );
});

statement('kernel.md §5', 'what one process sends to another arrives in that order', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  const bodies = Array.from({ length: 300 }, (_, n) => `${n}`);
  await a.do(
    { call: 'send-requests', requests: bodies.slice(0, 150).map((body) => ({ target: b.address, body })) },
    ...bodies.slice(150).map((body) => send(b.address, body)),
  );
  const seen = await b.recorded();
  assert.deepEqual(
    seen.map(({ request }) => request?.body),
    bodies,
  );
});

statement(
  'kernel.md §9.2',
  'an answer to an inherited request goes from the last process to the first, with the first one’s context',
  async (w) => {
    const { a, b, c } = await w.puppets({ a: {}, b: {}, c: {} });
    const middle = b.do(receive, send(c.address, 'from b', { inherit: true }));
    const last = c.do(receive, { call: 'get-blob' }, respond('from c'));
    await Promise.all([middle.told, last.told]);
    const [, seen] = (await a.do(
      send(b.address, 'from a', { expects: 5, context: 'mine', blob: { mime: 'm', bytes: 'blob' } }),
      receive,
    )) as [null, Seen];
    assert.equal(seen.from, c.address);
    assert.equal(seen.response?.body, 'from c');
    assert.equal(seen.context, 'mine');
    const [got, blob] = (await last) as [Seen, unknown];
    assert.equal(got.from, b.address);
    assert.equal(got.request?.expects, null);
    assert.deepEqual(blob, { mime: 'm', bytes: 'blob' });
  },
  { rust: true },
);

statement(
  'kernel.md §9.2',
  'the last process of an inherited chain needs the right to message the first',
  async (w) => {
    const { a, b, c } = await w.puppets({ a: { public: false }, b: {}, c: {} });
    await b.do(behave(send(c.address, 'x', { inherit: true })));
    await c.do(respondAll);
    const seen = await a.ask(b.address, 'x', 1);
    assert.equal(seen.error?.kind, 'timeout');
    assert(seen.ms >= 950);
    await w.printed(`process ${c.address} doesn't have capability to message process ${a.address}`, 0);
  },
);
const respondAll = behave(respond('answer'));

statement(
  'kernel.md §9.3',
  'an inherited request that expects a response is answered to the one in the middle',
  async (w) => {
    const { a, b, c } = await w.puppets({ a: {}, b: {}, c: {} });
    await c.do(behave(respond('from c')));
    const middle = b.do(
      receive,
      send(c.address, 'from b', { inherit: true, expects: 5, context: 'kept' }),
      receive,
      respond('from b'),
    );
    await middle.told;
    const seen = await a.ask(b.address, 'from a');
    assert.deepEqual([seen.from, seen.response?.body], [b.address, 'from b']);
    const [, , got] = (await middle) as [Seen, null, Seen];
    assert.deepEqual([got.from, got.response?.body, got.context], [c.address, 'from c', 'kept']);
  },
);

statement(
  'kernel.md §9.4',
  'a response while a fire-and-forget request is handled goes to the request before it',
  async (w) => {
    const { a, b, d } = await w.puppets({ a: {}, b: {}, d: {} });
    const waits = b.do(receive, receive, respond('stale'));
    await waits.told;
    const asking = a.do(ask(b.address, 'question', 5));
    await asking.told;
    await w.traced('the question', (e) => e.kind === 'request' && e.body === 'question');
    await d.do(send(b.address, 'forget it'));
    const [seen] = (await asking) as [Seen];
    assert.deepEqual([seen.from, seen.response?.body], [b.address, 'stale']);
    const [, second] = (await waits) as [Seen, Seen];
    assert.equal(second.from, d.address);
  },
);

statement('kernel.md §6.5', 'send-response without a request to answer prints a line and does not trap', async (w) => {
  const a = await w.puppet();
  await a.do(respond('nobody asked'));
  await w.printed('kernel: need non-None prompting_message to handle Response', 0);
  assert.equal(await a.one({ call: 'our' }), a.address);
});

statement(
  'kernel.md §6.5',
  'a second response to the same request is sent and discarded by the receiver',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    await b.do(behave(respond('first'), respond('second')));
    const seen = await a.ask(b.address, 'x');
    assert.equal(seen.response?.body, 'first');
    await w.traced('the second, discarded', (e) => e.cause === 'late-response' && e.source.includes(a.package));
    assert.deepEqual(await a.recorded(), []);
  },
);

statement(
  'kernel.md §6.5',
  'a response with inherit takes the last blob and ignores the blob it is given',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    await b.do(behave(respond('x', { inherit: true, blob: { mime: 'given', bytes: 'given' } })));
    const asked = ask(b.address, 'x', 5, { blob: { mime: 'sent', bytes: 'sent' } });
    const [seen, blob] = (await a.do(asked, { call: 'get-blob' })) as [Seen, unknown];
    assert.equal(seen.response?.inherit, true);
    assert.deepEqual(blob, { mime: 'sent', bytes: 'sent' });
  },
);

statement(
  'kernel.md §6.4',
  'an inherited request takes the last blob even if the current message had none',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    await a.do(send(a.address, 'to myself', { blob: { bytes: 'old' } }));
    await a.recorded();
    await a.do(send(b.address, 'inherits', { inherit: true }), send(b.address, 'does not'));
    await a.do(send(b.address, 'given', { inherit: true, blob: { bytes: 'new' } }));
    const seen = await b.recorded();
    assert.deepEqual(
      seen.map(({ request, blob }) => [request?.body, blob?.bytes ?? null]),
      [
        ['inherits', 'old'],
        ['does not', null],
        ['given', 'new'],
      ],
    );
  },
);

statement('kernel.md §6.7', 'send-and-await-response without expects-response traps', async (w) => {
  const { a, b } = await w.puppets({ a: { onExit: 'None' }, b: {} });
  await a.tell({ call: 'send-and-await-response', target: b.address, body: 'x' });
  await w.printed(`process ${a.address} ended with error`, 0);
});

statement('kernel.md §6.7', 'send-and-await-response to the own address traps', async (w) => {
  const a = await w.puppet({ onExit: 'None' });
  await a.tell(ask(a.address, 'x'));
  await w.printed(`process ${a.address} ended with error`, 0);
});

statement(
  'kernel.md §6.7',
  'to `our@` the own process it traps as well: the request itself has the awaited id',
  async (w) => {
    const a = await w.puppet({ onExit: 'None' });
    await a.tell(ask(`our@${a.id}`, 'x'));
    await w.printed(`process ${a.address} ended with error`, 0);
  },
);

statement(
  'kernel.md §9.5',
  'messages that come while a response is awaited are received later, in order',
  async (w) => {
    const { a, b, c } = await w.puppets({ a: {}, b: {}, c: {} });
    await c.do(behave(pause(300), respond('c answers')));
    await a.do(behave(respond('a answers')));
    const doing = b.do(
      send(a.address, 'async', { expects: 5, context: 'k' }),
      ask(c.address, 'await'),
      receive,
      receive,
    );
    await doing.told;
    await w.traced('b asks c', (e) => e.body === 'await');
    await a.do(send(b.address, '90'));
    const [, awaited, first, second] = (await doing) as [null, Seen, Seen, Seen];
    assert.equal(awaited.response?.body, 'c answers');
    const got = [first, second].map((seen) => [seen.request?.body, seen.response?.body, seen.context ?? null]);
    assert.deepEqual(got, [
      [undefined, 'a answers', 'k'],
      ['90', undefined, null],
    ]);
  },
  { rust: true },
);

statement('kernel.md §9.6', 'a request with the awaited id traps the one who awaits', async (w) => {
  const { a, b } = await w.puppets({ a: { onExit: 'None' }, b: {} });
  await b.do(behave(send(a.address, 'back', { inherit: true })));
  await a.tell(ask(b.address, 'x'));
  await w.printed(`process ${a.address} ended with error`, 0);
});

statement(
  'kernel.md §6.7',
  'an awaited error comes as a result with the message and the blob that failed',
  async (w) => {
    const a = await w.puppet();
    const target = `our@nobody:${a.package}`;
    const seen = await a.ask(target, 'body', 3, { metadata: '"m"', blob: { mime: 'x', bytes: 'blob' } });
    assert.equal(seen.error?.kind, 'timeout');
    assert.deepEqual(seen.error?.request, {
      body: 'body',
      inherit: false,
      expects: 3,
      metadata: '"m"',
      capabilities: [],
    });
    assert.deepEqual(seen.error?.blob, { mime: 'x', bytes: 'blob' });
  },
);

statement('kernel.md §8', 'an error of a request that was not awaited is received with its context', async (w) => {
  const a = await w.puppet();
  const target = `our@nobody:${a.package}`;
  const [, seen] = (await a.do(send(target, 'x', { expects: 3, context: 'mine' }), receive)) as [null, Seen];
  assert.equal(seen.error?.kind, 'timeout');
  assert.equal(seen.context, 'mine');
});

statement('kernel.md §8', 'a response that comes after its timeout is discarded', async (w) => {
  const { a, b } = await w.puppets({ a: {}, b: {} });
  await b.do(behave(pause(1200), respond('late')));
  const seen = await a.ask(b.address, 'x', 1);
  assert.equal(seen.error?.kind, 'timeout');
  await w.traced('the late response', (e) => e.cause === 'late-response');
  assert.deepEqual(await a.recorded(), []);
});

statement(
  'kernel.md §8',
  'a response that comes while its timeout is still unread is received after it, without context',
  async (w) => {
    const { a, b, c } = await w.puppets({ a: {}, b: {}, c: {} });
    await b.do(behave(pause(1200), respond('late')));
    await c.do(behave(pause(1600), respond('c')));
    const results = await a.do(
      send(b.address, 'async', { expects: 1, context: 'k' }),
      ask(c.address, 'await', 5),
      receive,
      receive,
    );
    const [, , first, second] = results as [null, Seen, Seen, Seen];
    assert.deepEqual([first.error?.kind, first.context], ['timeout', 'k']);
    assert.deepEqual([second.response?.body, second.context ?? null], ['late', null]);
  },
);

statement(
  'kernel.md §6.2',
  'a process that has restarted does not get responses to requests of its former life',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: {} });
    const waits = b.do(receive, pause(700), respond('too late'));
    await waits.told;
    await a.do(send(b.address, 'x', { expects: 5 }));
    await w.node.control.call('process/restart', { process: a.id });
    await waits;
    await w.traced('the discarded response', (e) => e.cause === 'late-response');
    assert.deepEqual(await a.recorded(), []);
  },
);

statement(
  'kernel.md §6.4',
  'an HTTP request inherited without expects-response cannot be answered by the next process',
  async (w) => {
    const { a, b } = await w.puppets({
      a: { request: ['http-server:distro:sys'], grant: ['http-server:distro:sys'] },
      b: {},
    });
    const bind = { Bind: { path: '/go', authenticated: false, local_only: false, cache: false } };
    await a.do(
      ask('our@http-server:distro:sys', JSON.stringify(bind)),
      behave(send(b.address, 'inherited', { inherit: true })),
    );
    await b.do(behave(respond(JSON.stringify({ status: 200, headers: {} }))));
    const answer = fetch(`${w.node.http}/${a.id}/go`, { headers: { 'x-hyperware-timeout': '1' } }).catch(
      () => undefined,
    );
    await w.printed('kernel: need non-None prompting_message to handle Response', 0);
    const [seen] = await b.recorded();
    assert.equal(seen?.request?.expects, null);
    // Nobody answers: the process does, so that the case need not wait for the timeout.
    await a.do(respond(JSON.stringify({ status: 204, headers: {} })));
    assert.equal((await answer)?.status, 204);
  },
);

statement(
  'kernel.md §6.4',
  'a request of the RPC endpoint can be inherited: the next process answers it',
  async (w) => {
    const { a, b } = await w.puppets({ a: {}, b: { request: ['http-server:distro:sys'] } });
    await a.do(behave(send(b.address, 'inherited', { inherit: true })));
    await b.do(behave(respond('answered by b')));
    const answer = await fetch(`${w.node.http}/rpc:distro:sys/message`, {
      method: 'POST',
      body: JSON.stringify({
        node: null,
        process: a.id,
        inherit: null,
        expects_response: 5,
        body: '"x"',
        metadata: null,
        context: null,
        mime: null,
        data: null,
      }),
    });
    const { body } = (await answer.json()) as { body: number[] };
    assert.equal(Buffer.from(body).toString(), 'answered by b');
  },
);
