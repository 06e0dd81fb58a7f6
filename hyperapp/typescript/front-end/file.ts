import { ts } from 'ts-morph';
import type { Ignore } from '../../model/app.ts';
import type { BrowserCode } from '../../model/browser.ts';
import { readIgnores } from '../../model/ignore.ts';
import type { PayloadSite, Value } from '../../model/payload.ts';
import { type Imported, type Imports, readImports } from '../imports.ts';
import { locate, type Source, syntaxErrors, textOf } from '../source.ts';
import { readBrowserCode } from './browser.ts';
import { collect } from './collect.ts';
import { jsonTextSite } from './json-text.ts';
import { declarationOf, plain } from './scope.ts';
import { builtInSenders, namesOfFunction, type Sender } from './sender.ts';
import { originsOf, type Use } from './trace.ts';
import { readUrl, type Url } from './url.ts';
import { nameOf, readValue } from './value.ts';

/** The module that stands for the file itself. */
export const ownFile = '';

/** A call of a function that may send what it is given: that is known when all files are linked. */
export interface OutsideCall {
  /** A function of another file, or of `ownFile` if that hands its parameter on to another's. */
  readonly imported: Imported;
  /** The method, if one of the import's is called: `api.post(..)`. */
  readonly member: string | undefined;
  readonly arguments: readonly OutsideArgument[];
}

export interface OutsideArgument {
  readonly url: Url;
  readonly sites: Readonly<Record<Use, readonly PayloadSite[]>>;
  /** Where a parameter is handed on: the calling function becomes a sender if the called one is. */
  readonly handedOn: readonly HandedOn[];
}

export interface HandedOn {
  /** What the called function must do with its argument for this to count. */
  readonly through: Use;
  readonly names: readonly string[];
  readonly parameter: number;
  readonly use: Use;
}

/** What one file of a front end sends, by itself. Plain data, so it can be kept. */
export interface FrontEndFile {
  readonly file: string;
  readonly sites: readonly PayloadSite[];
  /** Senders of this file by name (`post`, `.post`, `default`). */
  readonly senders: ReadonlyMap<string, readonly Sender[]>;
  readonly outsideCalls: readonly OutsideCall[];
  /** `export … from`: the exported name and what it stands for; `*` for all. */
  readonly reexports: readonly { readonly name: string; readonly imported: Imported }[];
  readonly ignores: readonly Ignore[];
  readonly browser: BrowserCode;
}

/** Reads what a file sends (diagnostics.md §0.3, flows 1 to 4). Literals in a stretch that does not parse are left out. */
export function readFrontEndFile(source: Source): FrontEndFile {
  const imports = readImports(source.tree);
  const collected = collect(source.tree);
  const { calls, declared } = collected;
  const reading: Reading = { source, imports, sites: new Map(), senders: new Map(), errors: syntaxErrors(source) };
  for (const call of calls) for (const sender of builtInSenders(call, imports)) applySender(call, sender, reading);
  // Twice: a function that hands its parameter to a sender of this file is a sender itself.
  for (let round = 0; round < 2; round++) {
    const known = new Map(reading.senders);
    for (const call of calls) for (const sender of localSenders(call, known)) applySender(call, sender, reading);
  }
  for (const node of declared) declaredSite(node, reading);
  exportUnderOtherNames(source.tree, reading.senders);
  return {
    file: source.file,
    sites: [...reading.sites.values()],
    senders: reading.senders,
    outsideCalls: outsideCallsOf(calls, reading),
    reexports: readReexports(source.tree),
    ignores: readIgnores(source.file, source.text),
    browser: readBrowserCode(source, imports, collected),
  };
}

interface Reading {
  readonly source: Source;
  readonly imports: Imports;
  /** By the literal's place, so that one is found once however it flows. */
  readonly sites: Map<number, PayloadSite>;
  readonly senders: Map<string, readonly Sender[]>;
  readonly errors: readonly number[];
}

