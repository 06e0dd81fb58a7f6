import type { TypeDefinition, Variant } from '../model/app.ts';
import { createFindings, type Findings } from './findings.ts';
import type { WitSetting } from './form.ts';
import { isLegalName, kebabCase, nameFault, withoutUnderscore, witIdentifier } from './name.ts';
import { type TypeWriting, typeText, type UsedTypes } from './type-text.ts';

/** A definition as kit writes it, not yet indented, or what kit finds wrong with it. */
export interface DefinitionText {
  readonly kebab: string;
  readonly definition: TypeDefinition;
  /** Undefined if there are errors, or if the dialect passes the definition over. */
  readonly text: string | undefined;
  readonly used: UsedTypes;
  readonly findings: Findings;
  /** The types of fields and variants as texts; K1 and K2 look for further types in these. */
  readonly parts: readonly string[];
}

/** The WIT of a struct, enum or alias (wit-generation.md §5; §9 for the older dialects). */
export function definitionText(definition: TypeDefinition, setting: WitSetting): DefinitionText {
  const { dialect } = setting;
  const writing: TypeWriting = { ...setting, findings: createFindings(), used: new Map() };
  const { errors } = writing.findings;
  const kebab = kebabCase(definition.name, dialect);
  const name = witIdentifier(kebab, dialect);
  if (definition.kind !== 'alias') {
    const fault = nameFault(definition.kind === 'struct' ? 'Struct' : 'Enum', definition.name);
    if (fault) errors.push({ text: fault, at: definition.at });
  }
  const body = bodyOf(definition, name, writing);
  warnIllegal(kebab, definition.name, definition.at, writing.findings);
  return {
    kebab,
    definition,
    text: errors.length === 0 ? body?.text : undefined,
    used: writing.used,
    findings: writing.findings,
    parts: body?.parts ?? [],
  };
}

interface Body {
  readonly text: string;
  readonly parts: readonly string[];
}

function bodyOf(definition: TypeDefinition, name: string, writing: TypeWriting): Body | undefined {
  const isK4 = writing.dialect === 'k4';
  switch (definition.kind) {
    case 'alias': {
      if (!isK4) return undefined;
      const type = typeText(definition.type, writing);
      return { text: `type ${name} = ${type};`, parts: [type] };
    }
    case 'struct':
      if (definition.shape === 'tuple') return tupleStruct(definition, name, writing);
      return record(definition, name, writing);
    case 'enum':
      return enumeration(definition, name, writing);
  }
}

type Struct = TypeDefinition & { kind: 'struct' };

function tupleStruct(definition: Struct, name: string, writing: TypeWriting): Body | undefined {
  const [only] = definition.fields;
  if (writing.dialect === 'k4' && only && definition.fields.length === 1) {
    const type = typeText(only.type, writing);
    return { text: `type ${name} = ${type};`, parts: [type] };
  }
  const count = definition.fields.length;
  const text = `Struct \`${definition.name}\` has ${count} unnamed ${count === 1 ? 'field' : 'fields'}, which kit does not write. Give them names.`;
  writing.findings.errors.push({ text, at: definition.at });
  return undefined;
}

function record(definition: Struct, name: string, writing: TypeWriting): Body {
  const { dialect, findings } = writing;
  const parts: string[] = [];
  const lines = definition.fields.flatMap((field) => {
    const stripped = withoutUnderscore(field.name);
    const fault = nameFault('Field', stripped);
    // K3 leaves such a field out and says nothing.
    if (fault && dialect === 'k3') {
      findings.warnings.push({ text: `${fault} kit leaves the field out.`, at: field.at });
      return [];
    }
    if (fault) findings.errors.push({ text: fault, at: field.at });
    if (stripped !== field.name && writing.language === 'rust') {
      const text = `Field \`${field.name}\` loses its \`_\` in WIT: generated clients send \`${stripped}\`, the app expects \`${field.wireName}\`. Take the \`_\` away.`;
      findings.warnings.push({ text, at: field.at });
    }
    const kebab = kebabCase(stripped, dialect);
    warnIllegal(kebab, field.name, field.at, findings);
    const type = typeText(field.type, writing);
    parts.push(type);
    return [`    ${witIdentifier(kebab, dialect)}: ${type}`];
  });
  return { text: block('record', name, lines), parts };
}

type Enumeration = TypeDefinition & { kind: 'enum' };

function enumeration(definition: Enumeration, name: string, writing: TypeWriting): Body | undefined {
  const { dialect, findings } = writing;
  const parts: string[] = [];
  const lines = definition.variants.map((variant) => {
    const fault = nameFault('Variant', variant.name) ?? dataFault(definition, variant, writing);
    if (fault) findings.errors.push({ text: fault, at: variant.at });
    const kebab = kebabCase(variant.name, dialect);
    warnIllegal(kebab, variant.name, variant.at, findings);
    const [data] = variant.data;
    if (!data) return `    ${witIdentifier(kebab, dialect)}`;
    const type = typeText(data, writing);
    parts.push(type);
    return `    ${witIdentifier(kebab, dialect)}(${type})`;
  });
  if (lines.length === 0 && dialect !== 'k4') return undefined;
  if (lines.length === 0) {
    const text = `Enum \`${definition.name}\` has no variants, which WIT does not allow. Give it one.`;
    findings.warnings.push({ text, at: definition.at });
  }
  return { text: block(dialect === 'k4' && parts.length === 0 ? 'enum' : 'variant', name, lines), parts };
}

function dataFault(
  definition: Enumeration,
  { name, text, data, fields }: Variant,
  { language }: WitSetting,
): string | undefined {
  const where = `Variant \`${name}\` of enum \`${definition.name}\``;
  // Empty braces and parentheses count for kit, though they hold nothing.
  const opening = language === 'rust' ? text.slice(name.length).trimStart().charAt(0) : '';
  if (fields.length > 0 || opening === '{') {
    return `${where} has named fields, which WIT does not know. Put them into a struct: \`${name}(${name}Data)\`.`;
  }
  if (data.length > 1 || (opening === '(' && data.length === 0)) {
    return `${where} has ${data.length} unnamed fields; WIT allows one. Put them into a struct or a tuple: \`${name}((A, B))\`.`;
  }
  return undefined;
}

function block(keyword: string, name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `${keyword} ${name} {}` : `${keyword} ${name} {\n${lines.join(',\n')}\n}`;
}

function warnIllegal(kebab: string, name: string, at: TypeDefinition['at'], { warnings }: Findings): void {
  if (isLegalName(kebab)) return;
  warnings.push({ text: `\`${name}\` becomes \`${kebab}\`, which is no legal name in WIT. Rename it.`, at });
}
