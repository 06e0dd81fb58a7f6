import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { PayloadSite, Value } from '../../hyperapp/model/payload.ts';
import { camelCase, snakeCase } from '../../hyperapp/wire/name.ts';
import { type Payload, sameLetters } from '../../hyperapp/wire/payload.ts';
import { describedHandlers } from '../../hyperapp/wit/reach.ts';
import { nearest } from './nearest.ts';
import { certainType, literalOf } from './payload.ts';
import { always, type Finding, type Fix, type Rule } from './rule.ts';

/** HW003: a key that no handler of the app answers to (hyperapp.md §5). */
export const payloadUnknownHandler: Rule = {
  code: 'HW003',
  name: 'payload-unknown-handler',
  severity: always('error'),
  isOverview: false,
  *check({ app, payloads }) {
    for (const payload of payloads) {
      const finding =
        payload.candidates.length > 0 ? missingValue(payload) : unknownKey(payload, app.plainProcesses.length > 0);
      if (finding) yield finding;
    }
  },
};

/** `undefined` leaves the key out when it is turned into JSON. */
function missingValue({ site, candidates }: Payload): Finding | undefined {
  const [candidate] = candidates;
  if (site.value.kind !== 'undefined' || site.flow !== 'request' || !candidate) return undefined;
  return {
    at: site.value.at,
    generation: candidate.process.generation,
    message: `JSON leaves a key with undefined out: an empty object is sent, which no handler answers to. Send null or a value for '${candidate.handler.wireName}'.`,
  };
}

function unknownKey({ site, target, processes }: Payload, hasPlainProcesses: boolean): Finding | undefined {
  const [process] = processes;
  if (!process || site.flow !== 'request') return undefined;
  const known = processes.flatMap((candidate) => handlersOf(candidate));
  if (known.length === 0) return undefined;
  const respelled = known.find(({ wireName, name }) => sameLetters(wireName, site.key) || sameLetters(name, site.key));
  if (!respelled) {
    // A name that nothing resembles may be meant for somebody else, unless the URL says that it is for this app.
    if (!/^[A-Z][A-Za-z0-9]*$/.test(site.key) || target.kind === 'unknown' || hasPlainProcesses) return undefined;
  }
  const near = respelled ?? nearest(site.key, known, ({ wireName }) => wireName);
  const advice = near ? `; did you mean '${near.wireName}' (${near.name})?` : '.';
  return {
    at: site.keyAt,
    generation: process.generation,
    message: `No handler is called '${site.key}'. Handlers are named in CamelCase after the ${process.language === 'rust' ? 'Rust ' : ''}method${advice}`,
    fixes: [
      ...(near
        ? [
            {
              title: `Change to '${near.wireName}'`,
              edits: [{ at: site.keyAt, newText: site.quote + near.wireName + site.quote }],
            },
          ]
        : []),
      ...(processes.length === 1 && /^[A-Z][A-Za-z0-9]*$/.test(site.key) ? [createHandler(site, process)] : []),
    ],
  };
}

function handlersOf(process: AppProcess): Handler[] {
  return [...describedHandlers(process), ...process.handlers.filter(({ stale }) => stale)];
}

/** A handler of that name at the end of the block, with a parameter for each value that is sent. */
function createHandler({ key, value }: PayloadSite, { block, language }: AppProcess): Fix {
  const isRust = language === 'rust';
  const name = isRust ? snakeCase(key) : camelCase(key);
  const { end } = block.range;
  const at = { line: end.line, character: Math.max(0, end.character - 1) };
  const [unit, step] = isRust ? ['Result<(), String>', '    '] : ['Promise<boolean>', '  '];
  const parameters = parametersFor(value, isRust).map(([parameter, type]) => `${parameter}: ${type}`);
  const lines = isRust
    ? ['#[http]', `async fn ${name}(${['&mut self', ...parameters].join(', ')}) -> ${unit} {`, `${step}Ok(())`, '}']
    : ['@http', `async ${name}(${parameters.join(', ')}): ${unit} {`, `${step}return true;`, '}'];
  const newText = `\n${lines.map((line) => step + line).join('\n')}\n`;
  return {
    title: `Create handler '${name}'`,
    edits: [{ at: { file: block.file, range: { start: at, end: at } }, newText }],
  };
}

function parametersFor(value: Value, isRust: boolean): (readonly [string, string])[] {
  const given = literalOf(value);
  const nothing: [string, string] = isRust ? ['_request_body', 'String'] : ['_requestBody', 'string'];
  if (given.kind === 'null' || (given.kind === 'string' && given.value === '')) return [nothing];
  const named = (name: string): string => (isRust ? snakeCase(name) : camelCase(name));
  if (given.kind === 'object' && given.properties.length > 0)
    return given.properties.map((property) => [named(property.name), typeFor(property.value, isRust)]);
  if (given.kind === 'array' && given.elements.length > 1)
    return given.elements.map((element, index) => [
      nameFor(element, named) ?? `value_${letter(index)}`,
      typeFor(element, isRust),
    ]);
  return [[nameFor(given, named) ?? 'value', typeFor(given, isRust)]];
}

/** A digit in a name is refused by kit. */
function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + (index % 26));
}

/** A variable's own name, where the value is one. */
function nameFor({ text }: Value, named: (name: string) => string): string | undefined {
  return /^[A-Za-z_]\w*$/.test(text) && !/^(true|false|null|undefined)$|\d/.test(text) ? named(text) : undefined;
}

function typeFor(value: Value, isRust: boolean): string {
  const type = certainType(value);
  if (type === 'number') return isRust ? 'u64' : 'u32';
  if (type === 'boolean') return isRust ? 'bool' : 'boolean';
  if (type === 'array') return isRust ? 'Vec<String>' : 'string[]';
  return isRust ? 'String' : 'string';
}
