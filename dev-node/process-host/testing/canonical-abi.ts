/**
 * The canonical ABI written from its general rules, for any type: the oracle that the hand-written layouts of this room
 * are checked against. Values are JavaScript's in jco's conventions, with `undefined` for none.
 */

export type Type =
  | { readonly t: 'bool' | 'u8' | 'u32' | 'u64' | 'string' }
  | { readonly t: 'list'; readonly of: Type }
  | { readonly t: 'record'; readonly fields: readonly (readonly [name: string, type: Type])[] }
  | { readonly t: 'tuple'; readonly of: readonly Type[] }
  | { readonly t: 'variant'; readonly cases: readonly (readonly [name: string, type?: Type])[] }
  | { readonly t: 'enum'; readonly cases: readonly string[] }
  | { readonly t: 'option'; readonly of: Type };

// biome-ignore lint/suspicious/noExplicitAny: values of any type of the component model.
type Value = any;

export const bool: Type = { t: 'bool' };
export const u8: Type = { t: 'u8' };
export const u64: Type = { t: 'u64' };
export const string: Type = { t: 'string' };
export const list = (of: Type): Type => ({ t: 'list', of });
export const tuple = (...of: Type[]): Type => ({ t: 'tuple', of });
export const option = (of: Type): Type => ({ t: 'option', of });
export const record = (fields: Record<string, Type>): Type => ({ t: 'record', fields: Object.entries(fields) });
export const variant = (cases: Record<string, Type | undefined>): Type => ({
  t: 'variant',
  cases: Object.entries(cases).map(([name, type]) => (type ? [name, type] : [name])),
});
export const enumeration = (...cases: string[]): Type => ({ t: 'enum', cases });

/** Records and tuples as a list of members, options and enums as variants. */
function members(type: Type): readonly Type[] | undefined {
  if (type.t === 'tuple') return type.of;
  return type.t === 'record' ? type.fields.map(([, field]) => field) : undefined;
}

function cases(type: Type): readonly (Type | undefined)[] | undefined {
  if (type.t === 'option') return [undefined, type.of];
  if (type.t === 'enum') return type.cases.map(() => undefined);
  return type.t === 'variant' ? type.cases.map(([, payload]) => payload) : undefined;
}

const alignTo = (at: number, align: number) => Math.ceil(at / align) * align;

export function alignOf(type: Type): number {
  const parts = members(type) ?? cases(type);
  if (parts) return Math.max(1, ...parts.map((part) => (part ? alignOf(part) : 1)));
  return { bool: 1, u8: 1, u32: 4, u64: 8, string: 4, list: 4 }[type.t as 'bool'];
}

export function sizeOf(type: Type): number {
  const inside = members(type);
  if (inside) {
    const end = inside.reduce((at, member) => alignTo(at, alignOf(member)) + sizeOf(member), 0);
    return alignTo(end, alignOf(type));
  }
  const payloads = cases(type);
  if (payloads) {
    const largest = Math.max(0, ...payloads.map((payload) => (payload ? sizeOf(payload) : 0)));
    return alignTo(payloadOffset(type) + largest, alignOf(type));
  }
  return { bool: 1, u8: 1, u32: 4, u64: 8, string: 8, list: 8 }[type.t as 'bool'];
}

/** All variants here have fewer than 256 cases: a discriminant of one byte. */
function payloadOffset(type: Type): number {
  return alignTo(1, Math.max(1, ...cases(type)!.map((payload) => (payload ? alignOf(payload) : 1))));
}

export interface GuestSide {
  readonly memory: { readonly buffer: ArrayBuffer };
  allocate(size: number, align: number): number;
}

function split(type: Type, value: Value): [discriminant: number, payload: Value] {
  if (type.t === 'option') return value === undefined ? [0, undefined] : [1, value];
  if (type.t === 'enum') return [type.cases.indexOf(value), undefined];
  if (type.t !== 'variant') throw new Error('not a variant');
  return [type.cases.findIndex(([name]) => name === value.tag), value.val];
}

