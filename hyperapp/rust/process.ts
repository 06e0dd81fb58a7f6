import type { AppProcess, Generation, Handler, Type, TypeDefinition } from '../model/app.ts';
import type { RustCrate } from '../model/crate.ts';
import { type Lookup, resolveDefinition, resolveType } from '../model/resolve.ts';
import { stringArgument } from './block.ts';
import { type Crate, generationOf } from './cargo.ts';
import { isWhole, type RustFile } from './file.ts';
import { occurrencesIn } from './occurrence.ts';

export interface RustProcessInput {
  readonly name: string;
  readonly folder: string;
  readonly crate: Crate | undefined;
  /** Every `.rs` file below `src/`, `lib.rs` among them, in the order of their paths. */
  readonly files: readonly RustFile[];
  /** The text of one of them, for looking words up. */
  readonly textOf: (file: string) => string | undefined;
  /** A setting that overrides what was found (hyperapp.md §1.1, step 4). */
  readonly override?: Generation | undefined;
}

/**
 * Puts a process together from its files; undefined if `lib.rs` holds no block of the macro. Of two types with one name
 * the first file's wins, as in kit (wit-generation.md §5).
 */
export function readRustProcess(input: RustProcessInput): AppProcess | undefined {
  const holder =
    input.files.find(({ file, block }) => block && file.endsWith('lib.rs')) ?? input.files.find(({ block }) => block);
  if (!holder?.block) return undefined;
  const { block, endpoints, handlers, macro, hasLateAttribute } = holder.block;
  const found = input.override
    ? { generation: input.override, reason: 'The setting hyperware.rules.generation says so.' }
    : generationOf(input.crate, { macro, hasLateAttribute });
  const written = firstOfEachName(input.files.flatMap((file) => file.definitions));
  const lookup: Lookup = (name) => {
    const definition = written.get(name);
    if (definition) return definition.typeParameters.length > 0 ? 'generic' : 'named';
    return name === 'Value' ? 'json' : undefined;
  };
  const resolve = (type: Type) => resolveType(type, lookup);
  const definitions = input.files
    .flatMap((file) => file.definitions)
    .map((definition) => resolveDefinition(definition, lookup));
  return {
    name: input.name,
    language: 'rust',
    generation: found.generation,
    generationReason: found.reason,
    handlers: handlers.map(
      (handler): Handler => ({
        ...handler,
        parameters: handler.parameters.map((parameter) => ({ ...parameter, type: resolve(parameter.type) })),
        result: handler.result && resolve(handler.result),
      }),
    ),
    types: firstOfEachName(definitions),
    definitions,
    component: input.crate?.component,
    stateType: block.stateName || undefined,
    witWorld: stringArgument(block, 'wit_world'),
    endpoints: endpoints.bindings,
    endpointInsertion: endpoints.insertion,
    block,
    crate: crateOf(input),
    file: holder.file,
    folder: input.folder,
    files: input.files.map(({ file }) => file),
    mayDefineMore: input.files.some(({ hasItemMacro }) => hasItemMacro),
    complete: input.files.every((file) => isWhole(file) || file.isFilled),
  };
}

function crateOf({ crate, files, textOf }: RustProcessInput): RustCrate {
  const codes = files.map(({ code }) => code);
  return {
    dependencies: crate?.dependencies ?? new Map(),
    implementations: codes.flatMap(({ implementations }) => implementations),
    imports: codes.flatMap(({ imports }) => imports),
    functions: codes.flatMap(({ functions }) => functions),
    hiddenTypes: codes.flatMap(({ hiddenTypes }) => hiddenTypes),
    macroWords: new Set(codes.flatMap(({ macroWords }) => macroWords)),
    occurrences: (word) => files.flatMap(({ file }) => occurrencesIn(file, textOf(file) ?? '', word)),
  };
}

function firstOfEachName(definitions: readonly TypeDefinition[]): Map<string, TypeDefinition> {
  const first = new Map<string, TypeDefinition>();
  for (const definition of definitions) if (!first.has(definition.name)) first.set(definition.name, definition);
  return first;
}
