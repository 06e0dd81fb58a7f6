import type { SerdeArgument } from '../model/app.ts';
import { wholeLine } from './import.ts';
import { type Attribute, argumentParts, rangeBetween, removalRange, stringLiteral } from './syntax.ts';

/** What serde's attributes say of an item, a field or a variant, as far as names and presence on the wire go. */
export interface Serde {
  readonly rename: string | undefined;
  readonly renameAll: string | undefined;
  readonly hasDefault: boolean;
  readonly skip: boolean;
}

/** Reads `#[serde(..)]`; the deserialising side's name counts, as handlers' bodies are read with it. */
export function readSerde(attributes: readonly Attribute[]): Serde {
  const text = attributes
    .filter((attribute) => attribute.name === 'serde')
    .map((attribute) => attribute.argumentsText)
    .join(',');
  return {
    rename:
      /\brename\s*=\s*"([^"]*)"/.exec(text)?.[1] ?? /\brename\s*\([^)]*deserialize\s*=\s*"([^"]*)"/.exec(text)?.[1],
    renameAll: /\brename_all\s*=\s*"([^"]*)"/.exec(text)?.[1],
    hasDefault: /\bdefault\b/.test(text),
    skip: /\bskip(_deserializing)?\b/.test(text),
  };
}

/** Each argument of `#[serde(..)]`, with what to delete to be rid of it. */
export function serdeArguments(
  attributes: readonly Attribute[],
  file: string,
  lines: readonly string[],
): SerdeArgument[] {
  return attributes.flatMap((attribute) => {
    if (attribute.name !== 'serde') return [];
    const parts = argumentParts(attribute);
    return parts.flatMap((part, index): SerdeArgument[] => {
      const [key, equals, value] = part;
      const last = part.at(-1);
      if (!key || !last) return [];
      const at = { file, range: rangeBetween(key, last) };
      const removal =
        parts.length === 1 ? wholeLine(attribute.node, file, lines) : { file, range: removalRange(parts, index) };
      const text = equals?.type === '=' && value ? stringLiteral(value.text) : undefined;
      return [{ key: key.text, value: text, at, removal }];
    });
  });
}

/** serde's `rename_all` for a Rust name; an unknown rule leaves the name as it is. */
export function renameAll(name: string, rule: string | undefined): string {
  if (!rule) return name;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  const raised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  switch (rule) {
    case 'lowercase':
      return words.join('');
    case 'UPPERCASE':
      return words.join('').toUpperCase();
    case 'PascalCase':
      return raised.join('');
    case 'camelCase':
      return [words[0] ?? '', ...raised.slice(1)].join('');
    case 'snake_case':
      return words.join('_');
    case 'SCREAMING_SNAKE_CASE':
      return words.join('_').toUpperCase();
    case 'kebab-case':
      return words.join('-');
    case 'SCREAMING-KEBAB-CASE':
      return words.join('-').toUpperCase();
    default:
      return name;
  }
}
