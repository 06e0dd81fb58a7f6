import { ts } from 'ts-morph';
import type { Imports } from '../imports.ts';
import { declarationOf } from './scope.ts';
import type { Use } from './trace.ts';
import type { Url } from './url.ts';

/** A function that sends one of its arguments as a request's body. */
export interface Sender {
  readonly argument: number;
  readonly use: Use;
  readonly url: Url;
}

const bodyAndUrl = (argument: number, use: Use): Sender[] => [{ argument, use, url: { parameter: 0 } }];

const axiosBody: readonly Sender[] = [...bodyAndUrl(1, 'value'), ...bodyAndUrl(1, 'text')];
const configAlone: readonly Sender[] = [{ argument: 0, use: 'init', url: undefined }];
const axiosMethods: Readonly<Record<string, readonly Sender[]>> = {
  post: axiosBody,
  put: axiosBody,
  patch: axiosBody,
  request: configAlone,
};

/** What the libraries that the spec names send (diagnostics.md §0.3): `fetch`, `axios`, `ky`, `sendBeacon`. */
export function builtInSenders(call: ts.CallExpression, imports: Imports): readonly Sender[] {
  const { expression } = call;
  if (ts.isIdentifier(expression)) {
    if (expression.text === 'fetch' && !declarationOf(expression)) return bodyAndUrl(1, 'init');
    const module = imports.get(expression.text)?.module;
    if (module === 'axios') return [...configAlone, ...bodyAndUrl(1, 'init')];
    return module === 'ky' ? bodyAndUrl(1, 'init') : [];
  }
  if (!ts.isPropertyAccessExpression(expression)) return [];
  const method = expression.name.text;
  if (method === 'sendBeacon') return bodyAndUrl(1, 'text');
  if (!ts.isIdentifier(expression.expression)) return [];
  const object = expression.expression.text;
  if (method === 'fetch' && ['window', 'globalThis', 'self'].includes(object)) return bodyAndUrl(1, 'init');
  const module = imports.get(object)?.module;
  if (module === 'axios') return axiosMethods[method] ?? [];
  return module === 'ky' && ['post', 'put', 'patch'].includes(method) ? bodyAndUrl(1, 'init') : [];
}

/**
 * The name others call a function by: `post` of a function or a constant, `.post` of a method or a property, `default`
 * too if the file exports it so. A wrapper like `useCallback(…)` around the function makes no difference.
 */
export function namesOfFunction(owner: ts.SignatureDeclaration): string[] {
  if (ts.isFunctionDeclaration(owner)) {
    const isDefault = owner.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
    return [...(owner.name ? [owner.name.text] : []), ...(isDefault ? ['default'] : [])];
  }
  if (ts.isMethodDeclaration(owner)) return ts.isIdentifier(owner.name) ? [`.${owner.name.text}`] : [];
  let holder: ts.Node = owner.parent;
  while (ts.isCallExpression(holder) || ts.isParenthesizedExpression(holder) || ts.isAsExpression(holder))
    holder = holder.parent;
  if (ts.isVariableDeclaration(holder)) return ts.isIdentifier(holder.name) ? [holder.name.text] : [];
  if (ts.isPropertyAssignment(holder) || ts.isPropertyDeclaration(holder)) {
    return ts.isIdentifier(holder.name) ? [`.${holder.name.text}`] : [];
  }
  return ts.isExportAssignment(holder) ? ['default'] : [];
}
