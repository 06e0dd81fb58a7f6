import { ts } from 'ts-morph';
import type { Property, Value, ValueShape, ValueType } from '../../model/payload.ts';
import { locate, rangeOf, type Source, textOf } from '../source.ts';
import { arms, declarationOf, plain } from './scope.ts';

/** What is known of an expression without running it (diagnostics.md §0.2: what is not certain stays unknown). */
export function readValue(node: ts.Expression, source: Source): Value {
  const written = { at: locate(source, node), text: textOf(source, node) };
  const choices = arms(node);
  if (choices.length > 1) return { kind: 'either', values: choices.map((arm) => readValue(arm, source)), ...written };
  return { ...shapeOf(node, source), ...written };
}

function shapeOf(node: ts.Expression, source: Source): ValueShape {
  const inner = plain(node);
  if (ts.isObjectLiteralExpression(inner)) return objectOf(inner, source);
  if (ts.isArrayLiteralExpression(inner)) {
    const elements = inner.elements.filter((element) => !ts.isSpreadElement(element));
    return {
      kind: 'array',
      elements: elements.map((element) => readValue(element, source)),
      hasSpread: elements.length < inner.elements.length,
    };
  }
  if (ts.isStringLiteralLike(inner)) return { kind: 'string', value: inner.text };
  if (ts.isTemplateExpression(inner)) return { kind: 'other', type: 'string' };
  const number = numberOf(inner);
  if (number !== undefined) return { kind: 'number', value: number };
  switch (inner.kind) {
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
      return { kind: 'boolean' };
    case ts.SyntaxKind.NullKeyword:
      return { kind: 'null' };
  }
  if (ts.isIdentifier(inner)) {
    if (inner.text === 'undefined') return { kind: 'undefined' };
    return declared(inner, source);
  }
  if (ts.isBigIntLiteral(inner)) return { kind: 'other', made: 'bigint' };
  if (ts.isNewExpression(inner) && ts.isIdentifier(inner.expression) && !declarationOf(inner.expression)) {
    return madeShape(inner.expression.text) ?? { kind: 'other' };
  }
  const cast = castShape(node);
  if (cast) return { kind: 'other', ...cast };
  return { kind: 'other', type: callType(inner) };
}

const byteArrays = /^(Uint8|Uint8Clamped|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64)Array$/;

/** Objects of the language that JSON writes in a way of its own; `Date` as a text, the others as objects. */
function madeShape(name: string): (ValueShape & { kind: 'other' }) | undefined {
  if (byteArrays.test(name) || name === 'Map' || name === 'Set' || name === 'ArrayBuffer')
    return { kind: 'other', type: 'object', made: name };
  if (name === 'Date') return { kind: 'other', type: 'string', made: name };
  return name === 'Array' ? { kind: 'other', type: 'array' } : undefined;
}

function numberOf(node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.MinusToken &&
    ts.isNumericLiteral(node.operand)
  ) {
    return -Number(node.operand.text);
  }
  return undefined;
}

function objectOf(node: ts.ObjectLiteralExpression, source: Source): ValueShape {
  const properties: Property[] = [];
  let hasSpread = false;
  for (const property of node.properties) {
    const name = property.name && nameOf(property.name);
    if (name === undefined) hasSpread = true;
    else {
      const at = rangeOf(source, property.name as ts.Node);
      properties.push({ name, at, value: propertyValue(property, source) });
    }
  }
  return { kind: 'object', properties, hasSpread };
}

function propertyValue(property: ts.ObjectLiteralElementLike, source: Source): Value {
  if (ts.isPropertyAssignment(property)) return readValue(property.initializer, source);
  if (ts.isShorthandPropertyAssignment(property)) return readValue(property.name, source);
  return { kind: 'other', at: locate(source, property), text: textOf(source, property) };
}

/** The name of a property that is written out; undefined for a computed one. */
export function nameOf(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined;
}

