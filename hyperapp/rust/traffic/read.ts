import type { Node } from 'web-tree-sitter';
import type { Import } from '../../model/crate.ts';
import type { CrateTraffic, StubCall } from '../../model/traffic.ts';
import type { RustCode } from '../code.ts';
import { readBareResults, readShownErrors } from './errors.ts';
import { callAround, readIdentifiers } from './identifiers.ts';
import { readModuleUses } from './modules.ts';
import { readRequests } from './request.ts';
import { argumentsOf, type CodeFile, codeFile, constantText, nodesAt, place } from './scope.ts';

/**
 * What one file sends and names. Looked up from the words that can begin it, not by walking the tree, so that it keeps up
 * with typing. Plain data.
 */
export function readTraffic(file: string, text: string, root: Node, rustCode: RustCode): CrateTraffic {
  const code = codeFile(file, text, root);
  const { texts, parts } = readIdentifiers(code);
  return {
    requests: readRequests(code),
    idTexts: texts,
    idParts: parts,
    moduleUses: readModuleUses(
      rustCode.functions.flatMap(({ calls }) => calls),
      rustCode.imports,
    ),
    stubCalls: readStubCalls(code, rustCode.imports),
    sockets: readSockets(code),
    bareResults: readBareResults(code),
    shownErrors: readShownErrors(code),
  };
}

function readStubCalls(code: CodeFile, imports: readonly Import[]): StubCall[] {
  if (!/caller[-_]utils/.test(code.text)) return [];
  return nodesAt(code, /\b(\w+_(?:local|remote)_rpc)\s*\(/g, 'identifier').flatMap((name) => {
    const call = name.parent?.type === 'call_expression' ? name.parent : callAround(name);
    const found = /^(\w+)_(local|remote)_rpc$/.exec(name.text);
    if (!call || !found?.[1]) return [];
    return [
      {
        at: place(name, code),
        process: processOf(name, imports),
        handler: found[1],
        kind: found[2] as StubCall['kind'],
        argumentCount: argumentsOf(call).length,
      },
    ];
  });
}

/** The segment before the stub's name, in the path of the call or of the `use` that brings it in. */
function processOf(name: Node, imports: readonly Import[]): string | undefined {
  const written = name.parent?.type === 'scoped_identifier' ? name.parent.text.replace(/\s/g, '') : undefined;
  const imported = imports.find((entry) => entry.name === (written?.split('::')[0] ?? name.text))?.path;
  const path = written === undefined ? imported : imported ? imported + written.slice(written.indexOf('::')) : written;
  const owner = path?.split('::').at(-2);
  return owner && !/^caller_utils$|^\w+_caller_utils$/.test(owner) ? owner : undefined;
}

function readSockets(code: CodeFile): CrateTraffic['sockets'] {
  return nodesAt(code, /\b(open_ws_connection\w*)\s*\(/g, 'identifier').flatMap((name) => {
    const call = name.parent?.type === 'call_expression' ? name.parent : callAround(name);
    const [url] = call ? argumentsOf(call) : [];
    const text = url && constantText(url, code);
    return url && text !== undefined ? [{ at: place(url, code), url: text.replaceAll('{', '${') }] : [];
  });
}

/** A crate's, of those of its files. */
export function joinTraffic(files: readonly CrateTraffic[]): CrateTraffic {
  return {
    requests: files.flatMap(({ requests }) => requests),
    idTexts: files.flatMap(({ idTexts }) => idTexts),
    idParts: files.flatMap(({ idParts }) => idParts),
    moduleUses: files.flatMap(({ moduleUses }) => moduleUses),
    stubCalls: files.flatMap(({ stubCalls }) => stubCalls),
    sockets: files.flatMap(({ sockets }) => sockets),
    bareResults: files.flatMap(({ bareResults }) => bareResults),
    shownErrors: files.flatMap(({ shownErrors }) => shownErrors),
  };
}
