/** What the build's entry file calls: the program of one process. */
import { registeredApp } from './app.ts';
import { bindEndpoints, serveUi } from './bindings.ts';
import { createDispatcher, failureText } from './dispatch.ts';
import { addToHomepage } from './homepage.ts';
import { println } from './identity.ts';
import { endTurn, nextEvent } from './messages.ts';
import { drainJobs, inScope, onUnhandledRejection } from './promise.ts';
import { createSaver, restore } from './state.ts';
import { sleep } from './timer.ts';

export { describe } from './app.ts';
export { ScriptPromise } from './promise.ts';

/**
 * Export `init` of world `process-v1`: starts the app in the order of hyperapp.md §11.1 and handles messages for ever.
 * Throws if the start fails, which ends the process; a bad message never does.
 */
export function start(_our: string): void {
  const app = registeredApp();
  const { options } = app;
  const instance = app.create();
  restore(instance);
  if (options.icon && options.widget)
    addToHomepage({ label: options.name, icon: options.icon, path: '/', widget: options.widget });
  if (options.ui) serveUi(options.ui === true ? {} : options.ui);
  bindEndpoints(options.endpoints);

  const saver = createSaver(instance, options.saveConfig, sleep);
  const dispatch = createDispatcher(app, instance, saver.handled);
  onUnhandledRejection((reason, scope) =>
    println(`A promise was rejected and nobody handles it (${scope?.name ?? 'no message'}): ${textOfError(reason)}`),
  );

  const init = app.handlers.find(({ kinds }) => kinds.has('init'));
  if (init)
    inScope({ name: 'init' }, () =>
      new Promise((resolve) => resolve(init.run.call(instance))).then(saver.handled, (error: unknown) => {
        println(failureText(init, error));
        saver.handled();
      }),
    );

  for (;;) {
    drainJobs();
    // Saved before it is answered: what a client was told is kept, even if the node is killed right after.
    saver.endTurn();
    endTurn();
    const event = nextEvent();
    if (event.kind === 'request') dispatch(event);
  }
}

function textOfError(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
