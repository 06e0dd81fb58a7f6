/** Component bytes -> steps and compiled modules, once for each content (process-host.md §4, "Cache"). */
import { createHash } from 'node:crypto';
import { limitMemory } from './memory-limit.ts';
import { parseComponent } from './parse.ts';
import type { CompiledComponent } from './plan.ts';

/** Compiled components kept; the oldest is forgotten first. A node runs a handful of packages. */
const kept = 32;

export interface ComponentCache {
  /** Rejects with InvalidComponent, or with the engine's CompileError for a broken core module. */
  compiled(bytes: Uint8Array): Promise<CompiledComponent>;
}

export function createComponentCache(memoryLimitBytes: number): ComponentCache {
  const byHash = new Map<string, Promise<CompiledComponent>>();
  // A restarted process hands in the very same array: its hash need not be made again.
  const hashes = new WeakMap<Uint8Array, string>();

  return {
    compiled(bytes) {
      const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
      hashes.set(bytes, hash);
      const found = byHash.get(hash);
      if (found) return found;
      const compiling = compile(bytes, memoryLimitBytes);
      byHash.set(hash, compiling);
      compiling.catch(() => byHash.delete(hash));
      if (byHash.size > kept) byHash.delete(byHash.keys().next().value!);
      return compiling;
    },
  };
}

export async function compile(bytes: Uint8Array, memoryLimitBytes: number): Promise<CompiledComponent> {
  const { plan, modules } = parseComponent(bytes);
  const compiled = modules.map((module) => WebAssembly.compile(limitMemory(module, memoryLimitBytes)));
  return { plan, modules: await Promise.all(compiled) };
}