export function store(guest: GuestSide, at: number, type: Type, value: Value): void {
  const view = () => new DataView(guest.memory.buffer);
  const inside = members(type);
  if (inside) {
    const values = type.t === 'record' ? type.fields.map(([name]) => value[name]) : value;
    inside.forEach((member, i) => {
      at = alignTo(at, alignOf(member));
      store(guest, at, member, values[i]);
      at += sizeOf(member);
    });
    return;
  }
  if (cases(type)) {
    const [discriminant, payload] = split(type, value);
    view().setUint8(at, discriminant);
    const of = cases(type)![discriminant];
    if (of) store(guest, at + payloadOffset(type), of, payload);
    return;
  }
  if (type.t === 'bool' || type.t === 'u8') view().setUint8(at, Number(value));
  else if (type.t === 'u32') view().setUint32(at, value, true);
  else if (type.t === 'u64') view().setBigUint64(at, value, true);
  else {
    const [pointer, length] = storeList(guest, type, value);
    view().setUint32(at, pointer, true);
    view().setUint32(at + 4, length, true);
  }
}

function storeList(guest: GuestSide, type: Type, value: Value): [pointer: number, length: number] {
  const bytes = type.t === 'string' ? new TextEncoder().encode(value) : value;
  const of = type.t === 'list' ? type.of : u8;
  const pointer = guest.allocate(bytes.length * sizeOf(of), alignOf(of));
  Array.from(bytes).forEach((item, i) => {
    store(guest, pointer + i * sizeOf(of), of, item);
  });
  return [pointer, bytes.length];
}

export function load(guest: GuestSide, at: number, type: Type): Value {
  const view = new DataView(guest.memory.buffer);
  const inside = members(type);
  if (inside) {
    const values = inside.map((member) => {
      at = alignTo(at, alignOf(member));
      const value = load(guest, at, member);
      at += sizeOf(member);
      return value;
    });
    return type.t === 'record' ? Object.fromEntries(type.fields.map(([name], i) => [name, values[i]])) : values;
  }
  if (cases(type)) {
    const discriminant = view.getUint8(at);
    const of = cases(type)![discriminant];
    const payload = of && load(guest, at + payloadOffset(type), of);
    if (type.t === 'option') return payload;
    if (type.t === 'enum') return type.cases[discriminant];
    if (type.t !== 'variant') throw new Error('not a variant');
    const tag = type.cases[discriminant]![0];
    return of ? { tag, val: payload } : { tag };
  }
  if (type.t === 'bool') return view.getUint8(at) === 1;
  if (type.t === 'u8') return view.getUint8(at);
  if (type.t === 'u32') return view.getUint32(at, true);
  if (type.t === 'u64') return view.getBigUint64(at, true);
  const pointer = view.getUint32(at, true);
  const length = view.getUint32(at + 4, true);
  const bytes = new Uint8Array(guest.memory.buffer, pointer, type.t === 'string' ? length : 0);
  if (type.t === 'string') return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const of = type.t === 'list' ? type.of : u8;
  const items = Array.from({ length }, (_, i) => load(guest, pointer + i * sizeOf(of), of));
  return of.t === 'u8' ? Uint8Array.from(items) : items;
}

/** The flat core values of parameters, as `canon lower` passes them when there are at most 16. */
export function flatten(guest: GuestSide, type: Type, value: Value): (number | bigint)[] {
  const inside = members(type);
  if (inside) {
    const values = type.t === 'record' ? type.fields.map(([name]) => value[name]) : value;
    return inside.flatMap((member, i) => flatten(guest, member, values[i]));
  }
  if (cases(type)) {
    // The types of this interface never join integers of different widths, so a payload is padded with zeros.
    const [discriminant, payload] = split(type, value);
    const of = cases(type)![discriminant];
    const flat = of ? flatten(guest, of, payload) : [];
    const padding = Math.max(...cases(type)!.map((other) => (other ? flatCount(other) : 0))) - flat.length;
    return [discriminant, ...flat, ...new Array<number>(padding).fill(0)];
  }
  if (type.t === 'string' || type.t === 'list') return storeList(guest, type, value);
  return [type.t === 'u64' ? value : Number(value)];
}

export function flatCount(type: Type): number {
  const inside = members(type);
  if (inside) return inside.reduce((sum, member) => sum + flatCount(member), 0);
  const payloads = cases(type);
  if (payloads) return 1 + Math.max(0, ...payloads.map((payload) => (payload ? flatCount(payload) : 0)));
  return type.t === 'string' || type.t === 'list' ? 2 : 1;
}
