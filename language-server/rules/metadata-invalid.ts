import { type JsonNode, propertyOf } from '../../hyperapp/model/document.ts';
import { appendTo, generationOf } from './document.ts';
import { textOf } from './manifest.ts';
import { always, type Edit, type Finding, type Rule } from './rule.ts';

/** HW047: what kit and the app store insist on in metadata.json (packages.md §2). */
export const metadataInvalid: Rule = {
  code: 'HW047',
  name: 'metadata-invalid',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    const { metadata } = app.documents;
    if (!metadata?.isWhole || !metadata.root) return;
    const generation = generationOf(app);
    for (const problem of problemsOf(metadata.root)) yield { ...problem, generation };
  },
};

type Problem = Omit<Finding, 'generation'>;

const required = ['package_name', 'publisher', 'current_version', 'mirrors', 'code_hashes'];

function* problemsOf(root: JsonNode): Iterable<Problem> {
  if (root.kind !== 'object') {
    yield { at: root.at, message: 'metadata.json is an object with a name and properties.' };
    return;
  }
  const properties = propertyOf(root, 'properties');
  if (properties?.kind !== 'object') {
    const { start } = root.at.range;
    const brace = { start, end: { line: start.line, character: start.character + 1 } };
    const there = required.filter((name) => root.properties.some((property) => property.name === name));
    const only =
      there.length > 0 ? ` Only ${there.join(' and ')} ${there.length === 1 ? 'is' : 'are'} here, and outside.` : '';
    yield {
      at: properties?.at ?? { file: root.at.file, range: brace },
      message: `kit needs properties.package_name, publisher, current_version, mirrors and code_hashes.${only}`,
      fixes: properties ? [] : [{ title: "Add 'properties'", edits: [fullForm(root)] }],
    };
    return;
  }
  yield* missing(properties, root);
  yield* wrongFields(properties);
  yield* versionProblems(properties);
}

function* missing(properties: JsonNode & { kind: 'object' }, root: JsonNode): Iterable<Problem> {
  const names = required.filter((name) => propertyOf(properties, name) === undefined);
  if (names.length === 0) return;
  const there = required.filter((name) => !names.includes(name)).map((name) => name.replace('package_name', 'name'));
  const only = there.length > 0 ? `; only ${there.join(' and ')} ${there.length === 1 ? 'is' : 'are'} here` : '';
  const { start } = properties.at.range;
  const first = properties.properties[0]?.nameAt.range.start;
  const separator = first && first.line > start.line ? `,\n${' '.repeat(first.character)}` : ', ';
  const values = defaultsOf(root);
  yield {
    at: { file: properties.at.file, range: { start, end: { line: start.line, character: start.character + 1 } } },
    message: `kit needs properties.package_name, publisher, current_version, mirrors and code_hashes${only}.`,
    fixes: [
      {
        title: `Add ${names.join(', ')}`,
        edits: [appendTo(properties, names.map((name) => `"${name}": ${values[name]}`).join(separator))],
      },
    ],
  };
}

function defaultsOf(root: JsonNode): Record<string, string> {
  const properties = propertyOf(root, 'properties');
  const version = textOf(propertyOf(properties, 'current_version') ?? propertyOf(root, 'current_version')) ?? '0.1.0';
  const name =
    textOf(propertyOf(root, 'package_name') ?? propertyOf(root, 'package') ?? propertyOf(root, 'name')) ?? '';
  return {
    package_name: JSON.stringify(legalName(name) || 'my-app'),
    publisher: JSON.stringify(textOf(propertyOf(root, 'publisher')) ?? 'template.os'),
    current_version: JSON.stringify(version),
    mirrors: '[]',
    code_hashes: `{ ${JSON.stringify(version)}: "" }`,
  };
}

function legalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function fullForm(root: JsonNode & { kind: 'object' }): Edit {
  const values = defaultsOf(root);
  const first = root.properties[0]?.nameAt.range.start;
  const isSpread = first !== undefined && first.line > root.at.range.start.line;
  const indent = ' '.repeat(first?.character ?? 2);
  const inside = required.map((name) => `"${name}": ${values[name]}`);
  const text = isSpread
    ? `"properties": {\n${inside.map((line) => indent + indent + line).join(',\n')}\n${indent}}`
    : `"properties": { ${inside.join(', ')} }`;
  return appendTo(root, text);
}

