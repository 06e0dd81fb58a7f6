/** The tables of hyperapp.md §6, §7 and §8.5, through a built app in its loop. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stopBundler } from '../build/index.ts';
import { bundleOf } from './testing/fixture-app.ts';
import { createInMemoryHost } from './testing/in-memory-host.ts';

const our = 'alice.os@probe:probe:template.os';
const source = `
import { hyperapp, http, local, remote, setResponseHeader, setResponseStatus, type Option, type Result, type u8, type u32, type u64 } from 'hyperapp';

interface P { a: string; b: u32; note?: Option<string> }
type Mood = 'Calm' | { Angry: string };

@hyperapp({ name: 'Probe', endpoints: [{ http: '/api', authenticated: false }], saveConfig: 'never' })
export class Probe {
  @http u(): string { return 'u'; }
  @http s(text: string): string { return text; }
  @http o(text: Option<string>): Option<string> { return text; }
  @http v(texts: string[]): u32 { return texts.length; }
  @http p(p: P): P { return p; }
  @http t(a: string, b: string): string[] { return [a, b]; }
  @http x(pair: [string, u32]): [string, u32] { return pair; }
  @http async byte(n: u8): Promise<u8> { return n; }
  @http big(n: u64): u64 { return n + 1n; }
  @http bytes(data: Uint8Array): Uint8Array { return data.map((byte) => byte + 1); }
  @http mood(mood: Mood): Mood { return mood; }
  @http async fails(_body: string): Promise<string> { throw new Error('no luck'); }
  @http loop(_body: string): string { const a: any = []; a.push(a); return a; }
  @http result(ok: boolean): Result<null, string> { return ok ? { Ok: null } : { Err: 'no' }; }
  @http nothing(_body: string): Result<void, string> { return { Ok: undefined }; }
  @http made(_body: string): string { setResponseStatus(201); setResponseHeader('x-mood', 'calm'); return 'made'; }
  @http({ method: 'GET', path: '/stats' }) stats(): string { return 'stats'; }
  @local get_it(_body: string): string { return 'local'; }
  @remote ask(question: string, times: u32): string { return question.repeat(times); }
}
`;

let code: string;
before(async () => {
  code = await bundleOf(source);
});
after(stopBundler);

function post(body: string, method?: string, path?: string) {
  const host = createInMemoryHost(our, () => ({ body: '{"Ok":null}' }));
  const id = host.http(body, method, path);
  host.run(code);
  return host.httpAnswer(id);
}

const shape = (json: string) =>
  `Invalid request format. Expected one of the parameterized handler formats, but got: ${json}`;

describe('HTTP bodies', () => {
  const table: [body: string, status: number, answer: string][] = [
    ['"U"', 200, '"u"'],
    ['{"U":null}', 200, '"u"'],
    ['{"U":{}}', 400, shape('{"U":{}}')],
    ['{"U":[]}', 400, shape('{"U":[]}')],
    ['{"U":""}', 400, shape('{"U":""}')],
    ['{"S":"x"}', 200, '"x"'],
    ['{"S":["x"]}', 400, shape('{"S":["x"]}')],
    ['{"S":{"a":"x"}}', 400, shape('{"S":{"a":"x"}}')],
    ['{"S":null}', 400, shape('{"S":null}')],
    ['{"S":5}', 400, shape('{"S":5}')],
    ['"S"', 400, shape('"S"')],
    ['{"O":null}', 200, 'null'],
    ['{"O":"x"}', 200, '"x"'],
    ['"O"', 400, shape('"O"')],
    ['{"V":["a"]}', 200, '1'],
    ['{"P":{"a":"x","b":1,"more":true}}', 200, '{"a":"x","b":1,"note":null}'],
    ['{"P":{"a":"x","b":1,"note":"n"}}', 200, '{"a":"x","b":1,"note":"n"}'],
    ['{"P":["x",1,null]}', 200, '{"a":"x","b":1,"note":null}'],
    ['{"P":{"a":"x"}}', 400, shape('{"P":{"a":"x"}}')],
    ['{"P":{"b":-1,"a":"x"}}', 400, shape('{"P":{"a":"x","b":-1}}')],
    ['{"T":["a","b"]}', 200, '["a","b"]'],
    ['{"T":{"x":"a","y":"b"}}', 400, shape('{"T":{"x":"a","y":"b"}}')],
    ['{"T":["a"]}', 400, shape('{"T":["a"]}')],
    ['{"T":["a","b","c"]}', 400, shape('{"T":["a","b","c"]}')],
    ['{"X":["a",1]}', 200, '["a",1]'],
    ['{"Byte":255}', 200, '255'],
    ['{"Byte":256}', 400, shape('{"Byte":256}')],
    ['{"Byte":1.5}', 400, shape('{"Byte":1.5}')],
    ['{"Byte":"1"}', 400, shape('{"Byte":"1"}')],
    ['{"Big":18446744073709551614}', 200, '18446744073709551615'],
    ['{"Big":1}', 200, '2'],
    ['{"Bytes":[1,254]}', 200, '[2,255]'],
    ['{"Bytes":"AQ=="}', 400, shape('{"Bytes":"AQ=="}')],
    ['{"Mood":"Calm"}', 200, '"Calm"'],
    ['{"Mood":{"Angry":"why"}}', 200, '{"Angry":"why"}'],
    ['{"Mood":"Angry"}', 400, shape('{"Mood":"Angry"}')],
    ['{"Mood":"toString"}', 400, shape('{"Mood":"toString"}')],
    ['{"S":"a","T":["a","b"]}', 400, shape('{"S":"a","T":["a","b"]}')],
    ['{}', 400, shape('{}')],
    ['{"Nope":1}', 400, shape('{"Nope":1}')],
    ['{"s":"x"}', 400, shape('{"s":"x"}')],
    ['{"__proto__":"x"}', 400, shape('{"__proto__":"x"}')],
    ['null', 400, shape('null')],
    ['[]', 400, shape('[]')],
    ['{nope', 400, 'Invalid JSON in request body. Parse error: key must be a string at line 1 column 2'],
    [' ', 400, 'Invalid JSON in request body. Parse error: EOF while parsing a value at line 1 column 1'],
    ['{"S":"x"} y', 400, 'Invalid JSON in request body. Parse error: trailing characters at line 1 column 11'],
    ['{"Result":true}', 200, '{"Ok":null}'],
    ['{"Result":false}', 200, '{"Err":"no"}'],
    ['{"Nothing":""}', 200, '{"Ok":null}'],
    ['{"Fails":""}', 500, '{"error":"Fails failed: no luck"}'],
    ['{"Loop":""}', 500, '{"error":"Loop failed: This value contains itself and has no JSON form."}'],
    ['{"GetIt":"x"}', 400, '{"error":"Unexpected http request variant","received":"GetIt(\\"x\\")"}'],
    ['{"Ask":["x",2]}', 400, '{"error":"Unexpected http request variant","received":"Ask(\\"x\\", 2)"}'],
  ];
  for (const [body, status, answer] of table)
    it(`${body} -> ${status}`, () => {
      const found = post(body);
      assert.deepEqual([found.status, found.body], [status, answer]);
    });

  it('an empty body goes by method and path', () => {
    assert.equal(post('', 'GET', '/stats').body, '"stats"');
    assert.equal(post('', 'POST', '/anything').body, '"u"');
    const none = post('', 'POST', '/stats');
    assert.deepEqual([none.status, none.body], [404, 'No handler found for POST /stats']);
  });

  it('status and headers are the handler’s', () => {
    const found = post('{"Made":""}');
    assert.deepEqual(found, { status: 201, headers: { 'x-mood': 'calm' }, body: '"made"' });
    assert.deepEqual(post('{"S":"x"}').headers, {});
  });
});

describe('messages of processes', () => {
  function message(from: string, body: string) {
    const host = createInMemoryHost(our, () => ({ body: '{"Ok":null}' }));
    const id = host.request(from, body);
    host.run(code);
    return host.answerTo(id);
  }
  const neighbour = 'alice.os@other:other:template.os';
  const friend = 'bob.os@probe:probe:template.os';

  it('local ones reach local and remote handlers', () => {
    assert.equal(message(neighbour, '{"GetIt":""}'), '"local"');
    assert.equal(message(neighbour, '{"Ask":["ab",2]}'), '"abab"');
  });

  it('what http-server passes on from RPC counts as local', () => {
    assert.equal(message('alice.os@http-server:distro:sys', '{"GetIt":""}'), '"local"');
  });

  it('remote ones reach remote handlers only', () => {
    assert.equal(message(friend, '{"Ask":["ab",1]}'), '"ab"');
    const refused = JSON.parse(message(friend, '{"GetIt":""}') ?? '') as { kind: string; target: string };
    assert.deepEqual([refused.kind, refused.target], ['Timeout', friend]);
  });

  it('a body that fits nothing is not answered', () => {
    for (const body of ['', '{', '{"Ask":"x"}', '{"Nope":1}']) assert.equal(message(friend, body), undefined, body);
  });
});
