import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atEnd, rowAfterKey, scrollToShow, visibleRows } from './virtual-window.ts';

const view = { scrollTop: 0, height: 200, rowHeight: 20, rowCount: 1000, overscan: 5 };

test('only the rows in view and a few around them exist', () => {
  assert.deepEqual(visibleRows(view), { first: 0, end: 15 });
  assert.deepEqual(visibleRows({ ...view, scrollTop: 4000 }), { first: 195, end: 215 });
  assert.deepEqual(visibleRows({ ...view, scrollTop: 4010 }), { first: 195, end: 216 });
  assert.deepEqual(visibleRows({ ...view, scrollTop: 19_800 }), { first: 985, end: 1000 });
});

test('a scroll position beyond the rows (they became fewer) shows the last ones', () => {
  assert.deepEqual(visibleRows({ ...view, scrollTop: 99_999, rowCount: 30 }), { first: 15, end: 30 });
  assert.deepEqual(visibleRows({ ...view, scrollTop: 99_999, rowCount: 3 }), { first: 0, end: 3 });
  assert.deepEqual(visibleRows({ ...view, rowCount: 0 }), { first: 0, end: 0 });
  assert.deepEqual(visibleRows({ ...view, height: 0, rowCount: 2 }), { first: 0, end: 2 });
});

test('a row is brought into view by the shortest way', () => {
  const middle = { ...view, scrollTop: 400 };
  assert.equal(scrollToShow(25, middle), 400);
  assert.equal(scrollToShow(10, middle), 200);
  assert.equal(scrollToShow(30, middle), 420);
});

test('the end is in view, give or take a pixel', () => {
  assert.equal(atEnd({ ...view, scrollTop: 19_799 }), true);
  assert.equal(atEnd({ ...view, scrollTop: 19_700 }), false);
  assert.equal(atEnd({ ...view, rowCount: 3 }), true);
});

for (const [key, from, to] of [
  ['ArrowDown', -1, 0],
  ['ArrowDown', 99, 99],
  ['ArrowUp', -1, 99],
  ['ArrowUp', 0, 0],
  ['PageDown', 5, 15],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 50, 99],
  ['x', 50, undefined],
] as const)
  test(`${key} leads from row ${from} to ${to}`, () => assert.equal(rowAfterKey(key, from, 100, 10), to));

test('no key leads anywhere in an empty table', () => assert.equal(rowAfterKey('ArrowDown', -1, 0, 10), undefined));
