import type { Value } from '../../hyperapp/model/payload.ts';
import { comparePositions, contains, type Range } from '../../hyperapp/model/position.ts';
import { draftsOf, type Payload, payloadsOf } from '../../hyperapp/wire/payload.ts';
import type { Place } from './sources.ts';

/** A cursor in a payload: at its key, or in its value, at a position of the tuple if the value is one. */
export interface PayloadCursor {
  readonly payload: Payload;
  readonly part: 'key' | 'value';
  /** Position in the array, from 0; 0 if the value is no array. */
  readonly slot: number;
  readonly isArray: boolean;
  /** True if the cursor stands where an element of its own belongs: nothing but white space around it. */
  readonly isFree: boolean;
}

/** The innermost payload around a cursor, whole or half-typed. */
export function payloadAt(place: Place): PayloadCursor | undefined {
  const { app, file, position } = place;
  const point = { start: position, end: position };
  const payload = [...payloadsOf(app), ...draftsOf(app)]
    .filter(({ site }) => site.at.file === file && isInside(site.at.range, '}', place))
    .sort((a, b) => comparePositions(b.site.at.range.start, a.site.at.range.start))[0];
  if (!payload) return undefined;
  const { keyAt, value, key } = payload.site;
  if (key === '' || contains(keyAt.range, point))
    return { payload, part: 'key', slot: 0, isArray: false, isFree: true };
  if (comparePositions(position, keyAt.range.end) <= 0) return undefined;
  return { payload, part: 'value', ...slotIn(value, place) };
}

function slotIn(value: Value, place: Place): Pick<PayloadCursor, 'slot' | 'isArray' | 'isFree'> {
  const { position, lines, text, offset } = place;
  const { start } = value.at.range;
  if (value.kind !== 'array' || !isInside(value.at.range, ']', place)) {
    return { slot: 0, isArray: false, isFree: /:\s*$/.test(text.slice(0, offset)) };
  }
  const before = value.elements.filter((element) => comparePositions(element.at.range.end, position) < 0);
  const inside = value.elements.findIndex((element) => contains(element.at.range, { start: position, end: position }));
  if (inside >= 0) return { slot: inside, isArray: true, isFree: false };
  const last = before.at(-1);
  // Behind an element the comma decides; a hole (`[, x]`) counts as the parser's own element.
  const from = last ? lines.offsetAt(last.at.range.end) : lines.offsetAt(start) + 1;
  const isNext = text.slice(from, offset).includes(',');
  return { slot: before.length - (last && !isNext ? 1 : 0), isArray: true, isFree: true };
}

/** True between the brackets of a literal; one that is not closed yet goes on over the white space behind it. */
function isInside({ start, end }: Range, closing: string, { lines, text, offset }: Place): boolean {
  const last = lines.offsetAt(end);
  const isClosed = text.charAt(last - 1) === closing;
  return lines.offsetAt(start) < offset && (offset < last || (!isClosed && text.slice(last, offset).trim() === ''));
}
