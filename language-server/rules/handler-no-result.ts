import type { AppProcess, Handler, Position } from '../../hyperapp/model/app.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { always, type Edit, type Fix, type Rule } from './rule.ts';

/** HW021: kit needs a written result that is not `()` (wit-generation.md §6). */
export const handlerNoResult: Rule = {
  code: 'HW021',
  name: 'handler-no-result',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      for (const handler of describedHandlers(process)) {
        if (handler.result && handler.result.kind !== 'unit') continue;
        const isRust = process.language === 'rust';
        yield {
          at: handler.at,
          generation: process.generation,
          message: isRust
            ? 'kit needs an explicit result. Return Result<(), String> (or a value).'
            : `'${handler.name}' needs a written result that is not void. Return Result<null, string> (or a value).`,
          fixes: fixesOf(handler, process),
        };
      }
    }
  },
};

const rust = { type: 'Result<(), String>', last: 'Ok(())', step: '    ' };
const typescript = { type: '{ Ok: null } | { Err: string }', last: 'return { Ok: null };', step: '  ' };

function fixesOf(handler: Handler, { language }: AppProcess): Fix[] {
  const { body } = handler;
  if (!body) return [];
  const words = language === 'rust' ? rust : typescript;
  const type = typeEdit(handler, words.type, language);
  return [{ title: `Return ${words.type}`, edits: [type, ...lastEdits(handler, words.last, words.step)] }];
}

function typeEdit(
  { at, result, parametersRange, isAsync }: Handler,
  type: string,
  language: AppProcess['language'],
): Edit {
  if (result) return { at: result.at, newText: type };
  const written = language === 'rust' ? ` -> ${type}` : isAsync ? `: Promise<${type}>` : `: ${type}`;
  return { at: placeAt(at.file, parametersRange.end), newText: written };
}

function lastEdits({ at, body }: Handler, last: string, step: string): Edit[] {
  if (!body) return [];
  const { end } = body.range;
  const closing = { line: end.line, character: end.character - 1 };
  const isOneLine = body.range.start.line === end.line;
  const edits: Edit[] = body.tail ? [{ at: placeAt(at.file, body.tail.end), newText: ';' }] : [];
  if (isOneLine && body.isEmpty) {
    return [{ at: { file: at.file, range: body.range }, newText: `{\n${body.indent}${step}${last}\n${body.indent}}` }];
  }
  if (isOneLine) return [...edits, { at: placeAt(at.file, closing), newText: `${last} ` }];
  const lineStart = { line: end.line, character: 0 };
  return [...edits, { at: placeAt(at.file, lineStart), newText: `${body.indent}${step}${last}\n` }];
}

function placeAt(file: string, position: Position) {
  return { file, range: { start: position, end: position } };
}
