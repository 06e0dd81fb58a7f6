/**
 * The app's state: the own fields of its instance, kept by the kernel as UTF-8 JSON text
 * `{"hyperapp":1,"state":{"field":value,..}}`.
 *
 * What plain JSON lacks stands as an object with the one key `$`: `{"$":["bigint","12"]}`, `{"$":["bytes",[1,2]]}`,
 * `{"$":["map",[[key,value],..]]}`, `{"$":["set",[..]]}`, `{"$":["date",ms]}`, `{"$":["number","NaN"]}`, and
 * `{"$":["object",{..}]}` for an object that itself has just the key `$`. Functions and fields that are undefined are
 * left out. Other than in the Rust framework, fields may be added, removed and moved between versions: a field that
 * is not stored keeps its initial value, a stored one that the class no longer has is dropped.
 */
import * as standard from 'hyperware:process/standard@1.0.0';
import type { SaveConfig } from './app.ts';
import { bytesOf, textOf } from './text.ts';

const format = 1;

export function encodeState(instance: object): string {
  return JSON.stringify({ hyperapp: format, state: Object.fromEntries(fieldsOf(instance)) });
}

/** Fills the instance's fields. Throws if the text is no state of this form: stored data is never silently dropped. */
export function decodeState(text: string, instance: object): void {
  let stored: { hyperapp?: unknown; state?: unknown };
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch (error) {
    throw new Error(`The stored state is no JSON (${(error as Error).message}). ${mend}`);
  }
  if (stored?.hyperapp !== format || typeof stored.state !== 'object' || stored.state === null)
    throw new Error(`The stored state was not written by a TypeScript hyperapp. ${mend}`);
  const fields = instance as Record<string, unknown>;
  for (const [name, value] of Object.entries(stored.state))
    if (name in fields && typeof fields[name] !== 'function') fields[name] = unpack(value);
}

const mend = 'Start from an empty state (uninstall the package and clear its state) or bring back the older version.';

function fieldsOf(source: object): [string, unknown][] {
  return Object.entries(source)
    .filter(([, value]) => value !== undefined && typeof value !== 'function' && typeof value !== 'symbol')
    .map(([name, value]) => [name, pack(value)]);
}

function pack(value: unknown): unknown {
  if (typeof value === 'bigint') return tagged('bigint', String(value));
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return tagged('number', Object.is(value, -0) ? '-0' : String(value));
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : pack(item)));
  if (value instanceof Uint8Array) return tagged('bytes', [...value]);
  if (value instanceof Map)
    return tagged(
      'map',
      [...value].map(([key, item]) => [pack(key), pack(item)]),
    );
  if (value instanceof Set) return tagged('set', [...value].map(pack));
  if (value instanceof Date) return tagged('date', value.getTime());
  const fields = fieldsOf(value);
  const plain = Object.fromEntries(fields);
  return fields.length === 1 && fields[0]![0] === '$' ? tagged('object', plain) : plain;
}

function tagged(tag: string, value: unknown): unknown {
  return { $: [tag, value] };
}

function unpack(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(unpack);
  const entries = Object.entries(value);
  if (entries.length !== 1 || entries[0]![0] !== '$') return unpackFields(entries);
  const [tag, data] = entries[0]![1] as [string, never];
  switch (tag) {
    case 'bigint':
      return BigInt(data);
    case 'number':
      return Number(data);
    case 'bytes':
      return Uint8Array.from(data);
    case 'map':
      return new Map((data as [unknown, unknown][]).map(([key, item]) => [unpack(key), unpack(item)]));
    case 'set':
      return new Set((data as unknown[]).map(unpack));
    case 'date':
      return new Date(data);
    case 'object':
      return unpackFields(Object.entries(data));
    default:
      throw new Error(`The stored state has a value of unknown kind "${tag}". ${mend}`);
  }
}

function unpackFields(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([name, item]) => [name, unpack(item)]));
}

/** Fields from the kernel if there are any; true if there were. */
export function restore(instance: object): boolean {
  const bytes = standard.getState();
  if (bytes) decodeState(textOf(bytes), instance);
  return bytes !== undefined;
}

/**
 * Saves by the app's `saveConfig`. Better than the Rust framework: what a handler changes after its awaits, and what
 * `init` changes, is saved when it is done and not with the next request.
 */
export function createSaver(instance: object, config: SaveConfig, sleep: (ms: number) => Promise<void>) {
  let handled = 0;
  let due = false;
  let last = encodeState(instance);
  let waiting = false;

  const save = () => {
    due = false;
    handled = 0;
    last = encodeState(instance);
    standard.setState(bytesOf(last));
  };
  const saveIfChanged = () => {
    if (encodeState(instance) !== last) save();
  };

  return {
    /** A handler is done, after all its awaits. */
    handled(): void {
      handled++;
      due = true;
    },
    /** At the end of each turn in which a handler ran on. */
    endTurn(): void {
      if (config === 'on-diff') saveIfChanged();
      if (typeof config === 'string' && config !== 'every-message') return;
      if (!due) return;
      due = false;
      if (config === 'every-message') save();
      else if ('everyN' in config) {
        if (handled >= config.everyN) save();
      } else saveLater(config.everySeconds);
    },
  };

  function saveLater(seconds: number): void {
    if (waiting) return;
    waiting = true;
    const wake = () => {
      waiting = false;
      saveIfChanged();
    };
    // A timer that does not answer is late, not lost: save then all the same.
    sleep(seconds * 1000).then(wake, wake);
  }
}
