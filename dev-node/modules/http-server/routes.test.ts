import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boundPattern, RouteTable } from './routes.ts';

function table(...patterns: string[]) {
  const routes = new RouteTable<string>();
  for (const pattern of patterns) routes.set(pattern, pattern);
  return routes;
}

describe('http-server.md §3, choice of the best match (table of route-recognizer 0.3.1)', () => {
  const routes = table(
    '/a:b:c.os',
    '/a:b:c.os/api',
    '/a:b:c.os/files/*',
    '/a:b:c.os/:x',
    '/a:b:c.os/*rest',
    '/a:b:c.os/p/:id',
    '/a:b:c.os/:id/p',
  );
  const rows: [string, string, Record<string, string>][] = [
    ['/a:b:c.os/api', '/api', {}],
    ['/a:b:c.os/api/x', '/*rest', { rest: 'api/x' }],
    ['/a:b:c.os/files', '/:x', { x: 'files' }],
    ['/a:b:c.os/files/x/y', '/files/*', {}],
    ['/a:b:c.os/file.txt', '/:x', { x: 'file.txt' }],
    ['/a:b:c.os/p/9', '/p/:id', { id: '9' }],
    ['/a:b:c.os/p/p', '/:id/p', { id: 'p' }],
  ];
  for (const [path, pattern, params] of rows)
    test(path, () => {
      const match = routes.match(path);
      assert.equal(match?.pattern, `/a:b:c.os${pattern}`);
      assert.deepEqual(match?.params, params);
    });
});

describe('http-server.md §3, path rules', () => {
  test('exactly one trailing slash is removed, from bound and from requested paths', () => {
    const routes = table(boundPattern('p:k:o', '/ws/'), boundPattern('p:k:o', '/'));
    assert.equal(routes.match('/p:k:o/ws/')?.pattern, '/p:k:o/ws');
    assert.equal(routes.match('/p:k:o/ws//'), undefined);
    assert.equal(routes.match('/p:k:o')?.pattern, '/p:k:o');
    assert.equal(routes.match('/p:k:o/')?.pattern, '/p:k:o');
  });

  test('a bound path gets the process as prefix and a leading slash; the homepage binds without prefix', () => {
    assert.equal(boundPattern('p:k:o', 'api'), '/p:k:o/api');
    assert.equal(boundPattern('p:k:o', '/'), '/p:k:o');
    assert.equal(boundPattern('homepage:homepage:sys', '/our.js'), '/our.js');
  });

  test('the empty path is reached by two slashes only', () => {
    const routes = table(boundPattern('p:k:o', ''));
    assert.equal(routes.matchOrRoot('/p:k:o/'), undefined);
    assert.equal(routes.match('/p:k:o//')?.pattern, '/p:k:o/');
  });

  test('request paths are matched raw', () => {
    const routes = table('/p:k:o/a%20b');
    assert.ok(routes.match('/p:k:o/a%20b'));
    assert.equal(routes.match('/p:k:o/a b'), undefined);
  });

  test('a star inside a segment is literal', () => {
    const routes = table('/p:k:o/join-*');
    assert.equal(routes.match('/p:k:o/join-x'), undefined);
    assert.ok(routes.match('/p:k:o/join-*'));
  });

  test('wildcards never match nothing', () => {
    const routes = table('/p:k:o/files/*');
    assert.equal(routes.match('/p:k:o/files'), undefined);
    assert.equal(routes.match('/p:k:o/files/'), undefined);
  });

  test('the last bind of a path wins, also under another parameter name', () => {
    const routes = new RouteTable<number>();
    routes.set('/p:k:o/:a', 1);
    routes.set('/p:k:o/:b', 2);
    assert.deepEqual(routes.match('/p:k:o/x'), { pattern: '/p:k:o/:b', params: { b: 'x' }, value: 2 });
  });

  test('characters that mean something in regular expressions are plain text', () => {
    const routes = table('/p:k:o.os/:x/(a+)');
    assert.equal(routes.match('/p:k:oXos/1/aa'), undefined);
    assert.ok(routes.match('/p:k:o.os/1/(a+)'));
  });

  test('in a tie the route that was registered first where the paths diverge wins', () => {
    const first = table('/p:k:o/:a/y', '/p:k:o/x/:b');
    assert.equal(first.match('/p:k:o/x/y')?.pattern, '/p:k:o/:a/y');
    const second = table('/p:k:o/x/:b', '/p:k:o/:a/y');
    assert.equal(second.match('/p:k:o/x/y')?.pattern, '/p:k:o/x/:b');
  });
});

describe('http-server.md §3, fallback to the app root', () => {
  test('an unknown path below an app with a root gets the root, without parameters', () => {
    const routes = table('/p:k:o', '/p:k:o/api');
    assert.deepEqual(routes.matchOrRoot('/p:k:o/some/page?'), { pattern: '/p:k:o', params: {}, value: '/p:k:o' });
  });

  test('an app without a root has no fallback', () => {
    assert.equal(table('/p:k:o/api').matchOrRoot('/p:k:o/x'), undefined);
  });

  test('the root of another app is not used', () => {
    assert.equal(table('/p:k:o').matchOrRoot('/q:k:o/x'), undefined);
  });
});
