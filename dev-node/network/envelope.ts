/**
 * What is inside a frame: MessagePack, structs as arrays, ids as 64-bit integers (kernel.md §17). The trace context
 * travels beside the message, in the frame, so that no app can read it.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import * as v from 'valibot';
import type { Address, Capability, KernelMessage, TraceContext } from '../kernel/message.ts';

const u64 = v.pipe(v.bigint(), v.minValue(0n), v.maxValue(2n ** 64n - 1n));
const bytes = v.instance(Uint8Array);
const optionalText = v.nullable(v.string());
/** kernel.md §1.1: what a node id and the three parts of a process id may be made of. */
const nodeId = v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/), v.maxLength(253));
const processId = v.pipe(v.string(), v.regex(/^[a-z0-9-]+:[a-z0-9-]+:[a-z0-9.-]+$/), v.maxLength(1024));
/** Targets are only parsed, not checked (§1.2): three parts, none of them empty. */
const looseProcessId = v.pipe(v.string(), v.regex(/^[^:@]+:[^:@]+:[^:@]+$/), v.maxLength(1024));

const source = v.strictTuple([nodeId, processId]);
const address = v.strictTuple([v.pipe(v.string(), v.maxLength(253)), looseProcessId]);
const capabilities = v.array(v.strictTuple([address, v.string()]));
const blob = v.nullable(v.strictTuple([optionalText, bytes]));
const request = v.strictTuple([v.literal(0), v.boolean(), v.nullable(u64), bytes, optionalText, capabilities]);
const response = v.strictTuple([v.literal(1), v.boolean(), bytes, optionalText, capabilities]);
const message = v.strictTuple([u64, source, address, v.nullable(address), v.union([request, response]), blob]);
const trace = v.nullable(
  v.strictTuple([
    v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
    v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
  ]),
);

/** By the number at the front of a frame. */
const envelopes = {
  /** The signed record and its signature: the first frame on each stream. */
  hello: v.strictTuple([v.literal(0), bytes, bytes]),
  message: v.strictTuple([v.literal(1), message, trace]),
  /** Why the peer will not talk with us. */
  refusal: v.strictTuple([v.literal(2), v.pipe(v.string(), v.maxLength(2000))]),
  /** The peer has taken our hello: messages may follow. */
  welcome: v.strictTuple([v.literal(3)]),
};

export type Envelope =
  | { readonly kind: 'hello'; readonly record: Uint8Array; readonly signature: Uint8Array }
  | { readonly kind: 'message'; readonly message: KernelMessage }
  | { readonly kind: 'refusal'; readonly detail: string }
  | { readonly kind: 'welcome' };

/** Bytes that are no envelope: the peer breaks the rules and loses its connection. */
export class MalformedFrameError extends Error {
  constructor(detail: string) {
    super(`a frame came that is none: ${detail}`);
    this.name = 'MalformedFrameError';
  }
}

const encoder = new Encoder({ useBigInt64: true });
const decoder = new Decoder({ useBigInt64: true });

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  switch (envelope.kind) {
    case 'hello':
      return encoder.encode([0, envelope.record, envelope.signature]);
    case 'message':
      return encoder.encode([1, fromMessage(envelope.message), fromTrace(envelope.message.trace)]);
    case 'refusal':
      return encoder.encode([2, envelope.detail.slice(0, 2000)]);
    case 'welcome':
      return encoder.encode([3]);
  }
}

/** Throws `MalformedFrameError`. Bodies and blobs are copies: they may be posted to a worker without the frame. */
export function decodeEnvelope(frame: Uint8Array): Envelope {
  let value: unknown;
  try {
    value = decoder.decode(frame);
  } catch (error) {
    throw new MalformedFrameError(error instanceof Error ? error.message : String(error));
  }
  switch (Array.isArray(value) ? value[0] : undefined) {
    case 0: {
      const [, record, signature] = checked(envelopes.hello, value);
      return { kind: 'hello', record, signature };
    }
    case 1: {
      const [, inner, context] = checked(envelopes.message, value);
      return { kind: 'message', message: toMessage(inner, context) };
    }
    case 2:
      return { kind: 'refusal', detail: checked(envelopes.refusal, value)[1] };
    case 3:
      checked(envelopes.welcome, value);
      return { kind: 'welcome' };
    default:
      throw new MalformedFrameError('its kind is unknown');
  }
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new MalformedFrameError(`${issue.message} at ${v.getDotPath(issue) ?? 'the top'}`);
}

type WireMessage = v.InferOutput<typeof message>;
type WireTrace = v.InferOutput<typeof trace>;

const fromAddress = (of: Address) => [of.node, of.process];
const toAddress = ([node, process]: readonly [string, string]): Address => ({ node, process });
const fromCapabilities = (of: readonly Capability[]) => of.map((one) => [fromAddress(one.issuer), one.params]);
const toCapabilities = (of: v.InferOutput<typeof capabilities>): Capability[] =>
  of.map(([issuer, params]) => ({ issuer: toAddress(issuer), params }));

function fromMessage(of: KernelMessage): unknown[] {
  const inner = of.message;
  return [
    of.id,
    fromAddress(of.source),
    fromAddress(of.target),
    of.rsvp ? fromAddress(of.rsvp) : null,
    inner.kind === 'request'
      ? [
          0,
          inner.inherit,
          inner.expectsResponse ?? null,
          inner.body,
          inner.metadata ?? null,
          fromCapabilities(inner.capabilities),
        ]
      : [1, inner.inherit, inner.body, inner.metadata ?? null, fromCapabilities(inner.capabilities)],
    of.blob ? [of.blob.mime ?? null, of.blob.bytes] : null,
  ];
}

function toMessage([id, from, to, rsvp, inner, carried]: WireMessage, context: WireTrace): KernelMessage {
  return {
    id,
    source: toAddress(from),
    target: toAddress(to),
    rsvp: rsvp ? toAddress(rsvp) : undefined,
    message:
      inner[0] === 0
        ? {
            kind: 'request',
            inherit: inner[1],
            expectsResponse: inner[2] ?? undefined,
            body: new Uint8Array(inner[3]),
            metadata: inner[4] ?? undefined,
            capabilities: toCapabilities(inner[5]),
          }
        : {
            kind: 'response',
            inherit: inner[1],
            body: new Uint8Array(inner[2]),
            metadata: inner[3] ?? undefined,
            capabilities: toCapabilities(inner[4]),
          },
    blob: carried ? { mime: carried[0] ?? undefined, bytes: new Uint8Array(carried[1]) } : undefined,
    trace: context ? { trace: context[0], span: context[1], parent: context[2] ?? undefined } : undefined,
  };
}

function fromTrace(context: TraceContext | undefined): unknown {
  return context ? [context.trace, context.span, context.parent ?? null] : null;
}
