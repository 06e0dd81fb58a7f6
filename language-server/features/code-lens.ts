import type { CancellationToken, CodeLens } from 'vscode-languageserver';
import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import { exampleBody } from '../../hyperapp/wire/example.ts';
import { sending, usesIn } from './handler-uses.ts';
import { isCancelled, type Sources } from './sources.ts';

/** Commands that a client runs for the lenses; it names those it has in `initializationOptions.commands`. */
export const lensCommands = { call: 'hyperware.openInject', callers: 'editor.action.showReferences' } as const;

const answering = new Set(['http', 'local', 'remote']);

/** *Call* and *n callers* above each handler that answers. Counted at once: the model has it all. */
export async function codeLenses(
  file: string,
  sources: Sources,
  commands: ReadonlySet<string>,
  token: CancellationToken,
): Promise<CodeLens[] | null> {
  const app = sources.appOf(file);
  const handlers = (app?.processes ?? []).flatMap((process) =>
    process.handlers
      .filter(({ at, stale, kinds }) => !stale && at.file === file && kinds.some((kind) => answering.has(kind)))
      .map((handler) => ({ process, handler })),
  );
  if (!app || handlers.length === 0) return [];
  const callers = new Map<Handler, ReturnType<typeof usesIn>>();
  for (const other of sources.apps()) {
    if (await isCancelled(token)) return null;
    for (const { process, handler } of handlers) {
      const uses = usesIn(other, { app, process, handler }, sources).filter(({ kind }) => sending.has(kind));
      callers.set(handler, [...(callers.get(handler) ?? []), ...uses]);
    }
  }
  return handlers.flatMap(({ process, handler }) => {
    const { range } = handler.at;
    const lenses: CodeLens[] = [];
    if (commands.has(lensCommands.call))
      lenses.push({
        range,
        command: {
          title: 'Call',
          command: lensCommands.call,
          arguments: [callArgument(app.packageId, process, handler)],
        },
      });
    if (commands.has(lensCommands.callers)) {
      const locations = (callers.get(handler) ?? []).map(({ at }) => ({
        uri: sources.uriFor(at.file),
        range: at.range,
      }));
      const title = locations.length === 1 ? '1 caller' : `${locations.length} callers`;
      lenses.push({
        range,
        command: { title, command: lensCommands.callers, arguments: [sources.uriFor(file), range.start, locations] },
      });
    }
    return lenses;
  });
}

function callArgument(packageId: string, process: AppProcess, handler: Handler) {
  return { process: `${process.name}:${packageId}`, body: JSON.stringify(exampleBody(process, handler)) };
}
