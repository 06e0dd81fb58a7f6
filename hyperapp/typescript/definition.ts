import { ts } from 'ts-morph';
import type { TypeDefinition } from '../model/app.ts';
import { locate, textOf } from './source.ts';
import { fieldsOf, indexSignature, readType, type TypeReading, variantsOf } from './type.ts';

/** An interface's `extends`, to be filled in when all files were read. */
export interface Bases {
  readonly name: string;
  readonly bases: readonly string[];
}

/** Reads the interfaces, type aliases and enums at the top of a file into `reading.definitions`. */
export function readDefinitions(reading: TypeReading): Bases[] {
  const bases: Bases[] = [];
  for (const statement of reading.source.tree.statements) {
    const definition = definitionOf(statement, reading);
    if (definition) reading.definitions.push(definition);
    if (ts.isInterfaceDeclaration(statement) && statement.heritageClauses) {
      const names = statement.heritageClauses.flatMap(({ types }) =>
        types.map(({ expression }) => textOf(reading.source, expression)),
      );
      bases.push({ name: statement.name.text, bases: names });
    }
  }
  return bases;
}

function definitionOf(statement: ts.Statement, reading: TypeReading): TypeDefinition | undefined {
  if (ts.isInterfaceDeclaration(statement)) {
    const common = commonOf(statement, reading);
    const map = indexSignature(statement.members, reading, common.name);
    if (map) {
      const signature = statement.members.find(ts.isIndexSignatureDeclaration) as ts.IndexSignatureDeclaration;
      const written = { at: locate(reading.source, signature), text: textOf(reading.source, signature) };
      return { ...common, kind: 'alias', type: { ...map, ...written } };
    }
    return {
      ...common,
      kind: 'struct',
      shape: 'record',
      fields: fieldsOf(statement.members, reading, common.name),
      derives: [],
    };
  }
  if (ts.isTypeAliasDeclaration(statement)) return aliasOf(statement, reading);
  if (ts.isEnumDeclaration(statement)) return enumOf(statement, reading);
  return undefined;
}

type Named = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.EnumDeclaration;

function commonOf(statement: Named, { source }: TypeReading) {
  const parameters = ts.isEnumDeclaration(statement) ? undefined : statement.typeParameters;
  return {
    name: statement.name.text,
    at: locate(source, statement.name),
    whole: locate(source, statement),
    typeParameters: (parameters ?? []).map(({ name }) => name.text),
  };
}

function aliasOf(statement: ts.TypeAliasDeclaration, reading: TypeReading): TypeDefinition {
  const common = commonOf(statement, reading);
  const { type } = statement;
  if (ts.isTypeLiteralNode(type) && !type.members.some(ts.isIndexSignatureDeclaration)) {
    return {
      ...common,
      kind: 'struct',
      shape: 'record',
      fields: fieldsOf(type.members, reading, common.name),
      derives: [],
    };
  }
  if (ts.isUnionTypeNode(type) && !isResult(type)) {
    const variants = variantsOf(type.types, reading, common.name);
    if (variants) return { ...common, kind: 'enum', variants, derives: [] };
  }
  return { ...common, kind: 'alias', type: readType(type, reading, `${common.name}Value`) };
}

function isResult(union: ts.UnionTypeNode): boolean {
  const names = union.types.map((member) => (ts.isTypeLiteralNode(member) ? member.members[0]?.name : undefined));
  return (
    names.length === 2 &&
    names.every((name) => name !== undefined && ts.isIdentifier(name) && ['Ok', 'Err'].includes(name.text))
  );
}

/** A string enum is an enum on the wire; one of numbers is a number. */
function enumOf(statement: ts.EnumDeclaration, reading: TypeReading): TypeDefinition {
  const common = commonOf(statement, reading);
  const texts = statement.members.map(({ initializer }) =>
    initializer && ts.isStringLiteral(initializer) ? initializer.text : undefined,
  );
  if (texts.some((text) => text === undefined)) {
    const at = locate(reading.source, statement.name);
    return { ...common, kind: 'alias', type: { kind: 'primitive', name: 'f64', at, text: common.name } };
  }
  const variants = statement.members.map((member, index) => ({
    name: textOf(reading.source, member.name),
    wireName: texts[index] as string,
    data: [],
    fields: [],
    at: locate(reading.source, member.name),
    whole: locate(reading.source, member),
    text: textOf(reading.source, member),
  }));
  return { ...common, kind: 'enum', variants, derives: [] };
}
