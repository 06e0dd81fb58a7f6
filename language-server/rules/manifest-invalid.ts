import type { JsonNode, JsonProperty } from '../../hyperapp/model/document.ts';
import { appendTo, generationOf } from './document.ts';
import { always, type Finding, type Fix, type Rule, type Severity } from './rule.ts';

/** HW046: all seven fields of each entry are required, and one bad field fails the whole file (packages.md §3). */
export const manifestInvalid: Rule = {
  code: 'HW046',
  name: 'manifest-invalid',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    const { manifest } = app.documents;
    if (!manifest?.isWhole || !manifest.root) return;
    const generation = generationOf(app);
    for (const problem of problemsOf(manifest.root)) yield { ...problem, generation };
  },
};

type Problem = Omit<Finding, 'generation'>;

function* problemsOf(root: JsonNode): Iterable<Problem> {
  if (root.kind !== 'array') {
    yield { at: root.at, message: 'The manifest is a list: one object for each process, in [ ].' };
    return;
  }
  const names = new Set<string>();
  for (const entry of root.elements) {
    if (entry.kind !== 'object') {
      yield { at: entry.at, message: 'Each entry of the manifest is an object with the seven fields of a process.' };
      continue;
    }
    yield* missingFields(entry);
    for (const property of entry.properties) yield* fieldProblems(property);
    const name = entry.properties.find((property) => property.name === 'process_name')?.value;
    if (name?.kind !== 'string') continue;
    if (names.has(name.value)) {
      yield { at: name.at, message: `Two processes are called '${name.value}'; each needs a name of its own.` };
    }
    names.add(name.value);
  }
}

const defaults: Readonly<Record<string, string>> = {
  process_name: '""',
  process_wasm_path: '"/.wasm"',
  on_exit: '"None"',
  request_networking: 'false',
  request_capabilities: '[]',
  grant_capabilities: '[]',
  public: 'false',
};

function* missingFields(entry: JsonNode & { kind: 'object' }): Iterable<Problem> {
  const missing = Object.keys(defaults).filter((name) => !entry.properties.some((property) => property.name === name));
  if (missing.length === 0) return;
  const named = entry.properties.find(({ name }) => name === 'process_name');
  const { start } = entry.at.range;
  const brace = { start, end: { line: start.line, character: start.character + 1 } };
  const canFill = !missing.includes('process_name') && !missing.includes('process_wasm_path');
  yield {
    at: named?.value.at ?? { file: entry.at.file, range: brace },
    message: `The node refuses the manifest without ${missing.map((name) => `'${name}'`).join(', ')}. Add ${missing.length === 1 ? 'it' : 'them'}.`,
    fixes: canFill ? [{ title: `Add ${missing.join(', ')}`, edits: [insertAll(entry, missing)] }] : [],
  };
}

function insertAll(entry: JsonNode & { kind: 'object' }, missing: readonly string[]) {
  const first = entry.properties[0]?.nameAt.range.start;
  const isSpread = first !== undefined && first.line > entry.at.range.start.line;
  const separator = isSpread ? `,\n${' '.repeat(first.character)}` : ', ';
  return appendTo(entry, missing.map((name) => `"${name}": ${defaults[name]}`).join(separator));
}

function* fieldProblems({ name, nameAt, value }: JsonProperty): Iterable<Problem> {
  const problem = (message: string, fixes: readonly Fix[] = [], severity?: Severity): Problem => ({
    at: value.at,
    message,
    fixes,
    severity,
  });
  const replace = (newText: string): Fix[] => [{ title: `Change to ${newText}`, edits: [{ at: value.at, newText }] }];
  switch (name) {
    case 'process_name':
      if (value.kind !== 'string' || !/^[a-z0-9-]+$/.test(value.value)) {
        yield problem(
          "'process_name' is a string of lower-case letters, digits and '-'.",
          value.kind === 'string' ? nameFix(value.value, replace) : [],
        );
      }
      return;
    case 'process_wasm_path':
      // A script process of another toolchain ends in .js or .py; kit takes .wasm only.
      if (value.kind !== 'string' || !/^\/[a-z0-9-]+\.wasm$/.test(value.value)) {
        yield problem(
          `'process_wasm_path' is "/", a name of lower-case letters, digits and '-', and ".wasm".`,
          value.kind === 'string' ? wasmFix(value.value, replace) : [],
        );
      }
      return;
    case 'on_exit':
      if (!isOnExit(value)) {
        const near =
          value.kind === 'string' && ['none', 'restart'].includes(value.value.toLowerCase())
            ? replace(value.value.toLowerCase() === 'none' ? '"None"' : '"Restart"')
            : [];
        yield problem(`'on_exit' must be "None", "Restart" or {"Requests": [...]}.`, near);
      }
      return;
    case 'request_networking':
    case 'public':
      if (value.kind !== 'boolean') {
        const near = value.kind === 'string' && /^(true|false)$/.test(value.value) ? replace(value.value) : [];
        yield problem(`'${name}' must be true or false.`, near);
      }
      return;
    case 'request_capabilities':
    case 'grant_capabilities':
      if (value.kind !== 'array') yield problem(`'${name}' must be a list of process ids, in [ ].`);
      else for (const element of value.elements) yield* capabilityProblem(element);
      return;
    default:
      yield { at: nameAt, severity: 'hint', message: `The node does not know '${name}' and ignores it.` };
  }
}

function nameFix(name: string, replace: (text: string) => Fix[]): Fix[] {
  const legal = name.toLowerCase().replaceAll('_', '-');
  return /^[a-z0-9-]+$/.test(legal) ? replace(`"${legal}"`) : [];
}

function wasmFix(path: string, replace: (text: string) => Fix[]): Fix[] {
  const legal = `/${path
    .replace(/^\//, '')
    .replace(/\.wasm$/, '')
    .toLowerCase()
    .replaceAll('_', '-')}.wasm`;
  return /^\/[a-z0-9-]+\.wasm$/.test(legal) ? replace(`"${legal}"`) : [];
}

function isOnExit(value: JsonNode): boolean {
  if (value.kind === 'string') return value.value === 'None' || value.value === 'Restart';
  if (value.kind !== 'object' || value.properties.length !== 1) return false;
  const [only] = value.properties;
  return only?.name === 'Requests' && only.value.kind === 'array';
}

/** A string is judged by HW027. */
function* capabilityProblem(element: JsonNode): Iterable<Problem> {
  if (element.kind === 'string') return;
  const message = 'A capability is a process id, or {"process": id, "params": ..}.';
  if (element.kind !== 'object') yield { at: element.at, message };
  else {
    const process = element.properties.find(({ name }) => name === 'process');
    const hasParams = element.properties.some(({ name }) => name === 'params');
    if (process?.value.kind !== 'string' || !hasParams) yield { at: element.at, message };
  }
}
