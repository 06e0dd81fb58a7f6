import { ts } from 'ts-morph';
import type { Mention } from '../model/mention.ts';
import { readImports } from './imports.ts';
import { locate, parseSource, rangeBetween, type Source } from './source.ts';

const wireName = /^[A-Z][A-Za-z0-9]*$/;

/**
 * What a TypeScript or JavaScript file says of handlers: one-key literals in a backend (bodies to other processes), types
 * with one wire name as their only property, `this.method(..)`, and functions of kit's generated `caller-utils`.
 */
export function typescriptMentions(file: string, text: string, isBackend: boolean): Mention[] {
  const source = parseSource(file, text);
  const mentions: Mention[] = [];
  const generated = new Set(
    [...readImports(source.tree)].filter(([, { module }]) => module.includes('caller-utils')).map(([name]) => name),
  );
  const visit = (node: ts.Node): void => {
    mentions.push(...mentionsAt(node, source, isBackend, generated));
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return mentions;
}

function mentionsAt(node: ts.Node, source: Source, isBackend: boolean, generated: ReadonlySet<string>): Mention[] {
  if (isBackend && ts.isObjectLiteralExpression(node)) return sole('key', node.properties, source);
  if (ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node)) return sole('type', node.members, source);
  if (ts.isPropertyAccessExpression(node)) {
    const { expression, name } = node;
    const isGenerated = ts.isIdentifier(expression) && generated.has(expression.text);
    const isOwn = isBackend && expression.kind === ts.SyntaxKind.ThisKeyword;
    if (!isGenerated && !isOwn) return [];
    return [{ kind: isOwn ? 'method' : 'stub', name: name.text, at: locate(source, name) }];
  }
  if (ts.isIdentifier(node) && generated.has(node.text) && isFunctionUse(node))
    return [{ kind: 'stub', name: node.text, at: locate(source, node) }];
  return [];
}

/** `get_user(..)` itself, or its import. A namespace before a `.` is no function. */
function isFunctionUse(node: ts.Identifier): boolean {
  if (ts.isImportSpecifier(node.parent)) return node.parent.propertyName === undefined;
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

function sole(
  kind: Mention['kind'],
  members: readonly (ts.ObjectLiteralElementLike | ts.TypeElement)[],
  source: Source,
): Mention[] {
  const [member] = members;
  if (members.length !== 1 || !member?.name || ts.isShorthandPropertyAssignment(member)) return [];
  const { name } = member;
  if (!(ts.isIdentifier(name) || ts.isStringLiteral(name)) || !wireName.test(name.text)) return [];
  const start = name.getStart(source.tree) + (ts.isStringLiteral(name) ? 1 : 0);
  return [
    { kind, name: name.text, at: { file: source.file, range: rangeBetween(source, start, start + name.text.length) } },
  ];
}
