/**
 * A kernel of one process in memory, for tests of the SDK: `hyperware:process/standard` with the rules of kernel.md
 * §6 for prompting, contexts and blobs, and an inbox that the test fills. When the inbox is empty, `receive` ends the
 * run.
 */
import * as vm from 'node:vm';

export interface TestAddress {
  node: string;
  process: { processName: string; packageName: string; publisherNode: string };
}

interface TestBlob {
  mime: string | undefined;
  bytes: Uint8Array;
}

export interface SentRequest {
  readonly id: number;
  readonly target: string;
  readonly body: string;
  readonly blob: TestBlob | undefined;
  readonly expectsResponse: bigint | undefined;
}

export interface SentResponse {
  /** Id of the request that it answers. */
  readonly id: number;
  readonly body: string;
  readonly blob: TestBlob | undefined;
}

interface Prompt {
  readonly id: number;
}

type Item =
  | {
      kind: 'request';
      id: number;
      source: string;
      body: Uint8Array;
      blob: TestBlob | undefined;
      expects: bigint | undefined;
    }
  | { kind: 'response'; id: number; source: string; body: Uint8Array; blob: TestBlob | undefined }
  | { kind: 'error'; id: number; error: 'offline' | 'timeout' }
  | { kind: 'step'; run: () => void };

class InboxEmpty extends Error {}

const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

export function addressOf(written: string): TestAddress {
  const [node, rest] = written.split('@') as [string, string];
  const [processName, packageName, publisherNode] = rest.split(':') as [string, string, string];
  return { node, process: { processName, packageName, publisherNode } };
}

function written(address: TestAddress): string {
  const { processName, packageName, publisherNode } = address.process;
  return `${address.node}@${processName}:${packageName}:${publisherNode}`;
}

