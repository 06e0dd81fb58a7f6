import { CompletionItemKind } from 'vscode-languageserver';
import type { AppProcess, Generation } from '../../../hyperapp/model/app.ts';
import { exampleBody } from '../../../hyperapp/wire/example.ts';
import { definitionText } from '../../../hyperapp/wit/definition-text.ts';
import { dialectOf } from '../../../hyperapp/wit/dialect.ts';
import type { Place, Sources } from '../sources.ts';
import type { Suggestion } from './item.ts';
import { macroKeySuggestions, methodSuggestions, savingSuggestions, worldOf } from './macro-arguments.ts';
import { processIdSuggestions } from './process-ids.ts';
import { type RustContext, rustContext } from './rust-context.ts';

/** Completion in a Rust file: attributes and their arguments, types with a WIT form, process ids, keys of bodies. */
export function rustSuggestions(place: Place, sources: Sources): Suggestion[] {
  const { app, file, text, offset, lines } = place;
  const context = rustContext(text, offset);
  if (!context) return [];
  const process = app.processes.find(({ files }) => files.includes(file));
  const generation = process?.generation ?? 'v3b';
  switch (context.kind) {
    case 'attribute':
      return context.isInImpl ? handlerAttributes(generation) : macroAttributes(generation, process);
    case 'argument':
      return argumentSuggestions(context, generation, place);
    case 'type':
      return typeSuggestions(process, context.isHandler);
    case 'string': {
      const [start, end] = context.inside;
      const content = text.slice(start, end);
      const range = lines.rangeOf(start, end);
      if (context.before[0] === '{' && context.before.includes('!')) return keySuggestions(sources, range);
      if (context.before[0] === '{' && context.before[1] === '(') return keySuggestions(sources, range);
      const isAddress = /Address|target|\bto\b/.test(context.before.join(' ')) || content.includes('@');
      const isId = isAddress || /ProcessId|process/i.test(context.before.join(' ')) || /^[a-z0-9-]+:/.test(content);
      return isId ? processIdSuggestions(content, range, isAddress, sources) : [];
    }
  }
}

function handlerAttributes(generation: Generation): Suggestion[] {
  const attribute = (label: string, detail: string, snippet?: string): Suggestion => ({
    label,
    kind: CompletionItemKind.Event,
    detail,
    snippet,
    rank: 1,
  });
  const isThird = generation === 'v3a' || generation === 'v3b';
  return [
    attribute('http', 'Requests of the front end'),
    attribute('local', 'Requests of processes on this node'),
    attribute('remote', 'Requests of other nodes, and of this one'),
    attribute('init', 'Runs once when the process starts'),
    ...(generation === 'v1'
      ? []
      : [
          attribute('http(method, path)', 'Requests by method and path', 'http(method = "$1", path = "/$2")'),
          attribute('ws', 'WebSocket frames of browsers'),
        ]),
    ...(isThird
      ? [
          attribute('ws_client', 'Frames on connections of this process'),
          attribute('eth', 'Updates of a chain subscription'),
        ]
      : []),
  ];
}

function macroAttributes(generation: Generation, process: AppProcess | undefined): Suggestion[] {
  if (process && process.block.attribute.range.end.line > 0 && process.handlers.length > 0) return [];
  const name = generation === 'v3b' ? 'hyperapp_macro::hyperapp' : 'hyperprocess';
  const snippet = `${name}(\n    name = "$1",\n    ui = Some(HttpBindingConfig::default()),\n    endpoints = vec![],\n    save_config = SaveOptions::EveryMessage,\n    wit_world = "$2",\n)`;
  return [
    {
      label: name,
      kind: CompletionItemKind.Event,
      detail: 'Makes a process of the impl block below',
      snippet,
      rank: 1,
    },
  ];
}

function argumentSuggestions(
  { attribute, given, key, string }: RustContext & { kind: 'argument' },
  generation: Generation,
  { app, lines }: Place,
): Suggestion[] {
  const inString = (suggestions: Suggestion[]) => {
    if (!string) return suggestions.map((each) => ({ ...each, snippet: `"${each.snippet ?? each.label}"` }));
    return suggestions.map((each) => ({ ...each, range: lines.rangeOf(...string) }));
  };
  if (attribute === 'http') {
    if (key === 'method') return inString(methodSuggestions());
    if (key !== undefined || string) return [];
    return ['method', 'path']
      .filter((name) => !given.has(name))
      .map((name) => ({ label: name, kind: CompletionItemKind.Property, snippet: `${name} = "$1"$0`, rank: 1 }));
  }
  if (attribute !== 'hyperapp' && attribute !== 'hyperprocess') return [];
  if (key === undefined) return string ? [] : macroKeySuggestions(app, 'rust', generation, given);
  const value = (label: string, detail: string): Suggestion => ({
    label,
    kind: CompletionItemKind.Value,
    detail,
    rank: 1,
  });
  if (key === 'wit_world') return inString([value(worldOf(app), 'As kit names it')]);
  if (string) return [];
  if (key === 'save_config') return savingSuggestions(generation);
  if (key === 'ui') return [value('Some(HttpBindingConfig::default())', 'Serves pkg/ui'), value('None', 'No UI')];
  return [];
}

const plain = 'String bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 char'.split(' ');

/** Types that kit can write into WIT. */
function typeSuggestions(process: AppProcess | undefined, isHandler: boolean): Suggestion[] {
  const containers: Suggestion[] = [
    { label: 'Vec<…>', kind: CompletionItemKind.Struct, snippet: 'Vec<$1>$0', filterText: 'Vec', rank: 2 },
    { label: 'Option<…>', kind: CompletionItemKind.Enum, snippet: 'Option<$1>$0', filterText: 'Option', rank: 2 },
    {
      label: 'Result<…, String>',
      kind: CompletionItemKind.Enum,
      snippet: 'Result<$1, String>$0',
      filterText: 'Result',
      rank: 2,
    },
  ];
  const setting = process && { dialect: dialectOf(process.generation), language: process.language };
  const own = [...(process?.types.values() ?? [])].filter((definition) => {
    if (!setting || definition.typeParameters.length > 0 || definition.name === process?.stateType) return false;
    return definitionText(definition, setting).text !== undefined;
  });
  return [
    ...own.map(
      ({ name, kind }): Suggestion => ({
        label: name,
        kind: kind === 'enum' ? CompletionItemKind.Enum : CompletionItemKind.Struct,
        detail: `${kind} of this process`,
        rank: 1,
      }),
    ),
    ...plain.map((label) => ({ label, kind: CompletionItemKind.Keyword, detail: 'Has a WIT form', rank: 2 })),
    ...containers,
    ...(isHandler
      ? [{ label: 'Address', kind: CompletionItemKind.Struct, detail: "The system's address", rank: 3 }]
      : []),
  ];
}

/** Keys for a body to another process: handlers that answer `local` or `remote` requests. */
function keySuggestions(sources: Sources, range: NonNullable<Suggestion['range']>): Suggestion[] {
  return sources.apps().flatMap(({ processes, packageId }) =>
    processes.flatMap((process) =>
      process.handlers
        .filter(({ kinds, stale }) => !stale && (kinds.includes('local') || kinds.includes('remote')))
        .map((handler) => ({
          label: handler.wireName,
          kind: CompletionItemKind.Method,
          detail: `${handler.kinds.join(', ')} handler of ${process.name}:${packageId}`,
          documentation: `\`\`\`json\n${JSON.stringify(exampleBody(process, handler))}\n\`\`\``,
          range,
          rank: 1,
        })),
    ),
  );
}
