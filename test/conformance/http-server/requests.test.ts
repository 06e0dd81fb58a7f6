/** http-server.md §1-§6, §8, §10, §14, §15: binds, matching, requests to processes and their answers. */
import assert from 'node:assert/strict';
import { differs, statement } from '../frame.ts';
import { behave, pause, respond, send } from '../steps.ts';
import { answering, bind, bindOf, fetchRaw, mayServe, seenHttp, server, site, tellServer } from './http.ts';

statement(
  'http-server.md §4',
  'a request comes as JSON with method, url, path, headers, parameters and the body as blob',
  async (w) => {
    const a = await site(w, '/api/:id');
    await a.do(answering('{"Ok":true}'));
    const answer = await fetchRaw(w.node, `/${a.id}/api/7/?page=2&a+b=%C3%BC+x&page=3&c`, {
      method: 'POST',
      headers: { 'X-One': ['1', '2'], 'content-type': 'application/json' },
      body: '["x"]',
    });
    assert.deepEqual([answer.status, answer.body], [200, '{"Ok":true}']);
    const [{ http, blob, seen } = assert.fail()] = await seenHttp(a);
    assert.equal(seen.from, `alpha.os@${server}`);
    assert.deepEqual([seen.request?.expects, seen.request?.inherit, seen.request?.metadata], [15, false, null]);
    assert.deepEqual(blob, { mime: null, bytes: '["x"]' });
    assert.match(http.source_socket_addr ?? '', /^127\.0\.0\.1:\d+$/);
    assert.equal(http.method, 'POST');
    assert.equal(http.url, `http://localhost/${a.id}/api/7`);
    assert.equal(http.bound_path, `/${a.id}/api/:id`);
    assert.deepEqual(http.url_params, { id: '7' });
    assert.deepEqual(http.query_params, { page: '3', 'a b': 'ü x', c: '' });
    assert.equal(http.headers['content-type'], 'application/json');
    assert.equal(http.headers['x-one'], '2');
  },
  { rust: true },
);

statement('http-server.md §4', 'a request without body has a blob of no bytes; broken escapes pass', async (w) => {
  const a = await site(w, '/api');
  await a.do(answering(''));
  assert.equal((await fetchRaw(w.node, `/${a.id}/api?a=%zz&b=%ff`)).status, 200);
  const [{ http, blob } = assert.fail()] = await seenHttp(a);
  assert.deepEqual(blob, { mime: null, bytes: '' });
  assert.deepEqual(http.query_params, { a: '%zz', b: '\ufffd' });
});

statement(
  'http-server.md §5',
  'status and headers of the response go out; octet-stream when it names no type',
  async (w) => {
    const a = await site(w, '/api');
    const get = () => fetchRaw(w.node, `/${a.id}/api`);
    await a.do(answering('x', { status: 201, headers: { 'X-App': 'a b', 'Set-Cookie': 'k=v; Path=/' } }));
    const plain = await get();
    assert.deepEqual([plain.status, plain.body, plain.headers['x-app']], [201, 'x', 'a b']);
    assert.equal(plain.headers['content-type'], 'application/octet-stream');
    assert(plain.headers['set-cookie']?.includes('k=v; Path=/'));
    await a.do(answering('x', { headers: { 'Content-Type': 'text/x' } }));
    assert.equal((await get()).headers['content-type'], 'text/x');
    assert.equal((await get()).headers['access-control-allow-origin'], undefined);
  },
);

statement(
  'http-server.md §5',
  'an illegal status is a 500 with its body; an unreadable answer an empty 500',
  async (w) => {
    const a = await site(w, '/api');
    const get = async () => {
      const { status, body } = await fetchRaw(w.node, `/${a.id}/api`);
      return [status, body];
    };
    await a.do(answering('kept', { status: 1000 }));
    assert.deepEqual(await get(), [500, 'kept']);
    for (const head of ['{"status":70000,"headers":{}}', '{"status":200}', 'no json', '{"status":-1,"headers":{}}']) {
      await a.do(behave(respond(head, { blob: { bytes: 'lost' } })));
      assert.deepEqual(await get(), [500, ''], head);
    }
  },
);

statement(
  'http-server.md §5',
  'an invalid header is dropped, the rest goes out; no blob is an empty body',
  async (w) => {
    const a = await site(w, '/api');
    const head = { status: 200, headers: { 'bad name': 'x', good: 'y', broken: 'a\nb' } };
    await a.do(behave(respond(JSON.stringify(head))));
    const answer = await fetchRaw(w.node, `/${a.id}/api`);
    assert.deepEqual(
      [answer.status, answer.body, answer.headers['good'], answer.headers['broken']],
      [200, '', 'y', undefined],
    );
  },
);

