/**
 * Component binary -> plan. Types are walked over, not decoded: the world is known (`process-v1`), its layouts stand in
 * standard-imports.ts, and no step of a plan needs a type.
 */
import type { CanonOptions, CoreSort, Named, ParsedComponent, Plan, Sort, Step } from './plan.ts';
import { InvalidComponent, Reader } from './reader.ts';

const wasmMagic = 0x6d736100;
/** Version 0x0d, layer 1: a component. Version 1, layer 0 is a core module. */
const componentVersion = 0x0001_000d;
const moduleVersion = 0x0000_0001;
/** Deeper than any tool makes them; stops a hand-made bomb before the stack does. */
const deepest = 32;

/**
 * Parses a component of the component-model binary format.
 * @throws InvalidComponent when the bytes are not one, or use a feature that no process of world `process-v1` needs.
 */
export function parseComponent(bytes: Uint8Array): ParsedComponent {
  const modules: Uint8Array[] = [];
  return { plan: parsePlan(bytes, modules, 0), modules };
}

function parsePlan(bytes: Uint8Array, modules: Uint8Array[], depth: number): Plan {
  if (depth > deepest) throw new InvalidComponent(`components are nested more than ${deepest} deep`);
  checkPreamble(bytes);
  const steps: Step[] = [];
  const sections = new Reader(bytes, 8);
  while (!sections.done) {
    const id = sections.byte();
    const size = sections.u32();
    // Modules and nested components are sections as a whole; the others are vectors.
    if (id === 1) {
      modules.push(sections.take(size));
      steps.push({ do: 'core-module', module: modules.length - 1 });
    } else if (id === 4) {
      steps.push({ do: 'component', plan: parsePlan(sections.take(size), modules, depth + 1) });
    } else {
      const section = sections.part(size);
      const read = sectionReaders[id];
      if (read === undefined) throw new InvalidComponent(`section ${id} at byte ${section.at} is not known`);
      if (read === 'skip') continue;
      for (const found of section.vector(() => read(section))) if (found) steps.push(found);
      if (!section.done) throw new InvalidComponent(`section ${id} has bytes left at ${section.at}`);
    }
  }
  return { steps };
}

function checkPreamble(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== wasmMagic) {
    throw new InvalidComponent('not a wasm file: it does not begin with \\0asm');
  }
  const version = view.getUint32(4, true);
  if (version === moduleVersion) {
    throw new InvalidComponent('this is a core wasm module, not a component; build it as one (kit build does)');
  }
  if (version !== componentVersion) {
    throw new InvalidComponent(`component format version 0x${version.toString(16)} is not known`);
  }
}

type SectionReader = (r: Reader) => Step | undefined;

/** By section id; types (3, 7) and custom sections (0) hold nothing that a step needs. */
const sectionReaders: Record<number, SectionReader | 'skip'> = {
  0: 'skip',
  2: readCoreInstance,
  3: 'skip',
  5: readInstance,
  6: readAlias,
  7: 'skip',
  8: readCanon,
  9: () => {
    throw new InvalidComponent('a component start function is not supported');
  },
  10: readImport,
  11: readExport,
};

function readCoreInstance(r: Reader): Step {
  const form = r.byte();
  if (form === 0x00) {
    const module = r.u32();
    const args = r.vector(() => {
      const name = r.name();
      if (r.byte() !== 0x12) throw new InvalidComponent(`argument "${name}" of a core instance is not an instance`);
      return { name, instance: r.u32() };
    });
    return { do: 'core-instantiate', module, args };
  }
  if (form === 0x01) {
    const exports = r.vector(() => ({ name: r.name(), sort: coreSort(r), index: r.u32() }));
    return { do: 'core-bundle', exports: exports.filter((e): e is Named<CoreSort> => e.sort !== undefined) };
  }
  throw new InvalidComponent(`core instance of form ${form}`);
}

function readInstance(r: Reader): Step {
  const form = r.byte();
  if (form === 0x00) {
    const component = r.u32();
    const args = r.vector(() => ({ name: r.name(), ...sortIndex(r) }));
    return { do: 'instantiate', component, args: args.filter(hasSort) };
  }
  if (form === 0x01) {
    return { do: 'bundle', exports: r.vector(() => ({ name: externName(r), ...sortIndex(r) })).filter(hasSort) };
  }
  throw new InvalidComponent(`instance of form ${form}`);
}

