import * as path from 'node:path';
import type { Connection } from 'vscode-languageserver';
import type { App, AppProcess, Generation } from '../../hyperapp/model/app.ts';
import { pathOf } from '../workspace/file-uri.ts';
import type { Sources } from './sources.ts';

/** Generations as people read them (hyperapp.md §1). */
export const generationNames: Readonly<Record<Generation, string>> = { v1: 'V1', v2: 'V2', v3a: 'V3a', v3b: 'V3b' };

/**
 * `hyperware/generation`: the framework's generation that a file's rules follow, and why it is that one (hyperapp.md
 * §1.1). Answers null for a file of no app, and for an app without a process.
 */
export interface GenerationParameters {
  readonly uri: string;
}

export interface GenerationAnswer {
  /** `V1`; of several processes that differ `V1, V3b`. */
  readonly name: string;
  /** One sentence; of several processes one line each. */
  readonly reason: string;
}

/** Answers `hyperware/generation`. */
export function serveGeneration(connection: Connection, { appOf }: Sources): void {
  connection.onRequest('hyperware/generation', ({ uri }: GenerationParameters): GenerationAnswer | null => {
    const file = pathOf(uri);
    const app = file === undefined ? undefined : appOf(file);
    return file === undefined || !app ? null : generationAt(app, file);
  });
}

/** The generation of the process that a file belongs to; for other files of the app those of all its processes. */
export function generationAt(app: App, file: string): GenerationAnswer | null {
  const own = app.processes.find(({ folder }) => !path.relative(folder, file).startsWith('..'));
  const processes: readonly AppProcess[] = own ? [own] : app.processes;
  if (processes.length === 0) return null;
  const names = processes.map(({ generation }) => generationNames[generation]);
  const reasons =
    processes.length === 1
      ? processes.map(({ generationReason }) => generationReason)
      : processes.map(({ name, generationReason }) => `${name}: ${generationReason}`);
  return { name: [...new Set(names)].join(', '), reason: reasons.join('\n') };
}
