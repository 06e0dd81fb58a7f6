import { CompletionItemKind } from 'vscode-languageserver';
import type { AppProcess, Handler, Parameter, Type, TypeDefinition } from '../../../hyperapp/model/app.ts';
import { exampleBody } from '../../../hyperapp/wire/example.ts';
import { camelCase } from '../../../hyperapp/wire/name.ts';
import { parametersText, parameterText } from '../../rules/words.ts';
import { plainName } from '../parameter.ts';
import { type PayloadCursor, payloadAt } from '../payload-at.ts';
import type { Place } from '../sources.ts';
import { escaped, type Suggestion } from './item.ts';

/** Completion in what a front end sends: the handler's name, and at each position of its tuple what fits there. */
export function payloadSuggestions(place: Place): Suggestion[] {
  const cursor = payloadAt(place);
  if (!cursor) return [];
  return cursor.part === 'key' ? keySuggestions(cursor, place) : valueSuggestions(cursor, place);
}

function keySuggestions({ payload }: PayloadCursor, { position }: Place): Suggestion[] {
  const { site, processes } = payload;
  const { keyAt, value, quote, key } = site;
  const isAlone =
    key === '' ||
    value.text === '' ||
    (value.at.range.start.line === keyAt.range.start.line &&
      value.at.range.start.character === keyAt.range.start.character);
  const range = key === '' ? { start: position, end: position } : keyAt.range;
  return processes.flatMap((process) =>
    process.handlers
      .filter(({ kinds }) => kinds.includes('http'))
      .map((handler): Suggestion => {
        const name = `${quote}${handler.wireName}${quote}`;
        return {
          label: handler.wireName,
          kind: CompletionItemKind.Method,
          detail: `${handler.name} of ${process.name}, takes ${parametersText(handler)}`,
          documentation: `\`\`\`json\n${JSON.stringify(exampleBody(process, handler))}\n\`\`\``,
          snippet: isAlone ? `${name}: ${valueSnippet(process, handler)}` : name,
          filterText: name,
          range,
          rank: 0,
        };
      }),
  );
}

/** The value with a place for each parameter. A body parameter that is only there to be decoded gets an empty string. */
function valueSnippet(process: AppProcess, handler: Handler): string {
  const [first] = handler.parameters;
  if (!first) return process.generation === 'v1' ? '{\\}' : 'null';
  if (handler.parameters.length === 1) return first.name.startsWith('_') ? "''" : placeFor(first, 1);
  return `[${handler.parameters.map((parameter, index) => placeFor(parameter, index + 1)).join(', ')}]`;
}

function placeFor(parameter: Parameter, number: number): string {
  return `\${${number}:${escaped(camelCase(plainName(parameter)))}}`;
}

function valueSuggestions({ payload, slot, isArray, isFree }: PayloadCursor, { position }: Place): Suggestion[] {
  return payload.candidates.flatMap(({ process, handler }): Suggestion[] => {
    const { parameters } = handler;
    if (!isArray && parameters.length > 1) {
      if (!isFree) return [];
      const list = parameters.map(plainName).join(', ');
      return [
        {
          label: `[${list}]`,
          kind: CompletionItemKind.Snippet,
          detail: 'All parameters in their order',
          snippet: valueSnippet(process, handler),
          range: { start: position, end: position },
          rank: 0,
        },
      ];
    }
    if (isArray && parameters.length === 1) return [];
    const parameter = parameters[slot];
    if (!parameter) return [];
    const { value } = payload.site;
    const element = value.kind === 'array' ? value.elements[slot] : value;
    const isInQuotes = !isFree && element?.kind === 'string';
    return valuesOf(parameter.type, process.types, [])
      .filter(({ text }) => !isInQuotes || text.startsWith("'"))
      .map(({ label, text }) => ({
        label,
        kind: CompletionItemKind.Value,
        detail: parameterText(parameter),
        snippet: isInQuotes ? text.slice(1, -1) : text,
        rank: 0,
      }));
  });
}

interface Fitting {
  readonly label: string;
  /** A snippet. */
  readonly text: string;
}

/** Values of a type that can be named: `true`, `null`, the names of an enum, an object with its fields. */
function valuesOf(type: Type, types: ReadonlyMap<string, TypeDefinition>, open: readonly string[]): Fitting[] {
  switch (type.kind) {
    case 'primitive':
      return type.name === 'bool' ? ['true', 'false'].map((text) => ({ label: text, text })) : [];
    case 'unit':
      return [{ label: 'null', text: 'null' }];
    case 'option':
      return [...valuesOf(type.element, types, open), { label: 'null', text: 'null' }];
    case 'list':
    case 'set':
      return [{ label: '[]', text: '[$1]' }];
    case 'named': {
      const definition = types.get(type.name);
      return definition && !open.includes(type.name) ? valuesOfDefinition(definition, types, [...open, type.name]) : [];
    }
    default:
      return [];
  }
}

function valuesOfDefinition(
  definition: TypeDefinition,
  types: ReadonlyMap<string, TypeDefinition>,
  open: readonly string[],
): Fitting[] {
  if (definition.kind === 'alias') return valuesOf(definition.type, types, open);
  if (definition.kind === 'enum') {
    return definition.variants.map(({ wireName, data, fields }) =>
      data.length + fields.length === 0
        ? { label: `'${wireName}'`, text: `'${wireName}'` }
        : { label: `{ ${wireName} }`, text: `{ ${wireName}: $1 \\}` },
    );
  }
  if (definition.shape !== 'record' || definition.fields.length === 0) return [];
  const fields = definition.fields.map(({ wireName }, index) => {
    const key = /^[A-Za-z_]\w*$/.test(wireName) ? wireName : `'${wireName}'`;
    return `${key}: \${${index + 1}:${escaped(camelCase(wireName))}}`;
  });
  return [
    {
      label: `{ ${definition.fields.map(({ wireName }) => wireName).join(', ')} }`,
      text: `{ ${fields.join(', ')} \\}`,
    },
  ];
}
