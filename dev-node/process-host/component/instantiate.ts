/**
 * Runs a plan: walks its steps in order, with each index space a plain array (process-host.md §5.1). Host functions come
 * from `HostImports`; what is linked here is nothing but names.
 */
import { GuestMemory, type Realloc, Trap } from './guest-memory.ts';
import type { CanonOptions, CompiledComponent, CoreSort, Named, Plan, Sort } from './plan.ts';
import { InvalidComponent } from './reader.ts';

/** A core function. The parameters are the canonical ABI's flat values: numbers, and bigints for 64 bits. */
// biome-ignore lint/suspicious/noExplicitAny: a core function's signature is known to the wasm engine only.
export type CoreFunction = (...flat: any[]) => any;

/** What the node gives to a component. */
export interface HostImports {
  /** Called for each import of the outermost component. Throws InvalidComponent for one that is refused as a whole. */
  check(interfaceName: string): void;
  /**
   * The core function for one host function. `memory` is undefined for functions that were lowered without one.
   * Throws InvalidComponent if there is no such function.
   */
  lower(interfaceName: string, functionName: string, memory: GuestMemory | undefined): CoreFunction;
  /** `resource.drop` of any handle. */
  drop(handle: number): void;
}

/** A running instance of a component of world `process-v1`. */
export interface ComponentInstance {
  /** Calls the export `init` with the address string. */
  init(our: string): void;
  /** Bytes of all linear memories that its functions use. */
  memoryBytes(): number;
}

type Func =
  | { readonly kind: 'host'; readonly from: string; readonly name: string }
  | {
      readonly kind: 'lifted';
      readonly core: CoreFunction;
      readonly memory: GuestMemory | undefined;
      readonly postReturn: CoreFunction | undefined;
    };

type Instance =
  | { readonly kind: 'imported'; readonly name: string }
  | { readonly kind: 'made'; readonly exports: ReadonlyMap<string, Item> };

interface Closure {
  readonly plan: Plan;
  readonly outer: Scope;
}

type Item =
  | { readonly sort: 'func'; readonly value: Func }
  | { readonly sort: 'instance'; readonly value: Instance }
  | { readonly sort: 'component'; readonly value: Closure }
  | { readonly sort: 'module'; readonly value: WebAssembly.Module };

/** The index spaces of one component instance. */
interface Scope {
  readonly outer: Scope | undefined;
  readonly core: { readonly [S in CoreSort]: unknown[] };
  readonly items: { readonly [S in Sort]: Item[] };
  readonly exports: Map<string, Item>;
}

/**
 * Instantiates a component and finds its `init`.
 * @throws InvalidComponent for a component that is not of world `process-v1` or wants what the node does not have; the
 * engine's errors when a core module does not link or its start function traps.
 */
