import { ts } from 'ts-morph';

/** What a name stands for where it is used, found by lexical scope alone: no type checker, so it keeps up with typing. */
export type Declaration =
  | {
      readonly kind: 'variable';
      readonly node: ts.VariableDeclaration;
      readonly scope: ts.Node;
      readonly isConst: boolean;
    }
  | {
      readonly kind: 'parameter';
      readonly node: ts.ParameterDeclaration;
      readonly owner: ts.SignatureDeclaration;
      readonly index: number;
    }
  | { readonly kind: 'function'; readonly node: ts.FunctionDeclaration }
  | { readonly kind: 'import' }
  /** Bound by a pattern, a loop, a catch or a class: nothing is known of its value. */
  | { readonly kind: 'opaque' };

const cache = new WeakMap<ts.Node, ReadonlyMap<string, Declaration>>();

/** The declaration that an identifier refers to; undefined for globals. */
export function declarationOf(identifier: ts.Identifier): Declaration | undefined {
  for (let node: ts.Node | undefined = identifier.parent; node; node = node.parent) {
    if (!scopes.has(node.kind)) continue;
    const found = namesOf(node).get(identifier.text);
    if (found) return found;
  }
  return undefined;
}

const scopes: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.SourceFile,
  ts.SyntaxKind.ModuleBlock,
  ts.SyntaxKind.Block,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.Constructor,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
  ts.SyntaxKind.CaseClause,
  ts.SyntaxKind.DefaultClause,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.CatchClause,
]);

function namesOf(scope: ts.Node): ReadonlyMap<string, Declaration> {
  const known = cache.get(scope);
  if (known) return known;
  const names = new Map<string, Declaration>();
  const opaque = (name: ts.BindingName | undefined) => {
    if (!name) return;
    if (ts.isIdentifier(name)) names.set(name.text, { kind: 'opaque' });
    else for (const element of name.elements) if (ts.isBindingElement(element)) opaque(element.name);
  };
  const variables = (list: ts.VariableDeclarationList, areOpaque: boolean) => {
    for (const node of list.declarations) {
      if (areOpaque || !ts.isIdentifier(node.name)) opaque(node.name);
      else
        names.set(node.name.text, { kind: 'variable', node, scope, isConst: (list.flags & ts.NodeFlags.Const) !== 0 });
    }
  };
  if (ts.isFunctionLike(scope)) {
    for (const [index, node] of scope.parameters.entries()) {
      if (ts.isIdentifier(node.name)) names.set(node.name.text, { kind: 'parameter', node, owner: scope, index });
      else opaque(node.name as ts.BindingName);
    }
  } else if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
    if (scope.initializer && ts.isVariableDeclarationList(scope.initializer)) variables(scope.initializer, true);
  } else if (ts.isCatchClause(scope)) {
    opaque(scope.variableDeclaration?.name);
  } else {
    for (const statement of (scope as ts.Block).statements) {
      if (ts.isVariableStatement(statement)) variables(statement.declarationList, false);
      else if (ts.isFunctionDeclaration(statement) && statement.name)
        names.set(statement.name.text, { kind: 'function', node: statement });
      else if (ts.isClassDeclaration(statement)) opaque(statement.name);
      else if (ts.isImportDeclaration(statement))
        for (const name of importedNames(statement)) names.set(name, { kind: 'import' });
    }
  }
  cache.set(scope, names);
  return names;
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
  const whole = bindings && ts.isNamespaceImport(bindings) ? [bindings.name.text] : [];
  return [...(importClause?.name ? [importClause.name.text] : []), ...named, ...whole];
}

/** What is ever put into a variable: its initializer and each assignment within its scope. */
export function valuesOf(declaration: Declaration & { kind: 'variable' }): ts.Expression[] {
  const { node, scope, isConst } = declaration;
  const values = node.initializer ? [node.initializer] : [];
  if (isConst || !ts.isIdentifier(node.name)) return values;
  const name = node.name.text;
  const visit = (child: ts.Node): void => {
    if (
      ts.isBinaryExpression(child) &&
      child.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isIdentifier(child.left) &&
      child.left.text === name &&
      declarationOf(child.left) === declaration
    ) {
      values.push(child.right);
    }
    ts.forEachChild(child, visit);
  };
  visit(scope);
  return values;
}

/** The expression itself, without parentheses, `as`, `satisfies` and `!`. */
export function plain(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** Every expression that one may stand for: the arms of `a ? b : c`, `a ?? b` and `a || b`. */
export function arms(node: ts.Expression): ts.Expression[] {
  const inner = plain(node);
  if (ts.isConditionalExpression(inner)) return [...arms(inner.whenTrue), ...arms(inner.whenFalse)];
  if (ts.isBinaryExpression(inner)) {
    const { kind } = inner.operatorToken;
    if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken)
      return [...arms(inner.left), ...arms(inner.right)];
  }
  return [inner];
}
