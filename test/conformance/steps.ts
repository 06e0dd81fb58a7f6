/** The steps that a puppet carries out, and the forms in which it reports: the contract with test/fixtures/components/puppet. */

/** Text as UTF-8, bytes one by one, or so many bytes of filling. */
export type Bytes = string | readonly number[] | { readonly size: number };
/** As reported: text if it is text, `size` alone beyond 2000 bytes. */
export type SeenBytes = string | number[] | { size: number };

export interface CapabilityText {
  readonly issuer: string;
  /** JSON text. */
  readonly params: string;
}

export interface BlobStep {
  readonly mime?: string;
  readonly bytes: Bytes;
}

interface Content {
  readonly body?: Bytes;
  readonly inherit?: boolean;
  /** Seconds; absent: none. */
  readonly expects?: number;
  readonly metadata?: string;
  readonly capabilities?: readonly CapabilityText[];
  readonly blob?: BlobStep;
}

/** `target` is `node@process:package:publisher`. */
export interface RequestStep extends Content {
  readonly target: string;
  readonly context?: Bytes;
}

export type OnExitStep = 'none' | 'restart' | { readonly requests: readonly RequestStep[] };

export type Step =
  | { readonly call: 'our' | 'get-on-exit' | 'get-state' | 'clear-state' | 'our-capabilities' | 'receive' }
  | { readonly call: 'has-blob' | 'get-blob' | 'last-blob' }
  | { readonly call: 'print'; readonly level: number; readonly text: string; readonly count?: number }
  | { readonly call: 'set-on-exit'; readonly onExit: OnExitStep }
  | { readonly call: 'set-state'; readonly bytes: Bytes }
  | {
      readonly call: 'spawn';
      readonly name?: string;
      readonly path: string;
      readonly onExit?: OnExitStep;
      readonly request?: readonly CapabilityText[];
      readonly grant?: readonly { readonly process: string; readonly params: string }[];
      readonly public?: boolean;
    }
  | { readonly call: 'save-capabilities' | 'drop-capabilities'; readonly capabilities: readonly CapabilityText[] }
  | ({ readonly call: 'send-request' | 'send-and-await-response' } & RequestStep)
  | { readonly call: 'send-requests'; readonly requests: readonly RequestStep[] }
  | ({ readonly call: 'send-response' } & Omit<Content, 'body' | 'expects'> & {
        /** `echo`: the body of the request being answered (in `behave` only). */
        readonly body?: Bytes | { readonly echo: true };
      })
  // What the kernel has no call for:
  /** From now on every request that is no command is answered by these steps. */
  | { readonly call: 'behave'; readonly steps: readonly Step[] }
  /** Gives, and forgets, the messages and errors that came outside of commands. */
  | { readonly call: 'recorded' }
  /** The process's clock, milliseconds since 1970. */
  | { readonly call: 'now' }
  /** Does nothing for a while, and takes no messages. */
  | { readonly call: 'pause'; readonly ms: number }
  | { readonly call: 'trap'; readonly text?: string }
  | { readonly call: 'return' | 'loop' | 'allocate' }
  /** Sends `count` requests, or endlessly many. */
  | ({ readonly call: 'flood'; readonly count?: number } & RequestStep);

export interface SeenContent {
  body: SeenBytes;
  inherit: boolean;
  metadata: string | null;
  capabilities: CapabilityText[];
}
export interface SeenRequest extends SeenContent {
  expects: number | null;
}
export interface SeenBlob {
  mime: string | null;
  bytes: SeenBytes;
}

/** What `receive` or `send-and-await-response` gave; `ms` is how long the call took. */
export interface Seen {
  from?: string;
  request?: SeenRequest;
  response?: SeenContent;
  error?: { kind: 'offline' | 'timeout'; target: string; request?: SeenRequest; blob: SeenBlob | null };
  context?: SeenBytes | null;
  /** Of recorded messages only. */
  blob?: SeenBlob | null;
  ms: number;
}

// Short forms, so that a case reads as a list of what the process does.

export const send = (target: string, body: Bytes, more: Omit<RequestStep, 'target' | 'body'> = {}): Step => ({
  call: 'send-request',
  target,
  body,
  ...more,
});

/** `seconds`: expects-response. */
export const ask = (
  target: string,
  body: Bytes,
  seconds = 5,
  more: Omit<RequestStep, 'target' | 'body' | 'expects'> = {},
): Step => ({ call: 'send-and-await-response', target, body, expects: seconds, ...more });

export const respond = (
  body: Bytes | { readonly echo: true },
  more: Omit<Extract<Step, { call: 'send-response' }>, 'call' | 'body'> = {},
): Step => ({ call: 'send-response', body, ...more });

export const receive: Step = { call: 'receive' };
export const trap = (text = 'told to'): Step => ({ call: 'trap', text });
export const behave = (...steps: readonly Step[]): Step => ({ call: 'behave', steps });
export const pause = (ms: number): Step => ({ call: 'pause', ms });
export const echo: Step = behave(respond({ echo: true }));