/** `answer` is asked for each request the process sends; undefined leaves it open until `respond` or `fail`. */
export function createInMemoryHost(
  our: string,
  answer: (request: SentRequest) => { body: string; blob?: Uint8Array } | 'offline' | 'timeout' | undefined,
) {
  const ourNode = our.split('@')[0]!;
  const inbox: Item[] = [];
  const requests: SentRequest[] = [];
  const responses: SentResponse[] = [];
  const printed: string[] = [];
  let state: Uint8Array | undefined;
  let saves = 0;
  let lastId = 1000;
  let lastIncoming = 0;
  let prompting: Prompt | undefined;
  let lastBlob: TestBlob | undefined;
  let blobbed = false;
  const contexts = new Map<number, { prompting: Prompt | undefined; context: Uint8Array | undefined }>();

  function send(
    target: TestAddress,
    request: { body: Uint8Array; expectsResponse: bigint | undefined },
    blob: TestBlob | undefined,
  ): SentRequest {
    const sent: SentRequest = {
      id: ++lastId,
      target: written(target).replace(/^our@/, `${ourNode}@`),
      body: text(request.body),
      blob,
      expectsResponse: request.expectsResponse,
    };
    requests.push(sent);
    return sent;
  }

  function takeBlob(blob: TestBlob | undefined) {
    if (blob) lastBlob = blob;
    blobbed = blob !== undefined;
  }

  const plain = { inherit: false, metadata: undefined, capabilities: [] };
  const sendError = (kind: 'offline' | 'timeout') => ({
    kind,
    target: addressOf(our),
    message: { tag: 'request', val: { ...plain, body: new Uint8Array(), expectsResponse: 1n } },
    lazyLoadBlob: undefined,
  });

  const standard = {
    our: () => addressOf(our),
    printToTerminal: (_verbosity: number, line: string) => void printed.push(line),
    getState: () => {
      blobbed = state !== undefined;
      return state;
    },
    setState: (bytes: Uint8Array) => {
      state = bytes.slice();
      saves++;
      blobbed = false;
    },
    clearState: () => {
      state = undefined;
    },
    getBlob: () => (blobbed ? lastBlob : undefined),
    sendRequest: (
      target: TestAddress,
      request: { body: Uint8Array; expectsResponse: bigint | undefined },
      context: Uint8Array | undefined,
      blob: TestBlob | undefined,
    ) => {
      const sent = send(target, request, blob);
      if (request.expectsResponse === undefined) {
        answer(sent);
        return;
      }
      contexts.set(sent.id, { prompting, context: context?.slice() });
      const given = answer(sent);
      if (given === undefined) return;
      if (typeof given === 'string') inbox.push({ kind: 'error', id: sent.id, error: given });
      else respond(sent, given.body, given.blob);
    },
    sendResponse: (response: { body: Uint8Array }, blob: TestBlob | undefined) => {
      if (!prompting) throw new Error('sendResponse without a prompting message');
      responses.push({ id: prompting.id, body: text(response.body), blob });
    },
    sendAndAwaitResponse: (
      target: TestAddress,
      request: { body: Uint8Array; expectsResponse: bigint | undefined },
      blob: TestBlob | undefined,
    ) => {
      const sent = send(target, request, blob);
      const given = answer(sent);
      if (given === undefined || typeof given === 'string')
        throw Object.assign(new Error('send error'), { payload: sendError(given ?? 'timeout') });
      takeBlob(given.blob && { mime: undefined, bytes: given.blob });
      return [addressOf(sent.target), { tag: 'response', val: [{ ...plain, body: utf8(given.body) }, undefined] }];
    },
    receive: (): unknown => {
      for (;;) {
        const item = inbox.shift();
        if (!item) throw new InboxEmpty('the inbox is empty');
        if (item.kind === 'step') {
          item.run();
          continue;
        }
        if (item.kind === 'request') {
          takeBlob(item.blob);
          if (item.expects !== undefined) prompting = { id: item.id };
          return [
            addressOf(item.source),
            { tag: 'request', val: { ...plain, body: item.body, expectsResponse: item.expects } },
          ];
        }
        const entry = contexts.get(item.id);
        if (!entry) continue;
        contexts.delete(item.id);
        prompting = entry.prompting;
        if (item.kind === 'error') {
          blobbed = false;
          throw Object.assign(new Error(item.error), { payload: [sendError(item.error), entry.context] });
        }
        takeBlob(item.blob);
        return [addressOf(item.source), { tag: 'response', val: [{ ...plain, body: item.body }, entry.context] }];
      }
    },
  };

  function respond(sent: SentRequest, body: string, blob?: Uint8Array): void {
    inbox.push({
      kind: 'response',
      id: sent.id,
      source: sent.target,
      body: utf8(body),
      blob: blob && { mime: undefined, bytes: blob },
    });
  }

  return {
    requests,
    responses,
    printed,
    get state() {
      return state && text(state);
    },
    set state(given: string | undefined) {
      state = given === undefined ? undefined : utf8(given);
    },
    get saves() {
      return saves;
    },
    respond,
    fail: (sent: SentRequest, error: 'offline' | 'timeout') => void inbox.push({ kind: 'error', id: sent.id, error }),
    /** Puts a request in the inbox; its id. */
    request(source: string, body: string, more: { blob?: string; expects?: bigint | null } = {}): number {
      const id = ++lastIncoming;
      inbox.push({
        kind: 'request',
        id,
        source,
        body: utf8(body),
        blob: more.blob === undefined ? undefined : { mime: undefined, bytes: utf8(more.blob) },
        expects: more.expects === null ? undefined : (more.expects ?? 15n),
      });
      return id;
    },
    /** An HTTP request as http-server sends it (http-server.md §4). */
    http(body: string, method = 'POST', path = '/api'): number {
      const process = our.split('@')[1];
      const url = `http://localhost/${process}${path}`;
      return this.request(
        `${ourNode}@http-server:distro:sys`,
        JSON.stringify({
          Http: {
            source_socket_addr: null,
            method,
            url,
            bound_path: url,
            headers: {},
            url_params: {},
            query_params: {},
          },
        }),
        { blob: body },
      );
    },
    /** Runs `run` when everything before it in the inbox was received. */
    step: (run: () => void) => void inbox.push({ kind: 'step', run }),
    /** Runs the bundle in an empty context until the inbox is empty; may be called again only with a new host. */
    run(code: string): void {
      const sandbox = vm.createContext({ TextEncoder, TextDecoder, Uint8Array, console });
      const bundle = vm.runInContext(`(function (require, module, exports) {${code}\n})`, sandbox) as (
        ...given: unknown[]
      ) => void;
      const module = { exports: {} as { init: (our: string) => void } };
      bundle(
        (name: string) => {
          if (name !== 'hyperware:process/standard@1.0.0') throw new Error(`require of ${name}`);
          return standard;
        },
        module,
        module.exports,
      );
      try {
        module.exports.init(our);
      } catch (error) {
        if (!(error instanceof InboxEmpty)) throw error;
      }
    },
    /** The answer to request `id`, as http-server would give it to a client. */
    httpAnswer(id: number): { status: number; headers: Record<string, string>; body: string } {
      const response = responses.find((sent) => sent.id === id);
      if (!response) throw new Error(`request ${id} was not answered; printed: ${printed.join(' | ')}`);
      return { ...JSON.parse(response.body), body: text(response.blob?.bytes ?? new Uint8Array()) };
    },
    answerTo: (id: number): string | undefined => responses.find((sent) => sent.id === id)?.body,
  };
}
