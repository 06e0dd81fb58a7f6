import type { Generation } from '../model/app.ts';

/** kit's way of writing WIT (wit-generation.md §9). */
export type Dialect = 'k1' | 'k2' | 'k3' | 'k4';

const byGeneration: Readonly<Record<Generation, Dialect>> = { v1: 'k1', v2: 'k2', v3a: 'k3', v3b: 'k4' };

/** The dialect that goes with a generation, where nothing better is known (the last line of §9). */
export function dialectOf(generation: Generation): Dialect {
  return byGeneration[generation];
}
