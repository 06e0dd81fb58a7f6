/** The page's line to the extension: typed out, checked in. */
import * as v from 'valibot';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<Out, State> {
  post(message: Out): void;
  /** What this page kept when it was last shown, if it still fits. */
  readonly kept: State | undefined;
  keep(state: State): void;
}

type AnyPage = { readonly type: 'ready' } | { readonly type: 'problem'; readonly text: string };

/**
 * Connects once. Messages that do not fit the schema are dropped, and told to the extension's log, as are errors that
 * nobody caught. Call `started` when the page is built: only then does the extension begin to talk.
 */
export function connectHost<In, Out extends { readonly type: string }, State>(
  fromExtension: v.GenericSchema<unknown, In>,
  keptState: v.GenericSchema<unknown, State>,
  received: (message: In) => void,
): Host<Out | AnyPage, State> & { started(): void } {
  const api = acquireVsCodeApi();
  const post = (message: Out | AnyPage) => api.postMessage(message);
  const problem = (text: string) => {
    console.warn(text);
    post({ type: 'problem', text });
  };
  window.addEventListener('error', (event) => problem(`Uncaught: ${event.message} (line ${event.lineno})`));
  window.addEventListener('unhandledrejection', (event) => problem(`Unhandled: ${event.reason}`));
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = v.safeParse(fromExtension, event.data);
    if (parsed.success) received(parsed.output);
    else problem(`Dropped a message of the extension: ${v.summarize(parsed.issues)}`);
  });
  const kept = v.safeParse(keptState, api.getState());
  return {
    post,
    kept: kept.success ? kept.output : undefined,
    keep: (state) => api.setState(state),
    started: () => post({ type: 'ready' }),
  };
}
