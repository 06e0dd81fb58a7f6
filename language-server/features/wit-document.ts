import type { Connection } from 'vscode-languageserver';
import type { Range } from '../../hyperapp/model/position.ts';
import { readApi } from '../../hyperapp/wit/api.ts';
import { asOnDisk } from '../../hyperapp/wit/directory-order.ts';
import type { WitFinding } from '../../hyperapp/wit/findings.ts';
import { generateWit } from '../../hyperapp/wit/generate.ts';
import { pathOf } from '../workspace/file-uri.ts';
import type { Sources } from './sources.ts';

/**
 * `hyperware/wit`: the WIT of the app that a file belongs to, as its sources are now, saved or not
 * (wit-generation.md). Answers null for a file of no app. What the app's `api/` holds is merged as kit would; nothing is
 * written.
 */
export interface WitParameters {
  readonly uri: string;
}

export interface WitAnswer {
  readonly files: readonly {
    /** Relative to the app, with `/`. */
    readonly path: string;
    readonly text: string;
    /** The folder of the process whose interface it is; null for a world. */
    readonly process: string | null;
  }[];
  readonly errors: readonly LocatedFinding[];
  readonly warnings: readonly LocatedFinding[];
}

interface LocatedFinding {
  readonly text: string;
  readonly at: { readonly uri: string; readonly range: Range } | null;
}

/** Answers `hyperware/wit`. */
export function serveWit(connection: Connection, { appOf, files, uriFor }: Sources): void {
  const locate = ({ text, at }: WitFinding): LocatedFinding => ({
    text,
    at: at ? { uri: uriFor(at.file), range: at.range } : null,
  });
  connection.onRequest('hyperware/wit', ({ uri }: WitParameters): WitAnswer | null => {
    const file = pathOf(uri);
    const app = file === undefined ? undefined : appOf(file);
    if (!app) return null;
    const wit = generateWit(app, { api: readApi(files, app.root, asOnDisk), list: asOnDisk });
    return {
      files: wit.files.map(({ path, text, process }) => ({ path, text, process: process ? uriFor(process) : null })),
      errors: wit.errors.map(locate),
      warnings: wit.warnings.map(locate),
    };
  });
}
