import * as path from 'node:path';
import { ts } from 'ts-morph';
import type { BrowserCode, FetchCall, GeneratedCall, SocketUse } from '../../model/browser.ts';
import type { Location } from '../../model/position.ts';
import type { Imports } from '../imports.ts';
import { locate, rangeBetween, type Source } from '../source.ts';
import type { Collected } from './collect.ts';
import { readOurUses } from './our.ts';
import { declarationOf, plain } from './scope.ts';
import { readUrl } from './url.ts';
import { nameOf } from './value.ts';

/** What one file does in the browser beside sending payloads. Plain data. */
export function readBrowserCode(source: Source, imports: Imports, collected: Collected): BrowserCode {
  return {
    ourUses: readOurUses(collected.ours, source, imports),
    sockets: collected.created.flatMap((node) => socketOf(node, source)),
    fetches: collected.calls.flatMap((call) => fetchOf(call, source)),
    generatedCalls: collected.calls.flatMap((call) => generatedCall(call, source, imports)),
    proxied: /^vite\.config\./.test(path.basename(source.file)) ? proxiedPaths(source.tree) : [],
    generatedImports: source.tree.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) && isGenerated(moduleOf(statement)) ? [locate(source, statement)] : [],
    ),
    entry: /^(main|index)\.[jt]sx?$/.test(path.basename(source.file)) ? afterImports(source) : undefined,
  };
}

function socketOf(node: ts.NewExpression, source: Source): SocketUse[] {
  const [argument] = node.arguments ?? [];
  if (!ts.isIdentifier(node.expression) || node.expression.text !== 'WebSocket' || !argument) return [];
  const url = readUrl(argument, source);
  return url && 'text' in url ? [{ at: locate(source, argument), url: url.text }] : [];
}

function fetchOf(call: ts.CallExpression, source: Source): FetchCall[] {
  const { expression } = call;
  const isFetch = ts.isIdentifier(expression)
    ? expression.text === 'fetch' && declarationOf(expression) === undefined
    : ts.isPropertyAccessExpression(expression) &&
      expression.name.text === 'fetch' &&
      ts.isIdentifier(expression.expression) &&
      ['window', 'globalThis', 'self'].includes(expression.expression.text);
  const [target, options] = call.arguments;
  const init = options && plain(options);
  if (!isFetch || !target || !init || !ts.isObjectLiteralExpression(init)) return [];
  const url = readUrl(target, source);
  const property = (name: string) => init.properties.find((entry) => entry.name && nameOf(entry.name) === name);
  const method = property('method');
  const value = method && ts.isPropertyAssignment(method) ? plain(method.initializer) : undefined;
  const isOpen = init.properties.some((entry) => ts.isSpreadAssignment(entry));
  const brace = init.getStart(source.tree) + 1;
  return [
    {
      at: { file: source.file, range: rangeBetween(source, call.getStart(source.tree), target.end) },
      urlAt: locate(source, target),
      url: url && 'text' in url ? url.text : '',
      hasBody: property('body') !== undefined,
      method: method
        ? value && ts.isStringLiteralLike(value)
          ? value.text.toUpperCase()
          : 'unknown'
        : isOpen
          ? 'unknown'
          : 'none',
      methodAt: value && locate(source, value),
      inside: { file: source.file, range: rangeBetween(source, brace, brace) },
    },
  ];
}

/** The alias or path by which apps import what kit generates. */
function isGenerated(module: string): boolean {
  return /caller[-_]utils/.test(module);
}

function moduleOf({ moduleSpecifier }: ts.ImportDeclaration): string {
  return ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
}

function generatedCall(call: ts.CallExpression, source: Source, imports: Imports): GeneratedCall[] {
  const { expression } = call;
  const root = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  if (!ts.isIdentifier(root)) return [];
  const imported = imports.get(root.text);
  if (!imported || !isGenerated(imported.module)) return [];
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : imported.name;
  return [{ at: locate(source, expression), name, isUnchecked: isUnchecked(call) }];
}

/** True if the awaited result's own properties are used, and nothing in the function asks for `Err`. */
function isUnchecked(call: ts.CallExpression): boolean {
  let node: ts.Node = call.parent;
  if (!ts.isAwaitExpression(node)) return false;
  while (ts.isParenthesizedExpression(node.parent) || ts.isAsExpression(node.parent)) node = node.parent;
  const scope = functionAround(node);
  if (asksForErr(scope)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return true;
  if (!ts.isVariableDeclaration(parent)) return false;
  if (!ts.isIdentifier(parent.name)) return ts.isObjectBindingPattern(parent.name);
  const name = parent.name.text;
  const isUsed = (child: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(child) && ts.isIdentifier(child.expression) && child.expression.text === name)
      return true;
    return ts.forEachChild(child, (inner) => isUsed(inner) || undefined) ?? false;
  };
  return isUsed(scope);
}

function functionAround(node: ts.Node): ts.Node {
  let scope = node;
  while (!ts.isFunctionLike(scope) && !ts.isSourceFile(scope)) scope = scope.parent;
  return scope;
}

function asksForErr(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node) && node.text === 'Err') return true;
  if (ts.isIdentifier(node) && (node.text === 'Err' || node.text === 'Ok')) return true;
  return ts.forEachChild(node, (child) => asksForErr(child) || undefined) ?? false;
}

/** Keys of every `proxy: { .. }`; one that is no plain text, or a value that is no literal, makes it `*`. */
function proxiedPaths(tree: ts.SourceFile): string[] {
  const paths: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && nameOf(node.name) === 'proxy') {
      const value = plain(node.initializer);
      if (!ts.isObjectLiteralExpression(value)) paths.push('*');
      else {
        for (const { name } of value.properties) paths.push((name && nameOf(name)) ?? '*');
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return paths;
}

function afterImports(source: Source): Location {
  const last = source.tree.statements.findLast(ts.isImportDeclaration);
  const offset = last?.end ?? 0;
  return { file: source.file, range: rangeBetween(source, offset, offset) };
}

/** A whole front end's, of those of its files. */
export function joinBrowserCode(files: readonly BrowserCode[]): BrowserCode {
  return {
    ourUses: files.flatMap(({ ourUses }) => ourUses),
    sockets: files.flatMap(({ sockets }) => sockets),
    fetches: files.flatMap(({ fetches }) => fetches),
    generatedCalls: files.flatMap(({ generatedCalls }) => generatedCalls),
    proxied: files.flatMap(({ proxied }) => proxied),
    generatedImports: files.flatMap(({ generatedImports }) => generatedImports),
    entry: files.find(({ entry }) => entry)?.entry,
  };
}
