/** What stands in the document of *Show Generated WIT*: pure text, so that it is tested without an editor. */
import * as v from 'valibot';

const position = v.object({ line: v.number(), character: v.number() });
const findings = v.array(
  v.object({
    text: v.string(),
    at: v.nullable(v.object({ uri: v.string(), range: v.object({ start: position, end: position }) })),
  }),
);

/** The language server's answer to `hyperware/wit`; null for a file of no app. */
export const witAnswer = v.nullable(
  v.object({
    files: v.array(v.object({ path: v.string(), text: v.string(), process: v.nullable(v.string()) })),
    errors: findings,
    warnings: findings,
  }),
);

export type WitAnswer = NonNullable<v.InferOutput<typeof witAnswer>>;

type WitFile = WitAnswer['files'][number];

/** The interface of the process that a source belongs to; for other files of the app its first one. */
export function interfaceFor({ files }: WitAnswer, source: string): WitFile | undefined {
  const interfaces = files.filter(({ process }) => process !== null);
  return interfaces.find(({ process }) => source.startsWith(`${process}/`)) ?? interfaces[0];
}

/**
 * The document's text: the interface as kit would write it, byte for byte; after an error what kit would say, above the
 * interface as it last was.
 */
export function witText(answer: WitAnswer, source: string, earlier: string | undefined): string {
  const file = interfaceFor(answer, source);
  if (answer.errors.length === 0) return file?.text ?? '// No handler of this app has a WIT signature.\n';
  const lines = answer.errors.map(({ text, at }) => `// ${at ? `${where(at)}: ` : ''}${text.replaceAll('\n', ' ')}`);
  const rest = file?.text ?? earlier;
  const before = rest === undefined || file ? [] : ['//', '// Below: as it was before.'];
  return ['// kit would stop here:', ...lines, ...before, '', rest ?? ''].join('\n');
}

function where({ uri, range }: NonNullable<WitAnswer['errors'][number]['at']>): string {
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  return `${name}:${range.start.line + 1}:${range.start.character + 1}`;
}
