import type { Ignore, TypeDefinition } from '../model/app.ts';
import { readIgnores } from '../model/ignore.ts';
import { readBlock, type TypeScriptBlock } from './block.ts';
import { type Bases, readDefinitions } from './definition.ts';
import { readImports } from './imports.ts';
import { type Source, syntaxErrors } from './source.ts';
import type { TypeReading } from './type.ts';

/** What one file of a TypeScript backend says, by itself. Plain data, so it can be kept. */
export interface BackendFile {
  readonly file: string;
  readonly definitions: readonly TypeDefinition[];
  readonly bases: readonly Bases[];
  readonly block: TypeScriptBlock | undefined;
  readonly ignores: readonly Ignore[];
  /** True if something outside of method bodies does not parse. */
  readonly isBroken: boolean;
  /** True if an earlier, whole reading stands in for what is broken. */
  readonly isFilled: boolean;
}

export function readBackendFile(source: Source): BackendFile {
  const reading: TypeReading = { source, imports: readImports(source.tree), definitions: [] };
  const bases = readDefinitions(reading);
  const block = readBlock(reading);
  const inBody = (offset: number) => block?.bodies.some(([start, end]) => offset > start && offset < end) ?? false;
  return {
    file: source.file,
    definitions: reading.definitions,
    bases,
    block,
    ignores: readIgnores(source.file, source.text),
    isBroken: syntaxErrors(source).some((offset) => !inBody(offset)),
    isFilled: false,
  };
}

/** As `withLastGood` for Rust: what a file that does not parse has lost, from its last good reading, marked stale. */
export function withLastGood(fresh: BackendFile, lastGood: BackendFile | undefined): BackendFile {
  if (!fresh.isBroken || !lastGood) return fresh;
  const lost = lastGood.definitions.filter(({ name }) => !fresh.definitions.some((known) => known.name === name));
  const base = fresh.block ?? (lastGood.block && { ...lastGood.block, handlers: [] });
  const known = new Set(base?.handlers.map(({ name }) => name));
  const kept = (lastGood.block?.handlers ?? []).filter(({ name }) => !known.has(name));
  return {
    ...fresh,
    isFilled: true,
    definitions: [...fresh.definitions, ...lost.map((definition) => ({ ...definition, stale: true as const }))],
    block: base && { ...base, handlers: [...base.handlers, ...kept.map((h) => ({ ...h, stale: true as const }))] },
  };
}
