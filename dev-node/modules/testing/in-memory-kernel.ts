/**
 * A kernel small enough to test modules against: mailboxes, ids, capabilities, the messaging gate. Tests only; the real
 * kernel is in ../kernel.
 */

import { capabilityKey } from '../../kernel/capability.ts';
import type { Address, Blob, Capability, KernelMessage, ProcessId, Request } from '../../kernel/message.ts';
import type { Module, ModuleAnswer, ModuleContext, ModuleRequest } from '../../kernel/module.ts';
import { parseBody } from '../body.ts';

export interface Answer {
  /** Parsed JSON of the response's body; undefined if it is none. */
  readonly json: unknown;
  readonly body: Uint8Array;
  readonly blob: Blob | undefined;
  readonly metadata: string | undefined;
}

export interface AskOptions {
  readonly from?: Address | ProcessId;
  readonly blob?: Blob | Uint8Array | undefined;
  /** False: no response is expected; then waits only for what comes of itself within a few milliseconds. */
  readonly expects?: boolean;
  readonly metadata?: string;
  readonly capabilities?: readonly Capability[];
}

/** A process of a test: gets each request, may answer. */
export type TestProcess = (message: KernelMessage & { readonly message: Request }, context: ModuleContext) => void;

const encoder = new TextEncoder();

export class InMemoryKernel {
  readonly node: string;
  readonly lines: string[] = [];
  readonly sent: KernelMessage[] = [];
  readonly #modules = new Map<ProcessId, Module>();
  readonly #processes = new Map<ProcessId, TestProcess>();
  readonly #capabilities = new Map<ProcessId, Capability[]>();
  readonly #waiting = new Map<bigint, (message: KernelMessage | undefined, refused?: string) => void>();
  #nextId = 1n;

  constructor(node = 'me.os') {
    this.node = node;
  }

  /** Registers and starts modules, in order. */
  async add(...modules: Module[]): Promise<this> {
    for (const module of modules) this.#modules.set(module.id, module);
    for (const module of modules) await module.start?.(this.context(module.id));
    return this;
  }

  process(id: ProcessId, takes: TestProcess): void {
    this.#processes.set(id, takes);
  }

  grant(holder: ProcessId, ...capabilities: Capability[]): void {
    const held = this.#capabilities.get(holder) ?? [];
    this.#capabilities.set(holder, held);
    for (const capability of capabilities)
      if (!held.some((c) => capabilityKey(c) === capabilityKey(capability))) held.push(capability);
  }

  held(holder: ProcessId): readonly Capability[] {
    return this.#capabilities.get(holder) ?? [];
  }

  /** A request to a module or process with JSON or raw bytes as body, and the response; undefined if none comes. */
  async ask(target: ProcessId, body: unknown, options: AskOptions = {}): Promise<Answer | undefined> {
    const { from = 'main:app:me.os', blob, expects = true } = options;
    const source = typeof from === 'string' ? { node: this.node, process: from } : from;
    const id = this.#nextId++;
    const answered = new Promise<KernelMessage | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), expects ? 2000 : 30);
      this.#waiting.set(id, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
    this.#dispatch({
      id,
      source,
      target: { node: this.node, process: target },
      rsvp: undefined,
      message: {
        kind: 'request',
        inherit: false,
        expectsResponse: expects ? 5n : undefined,
        body: body instanceof Uint8Array ? body : encoder.encode(JSON.stringify(body)),
        metadata: options.metadata,
        capabilities: options.capabilities ?? [],
      },
      blob: blob instanceof Uint8Array ? { mime: undefined, bytes: blob } : blob,
      trace: undefined,
    });
    const response = await answered;
    this.#waiting.delete(id);
    if (!response) return undefined;
    const bytes = response.message.body;
    return { json: parseBody(bytes), body: bytes, blob: response.blob, metadata: response.message.metadata };
  }

  async dispose(): Promise<void> {
    for (const module of this.#modules.values()) await module.dispose?.();
  }

  #dispatch(message: KernelMessage): void {
    this.sent.push(message);
    if (message.message.kind === 'response') {
      this.#waiting.get(message.id)?.(message);
      return;
    }
    const { process } = message.target;
    const module = this.#modules.get(process);
    if (module) {
      const failed = (error: unknown) => this.lines.push(`${process}: ${String(error)}`);
      queueMicrotask(async () => {
        try {
          await module.handle(message, this.context(process));
        } catch (error) {
          failed(error);
        }
      });
      return;
    }
    const takes = this.#processes.get(process);
    if (takes) takes(message as KernelMessage & { readonly message: Request }, this.context(process));
    else this.#waiting.get(message.id)?.(undefined, `${process} does not run here`);
  }

  context(process: ProcessId): ModuleContext {
    const our = { node: this.node, process };
    const emit = (request: ModuleRequest, id: bigint) =>
      this.#dispatch({
        id,
        source: our,
        target: request.target.node === 'our' ? { ...request.target, node: this.node } : request.target,
        rsvp: request.rsvp === 'self' ? our : undefined,
        message: {
          kind: 'request',
          inherit: false,
          expectsResponse: request.expectsResponse,
          body: request.body,
          metadata: request.metadata,
          capabilities: request.capabilities ?? [],
        },
        blob: request.blob,
        trace: undefined,
      });
    return {
      our,
      send: (request) => emit(request, this.#nextId++),
      request: (request, { timeoutMs, signal, onRefused }) =>
        new Promise<ModuleAnswer | undefined>((resolve) => {
          const id = this.#nextId++;
          const settle = (message: KernelMessage | undefined, refused?: string) => {
            clearTimeout(timer);
            this.#waiting.delete(id);
            if (message?.message.kind === 'response')
              return resolve({ from: message.source, response: message.message, blob: message.blob });
            if (refused === undefined) return resolve(undefined);
            // As in the real kernel, the wait goes on after a refusal.
            onRefused?.(refused);
          };
          const timer = setTimeout(() => settle(undefined), timeoutMs);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve(undefined);
          });
          this.#waiting.set(id, settle);
          emit(request, id);
        }),
      respond: (to, { body, blob, metadata }) => {
        const message = { kind: 'response', inherit: false, body, metadata, capabilities: [] } as const;
        this.#dispatch({
          id: to.id,
          source: our,
          target: to.rsvp ?? to.source,
          rsvp: undefined,
          message,
          blob,
          trace: undefined,
        });
      },
      print: (_verbosity, text) => void this.lines.push(text),
      grant: (holder, capabilities) => this.grant(holder, ...capabilities),
      lost: (_request, _cause, detail) => void this.lines.push(detail),
      holds: (holder, capability) => this.held(holder).some((c) => capabilityKey(c) === capabilityKey(capability)),
    };
  }
}
