import type { Hover, Position } from 'vscode-languageserver';
import type { App, AppProcess, Handler, HandlerKind } from '../../hyperapp/model/app.ts';
import { contains, type Range } from '../../hyperapp/model/position.ts';
import { exampleBody } from '../../hyperapp/wire/example.ts';
import { payloadsOf } from '../../hyperapp/wire/payload.ts';
import { signatureRecord } from '../../hyperapp/wit/record.ts';
import { parametersText } from '../rules/words.ts';

/** What is said of a handler, at its name or at the key of a payload for it (diagnostics.md §5). */
export function hoverAt(app: App, file: string, position: Position): Hover | undefined {
  const point = { start: position, end: position };
  const isHere = (range: Range) => contains(range, point);
  for (const process of app.processes) {
    for (const handler of process.handlers) {
      if (handler.stale || handler.at.file !== file || !isHere(handler.at.range)) continue;
      return { range: handler.at.range, contents: { kind: 'markdown', value: describe(process, handler) } };
    }
  }
  const payload = payloadsOf(app).find(({ site }) => site.keyAt.file === file && isHere(site.keyAt.range));
  const [candidate] = payload?.candidates ?? [];
  if (!payload || !candidate) return undefined;
  const value = describe(candidate.process, candidate.handler);
  return { range: payload.site.keyAt.range, contents: { kind: 'markdown', value } };
}

const generationNames = { v1: 'V1', v2: 'V2', v3a: 'V3a', v3b: 'V3b' };
const described: readonly HandlerKind[] = ['http', 'local', 'remote'];

function describe(process: AppProcess, handler: Handler): string {
  const kinds = handler.kinds.map((kind) => `\`${kind}\``).join(', ');
  const parts = [
    `**${handler.wireName}**: ${kinds} handler \`${handler.name}\` of process \`${process.name}\`, takes ${parametersText(handler)}.`,
  ];
  const answering = handler.kinds.filter((kind) => described.includes(kind));
  if (answering.length > 0) {
    parts.push('Request body:', fence('json', JSON.stringify(exampleBody(process, handler))));
    const record = signatureRecord(process, handler, answering[0] as HandlerKind);
    if ('text' in record) parts.push('WIT:', fence('wit', record.text));
    else parts.push(`No WIT: ${record.reason}`);
  }
  parts.push(`Framework generation ${generationNames[process.generation]}: ${process.generationReason}`);
  return parts.join('\n\n');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
