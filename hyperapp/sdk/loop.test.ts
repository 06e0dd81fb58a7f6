/** The loop over a blocking `receive`: many handlers in flight, answers to the right request, state, start. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stopBundler } from '../build/index.ts';
import { bundleOf } from './testing/fixture-app.ts';
import { createInMemoryHost, type SentRequest } from './testing/in-memory-host.ts';

const our = 'alice.os@probe:probe:template.os';
const timer = 'alice.os@timer:distro:sys';
const source = `
import { addToHomepage, call, CallError, http, hyperapp, init, println, remote, sleep, source, ws, wsPushAll, type Blob, type u32, type WsMessageType } from 'hyperapp';

@hyperapp({
  name: 'Probe', icon: 'i', widget: 'w', ui: { authenticated: false },
  endpoints: [{ http: '/api', authenticated: false }, { ws: '/ws' }], saveConfig: 'on-diff',
})
export class Probe {
  count = 0;
  big = 5n;
  seen = new Map<string, Set<string>>();
  private release: (() => void)[] = [];

  @init async begin() { this.count = 10; await sleep(5); this.count++; }
  @http async relay(node: string): Promise<string> {
    const before = source().node;
    try {
      const answer = await call<string>(\`\${node}@probe:probe:template.os\`, { Ask: ['x', 1] }, { timeoutSeconds: 3 });
      return \`\${answer} \${before} \${source().node}\`;
    } catch (error) {
      if (error instanceof CallError) return \`\${error.kind}: \${error.message}\`;
      throw error;
    }
  }
  @http async all(nodes: string[]): Promise<string[]> {
    const answers: string[] = [];
    for await (const answer of this.ask(nodes)) answers.push(answer);
    return (await Promise.all([...answers, 'end'].map(async (text) => text + '!')));
  }
  async *ask(nodes: string[]) { for (const node of nodes) yield await call<string>(\`\${node}@probe:probe:template.os\`, { Ask: [node, 1] }); }
  @http async hold(_body: string): Promise<string> { await new Promise<void>((resolve) => this.release.push(resolve)); return 'held'; }
  @http free(_body: string): u32 { const n = this.release.length; for (const go of this.release) go(); this.release = []; return n; }
  @http note(who: string): u32 { this.seen.set(who, new Set([who])); this.big += 1n; return ++this.count; }
  @http loose(_body: string): string { void Promise.reject(new Error('nobody cares')); return 'ok'; }
  @remote ask2(_question: string): string { return source().node; }
  @ws frame(channelId: u32, messageType: WsMessageType, blob: Blob) { println(channelId + messageType + blob.bytes.length); wsPushAll('/ws', 'seen'); }
}
`;

let code: string;
before(async () => {
  code = await bundleOf(source);
});
after(stopBundler);

function hostWith(
  answer: (request: SentRequest) => ReturnType<Parameters<typeof createInMemoryHost>[1]> = () => undefined,
) {
  const dir = (names: [string, string][]) => ({
    body: JSON.stringify({
      ReadDir: names.map(([name, file_type]) => ({ path: `probe:template.os/pkg/ui${name}`, file_type })),
    }),
  });
  return createInMemoryHost(our, (request) => {
    const given = answer(request);
    if (given) return given;
    if (request.target === 'alice.os@http-server:distro:sys') return { body: '{"Ok":null}' };
    if (request.body.endsWith('pkg/ui","action":"ReadDir"}'))
      return dir([
        ['/index.html', 'File'],
        ['/assets', 'Directory'],
      ]);
    if (request.body.includes('"ReadDir"')) return dir([['/assets/main.js', 'File']]);
    if (request.body.includes('"Read"')) return { body: '"Read"', blob: new Uint8Array([60]) };
    return undefined;
  });
}

describe('start', () => {
  it('adds to the homepage, binds the UI, then the endpoints', () => {
    const host = hostWith();
    host.run(code);
    const binds = host.requests
      .filter(({ target }) => target.includes('http-server'))
      .map(({ body, blob }) => [JSON.parse(body), blob?.mime]);
    assert.equal(host.requests[0]!.body, '{"Add":{"label":"Probe","icon":"i","path":"/","widget":"w"}}');
    const file = (path: string) => ({ Bind: { path, authenticated: false, local_only: false, cache: true } });
    assert.deepEqual(binds, [
      [file('/index.html'), 'text/html'],
      [file('/'), 'text/html'],
      [file('/assets/main.js'), 'text/javascript'],
      [{ Bind: { path: '/api', authenticated: false, local_only: false, cache: false } }, undefined],
      [{ WebSocketBind: { path: '/ws', authenticated: true, extension: false } }, undefined],
    ]);
  });

  it('fails with the cause if http-server does not answer', () => {
    const host = hostWith((request) => (request.body.includes('"Bind"') ? 'timeout' : undefined));
    assert.throws(
      () => host.run(code),
      /Could not bind \/index\.html: .*http-server:distro:sys did not answer.*manifest\.json/,
    );
  });

  it('fails with the cause if there is no UI', () => {
    const host = hostWith((request) =>
      request.body.includes('ReadDir') ? { body: '{"Err":{"IOError":"gone"}}' } : undefined,
    );
    assert.throws(() => host.run(code), /failed to serve UI: .*gone.*Make sure that a ui folder is in pkg/);
  });
});

describe('handlers in flight', () => {
  it('each answer goes to its own request, whatever order responses come in', () => {
    const host = hostWith();
    const first = host.http('{"Relay":"bob.os"}');
    const second = host.http('{"Relay":"carol.os"}');
    host.step(() => {
      const [bob, carol] = host.requests.filter(({ body }) => body === '{"Ask":["x",1]}');
      host.respond(carol!, '"from carol"');
      host.respond(bob!, '"from bob"');
    });
    host.run(code);
    assert.equal(host.httpAnswer(first).body, '"from bob alice.os alice.os"');
    assert.equal(host.httpAnswer(second).body, '"from carol alice.os alice.os"');
    assert.deepEqual(
      host.responses.map(({ id }) => id),
      [second, first],
    );
  });

  it('errors come as typed errors, with what happened', () => {
    const host = hostWith(({ body, target }) =>
      body.startsWith('{"Ask"')
        ? target.startsWith('bob')
          ? 'offline'
          : target.startsWith('dan')
            ? { body: 'nope' }
            : 'timeout'
        : undefined,
    );
    const ids = ['bob.os', 'carol.os', 'dan.os'].map((node) => host.http(`{"Relay":"${node}"}`));
    host.run(code);
    assert.deepEqual(
      ids.map((id) => host.httpAnswer(id).body),
      [
        '"offline: bob.os@probe:probe:template.os is offline."',
        '"timeout: carol.os@probe:probe:template.os did not answer within 3 seconds."',
        '"unreadable: The response of dan.os@probe:probe:template.os is no JSON: expected ident at line 1 column 2."',
      ],
    );
    assert.equal(host.requests.find(({ body }) => body.startsWith('{"Ask"'))?.expectsResponse, 3n);
  });

  it('async generators, for await and Promise.all work', () => {
    const host = hostWith(({ body }) =>
      body.startsWith('{"Ask"') ? { body: JSON.stringify(JSON.parse(body).Ask[0]) } : undefined,
    );
    const id = host.http('{"All":["bob.os","carol.os"]}');
    host.run(code);
    assert.equal(host.httpAnswer(id).body, '["bob.os!","carol.os!","end!"]');
  });

  it('a handler that waits for another one is answered when the kernel can send it to its own client', () => {
    let parked: SentRequest | undefined;
    const host = hostWith((request) => {
      if (request.target === timer && request.body === '{"SetTimer":4}') parked = request;
      return undefined;
    });
    const held = host.http('{"Hold":""}');
    const freeing = host.http('{"Free":""}');
    host.step(() => {
      assert.equal(host.answerTo(held), undefined, 'not while the other request is prompting');
      host.respond(parked!, '');
    });
    host.run(code);
    assert.equal(host.httpAnswer(held).body, '"held"');
    assert.equal(host.httpAnswer(freeing).body, '1');
  });

  it('a request that expects no response is handled and not answered', () => {
    const host = hostWith();
    host.request('bob.os@probe:probe:template.os', '{"Ask2":"x"}', { expects: null });
    host.run(code);
    assert.deepEqual(host.responses, []);
  });

  it('a rejection nobody handles is printed with its stack', () => {
    const host = hostWith();
    host.http('{"Loose":""}');
    host.run(code);
    assert.match(
      host.printed.join('\n'),
      /rejected and nobody handles it \(message from alice\.os@http-server:distro:sys\): Error: nobody cares\n\s+at /,
    );
  });
});

describe('WebSockets', () => {
  it('frames reach the handler, pings are answered, pushes go to open channels', () => {
    const host = hostWith();
    const from = 'alice.os@http-server:distro:sys';
    host.request(
      from,
      '{"WebSocketOpen":{"path":"/ws","channel_id":7,"source_socket_addr":null,"forwarded_for":null}}',
      { expects: null },
    );
    host.request(from, '{"WebSocketPush":{"channel_id":7,"message_type":"Ping"}}', { expects: null, blob: 'p' });
    host.request(from, '{"WebSocketPush":{"channel_id":7,"message_type":"Text"}}', { expects: null, blob: 'hey' });
    host.request(from, '{"WebSocketClose":7}', { expects: null });
    host.request(from, '{"WebSocketPush":{"channel_id":7,"message_type":"Text"}}', { expects: null, blob: 'late' });
    host.run(code);
    assert.deepEqual(host.printed, ['7Text3', '7Text4']);
    const pushed = host.requests
      .filter(({ body }) => body.includes('WebSocketPush'))
      .map(({ body, blob }) => [body, new TextDecoder().decode(blob?.bytes)]);
    assert.deepEqual(pushed, [
      ['{"WebSocketPush":{"channel_id":7,"message_type":"Pong"}}', 'p'],
      ['{"WebSocketPush":{"channel_id":7,"message_type":"Text"}}', 'seen'],
    ]);
  });
});

describe('state', () => {
  it('is saved after the awaits too, and restored', () => {
    const host = hostWith(({ target }) => (target === timer ? { body: '' } : undefined));
    host.http('{"Note":"bob.os"}');
    host.run(code);
    assert.equal(
      host.state,
      '{"hyperapp":1,"state":{"count":12,"big":{"$":["bigint","6"]},"seen":{"$":["map",[["bob.os",{"$":["set",["bob.os"]]}]]]},"release":[]}}',
    );

    const again = hostWith(({ target }) => (target === timer ? { body: '' } : undefined));
    again.state = '{"hyperapp":1,"state":{"big":{"$":["bigint","40"]},"seen":{"$":["map",[]]},"gone":1}}';
    const id = again.http('{"Note":"carol.os"}');
    again.run(code);
    assert.equal(again.httpAnswer(id).body, '11');
    assert.match(again.state!, /"big":\{"\$":\["bigint","41"\]\}/);
    assert.doesNotMatch(again.state!, /gone/);
  });

  it('is not written when nothing changed', () => {
    const host = hostWith(({ target }) => (target === timer ? { body: '' } : undefined));
    host.run(code);
    const { saves } = host;
    const more = hostWith(({ target }) => (target === timer ? { body: '' } : undefined));
    for (let n = 0; n < 5; n++) more.http('{"Loose":""}');
    more.run(code);
    assert.equal(more.saves, saves);
  });

  it('that cannot be read stops the start instead of being lost', () => {
    const host = hostWith();
    host.state = 'not json';
    assert.throws(() => host.run(code), /stored state is no JSON.*bring back the older version/);
    assert.equal(host.state, 'not json');
  });
});
