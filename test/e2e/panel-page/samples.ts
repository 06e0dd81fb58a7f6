/** What two nodes with samchat say: the samples that the panels' tests show. */
import type { NodeRow, ProcessRow, TraceEvent } from '../../../webview/shared/messages.ts';

export const alice = 'alice.os';
export const bob = 'bob.os';
export const samchat = 'samchat:samchat:template.os';
const httpServer = 'http-server:distro:sys';
const start = Date.UTC(2026, 10, 22, 9, 30, 12, 250);

const seqs = new Map<string, number>();

export function event(partial: Partial<TraceEvent> & Pick<TraceEvent, 'node' | 'kind' | 'span'>): TraceEvent {
  const seq = (seqs.get(partial.node) ?? 0) + 1;
  seqs.set(partial.node, seq);
  return {
    ...{ seq, time: start, id: '1', trace: 'a1'.repeat(16), outcome: 'pending' as const },
    ...{ source: `${alice}@${samchat}`, target: `${bob}@${samchat}`, body: text('') },
    ...partial,
  };
}

export const text = (content: string, mime?: string) => ({
  bytes: new TextEncoder().encode(content).length,
  text: content,
  ...(mime ? { mime } : {}),
});

/** A message from alice's page to bob, as both nodes record it: 6 spans, 12 events. */
export function conversation(trace = 'a1'.repeat(16), at = start, words = 'Hello Bob'): TraceEvent[] {
  const send = JSON.stringify({ SendMessage: [bob, words, null] });
  const receive = JSON.stringify({
    ReceiveMessage: { id: '18446744073709551615', from: alice, text: words, sent: 1763803812 },
  });
  const http = JSON.stringify({
    Http: {
      source_socket_addr: '127.0.0.1:51432',
      method: 'POST',
      url: `http://localhost/${samchat}/api`,
      bound_path: `/${samchat}/api`,
      headers: { host: 'localhost:8080', 'content-type': 'application/json' },
      url_params: {},
      query_params: {},
    },
  });
  const span = (number: number) => `${trace.slice(0, 12)}000${number}`;
  const make = (node: string, after: number, more: Partial<TraceEvent> & Pick<TraceEvent, 'kind' | 'span'>) =>
    event({ trace, time: at + after, node, ...more });
  const [aServer, aChat, bChat, bServer] = [
    `${alice}@${httpServer}`,
    `${alice}@${samchat}`,
    `${bob}@${samchat}`,
    `${bob}@${httpServer}`,
  ];
  const push = JSON.stringify({ WebSocketPush: { channel_id: 3141592653, message_type: 'Text' } });
  const toBob = { span: span(2), parent: span(1), source: aChat, target: bChat, id: '7781' };
  const back = { span: span(2), parent: span(1), source: bChat, target: aChat, id: '7781' };
  return [
    make(alice, 0, {
      kind: 'request',
      span: span(1),
      source: aServer,
      target: aChat,
      id: '41',
      body: text(http),
      blob: text(send),
      expectsResponse: 15,
    }),
    make(alice, 1.2, { ...toBob, kind: 'request', body: text(receive), expectsResponse: 5 }),
    make(bob, 2.9, { ...toBob, kind: 'request', body: text(receive), expectsResponse: 5 }),
    make(bob, 3.4, {
      kind: 'request',
      span: span(3),
      parent: span(2),
      source: bChat,
      target: `${bob}@vfs:distro:sys`,
      id: '90',
      body: text(JSON.stringify({ path: '/samchat:template.os/log/chat.log', action: 'Append' })),
      blob: text(`${words}\n`),
      expectsResponse: 5,
    }),
    make(bob, 4.1, {
      kind: 'response',
      span: span(3),
      parent: span(2),
      source: `${bob}@vfs:distro:sys`,
      target: bChat,
      id: '90',
      outcome: 'ok',
      durationMs: 0.7,
      body: text('"Ok"'),
    }),
    make(bob, 4.4, {
      kind: 'request',
      span: span(4),
      parent: span(2),
      source: bChat,
      target: bServer,
      id: '91',
      body: text(push),
      blob: text(receive, 'application/json'),
      outcome: 'sent',
    }),
    make(bob, 4.8, { ...back, kind: 'response', outcome: 'ok', durationMs: 1.9, body: text('{"Ok":null}') }),
    make(alice, 6.3, { ...back, kind: 'response', outcome: 'ok', durationMs: 5.1, body: text('{"Ok":null}') }),
    make(alice, 6.9, {
      kind: 'request',
      span: span(5),
      parent: span(1),
      source: aChat,
      target: aServer,
      id: '42',
      body: text(push),
      blob: text('{"Delivered":"m-17"}'),
      outcome: 'sent',
    }),
    make(alice, 7.6, {
      kind: 'response',
      span: span(1),
      source: aChat,
      target: aServer,
      id: '41',
      outcome: 'ok',
      durationMs: 7.6,
      body: text('{"status":200,"headers":{"Content-Type":"application/json"}}'),
      blob: text('{"Ok":{"id":"m-17","delivered":true}}', 'application/json'),
    }),
  ];
}

