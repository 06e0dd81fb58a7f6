/** What the rules for documents share: changing JSON in the style it is written in. */
import type { App, Generation, Location, Position } from '../../hyperapp/model/app.ts';
import type { JsonNode } from '../../hyperapp/model/document.ts';
import type { Edit } from './rule.ts';

/** The generation that a finding about the whole app carries: that of its first process. */
export function generationOf(app: App): Generation {
  return app.processes[0]?.generation ?? 'v3b';
}

/** Adds an element to an array, or a property (`"key": value`) to an object, on a line of its own if the others have one. */
export function appendTo(node: JsonNode & { kind: 'array' | 'object' }, text: string): Edit {
  const places =
    node.kind === 'array'
      ? node.elements.map(({ at }) => at)
      : node.properties.map(({ nameAt, value }) => ({
          file: nameAt.file,
          range: { start: nameAt.range.start, end: value.at.range.end },
        }));
  const { file } = node.at;
  const last = places.at(-1);
  if (!last) {
    const { start, end } = node.at.range;
    const inside = { start: { line: start.line, character: start.character + 1 }, end: before(end) };
    return { at: { file, range: inside }, newText: text };
  }
  const { start, end } = last.range;
  const isOnOwnLine = start.line > node.at.range.start.line;
  const separator = isOnOwnLine ? `,\n${' '.repeat(start.character)}` : ', ';
  return { at: { file, range: { start: end, end } }, newText: separator + text };
}

function before({ line, character }: Position): Position {
  return { line, character: Math.max(0, character - 1) };
}

/** The place where a file begins. */
export function startOf(file: string): Location {
  const start = { line: 0, character: 0 };
  return { file, range: { start, end: start } };
}

/** The place right behind another. */
export function after({ file, range: { end } }: Location): Location {
  return { file, range: { start: end, end } };
}

/** The place right before another. */
export function ahead({ file, range: { start } }: Location): Location {
  return { file, range: { start, end: start } };
}