statement('http-server.md §5', 'HEAD, OPTIONS and unknown methods go to the process', async (w) => {
  const a = await site(w, '/api');
  await a.do(answering(''));
  for (const method of ['HEAD', 'OPTIONS', 'DELETE', 'PROPFIND'])
    assert.equal((await fetchRaw(w.node, `/${a.id}/api`, { method })).status, 200, method);
  assert.deepEqual(
    (await seenHttp(a)).map(({ http }) => http.method),
    ['HEAD', 'OPTIONS', 'DELETE', 'PROPFIND'],
  );
});

statement('http-server.md §5', 'no answer in time is an empty 408, and a late response is dropped', async (w) => {
  const a = await site(w, '/api');
  await a.do(behave(pause(1200), respond('{"status":200,"headers":{}}')));
  const begun = performance.now();
  const answer = await fetchRaw(w.node, `/${a.id}/api`, { headers: { 'X-Hyperware-Http-Server-Timeout': '1' } });
  assert(performance.now() - begun >= 990);
  assert.deepEqual([answer.status, answer.body], [408, '']);
  assert.equal(answer.headers['content-type'], 'application/octet-stream');
  await w.traced('the late response', (e) => e.cause === 'late-response');
});

statement(
  'http-server.md §3',
  'paths begin with the process id; one trailing slash is dropped on both sides',
  async (w) => {
    const a = await site(w, 'no-slash', '/api/', '/');
    await a.do(answering('here'));
    const get = async (path: string) => (await fetchRaw(w.node, `/${a.id}${path}`)).body;
    for (const path of ['/no-slash', '/api', '/api/', '', '/']) assert.equal(await get(path), 'here', path);
    const paths = (await seenHttp(a)).map(({ http }) => http.bound_path.slice(a.id.length + 1));
    assert.deepEqual(paths, ['/no-slash', '/api', '/api', '', '']);
  },
);

statement(
  'http-server.md §3',
  'the best match has the most literals, then the most parameters, then stars',
  async (w) => {
    const a = await site(w, '/api', '/files/*', '/:x', '/*rest', '/p/:id', '/:id/p');
    await a.do(answering('x'));
    const requested = ['/api', '/api/x', '/files', '/files/x/y', '/file.txt', '/p/9', '/p/p'];
    for (const path of requested) await fetchRaw(w.node, `/${a.id}${path}`);
    const seen = (await seenHttp(a)).map(({ http }) => [http.bound_path.slice(a.id.length + 1), http.url_params]);
    assert.deepEqual(seen, [
      ['/api', {}],
      ['/*rest', { rest: 'api/x' }],
      ['/:x', { x: 'files' }],
      ['/files/*', {}],
      ['/:x', { x: 'file.txt' }],
      ['/p/:id', { id: '9' }],
      ['/:id/p', { id: 'p' }],
    ]);
  },
);

statement('http-server.md §3', 'paths are matched as they come, percent signs included', async (w) => {
  const a = await site(w, '/a%20b');
  await a.do(answering('x'));
  assert.equal((await fetchRaw(w.node, `/${a.id}/a%20b`)).status, 200);
  assert.equal((await fetchRaw(w.node, `/${a.id}/a%20B`)).status, 404);
});

statement('http-server.md §3', 'an unknown path falls back to the binding of the app’s root', async (w) => {
  const a = await w.puppet(mayServe);
  await tellServer(a, [bindOf('/', { cache: true }), { blob: { mime: 'text/html', bytes: '<p>root' } }]);
  const page = await fetchRaw(w.node, `/${a.id}/deep/page.html`);
  assert.deepEqual([page.status, page.body, page.headers['content-type']], [200, '<p>root', 'text/html']);
  await a.do(answering('posted'));
  const posted = await fetchRaw(w.node, `/${a.id}/deep/page`, { method: 'POST', body: 'x' });
  assert.equal(posted.body, 'posted');
  const [{ http } = assert.fail()] = await seenHttp(a);
  assert.deepEqual([http.bound_path, http.url_params], [`/${a.id}`, {}]);
});

statement('http-server.md §3', 'without a bound root an unknown path is an empty 404', async (w) => {
  const a = await site(w, '/api');
  const answer = await fetchRaw(w.node, `/${a.id}/other`);
  assert.deepEqual([answer.status, answer.body], [404, '']);
  assert.equal(answer.headers['content-type'], 'application/octet-stream');
  assert.equal((await fetchRaw(w.node, '/no:such:process')).status, 404);
});

