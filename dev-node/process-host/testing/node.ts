/** A kernel for tests with real threads: starts processes on a host, keeps what they tell, answers their calls. */
import { EventEmitter, once } from 'node:events';
import type { Blob, InboxItem, KernelMessage, OnExit, Request } from '../../kernel/message.ts';
import type {
  HostAnswer,
  HostCall,
  HostedProcess,
  OutgoingMessage,
  ProcessCode,
  ProcessExit,
  ProcessHost,
} from '../../kernel/process.ts';
import { address } from './fake-kernel.ts';

export function clock(): number {
  return performance.timeOrigin + performance.now();
}

export class RunningProcess {
  readonly hosted: HostedProcess;
  readonly emitted: OutgoingMessage[] = [];
  readonly printed: { verbosity: number; text: string; stream: string }[] = [];
  readonly told: string[] = [];
  readonly onExits: OnExit[] = [];
  answer: (call: HostCall) => HostAnswer | Promise<HostAnswer> = () => ({ kind: 'done' });
  exit: ProcessExit | undefined;
  readonly #changes = new EventEmitter();
  readonly #our;

  constructor(host: ProcessHost, code: ProcessCode, name = 'b', onExit: OnExit = { kind: 'none' }) {
    const changed = () => this.#changes.emit('changed');
    this.#our = address(name);
    this.hosted = host.start({
      our: this.#our,
      code,
      onExit,
      events: {
        emit: (message) => {
          this.emitted.push(message);
          changed();
        },
        call: async (call) => this.answer(call),
        print: (verbosity, text, stream) => {
          this.printed.push({ verbosity, text, stream });
          changed();
        },
        setOnExit: (value) => this.onExits.push(value),
        received: (id) => this.told.push(`received ${id}`),
        timedOut: (id) => this.told.push(`timed out ${id}`),
        discarded: (id) => this.told.push(`discarded ${id}`),
        exited: (exit) => {
          this.exit = exit;
          changed();
        },
      },
    });
  }

  /** Waits until `found` gives something. */
  async until<T>(found: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined && value !== false) return value;
      await once(this.#changes, 'changed', { signal: AbortSignal.timeout(20_000) });
    }
  }

  ended(): Promise<ProcessExit> {
    return this.until(() => this.exit);
  }

  arrives(id: bigint, message: KernelMessage['message'], more: Partial<KernelMessage> = {}): void {
    const item: InboxItem = {
      kind: 'message',
      at: clock(),
      message: {
        id,
        source: address('a'),
        target: this.#our,
        rsvp: undefined,
        blob: undefined,
        trace: undefined,
        ...more,
        message,
      },
    };
    this.hosted.deliver(item);
  }

  /** Sends a request and waits for what the process answers. */
  async ask(id: bigint, request: Request, blob?: Blob): Promise<OutgoingMessage> {
    this.arrives(id, request, { blob });
    return this.until(() => this.emitted.find((sent) => sent.id === id && sent.message.kind === 'response'));
  }

  lines(stream: 'terminal' | 'stdout' | 'stderr'): string[] {
    return this.printed.filter((line) => line.stream === stream).map(({ text }) => text);
  }
}
