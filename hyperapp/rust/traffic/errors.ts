import type { Node } from 'web-tree-sitter';
import { linesOf } from '../../model/lines.ts';
import type { Location } from '../../model/position.ts';
import { namedChildren } from '../syntax.ts';
import { callAround, parsedKind } from './identifiers.ts';
import { type CodeFile, methodOf, nodesAt, place, usesAfter } from './scope.ts';

export interface ShownError {
  readonly at: Location;
  readonly newText: string;
}

/** Errors of `parse::<Address>()` that are put into words by `{}` or `to_string()` (diagnostics.md HW079). */
export function readShownErrors(code: CodeFile): ShownError[] {
  return nodesAt(code, /\.\s*(parse)\b/g, 'field_identifier').flatMap((name) => {
    const call = callAround(name);
    const method = call && methodOf(call);
    if (!call || method?.name !== 'parse' || parsedKind(method.typeArguments, call, code) !== 'address') return [];
    return handlersOf(call).flatMap(({ error, scope }) => shownIn(scope, error, code));
  });
}

interface ErrorHandler {
  readonly error: string;
  readonly scope: Node;
}

/** `.map_err(|e| ..)`, and `match .. { Err(e) => .. }`. */
function handlersOf(call: Node): ErrorHandler[] {
  const { parent } = call;
  if (parent?.type === 'field_expression') {
    const outer = parent.parent?.type === 'call_expression' ? methodOf(parent.parent) : undefined;
    const [closure] = outer?.arguments ?? [];
    if (!outer || !['map_err', 'unwrap_or_else'].includes(outer.name) || closure?.type !== 'closure_expression')
      return [];
    const error = closure.childForFieldName('parameters')?.text.slice(1, -1).replace(/:.*$/s, '').trim();
    const scope = closure.childForFieldName('body');
    return error && scope ? [{ error, scope }] : [];
  }
  if (parent?.type !== 'match_expression') return [];
  const arms = parent.childForFieldName('body');
  return (arms ? namedChildren(arms) : []).flatMap((arm) => {
    const error = /^Err\((\w+)\)$/.exec(arm.childForFieldName('pattern')?.text ?? '')?.[1];
    const scope = arm.childForFieldName('value');
    return error && scope ? [{ error, scope }] : [];
  });
}

function shownIn(scope: Node, error: string, code: CodeFile): ShownError[] {
  const lines = linesOf(code.text);
  const at = (start: number, length: number): Location => ({
    file: code.file,
    range: lines.rangeOf(scope.startIndex + start, scope.startIndex + start + length),
  });
  const { text } = scope;
  const shown: ShownError[] = [];
  for (const match of text.matchAll(new RegExp(`\\b${error}\\.to_string\\(\\)`, 'g')))
    shown.push({ at: at(match.index, match[0].length), newText: `format!("{${error}:?}")` });
  for (const match of text.matchAll(new RegExp(`\\{${error}\\}`, 'g')))
    shown.push({ at: at(match.index, match[0].length), newText: `{${error}:?}` });
  // `{}` with the error as the only, hence its, argument.
  const single = new RegExp(`"(?:[^"\\\\{}]|\\\\.)*(\\{\\})(?:[^"\\\\{}]|\\\\.)*"\\s*,\\s*${error}\\s*\\)`, 'g');
  for (const match of text.matchAll(single))
    shown.push({ at: at(match.index + match[0].indexOf('{}'), 2), newText: '{:?}' });
  return shown;
}

const ofMessages = new Set([
  'body',
  'source',
  'is_request',
  'is_local',
  'context',
  'blob',
  'metadata',
  'capabilities',
  'ipc',
]);

/** The `?` of `.send_and_await_response(..)?` where what is left, still a `Result`, is used as the message (HW078). */
export function readBareResults(code: CodeFile): Location[] {
  return nodesAt(code, /\.\s*(send_and_await_response)\b/g, 'field_identifier').flatMap((name) => {
    const attempt = callAround(name)?.parent;
    if (attempt?.type !== 'try_expression' || !isUsedAsMessage(attempt, code)) return [];
    const mark = attempt.children.at(-1);
    return mark ? [place(mark, code)] : [];
  });
}

function isUsedAsMessage(attempt: Node, code: CodeFile): boolean {
  const { parent } = attempt;
  if (parent?.type === 'field_expression') return ofMessages.has(parent.childForFieldName('field')?.text ?? '');
  const pattern = parent?.type === 'let_declaration' ? parent.childForFieldName('pattern') : null;
  if (pattern?.type !== 'identifier') return false;
  const uses = usesAfter(pattern.text, attempt, code);
  // Any other use, a match say, may look at both sides.
  return (
    uses.length > 0 &&
    uses.every(({ parent: access }) => ofMessages.has(access?.childForFieldName('field')?.text ?? ''))
  );
}
