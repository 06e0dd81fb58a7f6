import { ts } from 'ts-morph';
import type { OurUse } from '../../model/browser.ts';
import type { Imports } from '../imports.ts';
import { locate, rangeBetween, type Source, textOf } from '../source.ts';
import { declarationOf, plain } from './scope.ts';

const globals = new Set(['window', 'globalThis', 'self']);

/**
 * Every property of `window.our` that is read or written, with what guards it (diagnostics.md HW035). `candidates` are the
 * places where the word `our`, or a name given to it, stands.
 */
export function readOurUses(candidates: readonly ts.Node[], source: Source, imports: Imports): OurUse[] {
  const uses: OurUse[] = [];
  const seen = new Set<ts.Node>();
  const visit = (our: ts.Node): void => {
    const access = outer(our).parent;
    const isMember = ts.isPropertyAccessExpression(access) || ts.isElementAccessExpression(access);
    if (isMember && access.expression === outer(our) && !seen.has(access)) {
      seen.add(access);
      uses.push(useOf(access, source, imports));
    }
  };
  for (const node of candidates) {
    if (isOur(node)) visit(node);
    for (const use of aliasUses(node)) visit(use);
  }
  return uses;
}

/** `window.our`, `(window as any).our`, `globalThis['our']`. */
function isOur(node: ts.Node): node is ts.Expression {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'our' && isGlobal(node.expression);
  if (ts.isElementAccessExpression(node)) {
    const { argumentExpression: key } = node;
    return ts.isStringLiteralLike(key) && key.text === 'our' && isGlobal(node.expression);
  }
  return false;
}

function isGlobal(node: ts.Expression): boolean {
  const inner = plain(node);
  return ts.isIdentifier(inner) && globals.has(inner.text) && declarationOf(inner) === undefined;
}

/** The uses of `const our = window.our` or `const { our } = window`, below the scope it is declared in. */
function aliasUses(node: ts.Node): ts.Identifier[] {
  if (!isOur(node)) return [];
  const declaration = outer(node).parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return [];
  if (declaration.initializer !== outer(node)) return [];
  const name = declaration.name.text;
  const found: ts.Identifier[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child) && child.text === name && child !== declaration.name) {
      const known = declarationOf(child);
      if (known?.kind === 'variable' && known.node === declaration) found.push(child);
    }
    ts.forEachChild(child, visit);
  };
  visit(scopeOf(declaration));
  return found;
}

function scopeOf(node: ts.Node): ts.Node {
  let scope = node.parent;
  while (!ts.isBlock(scope) && !ts.isSourceFile(scope) && !ts.isModuleBlock(scope)) scope = scope.parent;
  return scope;
}

/** The node with its parentheses, casts and `!` around it. */
function outer(node: ts.Node): ts.Node {
  let whole = node;
  while (
    ts.isParenthesizedExpression(whole.parent) ||
    ts.isAsExpression(whole.parent) ||
    ts.isSatisfiesExpression(whole.parent) ||
    ts.isNonNullExpression(whole.parent)
  )
    whole = whole.parent;
  return whole;
}

function useOf(
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  source: Source,
  imports: Imports,
): OurUse {
  const isProperty = ts.isPropertyAccessExpression(access);
  const assignment = access.parent;
  const isWrite =
    ts.isBinaryExpression(assignment) &&
    assignment.left === access &&
    assignment.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    assignment.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
  const end = access.expression.end;
  const dotAt = isProperty ? source.tree.text.indexOf('.', end) : -1;
  const statement = isWrite && ts.isExpressionStatement(assignment.parent) ? assignment.parent : undefined;
  return {
    at: locate(source, access),
    property: isProperty ? access.name.text : textOf(source, access.argumentExpression).replace(/^['"`]|['"`]$/g, ''),
    dot:
      dotAt === -1 || access.questionDotToken
        ? undefined
        : { file: source.file, range: rangeBetween(source, dotAt, dotAt + 1) },
    isWrite,
    guard: guardOf(access, imports),
    statement: statement && locate(source, statement),
  };
}

function guardOf(access: ts.PropertyAccessExpression | ts.ElementAccessExpression, imports: Imports): OurUse['guard'] {
  if (access.questionDotToken || isGuarded(access, imports)) return 'guarded';
  let inner: ts.Node = access.expression;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner)) inner = inner.expression;
  return ts.isNonNullExpression(inner) ? 'asserted' : 'none';
}

/** Whether something around the node, or before it in a block around it, asks for `window.our`. */
function isGuarded(node: ts.Node, imports: Imports): boolean {
  const asks = (condition: ts.Node) => mentionsOur(condition, imports, 0);
  for (let child: ts.Node = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (ts.isIfStatement(parent) && child !== parent.expression && asks(parent.expression)) return true;
    if (ts.isConditionalExpression(parent) && child !== parent.condition && asks(parent.condition)) return true;
    if ((ts.isWhileStatement(parent) || ts.isForStatement(parent)) && child === parent.statement) {
      const condition = ts.isWhileStatement(parent) ? parent.expression : parent.condition;
      if (condition && asks(condition)) return true;
    }
    if (ts.isBinaryExpression(parent) && child === parent.right && isLogical(parent) && asks(parent.left)) return true;
    if (ts.isTryStatement(parent) && child === parent.tryBlock && parent.catchClause) return true;
    if (ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isModuleBlock(parent) || ts.isCaseClause(parent)) {
      for (const statement of parent.statements) {
        if (statement === child) break;
        if (setsOur(statement)) return true;
        if (!ts.isIfStatement(statement) || !asks(statement.expression)) continue;
        if (leaves(statement.thenStatement) || setsOur(statement.thenStatement)) return true;
      }
    }
  }
  return false;
}

function isLogical({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

/** True if a condition looks at `our`, at a value taken from it, or asks a function of the project that does. */
function mentionsOur(node: ts.Node, imports: Imports, depth: number): boolean {
  if (depth > 6) return false;
  if (isOur(node)) return true;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword) {
    if (ts.isStringLiteralLike(node.left) && node.left.text === 'our') return true;
  }
  if (ts.isIdentifier(node)) {
    const declaration = declarationOf(node);
    if (declaration?.kind === 'variable' && declaration.node.initializer)
      return mentionsOur(declaration.node.initializer, imports, depth + 1);
    return false;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const declaration = declarationOf(node.expression);
    // What another file's function asks for is its own business: it may well be this.
    if (declaration?.kind === 'import') return true;
    if (declaration?.kind === 'function' && declaration.node.body)
      return mentionsOur(declaration.node.body, imports, depth + 1);
  }
  return ts.forEachChild(node, (child) => mentionsOur(child, imports, depth + 1) || undefined) ?? false;
}

/** `window.our = ..`, here or inside. */
function setsOur(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && isOur(plain(node.left)))
    return true;
  return ts.forEachChild(node, (child) => setsOur(child) || undefined) ?? false;
}

function leaves(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  if (!last) return false;
  return (
    ts.isReturnStatement(last) || ts.isThrowStatement(last) || ts.isContinueStatement(last) || ts.isBreakStatement(last)
  );
}