function declared(identifier: ts.Identifier, source: Source): ValueShape {
  const declaration = declarationOf(identifier);
  if (declaration?.kind === 'variable') {
    const { node, isConst } = declaration;
    const known = node.type && annotatedShape(node.type, source.tree);
    if (!isConst || !node.initializer) return { kind: 'other', ...known };
    const initializer = plain(node.initializer);
    if (ts.isIdentifier(initializer) && initializer.text === identifier.text) return { kind: 'other', ...known };
    const value = readValue(node.initializer, source);
    const inner = value.kind === 'other' ? { element: value.element, made: value.made } : {};
    return { kind: 'other', ...inner, ...known, type: known?.type ?? typeOfValue(value), value };
  }
  if (declaration?.kind === 'parameter') {
    const { node } = declaration;
    if (node.questionToken || node.dotDotDotToken) return { kind: 'other' };
    return { kind: 'other', ...(node.type && annotatedShape(node.type, source.tree)) };
  }
  return { kind: 'other' };
}

/** What kind of JSON a known value is. */
export function typeOfValue(value: Value): ValueType | undefined {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'object':
      return value.kind;
    case 'other':
      return value.type;
    default:
      return undefined;
  }
}

function castShape(node: ts.Expression): Annotated | undefined {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || ts.isNonNullExpression(inner)) inner = inner.expression;
  return ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner)
    ? annotatedShape(inner.type, node.getSourceFile())
    : undefined;
}

type Annotated = Pick<ValueShape & { kind: 'other' }, 'type' | 'element' | 'made'>;

/** As `annotated`, with the elements of a list and the classes that JSON writes in a way of its own. */
function annotatedShape(type: ts.TypeNode, tree: ts.SourceFile): Annotated {
  let inner = type;
  while (ts.isParenthesizedTypeNode(inner) || ts.isTypeOperatorNode(inner)) inner = inner.type;
  if (ts.isArrayTypeNode(inner)) return { type: 'array', element: annotated(inner.elementType, tree) };
  if (inner.kind === ts.SyntaxKind.BigIntKeyword) return { made: 'bigint' };
  if (ts.isTypeReferenceNode(inner) && ts.isIdentifier(inner.typeName)) {
    const name = inner.typeName.text;
    const [only] = inner.typeArguments ?? [];
    if (only && (name === 'Array' || name === 'ReadonlyArray'))
      return { type: 'array', element: annotated(only, tree) };
    const made = madeShape(name);
    if (made) return { type: made.type, made: made.made };
  }
  return { type: annotated(inner, tree) };
}

/** The JSON kind that a written type makes certain; a name is followed within its file. */
function annotated(type: ts.TypeNode, tree: ts.SourceFile, seen = 0): ValueType | undefined {
  if (ts.isParenthesizedTypeNode(type) || ts.isTypeOperatorNode(type)) return annotated(type.type, tree, seen);
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return 'string';
    case ts.SyntaxKind.NumberKeyword:
      return 'number';
    case ts.SyntaxKind.BooleanKeyword:
      return 'boolean';
    case ts.SyntaxKind.ArrayType:
    case ts.SyntaxKind.TupleType:
      return 'array';
    case ts.SyntaxKind.TypeLiteral:
      return 'object';
  }
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return undefined;
  const name = type.typeName.text;
  if (name === 'Array' || name === 'ReadonlyArray') return 'array';
  if (name === 'Record') return 'object';
  for (const statement of tree.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === name)
      return statement.heritageClauses ? undefined : 'object';
    if (ts.isTypeAliasDeclaration(statement) && statement.name.text === name && seen < 5)
      return annotated(statement.type, tree, seen + 1);
  }
  return undefined;
}

const globalCalls: Readonly<Record<string, ValueType>> = {
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  parseInt: 'number',
  parseFloat: 'number',
  'Array.from': 'array',
  'Array.of': 'array',
  'Date.now': 'number',
  'Object.keys': 'array',
  'Object.values': 'array',
  'Object.entries': 'array',
  'JSON.stringify': 'string',
  'crypto.randomUUID': 'string',
};

function callType(node: ts.Expression): ValueType | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  if (ts.isIdentifier(expression)) return declarationOf(expression) ? undefined : globalCalls[expression.text];
  if (!ts.isPropertyAccessExpression(expression) || !ts.isIdentifier(expression.expression)) return undefined;
  if (declarationOf(expression.expression)) return undefined;
  return globalCalls[`${expression.expression.text}.${expression.name.text}`];
}
