import type { CancellationToken } from 'vscode-languageserver';
import type { App } from '../../hyperapp/model/app.ts';
import { type Lines, linesOf } from '../../hyperapp/model/lines.ts';
import type { Mention } from '../../hyperapp/model/mention.ts';
import type { Position } from '../../hyperapp/model/position.ts';
import type { Files } from '../../hyperapp/project/files.ts';

/** What every feature may ask: the apps as they are now, and texts. Nothing is written, no process is started. */
export interface Sources {
  apps(): readonly App[];
  /** The innermost app that a file lies in. */
  appOf(file: string): App | undefined;
  readonly files: Files;
  /** What a file says of handlers, kept until its text changes. */
  mentionsIn(app: App, file: string): readonly Mention[];
  uriFor(file: string): string;
  versionOf(file: string): number | null;
}

/** A cursor in a file of an app. */
export interface Place {
  readonly app: App;
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
  readonly position: Position;
  readonly offset: number;
}

/** The place of a cursor; undefined in files that belong to no app. */
export function placeAt(sources: Sources, file: string, position: Position): Place | undefined {
  const app = sources.appOf(file);
  const text = app && sources.files.read(file);
  if (!app || text === undefined) return undefined;
  const lines = linesOf(text);
  return { app, file, text, lines, position, offset: lines.offsetAt(position) };
}

/** Lets what has arrived meanwhile be heard; true if the asker no longer wants the answer. */
export async function isCancelled(token: CancellationToken): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return token.isCancellationRequested;
}
