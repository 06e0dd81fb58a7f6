import type { Dialect } from './dialect.ts';

const keywords = new Set(
  (
    'use type resource func record enum flags variant static interface world import export package constructor include ' +
    'with as from list option result tuple future stream own borrow u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char bool string'
  ).split(' '),
);

/**
 * A name as kit writes it (wit-generation.md §3), before keywords are escaped: `_` to `-` if there is one, else `-`
 * before upper-case letters. K1 to K3 keep runs of capitals together.
 */
export function kebabCase(name: string, dialect: Dialect): string {
  if (name.includes('_')) return name.replaceAll('_', '-');
  if (dialect === 'k4') return name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** A definition's, field's or variant's name: without one leading `_`, keywords escaped from K3 on. */
export function declaredName(name: string, dialect: Dialect): string {
  const kebab = kebabCase(name.replace(/^_/, ''), dialect);
  return (dialect === 'k3' || dialect === 'k4') && keywords.has(kebab) ? `%${kebab}` : kebab;
}

/** The interface's name: the state's, without a trailing `State` (wit-generation.md §1). */
export function interfaceName(stateName: string, dialect: Dialect): string {
  return kebabCase(stateName.replace(/State$/, ''), dialect);
}