function applySender(call: ts.CallExpression, sender: Sender, reading: Reading): void {
  const argument = call.arguments[sender.argument];
  if (!argument || ts.isSpreadElement(argument)) return;
  const url = urlOf(call, sender, reading);
  for (const origin of originsOf(argument, sender.use)) {
    if (origin.kind !== 'parameter') {
      const site =
        origin.kind === 'text'
          ? jsonTextSite(origin.node, textOfUrl(url), reading.source)
          : siteOf(origin.node, 'request', textOfUrl(url), reading);
      if (site && !reading.sites.has(origin.node.pos)) reading.sites.set(origin.node.pos, site);
      continue;
    }
    addSenders(namesOfFunction(origin.owner), { argument: origin.index, use: origin.use, url }, reading.senders);
  }
}

function urlOf(call: ts.CallExpression, { url }: Sender, { source }: Reading): Url {
  return url && 'parameter' in url ? readUrl(call.arguments[url.parameter], source) : url;
}

function textOfUrl(url: Url): string | undefined {
  return url && 'text' in url ? url.text : undefined;
}

function addSenders(names: readonly string[], sender: Sender, senders: Map<string, readonly Sender[]>): void {
  for (const name of names) {
    const known = senders.get(name) ?? [];
    const isKnown = known.some(({ argument, use }) => argument === sender.argument && use === sender.use);
    if (!isKnown) senders.set(name, [...known, sender]);
  }
}

/** Senders of this file that a call names: `post(..)`, `this.post(..)`, `api.post(..)` with `api` of this file. */
function localSenders(call: ts.CallExpression, senders: ReadonlyMap<string, readonly Sender[]>): readonly Sender[] {
  const { expression } = call;
  const name = ownName(expression);
  const named = name === undefined ? undefined : senders.get(name);
  if (!named) return [];
  if (ts.isIdentifier(expression)) {
    const kind = declarationOf(expression)?.kind;
    return kind === 'variable' || kind === 'function' ? named : [];
  }
  const object = plain((expression as ts.PropertyAccessExpression).expression);
  if (object.kind === ts.SyntaxKind.ThisKeyword) return named;
  const kind = ts.isIdentifier(object) ? declarationOf(object)?.kind : undefined;
  return kind !== undefined && kind !== 'import' ? named : [];
}

function siteOf(
  node: ts.ObjectLiteralExpression,
  flow: PayloadSite['flow'],
  url: string | undefined,
  { source, errors }: Reading,
): PayloadSite | undefined {
  const [property] = node.properties;
  if (!property) return emptySite(node, flow, url, source);
  if (node.properties.length !== 1 || !property.name) return undefined;
  const key = nameOf(property.name);
  if (key === undefined) return undefined;
  const isShorthand = ts.isShorthandPropertyAssignment(property);
  const initializer = ts.isPropertyAssignment(property)
    ? property.initializer
    : isShorthand
      ? property.name
      : undefined;
  if (!initializer) return undefined;
  const first = textOf(source, property.name).charAt(0);
  const isDraft = errors.some((offset) => offset >= node.pos && offset <= node.end);
  return {
    key,
    keyAt: locate(source, property.name),
    quote: first === '"' || first === "'" ? first : '',
    at: locate(source, node),
    value: readValue(initializer, source),
    flow,
    url,
    ...(isDraft && { isDraft }),
  };
}

/** `{}`: a body whose key is still to be typed. */
function emptySite(
  node: ts.ObjectLiteralExpression,
  flow: PayloadSite['flow'],
  url: string | undefined,
  source: Source,
): PayloadSite {
  const at = locate(source, node);
  const start = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree) + 1);
  const keyAt = { file: source.file, range: { start, end: start } };
  const value: Value = { kind: 'undefined', at: keyAt, text: '' };
  return { key: '', keyAt, quote: '', at, value, flow, url, isDraft: true };
}

