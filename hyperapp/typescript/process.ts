import type { AppProcess, Block, Endpoint, Field, Handler, Type, TypeDefinition } from '../model/app.ts';
import { type Lookup, resolveDefinition, resolveType } from '../model/resolve.ts';
import type { BackendFile } from './backend-file.ts';

export interface TypeScriptProcessInput {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly BackendFile[];
}

/**
 * Puts a TypeScript backend together from its files; undefined if none holds a class under `@hyperapp`. The rules of
 * V3b hold for it (hyperapp.md §14). Names of the class's own file win over those of others.
 */
export function readTypeScriptProcess(input: TypeScriptProcessInput): AppProcess | undefined {
  const holder = input.files.find(({ block }) => block);
  if (!holder?.block) return undefined;
  const { block, handlers, witWorld } = holder.block;
  const files = [holder, ...input.files.filter((file) => file !== holder)];
  const written = new Map<string, TypeDefinition>();
  for (const definition of files.flatMap((file) => file.definitions)) {
    if (!written.has(definition.name)) written.set(definition.name, definition);
  }
  for (const { name, bases } of files.flatMap((file) => file.bases)) inherit(written, name, bases);
  const lookup: Lookup = (name) => {
    const definition = written.get(name);
    return definition && (definition.typeParameters.length > 0 ? 'generic' : 'named');
  };
  const resolve = (type: Type) => resolveType(type, lookup);
  const definitions = [...written.values()].map((definition) => resolveDefinition(definition, lookup));
  return {
    name: input.name,
    language: 'typescript',
    generation: 'v3b',
    generationReason: 'A TypeScript backend follows the newest generation.',
    handlers: handlers.map(
      (handler): Handler => ({
        ...handler,
        parameters: handler.parameters.map((parameter) => ({ ...parameter, type: resolve(parameter.type) })),
        result: handler.result && resolve(handler.result),
      }),
    ),
    types: new Map(definitions.map((definition) => [definition.name, definition])),
    definitions,
    stateType: block.stateName || undefined,
    witWorld,
    endpoints: endpointsOf(block),
    block,
    file: holder.file,
    folder: input.folder,
    files: input.files.map(({ file }) => file),
    mayDefineMore: false,
    complete: input.files.every(({ isBroken, isFilled }) => !isBroken || isFilled),
  };
}

/** Gives an interface the fields of those it extends; its own come last, as they may narrow. */
function inherit(written: Map<string, TypeDefinition>, name: string, bases: readonly string[]): void {
  const definition = written.get(name);
  if (definition?.kind !== 'struct') return;
  const inherited = bases.flatMap((base): readonly Field[] => {
    const known = written.get(base);
    return known?.kind === 'struct' && known !== definition ? known.fields : [];
  });
  const own = new Set(definition.fields.map((field) => field.name));
  const fields = [...inherited.filter((field) => !own.has(field.name)), ...definition.fields];
  written.set(name, { ...definition, fields });
}

/** `endpoints: [{ http: '/api' }, { ws: '/ws' }]`. */
function endpointsOf(block: Block): Endpoint[] {
  const text = block.arguments.find(({ key }) => key === 'endpoints')?.text ?? '';
  return [...text.matchAll(/\b(http|ws):\s*(['"`])(.*?)\2/g)].map(([, kind, , path]) => ({
    kind: kind as Endpoint['kind'],
    path: path as string,
  }));
}
