import { ts } from 'ts-morph';
import { type Source, textOf } from '../source.ts';
import { declarationOf, plain } from './scope.ts';

/** A URL as far as the source says; `parameter` if the function that sends takes it. */
export type Url = { readonly text: string } | { readonly parameter: number } | undefined;

/**
 * The text of a URL expression, with `${source}` for each part that is not constant: `${import.meta.env.BASE_URL}/api`.
 * Constants are followed within the file.
 */
export function readUrl(node: ts.Expression | undefined, source: Source): Url {
  if (!node) return undefined;
  const inner = plain(node);
  if (ts.isIdentifier(inner)) {
    const declaration = declarationOf(inner);
    if (declaration?.kind === 'parameter') return { parameter: declaration.index };
  }
  return { text: urlText(inner, source, 0) };
}

function urlText(node: ts.Expression, source: Source, depth: number): string {
  const inner = plain(node);
  if (ts.isStringLiteralLike(inner)) return inner.text;
  if (ts.isTemplateExpression(inner)) {
    return (
      inner.head.text +
      inner.templateSpans.map((span) => urlText(span.expression, source, depth) + span.literal.text).join('')
    );
  }
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return urlText(inner.left, source, depth) + urlText(inner.right, source, depth);
  }
  if (ts.isIdentifier(inner) && depth < 5) {
    const declaration = declarationOf(inner);
    const value = declaration?.kind === 'variable' && declaration.isConst ? declaration.node.initializer : undefined;
    if (value) return urlText(value, source, depth + 1);
  }
  return `\${${textOf(source, inner)}}`;
}