/** A message to a process that is not there, and one to a node that is away. */
export function failures(at = start + 900): TraceEvent[] {
  const lost = 'b2'.repeat(16);
  const away = 'c3'.repeat(16);
  const toGhost = {
    trace: lost,
    span: 'b2b2b2b2b2b20001',
    source: `${alice}@${samchat}`,
    target: `${bob}@ghost:samchat:template.os`,
    id: '51',
  };
  const toCarol = {
    trace: away,
    span: 'c3c3c3c3c3c30001',
    source: `${bob}@${samchat}`,
    target: `carol.os@${samchat}`,
    id: '61',
  };
  return [
    event({ ...toGhost, node: alice, kind: 'request', time: at, expectsResponse: 5, body: text('{"Ping":{}}') }),
    event({
      ...toGhost,
      node: bob,
      kind: 'dropped',
      time: at + 2,
      outcome: 'dropped',
      cause: 'unknown-process',
      detail: 'bob.os runs no process ghost:samchat:template.os. Install its package there, or correct the address.',
      body: text('{"Ping":{}}'),
    }),
    event({
      ...toGhost,
      node: alice,
      kind: 'error',
      time: at + 5000,
      outcome: 'timeout',
      cause: 'timeout',
      detail: 'No response came within 5 s.',
      durationMs: 5000,
      body: text('{"Ping":{}}'),
    }),
    event({
      ...toCarol,
      node: bob,
      kind: 'request',
      time: at + 40,
      expectsResponse: 5,
      body: text('{"ReceiveMessage":{"text":"anybody there?"}}'),
    }),
    event({
      ...toCarol,
      node: bob,
      kind: 'error',
      time: at + 41.3,
      outcome: 'offline',
      cause: 'offline',
      detail: 'carol.os is not reachable from bob.os. Start that node, or add its address as a peer.',
      durationMs: 1.3,
      body: text('{"ReceiveMessage":{"text":"anybody there?"}}'),
    }),
    event({
      trace: 'd4'.repeat(16),
      span: 'd4d4d4d4d4d40001',
      node: bob,
      kind: 'request',
      time: at + 60,
      source: `${bob}@timer:distro:sys`,
      target: `${bob}@${samchat}`,
      id: '71',
      expectsResponse: 30,
      body: { bytes: 5, base64: '//79AAE=' },
    }),
    event({
      trace: 'e5'.repeat(16),
      span: 'e5e5e5e5e5e50001',
      node: bob,
      kind: 'process',
      time: at + 80,
      source: `${bob}@${samchat}`,
      target: `${bob}@${samchat}`,
      outcome: 'exited',
      detail: 'samchat:samchat:template.os ended: panicked at src/lib.rs:41: index out of bounds.',
    }),
  ];
}

