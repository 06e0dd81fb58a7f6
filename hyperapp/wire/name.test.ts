import assert from 'node:assert/strict';
import { test } from 'node:test';
import { camelCase, snakeCase, wireNameOf } from './name.ts';

test('the key of a handler, as the macro makes it (hyperapp.md §5)', () => {
  const names = {
    get_user: 'GetUser',
    x_ray_id: 'XRayId',
    _hidden: 'Hidden',
    a__b: 'AB',
    getUser: 'GetUser',
    URL_of: 'URLOf',
  };
  for (const [method, wire] of Object.entries(names)) assert.equal(wireNameOf(method), wire);
});

test('and back, for people', () => {
  assert.equal(snakeCase('GetUser'), 'get_user');
  assert.equal(snakeCase('HTTPServer'), 'http_server');
  assert.equal(camelCase('room_id'), 'roomId');
});
