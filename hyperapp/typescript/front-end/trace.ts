import { ts } from 'ts-morph';
import { arms, declarationOf, valuesOf } from './scope.ts';
import { nameOf } from './value.ts';

/**
 * How an argument becomes a request's body: the `value` itself, which is turned to JSON later; `text` that is JSON
 * already; or the `init` object that holds it.
 */
export type Use = 'value' | 'text' | 'init';

/** Where a body comes from: a literal in this file, or a parameter of a function that others call. */
export type Origin =
  | { readonly kind: 'literal'; readonly node: ts.ObjectLiteralExpression }
  /** A text that may be JSON itself. */
  | { readonly kind: 'text'; readonly node: ts.StringLiteralLike | ts.TemplateExpression }
  | { readonly kind: 'parameter'; readonly owner: ts.SignatureDeclaration; readonly index: number; readonly use: Use };

/** Follows an expression back to its origins, through variables, conditions and `JSON.stringify` (diagnostics.md §0.3). */
export function originsOf(node: ts.Expression, use: Use, depth = 0): Origin[] {
  if (depth > 8) return [];
  return arms(node).flatMap((arm) => originsOfArm(arm, use, depth));
}

function originsOfArm(node: ts.Expression, use: Use, depth: number): Origin[] {
  if (ts.isIdentifier(node)) {
    const declaration = declarationOf(node);
    if (declaration?.kind === 'parameter')
      return [{ kind: 'parameter', owner: declaration.owner, index: declaration.index, use }];
    if (declaration?.kind !== 'variable') return [];
    return valuesOf(declaration).flatMap((value) => originsOf(value, use, depth + 1));
  }
  if (ts.isObjectLiteralExpression(node)) {
    if (use === 'value') return [{ kind: 'literal', node }];
    return use === 'init' ? originsInInit(node, depth) : [];
  }
  if (use === 'text' && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)))
    return [{ kind: 'text', node }];
  if (use === 'text' && isStringify(node) && node.arguments[0]) return originsOf(node.arguments[0], 'value', depth + 1);
  return [];
}

/** `body` of fetch's options is text; `json` of ky's and `data` of axios's are values. */
const usesInInit: Readonly<Record<string, Use>> = { body: 'text', json: 'value', data: 'value' };

function originsInInit(node: ts.ObjectLiteralExpression, depth: number): Origin[] {
  return node.properties.flatMap((property) => {
    const use = property.name && usesInInit[nameOf(property.name) ?? ''];
    if (!use) return [];
    if (ts.isPropertyAssignment(property)) return originsOf(property.initializer, use, depth + 1);
    return ts.isShorthandPropertyAssignment(property) ? originsOf(property.name, use, depth + 1) : [];
  });
}

function isStringify(node: ts.Expression): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  return name.text === 'stringify' && ts.isIdentifier(expression) && expression.text === 'JSON';
}