/** A request that the capability gate refused. */
export function refused(at = start + 1200): TraceEvent[] {
  const toWorker = {
    trace: 'a7'.repeat(16),
    span: 'a7a7a7a7a7a70001',
    node: alice,
    source: `${alice}@${samchat}`,
    target: `${alice}@worker:other:you.os`,
    id: '81',
    body: text('{"Ping":{}}'),
  };
  const detail =
    'samchat:samchat:template.os may not message worker:other:you.os: it lacks the messaging capability. Add "worker:other:you.os" to request_capabilities of "samchat" in pkg/manifest.json of samchat:template.os, and install it again.';
  return [
    event({ ...toWorker, kind: 'request', time: at, expectsResponse: 5 }),
    event({
      ...{ ...toWorker, kind: 'dropped', time: at + 0.1, outcome: 'dropped', cause: 'missing-messaging-capability' },
      detail,
    }),
    event({
      ...toWorker,
      kind: 'error',
      time: at + 0.2,
      outcome: 'timeout',
      cause: 'missing-messaging-capability',
      detail,
    }),
  ];
}

/** A request that waits for its response. */
export const unanswered = (at: number, expectsResponse = 5): TraceEvent =>
  event({
    ...{ trace: 'b8'.repeat(16), span: 'b8b8b8b8b8b80001', node: alice, kind: 'request', time: at, id: '91' },
    ...{ expectsResponse, body: text('{"SlowQuestion":{}}') },
  });

/** Bodies that try to be a page, that are no text, that are too deep or too long. */
export function hostile(at = start + 3000): TraceEvent[] {
  const bodies = [
    '{"<img src=x onerror=alert(1)>":"</pre><script>alert(2)</script>"}',
    '<script>alert(3)</script><svg onload=alert(4)>',
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
    `{"long":"${'x'.repeat(60_000)}"}`,
    '{"__proto__":{"polluted":true},"constructor":1}',
    '{"\u202egnirts":"\u0000\u001b[31m"}',
  ];
  return [
    ...bodies.map((body, index) =>
      event({
        trace: 'f6'.repeat(16),
        span: `f6f6f6f6f6f6000${index}`,
        node: alice,
        kind: 'request',
        time: at + index,
        body: text(body),
        expectsResponse: 5,
      }),
    ),
    event({
      trace: 'f6'.repeat(16),
      span: 'f6f6f6f6f6f60009',
      node: '<b>mallory</b>',
      kind: 'request',
      time: at + 9,
      source: '<b>mallory</b>@"><img src=x onerror=alert(5)>',
      target: `${alice}@${samchat}`,
      body: { bytes: 4, base64: '!!!not base64!!!' },
    }),
  ];
}

export function process(id: string, more: Partial<ProcessRow> = {}): ProcessRow {
  return {
    ...{ id, kind: 'module' as const, state: 'running' as const, mailbox: 0, messagesIn: 12, messagesOut: 9 },
    ...{ memoryBytes: 0, restarts: 0, capabilities: 0, ...more },
  };
}

const modules = ['app-store', 'http-server', 'kernel', 'net', 'state', 'timer', 'vfs'].map((name) =>
  process(name === 'app-store' ? 'main:app-store:sys' : `${name}:distro:sys`),
);

export const nodes: NodeRow[] = [
  {
    name: alice,
    state: 'running',
    http: 'http://localhost:8080',
    processes: [
      ...modules,
      process(samchat, {
        kind: 'script',
        messagesIn: 1284,
        messagesOut: 1301,
        memoryBytes: 9_400_000,
        capabilities: 6,
      }),
    ],
  },
  {
    name: bob,
    state: 'running',
    http: 'http://localhost:8081',
    processes: [
      ...modules,
      process(samchat, {
        kind: 'component',
        messagesIn: 642,
        messagesOut: 655,
        mailbox: 3,
        memoryBytes: 2_300_000,
        capabilities: 6,
        restarts: 1,
      }),
      process('worker:samchat:template.os', {
        kind: 'component',
        state: 'ended',
        messagesIn: 4,
        messagesOut: 1,
        capabilities: 2,
        lastError:
          'panicked at src/lib.rs:41:9:\nindex out of bounds: the len is 0 but the index is 3\nThe process ended; restart it, or mend the handler and install the app again.',
      }),
    ],
  },
];
