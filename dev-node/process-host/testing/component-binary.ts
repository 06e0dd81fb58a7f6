/** Assembles small components by hand, so that the loader can be tried on exactly the bytes a test means. */

export type Bytes = readonly number[];

export function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = value >>> 7;
    bytes.push((value & 0x7f) | (rest > 0 ? 0x80 : 0));
    value = rest;
  } while (value > 0);
  return bytes;
}

/** Signed, as constants in code are. */
export function sleb(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    const done = (value === 0 && (byte & 0x40) === 0) || (value === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

export const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
export const sized = (bytes: Bytes): number[] => [...leb(bytes.length), ...bytes];
export const vector = (...items: Bytes[]): number[] => [...leb(items.length), ...items.flat()];
export const section = (id: number, ...items: Bytes[]): number[] => [id, ...sized(vector(...items))];
/** A section that is one thing: a core module or a nested component. */
export const whole = (id: number, bytes: Bytes): number[] => [id, ...sized(bytes)];
export const component = (...sections: Bytes[]): number[] => [
  ...[0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0],
  ...sections.flat(),
];
export const coreModule = (...sections: Bytes[]): number[] => [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...sections.flat(),
];

/** Opcodes used in the tests' function bodies. */
export const op = {
  unreachable: 0x00,
  loop: [0x03, 0x40],
  end: 0x0b,
  br: (depth: number) => [0x0c, ...leb(depth)],
  brIf: (depth: number) => [0x0d, ...leb(depth)],
  call: (func: number) => [0x10, ...leb(func)],
  drop: 0x1a,
  get: (local: number) => [0x20, ...leb(local)],
  i32: (value: number) => [0x41, ...sleb(value)],
  i64: (value: number) => [0x42, ...sleb(value)],
  equal: 0x46,
  growMemory: [0x40, 0],
} as const;

const i32 = 0x7f;

/** One host function that the component imports; its core type has that many i32 parameters. */
export interface HostFunction {
  readonly from: string;
  readonly name: string;
  readonly params: number;
  readonly result?: boolean;
}

export interface ProcessShape {
  /** Callable as functions 0, 1 … of the body. */
  readonly imports: readonly HostFunction[];
  /** Body of `init`; locals 0 and 1 are pointer and length of `our`. */
  readonly body: Bytes;
  /** Text that lies in memory from address 16 on. */
  readonly data?: string;
  /** Pages the memory may grow to, if it says so. */
  readonly maximum?: number;
  readonly exportName?: string;
}

/**
 * A component as tools build them: a module with memory and realloc, the host functions lowered with these, a module with
 * the program, its `init` lifted and exported.
 */
export function processComponent(shape: ProcessShape): Uint8Array {
  return Uint8Array.from(component(...processSections(shape)));
}

/** The same as the inner one of two components; the outer passes each import in and the export out. */
export function nestedProcessComponent(shape: ProcessShape): Uint8Array {
  const interfaces = interfacesOf(shape);
  return Uint8Array.from(
    component(
      ...interfaces.flatMap((name, i) => [instanceType(shape, name), importInstance(name, i)]),
      whole(4, component(...processSections(shape))),
      section(5, [0x00, 0, ...vector(...interfaces.map((name, i) => [...text(name), 0x05, ...leb(i)]))]),
      section(6, [0x01, 0x00, ...leb(interfaces.length), ...text('init')]),
      section(11, [0x00, ...text('init'), 0x01, 0, 0x00]),
    ),
  );
}

function interfacesOf({ imports }: ProcessShape): string[] {
  return [...new Set(imports.map(({ from }) => from))];
}

/** An instance type with the functions of one interface, each of type `func()`: what they are is not the loader's concern. */
function instanceType({ imports }: ProcessShape, from: string): number[] {
  const functions = imports.filter((func) => func.from === from);
  const declarations = functions.flatMap(({ name }, i) => [
    [0x01, 0x40, 0x00, 0x01, 0x00],
    [0x04, 0x00, ...text(name), 0x01, ...leb(i)],
  ]);
  return section(7, [0x42, ...vector(...declarations)]);
}

const importInstance = (name: string, type: number) => section(10, [0x00, ...text(name), 0x05, ...leb(type)]);

function processSections(shape: ProcessShape): number[][] {
  const { imports, exportName = 'init' } = shape;
  const interfaces = interfacesOf(shape);
  const count = imports.length;
  return [
    ...interfaces.flatMap((name, i) => [instanceType(shape, name), importInstance(name, i)]),
    whole(1, memoryModule(shape)),
    section(2, [0x00, 0, 0]),
    section(6, [0x00, 0x02, 0x01, 0, ...text('memory')], [0x00, 0x00, 0x01, 0, ...text('realloc')]),
    section(6, ...imports.map(({ from, name }) => [0x01, 0x00, ...leb(interfaces.indexOf(from)), ...text(name)])),
    // Core function 0 is realloc; the lowered ones follow.
    section(8, ...imports.map((_, i) => [0x01, 0x00, ...leb(i), ...vector([0x00], [0x03, 0], [0x04, 0])])),
    section(2, [0x01, ...vector(...imports.map(({ name }, i) => [...text(name), 0x00, ...leb(i + 1)]))]),
    whole(1, programModule(shape)),
    section(2, [0x00, 1, ...vector([...text('memory'), 0x12, 0], [...text('host'), 0x12, 1])]),
    section(6, [0x00, 0x00, 0x01, 2, ...text('init')]),
    section(7, [0x40, ...vector([...text('our'), 0x73]), 0x01, 0x00]),
    section(8, [
      ...[0x00, 0x00, ...leb(count + 1)],
      ...vector([0x00], [0x03, 0], [0x04, 0]),
      ...leb(interfaces.length),
    ]),
    section(11, [0x00, ...text(exportName), 0x01, ...leb(count), 0x00]),
  ];
}

/** One page of memory, the data at 16, and a realloc that only moves on, from 4096. */
function memoryModule({ data = '', maximum }: ProcessShape): number[] {
  const realloc = [
    [0x23, 0, ...op.get(2), 0x6a, ...op.i32(1), 0x6b, ...op.i32(0), ...op.get(2), 0x6b, 0x71, 0x22, 4],
    [...op.get(3), 0x6a, 0x24, 0, ...op.get(4), op.end],
  ].flat();
  return coreModule(
    section(1, [0x60, ...vector([i32], [i32], [i32], [i32]), ...vector([i32])]),
    section(3, [0]),
    section(5, maximum === undefined ? [0, 1] : [1, 1, ...leb(maximum)]),
    section(6, [i32, 1, ...op.i32(4096), op.end]),
    section(7, [...text('memory'), 2, 0], [...text('realloc'), 0, 0]),
    section(10, sized([...vector([1, i32]), ...realloc])),
    section(11, [0, ...op.i32(16), op.end, ...text(data)]),
  );
}

function programModule({ imports, body }: ProcessShape): number[] {
  const parameters = (count: number) => vector(...new Array<Bytes>(count).fill([i32]));
  return coreModule(
    section(
      1,
      ...imports.map(({ params, result }) => [0x60, ...parameters(params), ...vector(...(result ? [[i32]] : []))]),
      [0x60, ...parameters(2), ...vector()],
    ),
    section(2, ...imports.map(({ name }, i) => [...text('host'), ...text(name), 0, ...leb(i)]), [
      ...text('memory'),
      ...text('memory'),
      2,
      0,
      1,
    ]),
    section(3, leb(imports.length)),
    section(7, [...text('init'), 0, ...leb(imports.length)]),
    section(10, sized([...vector(), ...body, op.end])),
  );
}
