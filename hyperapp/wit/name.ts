import type { Dialect } from './dialect.ts';

const keywords = new Set(
  (
    'use type resource func record enum flags variant static interface world import export package constructor include ' +
    'with as from list option result tuple future stream own borrow u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char bool string'
  ).split(' '),
);

const upper = /\p{Uppercase}/u;
const lower = /\p{Lowercase}/u;

/**
 * A name as kit writes it (wit-generation.md §3), before keywords are escaped: `_` to `-` if there is one, else `-`
 * before upper-case letters. K1 to K3 keep runs of capitals together.
 */
export function kebabCase(name: string, dialect: Dialect): string {
  if (name.includes('_')) return name.replaceAll('_', '-');
  const characters = [...name];
  return characters
    .map((character, i) => {
      if (!upper.test(character)) return character;
      const opensWord = dialect === 'k4' || lower.test(characters[i - 1] ?? '') || lower.test(characters[i + 1] ?? '');
      return `${i > 0 && opensWord ? '-' : ''}${character.toLowerCase()}`;
    })
    .join('');
}

/** `get-user` as `GetUser`, the key in K4's `json fmt` comment (wit-generation.md §4). */
export function pascalCase(kebab: string): string {
  return kebab
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** A kebab name where WIT wants an identifier: keywords get a `%` from K3 on. */
export function witIdentifier(kebab: string, dialect: Dialect): string {
  return isKeyword(kebab) && (dialect === 'k3' || dialect === 'k4') ? `%${kebab}` : kebab;
}

export function isKeyword(kebab: string): boolean {
  return keywords.has(kebab);
}

/** A parameter's or field's name without the one leading `_` that kit takes off. */
export function withoutUnderscore(name: string): string {
  return name.replace(/^_/, '');
}

/** A definition's, field's or variant's name: without one leading `_`, keywords escaped from K3 on. */
export function declaredName(name: string, dialect: Dialect): string {
  return witIdentifier(kebabCase(withoutUnderscore(name), dialect), dialect);
}

/** The interface's name: the state's, without a trailing `State` (wit-generation.md §1). */
export function interfaceName(stateName: string, dialect: Dialect): string {
  return kebabCase(stateName.replace(/State$/, ''), dialect);
}

/** Why kit stops at a name (wit-generation.md §3), as a sentence with its mend; undefined if it does not. */
export function nameFault(kind: string, name: string): string | undefined {
  if (/[0-9]/.test(name)) {
    return `${kind} name \`${name}\` contains a digit, which kit does not allow. Say it in letters: \`first_field\`, not \`field1\`.`;
  }
  if (/stream/i.test(name)) {
    return `${kind} name \`${name}\` contains \`stream\`, a reserved word of WIT that kit does not allow. Call it a flow, a channel or a feed.`;
  }
  return undefined;
}

/** True if the text can stand for a name in a WIT file: words of one case, joined by single `-`. */
export function isLegalName(kebab: string): boolean {
  return /^%?([a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(-([a-z][a-z0-9]*|[A-Z][A-Z0-9]*))*$/.test(kebab);
}
