/** samchat's backend, built and run over an in-memory host: what it sends, keeps and refuses. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, it } from 'node:test';
import { buildApp, stopBundler } from '../hyperapp/build/index.ts';
import { createInMemoryHost, type SentRequest } from '../hyperapp/sdk/testing/in-memory-host.ts';

const our = 'alice.os@samchat:samchat:template.os';
const bob = 'bob.os@samchat:samchat:template.os';
const carol = 'carol.os@samchat:samchat:template.os';
type Given = ReturnType<Parameters<typeof createInMemoryHost>[1]>;

let code: string;
before(async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'samchat-'));
  fs.cpSync(path.join(import.meta.dirname, 'samchat'), root, { recursive: true });
  const built = await buildApp(root);
  assert.ok(built.ok);
  code = fs.readFileSync(path.join(root, 'pkg/samchat.js'), 'utf8');
  fs.rmSync(root, { recursive: true });
});
after(stopBundler);

function hostWith(peers: Readonly<Record<string, Given>>) {
  return createInMemoryHost(our, (request): Given => {
    if (request.target.includes('http-server')) return { body: '{"Ok":null}' };
    if (request.body.includes('"ReadDir"')) return { body: '{"ReadDir":[]}' };
    return peers[request.target];
  });
}

const toPeers = (requests: readonly SentRequest[]) => requests.filter(({ target }) => target.includes('@samchat:'));

it('sends to a node, and tells when it is delivered', () => {
  const host = hostWith({ [bob]: { body: '{"Ok":true}' } });
  const sent = host.http('{"SendMessage":["Bob.os ","hi",null]}');
  const list = host.http('{"GetMessages":"bob.os"}');
  let later = 0;
  host.step(() => {
    later = host.http('{"GetMessages":"bob.os"}');
  });
  host.run(code);
  const message = JSON.parse(host.httpAnswer(sent).body).Ok;
  assert.deepEqual([message.state, message.conversation_id, message.sender], ['Sent', 'bob.os', 'alice.os']);
  const [request] = toPeers(host.requests);
  assert.equal(request?.target, bob);
  assert.equal(request?.body, `{"ReceiveMessage":["${message.id}","hi",${message.sent_at},null]}`);
  assert.equal(request?.expectsResponse, 10n);
  assert.equal(JSON.parse(host.httpAnswer(list).body)[0].state, 'Sent');
  assert.equal(JSON.parse(host.httpAnswer(later).body)[0].state, 'Delivered');
});

it('says why a message was not delivered, and sends it again to those only who miss it', () => {
  const peers: Record<string, Given> = { [bob]: { body: '{"Ok":true}' }, [carol]: 'offline' };
  const host = hostWith(peers);
  const made = host.http('{"CreateGroup":["Crew",["bob.os","carol.os","alice.os",""]]}');
  let group = '';
  let id = '';
  const answers: number[] = [];
  host.step(() => {
    group = JSON.parse(host.httpAnswer(made).body).Ok.id;
    host.http(`{"SendMessage":["${group}","all aboard",null]}`);
    host.step(() => answers.push(host.http(`{"GetMessages":"${group}"}`)));
    host.step(() =>
      host.step(() => {
        const [failed] = JSON.parse(host.httpAnswer(answers[0]!).body);
        assert.deepEqual([failed.state, failed.failures], ['Failed', [{ node: 'carol.os', reason: 'offline' }]]);
        id = failed.id;
        peers[carol] = { body: '{"Ok":true}' };
        host.http(`{"RetryMessage":["${group}","${id}"]}`);
        host.step(() => answers.push(host.http(`{"GetMessages":"${group}"}`)));
      }),
    );
  });
  host.run(code);
  const [delivered] = JSON.parse(host.httpAnswer(answers[1]!).body);
  assert.deepEqual([delivered.state, delivered.failures], ['Delivered', []]);
  const tries = toPeers(host.requests).filter(({ body }) => body.startsWith('{"ReceiveGroupMessage"'));
  assert.deepEqual(
    tries.map(({ target }) => target),
    [bob, carol, carol],
  );
  assert.deepEqual(JSON.parse(tries[0]!.body).ReceiveGroupMessage[0], {
    id: group,
    name: 'Crew',
    members: ['alice.os', 'bob.os', 'carol.os'],
  });
});

it('takes a message once, counts it as unread until it is read', () => {
  const host = hostWith({});
  const body = '{"ReceiveMessage":["m","hello",1700000000000,null]}';
  const first = host.request(bob, body);
  const again = host.request(bob, body);
  const list = host.http('{"GetConversations":""}');
  host.http('{"MarkRead":"bob.os"}');
  const injected = host.request('alice.os@http-server:distro:sys', '{"GetConversations":""}');
  host.run(code);
  assert.deepEqual([host.answerTo(first), host.answerTo(again)], ['{"Ok":true}', '{"Ok":true}']);
  const [conversation] = JSON.parse(host.httpAnswer(list).body);
  assert.deepEqual([conversation.title, conversation.unread, conversation.last_message.text], ['bob.os', 1, 'hello']);
  assert.equal(JSON.parse(host.answerTo(injected)!)[0].unread, 0);
});

it('refuses what does not belong', () => {
  const host = hostWith({});
  const group = { id: 'group-bob.os-1', name: 'Crew', members: ['bob.os', 'alice.os'] };
  const fromStranger = host.request(carol, JSON.stringify({ ReceiveGroup: group }));
  const ours = host.request(bob, JSON.stringify({ ReceiveGroup: group }));
  const joined = { ...group, members: ['bob.os', 'alice.os', 'carol.os'] };
  const intruder = host.request(carol, JSON.stringify({ ReceiveGroupMessage: [joined, 'x', 'let me in', 1, null] }));
  const wrong = ['["no node","x",null]', '["alice.os","x",null]', '["bob.os"," ",null]'].map((given) =>
    host.http(`{"SendMessage":${given}}`),
  );
  host.run(code);
  assert.equal(host.answerTo(fromStranger), '{"Err":"carol.os is not in this group."}');
  assert.equal(host.answerTo(ours), '{"Ok":true}');
  assert.equal(host.answerTo(intruder), '{"Err":"carol.os is not in this group."}');
  for (const id of wrong) assert.match(host.httpAnswer(id).body, /^\{"Err":/);
  assert.deepEqual(toPeers(host.requests), []);
});

it('offers to send again what was under way when the node stopped', () => {
  const before = hostWith({});
  before.http('{"SendMessage":["bob.os","hi",null]}');
  before.run(code);
  const host = hostWith({});
  host.state = before.state;
  const list = host.http('{"GetMessages":"bob.os"}');
  host.run(code);
  const [message] = JSON.parse(host.httpAnswer(list).body);
  assert.deepEqual([message.state, message.failures], ['Failed', [{ node: 'bob.os', reason: 'interrupted' }]]);
});

it('tells open pages of a change', () => {
  const host = hostWith({});
  const server = 'alice.os@http-server:distro:sys';
  host.request(server, '{"WebSocketOpen":{"path":"/ws","channel_id":9}}', { expects: null });
  host.request(bob, '{"ReceiveMessage":["m","hello",1,null]}');
  host.run(code);
  const pushed = host.requests.find(({ body }) => body.startsWith('{"WebSocketPush"'));
  assert.equal(pushed?.body, '{"WebSocketPush":{"channel_id":9,"message_type":"Text"}}');
  assert.equal(new TextDecoder().decode(pushed?.blob?.bytes), '{"Changed":"bob.os"}');
});
