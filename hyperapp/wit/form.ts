import type { Language, Type } from '../model/app.ts';
import type { Dialect } from './dialect.ts';
import { kebabCase } from './name.ts';

/** A type's WIT text, or the innermost type that has none. */
export type WitForm = { readonly wit: string } | { readonly none: Type };

/** In whose words a type is written, and how kit (or our build, for TypeScript: as K4) describes it. */
export interface WitSetting {
  readonly dialect: Dialect;
  readonly language: Language;
}

/** True if a type by itself, without what is inside it, has a WIT form (wit-generation.md §5). */
export function hasWitForm(type: Type, { dialect, language }: WitSetting): boolean {
  switch (type.kind) {
    case 'map':
      // kit from 3.2 on writes a list of pairs for a Rust map; for a TypeScript one there is nobody who does.
      return language === 'rust' && dialect === 'k4';
    case 'set':
      return language === 'rust' && dialect === 'k4';
    case 'json':
      return dialect === 'k4';
    case 'integer':
      return language === 'rust' && dialect === 'k4';
    case 'array':
    case 'reference':
    case 'generic':
    case 'foreign':
      return false;
    default:
      return true;
  }
}

/** The WIT form of a type as kit writes it into a signature, or which type has none (wit-generation.md §5). */
export function witForm(type: Type, setting: WitSetting): WitForm {
  if (!hasWitForm(type, setting)) return { none: type };
  switch (type.kind) {
    case 'primitive':
      return { wit: type.name };
    case 'address':
      return { wit: 'address' };
    case 'json':
      return { wit: 'value' };
    case 'unit':
      return { wit: '_' };
    case 'named':
      return { wit: kebabCase(type.name, setting.dialect) };
    case 'integer':
      return { wit: { usize: 'u64', isize: 's64' }[type.name] ?? 'string' };
    case 'list':
      return wrap([type.element], setting, ([element]) => `list<${element}>`);
    case 'option':
      return wrap([type.element], setting, ([element]) => `option<${element}>`);
    case 'set':
      return type.element ? wrap([type.element], setting, ([element]) => `list<${element}>`) : { none: type };
    case 'map':
      if (!type.key || !type.value) return { none: type };
      return wrap([type.key, type.value], setting, (pair) => `list<tuple<${pair.join(', ')}>>`);
    case 'tuple':
      return wrap(type.elements, setting, (elements) => `tuple<${elements.join(', ')}>`);
    case 'result':
      return wrap([type.ok, type.err], setting, ([ok, err]) => {
        if (err !== '_') return `result<${ok}, ${err}>`;
        return ok === '_' ? 'result' : `result<${ok}>`;
      });
    default:
      return { none: type };
  }
}

function wrap(parts: readonly Type[], setting: WitSetting, write: (parts: readonly string[]) => string): WitForm {
  const texts: string[] = [];
  for (const part of parts) {
    const form = witForm(part, setting);
    if ('none' in form) return form;
    texts.push(form.wit);
  }
  return { wit: write(texts) };
}