/** `const r: SendNoteRequest = { SendNote: [..] }`: only its declared type says what it is for. */
function declaredSite({ initializer }: ts.VariableDeclaration, reading: Reading): void {
  const literal = initializer && plain(initializer);
  if (!literal || !ts.isObjectLiteralExpression(literal) || reading.sites.has(literal.pos)) return;
  const site = siteOf(literal, 'declared', undefined, reading);
  if (site) reading.sites.set(literal.pos, site);
}

function outsideCallsOf(calls: readonly ts.CallExpression[], reading: Reading): OutsideCall[] {
  const outside = calls.flatMap((call) => outsideCall(call, reading) ?? []);
  const perhaps = new Map<string, readonly Sender[]>();
  for (const { names, parameter, use } of outside.flatMap((call) =>
    call.arguments.flatMap(({ handedOn }) => handedOn),
  )) {
    addSenders(names, { argument: parameter, use, url: undefined }, perhaps);
  }
  const own = calls.flatMap((call): OutsideCall[] => {
    const name = ownName(call.expression);
    if (name === undefined || localSenders(call, perhaps).length === 0) return [];
    const given = call.arguments.map((argument) => outsideArgument(argument, reading));
    return [{ imported: { module: ownFile, name }, member: undefined, arguments: given }];
  });
  return [...outside, ...own];
}

function ownName(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? `.${callee.name.text}` : undefined;
}

function outsideCall(call: ts.CallExpression, reading: Reading): OutsideCall | undefined {
  const { expression } = call;
  const member = ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
  const root = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  if (!ts.isIdentifier(root)) return undefined;
  const imported = reading.imports.get(root.text);
  if (!imported || builtInSenders(call, reading.imports).length > 0) return undefined;
  const given = call.arguments.map((argument) => outsideArgument(argument, reading));
  const matters = given.some(
    ({ sites, handedOn }) => handedOn.length > 0 || Object.values(sites).some((list) => list.length > 0),
  );
  return matters ? { imported, member, arguments: given } : undefined;
}

function outsideArgument(argument: ts.Expression, reading: Reading): OutsideArgument {
  const handedOn: HandedOn[] = [];
  const sitesFor = (use: Use): PayloadSite[] =>
    originsOf(argument, use).flatMap((origin) => {
      if (origin.kind === 'literal') return siteOf(origin.node, 'request', undefined, reading) ?? [];
      if (origin.kind === 'text') return jsonTextSite(origin.node, undefined, reading.source) ?? [];
      handedOn.push({
        through: use,
        names: namesOfFunction(origin.owner),
        parameter: origin.index,
        use: origin.use,
      });
      return [];
    });
  const sites = { value: sitesFor('value'), text: sitesFor('text'), init: sitesFor('init') };
  return { url: readUrl(argument, reading.source), sites, handedOn };
}

/** `export default post;` and `export { post as send };` */
function exportUnderOtherNames(tree: ts.SourceFile, senders: Map<string, readonly Sender[]>): void {
  const rename = (exported: string, local: string) => {
    const known = senders.get(local);
    if (known) senders.set(exported, known);
  };
  for (const statement of tree.statements) {
    if (ts.isExportAssignment(statement) && ts.isIdentifier(statement.expression))
      rename('default', statement.expression.text);
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) continue;
    if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) continue;
    for (const { name, propertyName } of statement.exportClause.elements)
      rename(name.text, (propertyName ?? name).text);
  }
}

function readReexports(tree: ts.SourceFile): FrontEndFile['reexports'] {
  return tree.statements.flatMap((statement) => {
    if (
      !ts.isExportDeclaration(statement) ||
      !statement.moduleSpecifier ||
      !ts.isStringLiteral(statement.moduleSpecifier)
    )
      return [];
    const module = statement.moduleSpecifier.text;
    const clause = statement.exportClause;
    if (!clause) return [{ name: '*', imported: { module, name: '*' } }];
    if (!ts.isNamedExports(clause)) return [];
    return clause.elements.map(({ name, propertyName }) => ({
      name: name.text,
      imported: { module, name: (propertyName ?? name).text },
    }));
  });
}