export function instantiate(component: CompiledComponent, host: HostImports): ComponentInstance {
  const guests: { memory: WebAssembly.Memory; realloc: CoreFunction | undefined; guest: GuestMemory }[] = [];
  const { exports } = build(component.plan, undefined, undefined);
  const init = exports.get('init');
  if (init?.sort !== 'func' || init.value.kind !== 'lifted') {
    throw new InvalidComponent('it does not export the function init(our: string): it is not of world process-v1');
  }
  return {
    init: initFunction(init.value),
    memoryBytes: () =>
      [...new Set(guests.map(({ memory }) => memory))].reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  };

  function guestMemory(scope: Scope, options: CanonOptions): GuestMemory | undefined {
    if (options.memory === undefined) return undefined;
    const memory = pick(scope.core.memory, options.memory, 'core memory') as WebAssembly.Memory;
    const realloc =
      options.realloc === undefined
        ? undefined
        : (pick(scope.core.func, options.realloc, 'core function') as CoreFunction);
    const known = guests.find((guest) => guest.memory === memory && guest.realloc === realloc);
    if (known) return known.guest;
    const guest = new GuestMemory(memory, realloc as Realloc | undefined);
    guests.push({ memory, realloc, guest });
    return guest;
  }

  /** `args` is undefined for the outermost component: its imports are the host's. */
  function build(plan: Plan, outer: Scope | undefined, args: ReadonlyMap<string, Item> | undefined): Scope {
    const scope: Scope = {
      outer,
      core: { func: [], table: [], memory: [], global: [], tag: [], module: [], instance: [] },
      items: { func: [], component: [], instance: [], module: [] },
      exports: new Map(),
    };
    const add = (item: Item) => {
      scope.items[item.sort].push(item);
      // Core modules are one index space, however they came.
      if (item.sort === 'module') scope.core.module.push(item.value);
    };
    for (const step of plan.steps) {
      switch (step.do) {
        case 'core-module': {
          const module = pick(component.modules, step.module, 'core module');
          add({ sort: 'module', value: module });
          break;
        }
        case 'core-instantiate': {
          const module = pick(scope.core.module, step.module, 'core module') as WebAssembly.Module;
          const imports = Object.fromEntries(
            step.args.map(({ name, instance }) => [name, pick(scope.core.instance, instance, 'core instance')]),
          ) as WebAssembly.Imports;
          scope.core.instance.push(new WebAssembly.Instance(module, imports).exports);
          break;
        }
        case 'core-bundle':
          scope.core.instance.push(
            Object.fromEntries(
              step.exports.map(({ name, sort, index }) => [name, pick(scope.core[sort], index, sort)]),
            ),
          );
          break;
        case 'core-alias': {
          const exports = pick(scope.core.instance, step.instance, 'core instance') as Record<string, unknown>;
          const found = exports[step.name];
          if (found === undefined) throw new InvalidComponent(`no core export "${step.name}" to alias`);
          scope.core[step.sort].push(found);
          break;
        }
        case 'component':
          add({ sort: 'component', value: { plan: step.plan, outer: scope } });
          break;
        case 'instantiate': {
          const closure = pick(scope.items.component, step.component, 'component');
          if (closure.sort !== 'component') throw new InvalidComponent('not a component');
          const exports = build(closure.value.plan, closure.value.outer, byName(scope, step.args)).exports;
          add({ sort: 'instance', value: { kind: 'made', exports } });
          break;
        }
        case 'bundle':
          add({ sort: 'instance', value: { kind: 'made', exports: byName(scope, step.exports) } });
          break;
        case 'alias':
          add(aliased(scope, step.sort, step.instance, step.name));
          break;
        case 'outer-alias': {
          let from: Scope | undefined = scope;
          for (let i = 0; i < step.outward; i++) from = from?.outer;
          if (from === undefined) throw new InvalidComponent('an outer alias points outside the component');
          add(pick(from.items[step.sort], step.index, step.sort));
          break;
        }
        case 'lift': {
          const { postReturn } = step.options;
          add({
            sort: 'func',
            value: {
              kind: 'lifted',
              core: pick(scope.core.func, step.func, 'core function') as CoreFunction,
              memory: guestMemory(scope, step.options),
              postReturn:
                postReturn === undefined
                  ? undefined
                  : (pick(scope.core.func, postReturn, 'core function') as CoreFunction),
            },
          });
          break;
        }
        case 'lower': {
          const func = pick(scope.items.func, step.func, 'function');
          if (func.sort !== 'func') throw new InvalidComponent('not a function');
          scope.core.func.push(lowered(func.value, guestMemory(scope, step.options)));
          break;
        }
        case 'drop-resource':
          scope.core.func.push((handle: number) => host.drop(handle));
          break;
        case 'import':
          if (args === undefined) {
            add(imported(step.name, step.sort));
          } else {
            const given = args.get(step.name);
            if (given?.sort !== step.sort) throw new InvalidComponent(`nested import "${step.name}" is not given`);
            add(given);
          }
          break;
        case 'export': {
          const item = pick(scope.items[step.sort], step.index, step.sort);
          scope.exports.set(step.name, item);
          // An export makes a new index of its own. Modules are not doubled in the core space: it is the same module.
          add(item);
          break;
        }
      }
    }
    return scope;
  }

  function imported(name: string, sort: Sort): Item {
    if (sort === 'instance') {
      host.check(name);
      return { sort, value: { kind: 'imported', name } };
    }
    throw new InvalidComponent(`it imports the ${sort} "${name}", which a node does not provide`);
  }

  function lowered(func: Func, memory: GuestMemory | undefined): CoreFunction {
    if (func.kind === 'host') return host.lower(func.from, func.name, memory);
    if (func.memory === undefined && func.postReturn === undefined) return func.core;
    // Tools put such calls in, but no process of the world is known to make one (process-host.md §5.1).
    return () => {
      throw new Trap('calls between nested components with values in memory are not supported by this node');
    };
  }
}

function aliased(scope: Scope, sort: Sort, index: number, name: string): Item {
  const instance = pick(scope.items.instance, index, 'instance');
  if (instance.sort !== 'instance') throw new InvalidComponent('not an instance');
  if (instance.value.kind === 'imported') {
    if (sort === 'func') return { sort, value: { kind: 'host', from: instance.value.name, name } };
    throw new InvalidComponent(`it imports the ${sort} "${name}" of "${instance.value.name}"`);
  }
  const item = instance.value.exports.get(name);
  if (item?.sort !== sort) throw new InvalidComponent(`no export "${name}" (${sort}) to alias`);
  return item;
}

function byName(scope: Scope, named: readonly Named<Sort>[]): Map<string, Item> {
  return new Map(named.map(({ name, sort, index }) => [name, pick(scope.items[sort], index, sort)]));
}

function pick<T>(space: readonly T[], index: number, what: string): T {
  const found = space[index];
  if (found === undefined) throw new InvalidComponent(`there is no ${what} ${index}`);
  return found;
}

function initFunction({ core, memory, postReturn }: Extract<Func, { kind: 'lifted' }>): (our: string) => void {
  if (memory === undefined) throw new InvalidComponent('its init has no memory for its parameter');
  const encoder = new TextEncoder();
  return (our) => {
    const bytes = encoder.encode(our);
    const pointer = memory.allocate(bytes.length, 1);
    memory.u8.set(bytes, pointer);
    core(pointer, bytes.length);
    postReturn?.();
  };
}
