/**
 * A component as a list of steps that build its instances in order (process-host.md §5.1). A plan holds plain values
 * only, so that it can be posted to a worker beside its compiled modules.
 */

export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag' | 'module' | 'instance';
export type Sort = 'func' | 'component' | 'instance' | 'module';

export interface Named<S> {
  readonly name: string;
  readonly sort: S;
  readonly index: number;
}

/** Canonical options; indices are those of the core memory and function spaces. */
export interface CanonOptions {
  readonly memory: number | undefined;
  readonly realloc: number | undefined;
  readonly postReturn: number | undefined;
}

export type Step =
  /** `module` counts through all modules of the outermost component and its nested ones. */
  | { readonly do: 'core-module'; readonly module: number }
  | {
      readonly do: 'core-instantiate';
      readonly module: number;
      readonly args: readonly { readonly name: string; readonly instance: number }[];
    }
  | { readonly do: 'core-bundle'; readonly exports: readonly Named<CoreSort>[] }
  | { readonly do: 'core-alias'; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  | { readonly do: 'component'; readonly plan: Plan }
  | { readonly do: 'instantiate'; readonly component: number; readonly args: readonly Named<Sort>[] }
  | { readonly do: 'bundle'; readonly exports: readonly Named<Sort>[] }
  | { readonly do: 'alias'; readonly sort: Sort; readonly instance: number; readonly name: string }
  | {
      readonly do: 'outer-alias';
      readonly sort: 'module' | 'component';
      readonly outward: number;
      readonly index: number;
    }
  | { readonly do: 'lift'; readonly func: number; readonly options: CanonOptions }
  | { readonly do: 'lower'; readonly func: number; readonly options: CanonOptions }
  | { readonly do: 'drop-resource' }
  | { readonly do: 'import'; readonly name: string; readonly sort: Sort }
  | { readonly do: 'export'; readonly name: string; readonly sort: Sort; readonly index: number };

export interface Plan {
  readonly steps: readonly Step[];
}

/** A parsed component; `modules` are views of the component's bytes. */
export interface ParsedComponent {
  readonly plan: Plan;
  readonly modules: readonly Uint8Array[];
}

/** What a worker gets: the steps and the modules, compiled once and shared. */
export interface CompiledComponent {
  readonly plan: Plan;
  readonly modules: readonly WebAssembly.Module[];
}
