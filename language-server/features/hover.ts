import * as path from 'node:path';
import type { CancellationToken, Hover } from 'vscode-languageserver';
import type { AppProcess, Handler, TypeDefinition } from '../../hyperapp/model/app.ts';
import { exampleBody, exampleValue, type Json } from '../../hyperapp/wire/example.ts';
import { definitionText } from '../../hyperapp/wit/definition-text.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { createFindings } from '../../hyperapp/wit/findings.ts';
import type { WitSetting } from '../../hyperapp/wit/form.ts';
import { reach } from '../../hyperapp/wit/reach.ts';
import { type RecordKind, signatureText } from '../../hyperapp/wit/signature.ts';
import { parametersText } from '../rules/words.ts';
import { generationNames } from './generation.ts';
import { type HandlerUse, type OwnedHandler, sending, usesIn } from './handler-uses.ts';
import { namedAt } from './named.ts';
import { savingText } from './saving.ts';
import { isCancelled, type Place, type Sources } from './sources.ts';

/** What is said of the handler or type that is named at a place (diagnostics.md §5). */
export async function hoverAt(place: Place, sources: Sources, token: CancellationToken): Promise<Hover | undefined> {
  const named = namedAt(place, sources);
  if (!named) return undefined;
  if (named.kind === 'type')
    return { range: named.range, contents: markdown(aboutType(named.process, named.definition)) };
  const uses: HandlerUse[] = [];
  for (const app of sources.apps()) {
    if (await isCancelled(token)) return undefined;
    uses.push(...usesIn(app, named, sources));
  }
  return { range: named.range, contents: markdown(aboutHandler(named, uses)) };
}

function markdown(value: string) {
  return { kind: 'markdown' as const, value };
}

const described: readonly RecordKind[] = ['http', 'local', 'remote'];

function aboutHandler({ app, process, handler }: OwnedHandler, uses: readonly HandlerUse[]): string {
  const kinds = handler.kinds.map((kind) => `\`${kind}\``).join(', ');
  const parts = [
    `**${handler.wireName}**: ${kinds} handler \`${handler.name}\` of process \`${process.name}:${app.packageId}\`, takes ${parametersText(handler)}.`,
  ];
  const answering = described.filter((kind) => handler.kinds.includes(kind));
  if (answering.length > 0) {
    parts.push('A caller sends', fence('json', JSON.stringify(exampleBody(process, handler))));
    parts.push(
      'and gets',
      fence(
        'json',
        answers(process, handler)
          .map((json) => JSON.stringify(json))
          .join('\n'),
      ),
    );
    parts.push(...witParts(process, handler, answering), callersText(app.root, uses));
  }
  const saving = savingText(process, handler);
  if (saving) parts.push(saving);
  parts.push(`Framework generation ${generationNames[process.generation]}: ${process.generationReason}`);
  return parts.join('\n\n');
}

/** The result as it is; a `Result` has two forms, both with status 200 (hyperapp.md §7). */
function answers({ types }: AppProcess, { result }: Handler): Json[] {
  if (!result) return [null];
  if (result.kind === 'result')
    return [{ Ok: exampleValue(result.ok, types) }, { Err: exampleValue(result.err, types) }];
  return [exampleValue(result, types)];
}

function settingOf({ generation, language }: AppProcess): WitSetting {
  return { dialect: dialectOf(generation), language };
}

function witParts(process: AppProcess, handler: Handler, kinds: readonly RecordKind[]): string[] {
  const findings = createFindings();
  const writing = { ...settingOf(process), findings, used: new Map() };
  const records = kinds.map((kind) => signatureText(handler, kind, writing));
  const [error] = findings.errors;
  return error ? [`No WIT: ${error.text}`] : ['WIT:', fence('wit', records.join('\n\n'))];
}

function callersText(root: string, uses: readonly HandlerUse[]): string {
  const callers = uses.filter(({ kind }) => sending.has(kind));
  if (callers.length === 0) return 'Nothing in this workspace calls it.';
  const files = [...new Set(callers.map(({ at }) => path.relative(root, at.file).replaceAll(path.sep, '/')))];
  const shown = files.slice(0, 5).map((file) => `\`${file}\``);
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more files` : '';
  return `Called ${callers.length === 1 ? 'once' : `${callers.length} times`}: ${shown.join(', ')}${more}.`;
}

function aboutType(process: AppProcess, definition: TypeDefinition): string {
  const parts = [`**${definition.name}**: ${definition.kind} of process \`${process.name}\`.`];
  const reached = reach(process).definitions.find((each) => each.definition.name === definition.name);
  const { text, findings } = definitionText(definition, settingOf(process));
  const fault = [...findings.errors, ...findings.warnings][0];
  if (definition.typeParameters.length > 0) parts.push('No WIT: generic types have none. Write a type for each use.');
  else if (text !== undefined && findings.errors.length === 0) parts.push('WIT:', fence('wit', text));
  else parts.push(`No WIT: ${fault?.text ?? 'this version of kit passes it over.'}`);
  if (reached) {
    const own = { kind: 'named' as const, name: definition.name, at: definition.at, text: definition.name };
    parts.push('As JSON', fence('json', JSON.stringify(exampleValue(own, process.types))));
    parts.push(`Reached by handler \`${reached.handler.name}\`.`);
  } else parts.push('No handler takes or returns it, so it is not written into the WIT.');
  return parts.join('\n\n');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
