/** Where new ids come from; tests pass their own. */
import { randomBytes, randomFillSync } from 'node:crypto';

export interface Ids {
  /** A message id: any u64. */
  message(): bigint;
  /** 32 and 16 hex digits, for the trace context. */
  trace(): string;
  span(): string;
}

/** Random message ids, drawn in batches; trace ids count up from a random start, which is unique enough and cheap. */
export function randomIds(): Ids {
  const pool = new BigUint64Array(256);
  let next = pool.length;
  const traceStart = randomBytes(12).toString('hex');
  const spanStart = randomBytes(4).toString('hex');
  let traces = 0;
  let spans = 0;
  return {
    message() {
      if (next === pool.length) {
        randomFillSync(pool);
        next = 0;
      }
      return pool[next++] as bigint;
    },
    trace: () => traceStart + hex(++traces),
    span: () => spanStart + hex(++spans),
  };
}

function hex(count: number): string {
  return (count >>> 0).toString(16).padStart(8, '0');
}
