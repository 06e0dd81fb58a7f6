import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { CargoDependency, CargoDocument } from '../model/document.ts';
import type { Location } from '../model/position.ts';

type Content = AST.TOMLContentNode;

/** A Cargo.toml with the places of what rules ask for (diagnostics.md HW009, HW010, HW051). */
export function readCargoDocument(file: string, text: string): CargoDocument {
  const lines = text.split('\n');
  const last = { line: lines.length - 1, character: (lines.at(-1) ?? '').length };
  const end: Location = { file, range: { start: last, end: last } };
  const blank: CargoDocument = {
    file,
    isWhole: false,
    dependencies: [],
    packageAt: undefined,
    component: undefined,
    componentAt: undefined,
    crateTypes: undefined,
    crateTypesAt: undefined,
    libAt: undefined,
    members: undefined,
    membersAt: undefined,
    end,
    endsWithBreak: text.endsWith('\n') || text === '',
  };
  const program = parsed(text);
  if (!program) return blank;
  const entries = entriesOf(program);
  const find = (path: string) => entries.find((entry) => entry.path.join('.') === path);
  const place = (node: { loc: AST.SourceLocation }) => locate(file, node);
  const component = find('package.metadata.component.package');
  const crateTypes = find('lib.crate-type') ?? find('lib.crate_type');
  const members = find('workspace.members');
  const name = find('package.name');
  const lib = entries.find(({ path }) => path[0] === 'lib');
  return {
    ...blank,
    isWhole: true,
    dependencies: dependenciesOf(entries, file, text),
    packageAt: name && place(name.node),
    component: component && string(component.value),
    componentAt: component && place(component.node),
    crateTypes: crateTypes && strings(crateTypes.value),
    crateTypesAt: crateTypes && place(crateTypes.value),
    libAt: lib && place(lib.node),
    members: members && strings(members.value),
    membersAt: members && place(members.value),
  };
}

function parsed(text: string): AST.TOMLProgram | undefined {
  try {
    return parseTOML(text);
  } catch (error) {
    // Half-typed TOML is an everyday state; Cargo itself tells of it.
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

interface Entry {
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
  readonly value: Content;
  /** The table it stands in, if that has a header. */
  readonly table: AST.TOMLTable | undefined;
}

function entriesOf(program: AST.TOMLProgram): Entry[] {
  return program.body[0].body.flatMap((item): Entry[] => {
    if (item.type === 'TOMLKeyValue') return [entryOf(item, [], undefined)];
    const base = item.resolvedKey.map(String);
    return item.body.map((pair) => entryOf(pair, base, item));
  });
}

function entryOf(pair: AST.TOMLKeyValue, base: readonly string[], table: AST.TOMLTable | undefined): Entry {
  return { path: [...base, ...keysOf(pair)], node: pair, value: pair.value, table };
}

function keysOf(pair: AST.TOMLKeyValue): string[] {
  return pair.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : String(key.value)));
}

function dependenciesOf(entries: readonly Entry[], file: string, text: string): CargoDependency[] {
  const found = new Map<string, CargoDependency>();
  for (const { path, node, value, table } of entries) {
    const [group, name, ...rest] = path;
    if (group !== 'dependencies' || name === undefined || found.has(name)) continue;
    const isTable = rest.length > 0 && table?.resolvedKey.length === 2;
    const parts = isTable ? table.body.map((pair) => [keysOf(pair), pair.value] as const) : [];
    // `name.workspace = true` in the table of all dependencies.
    const dotted: readonly (readonly [readonly string[], Content])[] =
      rest.length > 0 && !isTable ? [[rest, value]] : [];
    const inline =
      value.type === 'TOMLInlineTable' && !isTable ? value.body.map((pair) => [keysOf(pair), pair.value] as const) : [];
    const all = [...parts, ...dotted, ...inline];
    const part = (key: string) => all.find(([keys]) => keys.join('.') === key)?.[1];
    const features = part('features');
    const featureElements = features?.type === 'TOMLArray' ? features.elements : [];
    const holder = isTable ? table : node;
    const last = featureElements.at(-1);
    found.set(name, {
      name,
      nameAt: isTable ? headerOf(table, file) : locate(file, node.key),
      whole: wholeLines(file, holder),
      version: string(part('version')) ?? (rest.length === 0 ? string(value) : undefined),
      features: features ? strings(features) : [],
      isInherited: part('workspace') !== undefined,
      featureList: features && locate(file, last ?? features),
      valueAt: isTable || dotted.length > 0 ? undefined : locate(file, value),
      valueText: isTable || dotted.length > 0 ? '' : text.slice(...value.range),
    });
  }
  return [...found.values()];
}

function headerOf(table: AST.TOMLTable, file: string): Location {
  const { start } = table.loc;
  const end = { line: table.key.loc.end.line - 1, character: table.key.loc.end.column + 1 };
  return { file, range: { start: { line: start.line - 1, character: start.column }, end } };
}

function locate(file: string, { loc: { start, end } }: { loc: AST.SourceLocation }): Location {
  return {
    file,
    range: {
      start: { line: start.line - 1, character: start.column },
      end: { line: end.line - 1, character: end.column },
    },
  };
}

function wholeLines(file: string, { loc: { start, end } }: { loc: AST.SourceLocation }): Location {
  return { file, range: { start: { line: start.line - 1, character: 0 }, end: { line: end.line, character: 0 } } };
}

function string(node: Content | undefined): string | undefined {
  return node?.type === 'TOMLValue' && node.kind === 'string' ? node.value : undefined;
}

function strings(node: Content): string[] {
  return node.type === 'TOMLArray' ? node.elements.flatMap((element) => string(element) ?? []) : [];
}
