/** A JSON file checked against a schema, with each problem on its place in the file. */
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import * as v from 'valibot';
import type { Range } from '../model/position.ts';
import type { Problem } from './problem.ts';

export type JsonReading<T> =
  /** `whole` is the file as it is, with what the schema does not name. */
  | {
      readonly ok: true;
      readonly value: T;
      readonly whole: unknown;
      rangeAt(path: readonly (string | number)[]): Range;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function readJsonFile<T>(file: string, text: string, schema: v.GenericSchema<unknown, T>): JsonReading<T> {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const problem = (range: Range, message: string): Problem => ({ file, range, severity: 'error', message });
  if (errors.length > 0 || !tree) {
    const found = errors.length > 0 ? errors : [{ error: 4, offset: 0, length: 0 } as ParseError];
    return {
      ok: false,
      problems: found.map(({ error, offset, length }) =>
        problem(rangeOf(text, offset, length), `This is no JSON: ${words(printParseErrorCode(error))}.`),
      ),
    };
  }
  const whole: unknown = JSON.parse(text);
  const rangeAt = (path: readonly (string | number)[]) => rangeOfPath(text, tree, path);
  const parsed = v.safeParse(schema, whole);
  if (parsed.success) return { ok: true, value: parsed.output, whole, rangeAt };
  return {
    ok: false,
    problems: parsed.issues.map((issue) => {
      const path = (issue.path ?? []).map(({ key }) => key as string | number);
      const name = path
        .map((key, index) => (typeof key === 'number' ? `[${key}]` : index > 0 ? `.${key}` : key))
        .join('');
      const isMissing = issue.input === undefined;
      return problem(
        rangeAt(path),
        isMissing ? `"${name}" is missing. ${issue.message}` : `${name || 'The file'}: ${issue.message}`,
      );
    }),
  };
}

/** The value at the path, or its closest container that is there. */
function rangeOfPath(text: string, tree: Node, path: readonly (string | number)[]): Range {
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    // A whole object or array would colour the file; its opening brace is enough.
    if (node) return rangeOf(text, node.offset, length === path.length && !node.children ? node.length : 1);
  }
  return rangeOf(text, 0, 0);
}

function rangeOf(text: string, offset: number, length: number): Range {
  return { start: positionAt(text, offset), end: positionAt(text, offset + length) };
}

function positionAt(text: string, offset: number) {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - (before.lastIndexOf('\n') + 1) };
}

/** `CommaExpected` -> `comma expected`. */
function words(code: string): string {
  return code.replace(/(?<!^)([A-Z])/g, ' $1').toLowerCase();
}
