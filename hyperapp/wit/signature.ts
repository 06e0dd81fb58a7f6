import type { Handler, HandlerKind, Parameter } from '../model/app.ts';
import { isLegalName, kebabCase, nameFault, pascalCase, withoutUnderscore, witIdentifier } from './name.ts';
import { type TypeWriting, typeText } from './type-text.ts';

/** Kinds that have a record (wit-generation.md §1). */
export type RecordKind = Extract<HandlerKind, 'http' | 'local' | 'remote'>;

/**
 * A handler's record for one kind, with its comment block, not indented (wit-generation.md §4, §9). What kit refuses goes
 * to the findings; the text is of no use then.
 */
export function signatureText(handler: Handler, kind: RecordKind, writing: TypeWriting): string {
  const name = kebabCase(handler.name, writing.dialect);
  if (!isLegalName(name)) {
    const text = `\`${handler.name}\` becomes \`${name}\`, which is no legal name in WIT. Rename it.`;
    writing.findings.warnings.push({ text, at: handler.at });
  }
  const parameters = handler.parameters.flatMap((parameter) => parameterText(parameter, writing));
  const result = resultText(handler, writing);
  const target = kind === 'http' ? 'target: string' : 'target: address';
  return [
    `// Function signature for: ${name} (${kind})`,
    ...(kind === 'http' && writing.dialect !== 'k1' ? [`// HTTP: ${routeText(handler, name, writing)}`] : []),
    ...(writing.dialect === 'k4' ? argumentComments(name, kind, parameters) : []),
    `record ${name}-signature-${kind} {`,
    [target, ...argumentFields(parameters, writing), `returning: ${result}`].map((line) => `    ${line}`).join(',\n'),
    '}',
  ].join('\n');
}

interface ParameterText {
  readonly name: string;
  readonly type: string;
}

function argumentFields(parameters: readonly ParameterText[], { dialect }: TypeWriting): string[] {
  if (dialect !== 'k4') return parameters.map(({ name, type }) => `${name}: ${type}`);
  return parameters.length === 0 ? [] : [`arg-types: tuple<${parameters.map(({ type }) => type).join(', ')}>`];
}

function argumentComments(name: string, kind: RecordKind, parameters: readonly ParameterText[]): string[] {
  const list = parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(', ');
  const comment = parameters.length === 0 ? '// args: none' : `// args: (${list})`;
  if (kind === 'http') return [comment];
  const names = parameters.map((parameter) => parameter.name.replaceAll('-', '_'));
  const format = names.length === 0 ? 'null' : names.length === 1 ? names[0] : `[${names.join(', ')}]`;
  return [comment, `// json fmt: {"${pascalCase(name)}": ${format}}`];
}

/** A parameter that has a plain name; the others kit leaves out. */
function parameterText({ name: written, type, at }: Parameter, writing: TypeWriting): ParameterText[] {
  const { dialect, findings } = writing;
  const name = plainName(written);
  if (name === 'self') return [];
  if (name === undefined) {
    const text = `The parameter \`${written}\` has no plain name, so kit leaves it out of the WIT, though callers must send it. Name it.`;
    findings[writing.language === 'rust' ? 'warnings' : 'errors'].push({ text, at });
    return [];
  }
  const fault = nameFault('Parameter', name);
  if (fault) findings.errors.push({ text: fault, at });
  const kebab = kebabCase(withoutUnderscore(name), dialect);
  if (!isLegalName(kebab)) {
    const text = `\`${name}\` becomes \`${kebab}\`, which is no legal name in WIT. Rename it.`;
    findings.warnings.push({ text, at });
  }
  if (type.kind === 'unit') {
    const text = `The parameter \`${name}\` is \`()\`, which WIT allows within \`Result\` only. Leave it out.`;
    findings.warnings.push({ text, at: type.at });
  }
  return [{ name: witIdentifier(kebab, dialect), type: typeText(type, writing) }];
}

/** The name in `x`, `mut x`, `ref x` and `x @ ..`; undefined for every other pattern. */
function plainName(pattern: string): string | undefined {
  const found = /^(?:ref\s+)?(?:mut\s+)?((?:r#)?[\p{L}_$][\p{L}\p{N}_$]*)(?:\s*@.*)?$/su.exec(pattern);
  return found?.[1] === '_' ? undefined : found?.[1];
}

function resultText(handler: Handler, writing: TypeWriting): string {
  const { errors } = writing.findings;
  const isRust = writing.language === 'rust';
  if (!handler.result) {
    const example = isRust ? '`-> Result<(), String>`' : '`: Result<null, string>`';
    errors.push({ text: `\`${handler.name}\` has no written result. Write one, such as ${example}.`, at: handler.at });
    return '?';
  }
  const text = typeText(handler.result, writing);
  if (text === '_') {
    const mend = isRust ? '`Result<(), String>` or `bool`' : '`Result<null, string>` or `boolean`';
    errors.push({
      text: `\`${handler.name}\` returns nothing, which has no WIT form. Return ${mend}.`,
      at: handler.result.at,
    });
  }
  return text;
}

function routeText(handler: Handler, name: string, { dialect, findings }: TypeWriting): string {
  const byName = `/api/${name}`;
  const given = handler.httpArguments ?? [];
  if (dialect !== 'k4') {
    // K2 and K3 find `method` by its name and take the first string of the attribute, whatever its key, as the path.
    const firstString = (from: number) => given.slice(from).find(({ value }) => value !== undefined)?.value;
    const at = given.findIndex(({ key }) => key === 'method');
    const path = firstString(0);
    if (path === undefined) return `POST ${byName}`;
    return `${(at === -1 ? undefined : firstString(at)) ?? 'POST'} ${path}`;
  }
  if (given.some(({ key, value }) => key === '' || value === undefined)) {
    const text = `The arguments of \`#[http(..)]\` on \`${handler.name}\` must be \`key = "string"\`. Write them so.`;
    findings.errors.push({ text, at: handler.at });
  }
  return `${handler.method ?? 'POST'} ${withSlash(handler.path ?? byName)}`;
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
