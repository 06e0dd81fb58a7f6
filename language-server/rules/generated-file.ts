import type { App, AppProcess } from '../../hyperapp/model/app.ts';
import type { GeneratedFile } from '../../hyperapp/model/document.ts';
import { firstDifference } from '../../hyperapp/model/lines.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { generateWit } from '../../hyperapp/wit/generate.ts';
import { interfaceName } from '../../hyperapp/wit/name.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW070: files that a build writes (wit-generation.md §1, §2): edited, left over, or behind the sources. */
export const generatedFile: Rule = {
  code: 'HW070',
  name: 'generated-file',
  severity: always('hint'),
  isOverview: false,
  *check({ app }) {
    const { generated } = app.documents;
    if (generated.length === 0 || app.processes.length === 0) return;
    yield* overwritten(app);
    yield* leftOver(app);
  },
};

/** Interfaces by name, each with the process whose handlers it lists. */
function interfacesOf({ processes }: App): Map<string, AppProcess> {
  return new Map(
    processes.map((process) => {
      const dialect = process.language === 'typescript' ? 'k4' : dialectOf(process.generation);
      return [interfaceName(process.block.stateName, dialect), process];
    }),
  );
}

function* overwritten(app: App): Iterable<Finding> {
  const interfaces = interfacesOf(app);
  const written = writtenNow(app);
  for (const given of app.documents.generated) {
    const { file, name, kind, header, text, editedAt } = given;
    const process =
      kind === 'callers'
        ? app.processes.find(({ language }) => language === 'rust')
        : header && name === `${header.name}.wit`
          ? interfaces.get(header.name)
          : undefined;
    if (kind === 'world' || !process) continue;
    const { generation, language } = process;
    const now = written.get(name);
    const behind = now === undefined ? undefined : firstDifference(file, text, now);
    if (editedAt && (now === undefined || behind)) {
      const who =
        language === 'rust' ? 'kit overwrites this file at each build.' : 'hyperdev wit --write overwrites this file.';
      const message = `${who} Change the handlers or types that it is made from instead.`;
      yield { at: editedAt, generation, severity: 'warning', message };
    } else if (behind && isCertain(process)) {
      const again = language === 'rust' ? 'Build again.' : 'Run hyperdev wit --write again.';
      const message = `From here on, this is not what kit would write from the sources now. ${again}`;
      yield { at: behind, generation, message };
    }
  }
}

/** The text of each interface that can be written, by the name of its file. */
function writtenNow(app: App): Map<string, string> {
  const api = app.documents.generated.filter(({ kind }) => kind !== 'callers');
  if (api.length === 0) return new Map();
  const { files } = generateWit(app, { api });
  return new Map(files.flatMap(({ path, text, process }) => (process ? [[path.slice('api/'.length), text]] : [])));
}

/** Of two types with one name kit takes the one that it meets first on disk; which one that is, is not known here. */
function isCertain({ complete, block, definitions }: AppProcess): boolean {
  return complete && !block.stale && new Set(definitions.map(({ name }) => name)).size === definitions.length;
}

/** kit never empties `api/`: what a renamed state left behind stays, and stays imported. */
function* leftOver(app: App): Iterable<Finding> {
  const { processes, dependencies, unread, documents } = app;
  // An interface may be that of a process which could not be read, or of a dependency.
  if (unread.length > 0 || dependencies.length > 0 || processes.some(({ complete }) => !complete)) return;
  const interfaces = interfacesOf(app);
  const generation = processes[0]?.generation ?? 'v3b';
  const isLeft = ({ kind, name, header, hasSignatures }: GeneratedFile) =>
    header && kind === 'interface' && hasSignatures && name === `${header.name}.wit` && !interfaces.has(header.name);
  const left = new Map(documents.generated.filter(isLeft).map((file) => [file.header?.name, file]));
  const imports = documents.generated.flatMap((file) => (isOwnWorld(file, app) ? file.imports : []));
  for (const [name, { file, header }] of left) {
    if (!header) continue;
    yield { at: header.at, generation, message: leftMessage(header.name), fixes: [deletion(file, name)] };
  }
  for (const { name, at } of imports) {
    const file = left.get(name);
    if (file) yield { at, generation, message: leftMessage(name), fixes: [deletion(file.file, name)] };
  }

  function deletion(file: string, name: string | undefined) {
    const lines = imports.filter((candidate) => candidate.name === name);
    return {
      title: `Delete api/${name}.wit and what imports it`,
      edits: lines.map(({ line }) => ({ at: line, newText: '' })),
      removes: [file],
      isAlone: true as const,
    };
  }
}

function leftMessage(name: string): string {
  return `No process has the interface '${name}': left over from a renamed state. Delete api/${name}.wit and its imports.`;
}

/** A world that kit merges into, or its `types-` twin. */
function isOwnWorld({ kind, header }: GeneratedFile, { processes }: App): boolean {
  if (kind !== 'world' || !header) return false;
  return processes.some(({ witWorld }) => header.name === witWorld || header.name === `types-${witWorld}`);
}
