/** A kernel for tests of the state machine: an inbox that is a list, a clock that waiting moves, everything told kept. */
import type {
  Address,
  InboxItem,
  OnExit,
  Request,
  Response,
  SendErrorKind,
  TraceContext,
} from '../../kernel/message.ts';
import type { HostAnswer, HostCall, OutgoingMessage } from '../../kernel/process.ts';
import { type KernelPort, ProcessState } from '../process-state.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function address(process: string, node = 'a.os'): Address {
  return { node, process: process.includes(':') ? process : `${process}:p:pub.os` };
}

export function request(more: Partial<Omit<Request, 'kind' | 'body'>> & { body?: string } = {}): Request {
  const { body = '', ...rest } = more;
  return {
    kind: 'request',
    inherit: false,
    expectsResponse: undefined,
    metadata: undefined,
    capabilities: [],
    ...rest,
    body: encoder.encode(body),
  };
}

export function response(more: Partial<Omit<Response, 'kind' | 'body'>> & { body?: string } = {}): Response {
  const { body = '', ...rest } = more;
  return {
    kind: 'response',
    inherit: false,
    metadata: undefined,
    capabilities: [],
    ...rest,
    body: encoder.encode(body),
  };
}

export function blob(text: string, mime?: string) {
  return { mime, bytes: encoder.encode(text) };
}

export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && decoder.decode(bytes);
}

/** What a message to the process is made of in a test. */
export interface Incoming {
  readonly from?: string;
  readonly rsvp?: string;
  readonly blob?: string;
  readonly at?: number;
  readonly trace?: TraceContext;
}

export class FakeKernel implements KernelPort {
  now = 1000;
  readonly inbox: InboxItem[] = [];
  readonly emitted: OutgoingMessage[] = [];
  readonly printed: [verbosity: number, text: string][] = [];
  readonly told: string[] = [];
  readonly calls: HostCall[] = [];
  answer: (call: HostCall) => HostAnswer = () => ({ kind: 'done' });
  readonly state: ProcessState;
  #lastId = 100n;

  constructor(process = 'b', onExit: OnExit = { kind: 'none' }) {
    this.state = new ProcessState({
      our: address(process),
      onExit,
      port: this,
      now: () => this.now,
      randomId: () => ++this.#lastId,
    });
  }

  take(until: number | undefined): InboxItem | undefined {
    const item = this.inbox.shift();
    if (item) {
      this.now = Math.max(this.now, item.at);
      return item;
    }
    if (until === undefined) throw new Error('the process would wait for ever');
    this.now = Math.max(this.now, until);
    return undefined;
  }

  call(call: HostCall): HostAnswer {
    this.calls.push(call);
    return this.answer(call);
  }

  emit(message: OutgoingMessage): void {
    this.emitted.push(message);
  }

  print(verbosity: number, text: string): void {
    this.printed.push([verbosity, text]);
  }

  setOnExit(onExit: OnExit): void {
    this.told.push(`on-exit ${onExit.kind}`);
  }

  received(id: bigint): void {
    this.told.push(`received ${id}`);
  }

  timedOut(id: bigint): void {
    this.told.push(`timed out ${id}`);
  }

  discarded(id: bigint): void {
    this.told.push(`discarded ${id}`);
  }

  /** The message that the process sent last. */
  get last(): OutgoingMessage {
    return this.emitted.at(-1)!;
  }

  arrives(id: bigint, message: Request | Response, { from = 'a', rsvp, at, trace, ...more }: Incoming = {}): void {
    this.inbox.push({
      kind: 'message',
      at: at ?? this.now,
      message: {
        id,
        source: address(from),
        target: this.state.our(),
        rsvp: rsvp === undefined ? undefined : address(rsvp),
        message,
        blob: more.blob === undefined ? undefined : blob(more.blob),
        trace,
      },
    });
  }

  fails(id: bigint, kind: SendErrorKind, at = this.now): void {
    this.inbox.push({
      kind: 'error',
      at,
      id,
      error: { kind, target: address('c'), message: request(), blob: undefined },
    });
  }
}

/** A trace context told apart by one digit. */
export function traceContext(digit: string): TraceContext {
  return { trace: digit.repeat(32), span: digit.repeat(16), parent: undefined };
}
