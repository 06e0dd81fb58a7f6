import type { AppProcess, Handler, HandlerKind } from '../model/app.ts';
import { wireNameOf } from '../wire/name.ts';
import { dialectOf } from './dialect.ts';
import { type WitSetting, witForm } from './form.ts';
import { kebabCase } from './name.ts';

/** A record's text, or why there is none, in a sentence. */
export type SignatureRecord = { readonly text: string } | { readonly reason: string };

/**
 * The signature record that kit writes for a handler and one of its kinds (wit-generation.md §4, in K4's form: shown to
 * people, and close enough to the older dialects to read).
 */
export function signatureRecord(process: AppProcess, handler: Handler, kind: HandlerKind): SignatureRecord {
  const setting: WitSetting = { dialect: dialectOf(process.generation), language: process.language };
  const name = (written: string) => kebabCase(written, setting.dialect);
  const parameters: { name: string; wit: string }[] = [];
  for (const parameter of handler.parameters) {
    const form = witForm(parameter.type, setting);
    if ('none' in form) return { reason: `\`${form.none.text}\` has no WIT form.` };
    parameters.push({ name: name(parameter.name.replace(/^mut /, '').replace(/^_/, '')), wit: form.wit });
  }
  if (!handler.result) return { reason: 'The handler has no written result.' };
  const result = witForm(handler.result, setting);
  if ('none' in result) return { reason: `\`${result.none.text}\` has no WIT form.` };
  const method = name(handler.name);
  const path = handler.path === undefined ? `/api/${method}` : `/${handler.path.replace(/^\//, '')}`;
  const list = parameters.map((parameter) => `${parameter.name}: ${parameter.wit}`).join(', ');
  const lines = [
    `// Function signature for: ${method} (${kind})`,
    ...(kind === 'http' ? [`// HTTP: ${handler.method ?? 'POST'} ${path}`] : []),
    parameters.length > 0 ? `// args: (${list})` : '// args: none',
    ...(kind === 'http' ? [] : [`// json fmt: {"${wireNameOf(handler.name)}": ${argumentFormat(handler)}}`]),
    `record ${method}-signature-${kind} {`,
    `    target: ${kind === 'http' ? 'string' : 'address'},`,
    ...(parameters.length > 0 ? [`    arg-types: tuple<${parameters.map(({ wit }) => wit).join(', ')}>,`] : []),
    `    returning: ${result.wit}`,
    '}',
  ];
  return { text: lines.join('\n') };
}

function argumentFormat({ parameters }: Handler): string {
  const names = parameters.map(({ name }) => name);
  if (names.length === 0) return 'null';
  return names.length === 1 ? (names[0] as string) : `[${names.join(', ')}]`;
}