statement('http-server.md §1', 'an unbound path is a 404 and does not fall back; unbinding is always Ok', async (w) => {
  const a = await site(w, '/', '/api');
  await a.do(answering('root'));
  await bind(a, { Unbind: { path: '/api' } }, { Unbind: { path: '/never' } });
  assert.equal((await fetchRaw(w.node, `/${a.id}/api`)).status, 404);
  assert.equal((await fetchRaw(w.node, `/${a.id}/never`)).status, 404);
  assert.equal((await fetchRaw(w.node, `/${a.id}/other`)).body, 'root');
});

statement('http-server.md §3', 'the last bind of a path wins', async (w) => {
  const a = await w.puppet(mayServe);
  const fixed = (bytes: string) => [bindOf('/x', { cache: true }), { blob: { bytes } }] as const;
  await tellServer(a, fixed('one'), fixed('two'));
  const get = async () => (await fetchRaw(w.node, `/${a.id}/x`)).body;
  assert.equal(await get(), 'two');
  await a.do(answering('three'));
  await bind(a, bindOf('/x'));
  assert.equal(await get(), 'three');
  await bind(a, { Unbind: { path: '/x' } });
  await tellServer(a, fixed('four'));
  assert.equal(await get(), 'four');
});

statement('http-server.md §6', 'static content answers GET alone, with the blob’s type or text/plain', async (w) => {
  const a = await w.puppet(mayServe);
  await tellServer(
    a,
    [bindOf('/x.js', { cache: true }), { blob: { mime: 'text/javascript', bytes: 'x()' } }],
    [bindOf('/plain', { cache: true }), { blob: { bytes: '' } }],
  );
  const script = await fetchRaw(w.node, `/${a.id}/x.js`);
  assert.deepEqual([script.status, script.body, script.headers['content-type']], [200, 'x()', 'text/javascript']);
  assert.deepEqual([script.headers.etag, script.headers['cache-control']], [undefined, undefined]);
  const plain = await fetchRaw(w.node, `/${a.id}/plain`);
  assert.deepEqual([plain.body, plain.headers['content-type']], ['', 'text/plain']);
  await a.do(answering('', { status: 202 }));
  assert.equal((await fetchRaw(w.node, `/${a.id}/x.js`, { method: 'HEAD' })).status, 202);
});

statement('http-server.md §3', 'static content outlives its process, dynamic paths then give 408', async (w) => {
  const a = await w.puppet({ ...mayServe, onExit: 'None' });
  await tellServer(a, [bindOf('/x', { cache: true }), { blob: { bytes: 'still' } }], [bindOf('/api')]);
  await w.node.control.call('process/kill', { process: a.id });
  assert.equal((await fetchRaw(w.node, `/${a.id}/x`)).body, 'still');
  assert.equal((await fetchRaw(w.node, `/${a.id}/api`)).status, 408);
});

statement(
  'http-server.md §2',
  'a bind of static content without blob is NoBlob; nonsense is MalformedRequest',
  async (w) => {
    const a = await w.puppet(mayServe);
    const malformed = { Err: 'MalformedRequest' };
    const answers = await tellServer(
      a,
      [bindOf('/x', { cache: true })],
      [{ SecureBind: { path: '/x', cache: true } }],
      ['Bind'],
      [{ Bind: { path: '/x' } }],
      [{ WebSocketOpen: { path: '/', channel_id: 7 } }],
      [{ WebSocketExtPushData: { id: 1, hyperware_message_type: 'Request', blob: [1] } }],
      [{ WebSocketPush: { channel_id: 1, message_type: 'Shout' } }],
    );
    assert.deepEqual(
      answers.map(({ answer, blob }) => [answer, blob]),
      [[{ Err: 'NoBlob' }, null], [{ Err: 'NoBlob' }, null], ...Array.from({ length: 5 }, () => [malformed, null])],
    );
  },
);

statement(
  'http-server.md §1',
  'errors are answered even if nothing is expected, successes only if it is',
  async (w) => {
    const a = await w.puppet(mayServe);
    await a.do(
      send(`our@${server}`, JSON.stringify(bindOf('/quiet'))),
      send(`our@${server}`, JSON.stringify(bindOf('/x', { cache: true }))),
    );
    const answered = await w.traced('NoBlob', (e) => e.kind === 'response' && e.body === '{"Err":"NoBlob"}');
    assert.equal(answered.target, a.address);
    const responses = (await w.events()).filter((e) => e.kind === 'response' && e.source.endsWith(server));
    assert.equal(responses.length, 1);
    await a.do(answering('bound'));
    assert.equal((await fetchRaw(w.node, `/${a.id}/quiet`)).body, 'bound');
  },
);