function readAlias(r: Reader): Step | undefined {
  const kind = r.byte();
  const core = kind === 0x00 ? coreSort(r) : undefined;
  const sort = kind === 0x00 ? undefined : componentSort(kind);
  const target = r.byte();
  if (target === 0x00) {
    const instance = r.u32();
    const name = r.name();
    const of = core === 'module' ? 'module' : sort;
    return of && { do: 'alias', sort: of, instance, name };
  }
  if (target === 0x01) {
    const instance = r.u32();
    const name = r.name();
    return core && { do: 'core-alias', sort: core, instance, name };
  }
  if (target === 0x02) {
    const outward = r.u32();
    const index = r.u32();
    if (core === 'module') return { do: 'outer-alias', sort: 'module', outward, index };
    if (sort === 'component') return { do: 'outer-alias', sort: 'component', outward, index };
    return undefined;
  }
  throw new InvalidComponent(`alias target ${target}`);
}

function readCanon(r: Reader): Step {
  const kind = r.byte();
  if (kind === 0x00 || kind === 0x01) {
    if (r.byte() !== 0x00) throw new InvalidComponent('canon lift or lower of an unknown form');
    const func = r.u32();
    const options = canonOptions(r);
    if (kind === 0x01) return { do: 'lower', func, options };
    r.u32();
    return { do: 'lift', func, options };
  }
  if (kind === 0x03) {
    r.u32();
    return { do: 'drop-resource' };
  }
  throw new InvalidComponent(
    `it uses the canonical built-in 0x${kind.toString(16)}, which no process of world process-v1 needs ` +
      '(component-model async, threads, or resources of its own); build it with the synchronous ABI',
  );
}

function canonOptions(r: Reader): CanonOptions {
  let memory: number | undefined;
  let realloc: number | undefined;
  let postReturn: number | undefined;
  r.vector(() => {
    const option = r.byte();
    if (option === 0x00) return;
    if (option === 0x01 || option === 0x02) throw new InvalidComponent('its strings are not UTF-8 (canonical option)');
    if (option === 0x03) memory = r.u32();
    else if (option === 0x04) realloc = r.u32();
    else if (option === 0x05) postReturn = r.u32();
    else throw new InvalidComponent(`canonical option 0x${option.toString(16)} (async) is not supported`);
  });
  return { memory, realloc, postReturn };
}

function readImport(r: Reader): Step | undefined {
  const name = externName(r);
  const sort = externDescription(r);
  return sort && { do: 'import', name, sort };
}

function readExport(r: Reader): Step | undefined {
  const name = externName(r);
  const { sort, index } = sortIndex(r);
  const ascribed = r.byte();
  if (ascribed === 0x01) externDescription(r);
  else if (ascribed !== 0x00) throw new InvalidComponent(`export "${name}" has a description of form ${ascribed}`);
  return sort && { do: 'export', name, sort, index };
}

function externName(r: Reader): string {
  const form = r.byte();
  if (form > 0x01) throw new InvalidComponent(`import or export name of form ${form}`);
  return r.name();
}

/** Undefined for core types: nothing is built from them. */
function coreSort(r: Reader): CoreSort | undefined {
  const sorts: Record<number, CoreSort | 'type'> = {
    0: 'func',
    1: 'table',
    2: 'memory',
    3: 'global',
    4: 'tag',
    16: 'type',
    17: 'module',
    18: 'instance',
  };
  const byte = r.byte();
  const sort = sorts[byte];
  if (sort === undefined) throw new InvalidComponent(`core sort 0x${byte.toString(16)}`);
  return sort === 'type' ? undefined : sort;
}

/** Undefined for types. */
function componentSort(byte: number): Sort | undefined {
  if (byte === 0x01) return 'func';
  if (byte === 0x03) return undefined;
  if (byte === 0x04) return 'component';
  if (byte === 0x05) return 'instance';
  throw new InvalidComponent(byte === 0x02 ? 'component values are not supported' : `sort 0x${byte.toString(16)}`);
}

function sortIndex(r: Reader): { sort: Sort | undefined; index: number } {
  const byte = r.byte();
  if (byte !== 0x00) return { sort: componentSort(byte), index: r.u32() };
  const core = coreSort(r);
  if (core !== undefined && core !== 'module') throw new InvalidComponent(`a core ${core} where a module is due`);
  return { sort: core, index: r.u32() };
}

function hasSort(named: { name: string; sort: Sort | undefined; index: number }): named is Named<Sort> {
  return named.sort !== undefined;
}

function externDescription(r: Reader): Sort | undefined {
  const kind = r.byte();
  if (kind === 0x00) {
    if (r.byte() !== 0x11) throw new InvalidComponent('a core import that is not a module');
    r.u32();
    return 'module';
  }
  if (kind === 0x03) {
    // `(eq i)` or `(sub resource)`
    if (r.byte() === 0x00) r.u32();
    return undefined;
  }
  const sort = componentSort(kind);
  r.u32();
  return sort;
}