function* wrongFields(properties: JsonNode & { kind: 'object' }): Iterable<Problem> {
  const of = (name: string) => propertyOf(properties, name);
  const name = of('package_name');
  if (name && !(name.kind === 'string' && /^[a-z0-9-]+$/.test(name.value))) {
    const legal = name.kind === 'string' ? legalName(name.value) : '';
    yield {
      at: name.at,
      message: "'package_name' is a string of lower-case letters, digits and '-'.",
      fixes: legal ? [{ title: `Change to "${legal}"`, edits: [{ at: name.at, newText: `"${legal}"` }] }] : [],
    };
  }
  const publisher = of('publisher');
  if (publisher && !(publisher.kind === 'string' && /^[a-z0-9.-]+$/.test(publisher.value))) {
    yield { at: publisher.at, message: "'publisher' is a string of lower-case letters, digits, '-' and '.'." };
  }
  const mirrors = of('mirrors');
  if (mirrors && !isStrings(mirrors)) yield { at: mirrors.at, message: "'mirrors' is a list of node names, or []." };
  const hashes = of('code_hashes');
  if (hashes && !(hashes.kind === 'object' && hashes.properties.every(({ value }) => value.kind === 'string'))) {
    yield { at: hashes.at, message: `'code_hashes' is an object from version to hash: { "0.1.0": "" }.` };
  }
  const wit = of('wit_version');
  if (wit && wit.kind !== 'null' && !(wit.kind === 'number' && wit.value === 1)) {
    const isNumber = wit.kind === 'number';
    yield {
      at: wit.at,
      severity: isNumber ? 'warning' : 'error',
      message: "'wit_version' is 1; there is no other world.",
      fixes: [{ title: 'Change to 1', edits: [{ at: wit.at, newText: '1' }] }],
    };
  }
  const dependencies = of('dependencies');
  if (dependencies && dependencies.kind !== 'null' && dependencies.kind !== 'array') {
    yield { at: dependencies.at, message: '\'dependencies\' is a list of package ids: ["chat:template.os"].' };
  }
  for (const element of dependencies?.kind === 'array' ? dependencies.elements : []) {
    if (element.kind === 'string' && /^[a-z0-9-]+:[a-z0-9.-]+$/.test(element.value)) continue;
    yield { at: element.at, message: 'A dependency is package-name:publisher, for instance "chat:template.os".' };
  }
}

function isStrings(node: JsonNode): boolean {
  return node.kind === 'array' && node.elements.every(({ kind }) => kind === 'string');
}

type Version = readonly [number, number, number];

function versionOf(text: string): Version | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+)(?:[-+][0-9A-Za-z.+-]+)?$/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** kit raises current_version to the newest of code_hashes, and stops where it is newer than all of them. */
function* versionProblems(properties: JsonNode): Iterable<Problem> {
  const node = propertyOf(properties, 'current_version');
  const hashes = propertyOf(properties, 'code_hashes');
  const current = node?.kind === 'string' ? versionOf(node.value) : undefined;
  if (node && !current) {
    yield { at: node.at, message: `'current_version' is a version of three numbers: "0.1.0".` };
  }
  if (hashes?.kind !== 'object') return;
  const versions = hashes.properties.flatMap(({ name }) => {
    const version = versionOf(name);
    return version ? [{ name, version }] : [];
  });
  const newest = versions.sort((a, b) => compare(b.version, a.version))[0];
  if (!newest) {
    const own = current && node?.kind === 'string' ? node.value : '0.1.0';
    yield {
      at: hashes.at,
      message: `'code_hashes' needs a version, with an empty hash while it is not published: { "${own}": "" }.`,
      fixes: [{ title: `Add "${own}"`, edits: [appendTo(hashes, `"${own}": ""`)] }],
    };
    return;
  }
  if (!node || !current || node.kind !== 'string') return;
  const order = compare(current, newest.version);
  if (order > 0) {
    yield {
      at: node.at,
      message: `'current_version' ${node.value} is newer than every version of code_hashes (${newest.name}); kit stops. Add "${node.value}": "" there.`,
      fixes: [{ title: `Add "${node.value}" to code_hashes`, edits: [appendTo(hashes, `"${node.value}": ""`)] }],
    };
  } else if (order < 0) {
    yield {
      at: node.at,
      severity: 'information',
      message: `kit will raise 'current_version' to ${newest.name}, the newest of code_hashes.`,
      fixes: [{ title: `Change to "${newest.name}"`, edits: [{ at: node.at, newText: `"${newest.name}"` }] }],
    };
  }
}