statement(
  'http-server.md §14',
  'without a grant a private process gets no answer to its bind, and HTTP a 408',
  async (w) => {
    const a = await w.puppet({ public: false, request: [server] });
    const [bound] = await tellServer(a, [bindOf('/api'), { seconds: 1 }]);
    assert.equal(bound?.answer, 'timeout');
    assert.equal((await fetchRaw(w.node, `/${a.id}/api`)).status, 408);
    await w.printed(`doesn't have capability to message process ${a.address}`, 0);
    const granting = await w.puppet({ public: false, request: [server], grant: [server] });
    await bind(granting, bindOf('/api'));
    await granting.do(answering('granted'));
    assert.equal((await fetchRaw(w.node, `/${granting.id}/api`)).body, 'granted');
  },
);

statement('http-server.md §14', 'without messaging(http-server) a bind times out at once', async (w) => {
  const a = await w.puppet();
  const [bound] = await tellServer(a, [bindOf('/api')]);
  assert.equal(bound?.answer, 'timeout');
  assert((bound?.seen.ms ?? 9999) < 1000);
});

differs(
  'http-server.md §15',
  'A refused message gives 408 after the full wait',
  '408 at once; the header `x-hyperware-refused` says why',
  async (w) => {
    const a = await w.puppet({ public: false, request: [server] });
    await tellServer(a, [bindOf('/api'), { seconds: 1 }]);
    const begun = performance.now();
    const answer = await fetchRaw(w.node, `/${a.id}/api`);
    assert(performance.now() - begun < 5000);
    assert.equal(answer.status, 408);
    assert.match(String(answer.headers['x-hyperware-refused']), /grant_capabilities/);
  },
);

differs('http-server.md §5', 'A response with status 1xx breaks the connection', '500', async (w) => {
  const a = await site(w, '/api');
  await a.do(answering('x', { status: 101 }));
  assert.equal((await fetchRaw(w.node, `/${a.id}/api`)).status, 500);
  await a.do(answering('not sent', { status: 204 }));
  const empty = await fetchRaw(w.node, `/${a.id}/api`);
  assert.deepEqual([empty.status, empty.body], [204, '']);
});

differs(
  'http-server.md §5',
  '`Content-Length`, `Transfer-Encoding` and `Connection` from an app are sent',
  'Left out: the node frames the body',
  async (w) => {
    const a = await site(w, '/api');
    await a.do(answering('12345', { headers: { 'Content-Length': '2', 'Transfer-Encoding': 'chunked' } }));
    const answer = await fetchRaw(w.node, `/${a.id}/api`);
    assert.deepEqual([answer.body, answer.headers['content-length']], ['12345', '5']);
  },
);

statement('http-server.md §15', 'a body of many megabytes reaches the process whole', async (w) => {
  const a = await site(w, '/api');
  await a.do(answering(''));
  const body = Buffer.alloc(8_000_000, 'a');
  assert.equal((await fetchRaw(w.node, `/${a.id}/api`, { method: 'POST', body })).status, 200);
  const [{ blob } = assert.fail()] = await seenHttp(a);
  assert.deepEqual(blob?.bytes, { size: 8_000_000 });
});

statement('http-server.md §13', 'requests wait for their answers independently of each other', async (w) => {
  const a = await w.puppet(mayServe);
  const b = await site(w, '/fast');
  await bind(a, bindOf('/slow'));
  await a.do(behave(pause(600), respond('{"status":200,"headers":{}}')));
  await b.do(answering('fast'));
  const slow = fetchRaw(w.node, `/${a.id}/slow`);
  const begun = performance.now();
  assert.equal((await fetchRaw(w.node, `/${b.id}/fast`)).body, 'fast');
  assert(performance.now() - begun < 500);
  assert.equal((await slow).status, 200);
});

statement(
  'http-server.md §10',
  '/our.js is exactly two statements, /our the name, /amionline yes; no login',
  async (w) => {
    const node = await w.launch('lora.os', { settings: { login: true } });
    const get = async (path: string) => {
      const { status, headers, body } = await fetchRaw(node, path);
      return [status, headers['content-type'], body];
    };
    const script = "window.our = {}; window.our.node = 'lora.os';";
    assert.deepEqual(await get('/our.js'), [200, 'application/javascript', script]);
    assert.deepEqual(await get('/our'), [200, 'text/html', 'lora.os']);
    assert.deepEqual(await get('/amionline'), [200, 'text/html', 'yes']);
    const [status, type] = await get('/hyperware.css');
    assert.deepEqual([status, type], [200, 'text/css']);
    assert.equal((await get('/hyperware.svg'))[1], 'image/svg+xml');
  },
);
