import { ts } from 'ts-morph';
import type { Block, Handler, HandlerKind, MacroArgument, Parameter } from '../model/app.ts';
import { wireNameOf } from '../wire/name.ts';
import { type Imports, sdkName } from './imports.ts';
import { locate, rangeBetween, rangeOf, textOf } from './source.ts';
import { asOption, readType, type TypeReading } from './type.ts';

export interface TypeScriptBlock {
  readonly block: Block;
  readonly handlers: readonly Handler[];
  readonly witWorld: string | undefined;
  /** Bodies of methods, by offset: a syntax error within one leaves the handlers as they are. */
  readonly bodies: readonly (readonly [start: number, end: number])[];
}

const kinds: Readonly<Record<string, HandlerKind>> = {
  init: 'init',
  http: 'http',
  local: 'local',
  remote: 'remote',
  ws: 'ws',
  wsClient: 'ws_client',
  ws_client: 'ws_client',
  eth: 'eth',
};

/** The class under `@hyperapp({..})`, with its handlers (hyperapp.md §14). */
export function readBlock(reading: TypeReading): TypeScriptBlock | undefined {
  for (const statement of reading.source.tree.statements) {
    if (!ts.isClassDeclaration(statement)) continue;
    const decorator = decoratorsOf(statement, reading.imports).find(({ name }) => name === 'hyperapp');
    if (decorator) return blockOf(statement, decorator, reading);
  }
  return undefined;
}

interface Decorator {
  readonly name: string;
  readonly node: ts.Decorator;
  readonly argument: ts.Expression | undefined;
}

function decoratorsOf(node: ts.HasDecorators, imports: Imports): Decorator[] {
  return (ts.getDecorators(node) ?? []).map((decorator) => {
    const call = ts.isCallExpression(decorator.expression) ? decorator.expression : undefined;
    const named = call ? call.expression : decorator.expression;
    // While the import is still to be written, the name alone has to do.
    const name = sdkName(named, imports) ?? (ts.isIdentifier(named) && !imports.has(named.text) ? named.text : '');
    return { name, node: decorator, argument: call?.arguments[0] };
  });
}

function blockOf(node: ts.ClassDeclaration, decorator: Decorator, reading: TypeReading): TypeScriptBlock {
  const { source } = reading;
  const methods = node.members.filter(ts.isMethodDeclaration);
  const handlers = methods.flatMap((method) => handlerOf(method, reading) ?? []);
  const given = propertiesOf(decorator.argument);
  const world = given.find(({ key }) => key === 'witWorld' || key === 'wit_world')?.value;
  return {
    block: {
      file: source.file,
      range: rangeOf(source, node),
      attribute: locate(source, decorator.node),
      macroPath: decorator.name,
      carrier: 'class',
      worldLiteral: world && ts.isStringLiteralLike(world) ? world.text : undefined,
      stateName: node.name?.text ?? '',
      arguments: given.map(
        ({ key, name, value }): MacroArgument => ({ key, at: locate(source, name), text: textOf(source, value) }),
      ),
      // Methods without a decorator are ordinary ones in TypeScript: no other block could hold them.
      plainMethods: [],
    },
    handlers,
    witWorld: world && ts.isStringLiteralLike(world) ? world.text : undefined,
    bodies: methods.flatMap(({ body }) => (body ? [[body.pos, body.end] as const] : [])),
  };
}

function propertiesOf(argument: ts.Expression | undefined) {
  if (!argument || !ts.isObjectLiteralExpression(argument)) return [];
  return argument.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
      ? [{ key: property.name.text, name: property.name, value: property.initializer }]
      : [],
  );
}

function handlerOf(method: ts.MethodDeclaration, reading: TypeReading): Handler | undefined {
  const { source, imports } = reading;
  const decorators = decoratorsOf(method, imports).filter(({ name }) => kinds[name] !== undefined);
  if (decorators.length === 0 || !(ts.isIdentifier(method.name) || ts.isStringLiteral(method.name))) return undefined;
  const name = method.name.text;
  const wireName = wireNameOf(name);
  const http = decorators.find((decorator) => decorator.name === 'http');
  const route = new Map(
    propertiesOf(http?.argument).map(({ key, value }) => [key, ts.isStringLiteralLike(value) ? value.text : undefined]),
  );
  const line = source.text.slice(lineStart(source.text, method.getStart(source.tree)));
  const { body } = method;
  return {
    name,
    wireName,
    kinds: decorators.map((decorator) => kinds[decorator.name] as HandlerKind),
    isAsync: method.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false,
    parameters: method.parameters.flatMap((parameter) => parameterOf(parameter, wireName, reading)),
    result: method.type && readType(awaited(method.type), reading, `${wireName}Result`),
    method: route.get('method')?.toUpperCase(),
    path: route.get('path'),
    at: locate(source, method.name),
    whole: locate(source, method),
    parametersRange: parametersRange(method, reading),
    body: body && {
      range: rangeOf(source, body),
      indent: /^\s*/.exec(line)?.[0] ?? '',
      isEmpty: body.statements.length === 0 && !/\/[/*]/.test(textOf(source, body)),
    },
  };
}

function parameterOf(node: ts.ParameterDeclaration, wireName: string, reading: TypeReading): Parameter[] {
  const { source } = reading;
  const name = textOf(source, node.name);
  if (name === 'this') return [];
  const at = locate(source, node.name);
  if (!node.type) return [{ name, type: { kind: 'foreign', name: 'any', at, text: name }, at }];
  const type = readType(node.type, reading, `${wireName}${wireNameOf(name)}`);
  return [{ name, type: node.questionToken ? asOption(type) : type, at }];
}

/** What a promise resolves to; any other type is itself. */
function awaited(type: ts.TypeNode): ts.TypeNode {
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) && type.typeName.text === 'Promise') {
    return type.typeArguments?.[0] ?? type;
  }
  return type;
}

function parametersRange(method: ts.MethodDeclaration, { source }: TypeReading) {
  const { pos, end } = method.parameters;
  const closing = source.tree.text.indexOf(')', end);
  return rangeBetween(source, pos - 1, closing === -1 ? end : closing + 1);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
