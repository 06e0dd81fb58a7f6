/**
 * Trace events as one OTLP/JSON export request (opentelemetry.io, "OTLP/HTTP JSON"): a span a request, ended by its
 * response, error or drop on the same node.
 */
import type { TraceRow } from '../dev-node/control/protocol.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

const text = (key: string, value: string | undefined): Attribute[] =>
  value === undefined ? [] : [{ key, value: { stringValue: value } }];
const whole = (key: string, value: number | undefined): Attribute[] =>
  value === undefined ? [] : [{ key, value: { intValue: `${value}` } }];

/** Span kinds and status codes as OTLP numbers them. */
const internal = 1;
const statusOk = 1;
const statusError = 2;

export function toOtlp(rows: readonly TraceRow[]): unknown {
  const nodes = new Map<string, TraceRow[]>();
  for (const row of rows) {
    const known = nodes.get(row.node);
    if (known) known.push(row);
    else nodes.set(row.node, [row]);
  }
  return {
    resourceSpans: [...nodes].map(([node, own]) => ({
      resource: { attributes: [...text('service.name', node), ...text('service.namespace', 'hyperware')] },
      scopeSpans: [{ scope: { name: 'hyperware.dev-node' }, spans: spansOf(own) }],
    })),
  };
}

function spansOf(rows: readonly TraceRow[]): unknown[] {
  const ends = new Map<string, TraceRow>();
  for (const row of rows) if (row.kind !== 'request' && row.kind !== 'process') ends.set(row.span, row);
  return rows
    .filter((row) => row.kind === 'request' || (row.kind === 'dropped' && row.expectsResponse !== undefined))
    .map((row) => {
      const end = ends.get(row.span) ?? row;
      const failed = end.outcome === 'timeout' || end.outcome === 'offline' || end.outcome === 'dropped';
      return {
        traceId: row.trace,
        spanId: row.span,
        ...(row.parent === undefined ? {} : { parentSpanId: row.parent }),
        name: row.target,
        kind: internal,
        startTimeUnixNano: nanoseconds(row.time),
        endTimeUnixNano: nanoseconds(end.time),
        attributes: [
          ...text('hyperware.message.id', row.id),
          ...text('hyperware.source', row.source),
          ...text('hyperware.target', row.target),
          ...text('hyperware.outcome', end.outcome),
          ...text('hyperware.cause', end.cause),
          ...whole('hyperware.body.bytes', row.bodyBytes),
          ...text('hyperware.body', row.body),
        ],
        status: failed
          ? { code: statusError, ...(end.detail === undefined ? {} : { message: end.detail }) }
          : { code: statusOk },
      };
    });
}

/** Milliseconds with a fraction, as the decimal text that OTLP wants for 64-bit numbers. */
function nanoseconds(ms: number): string {
  return `${BigInt(Math.round(ms * 1000)) * 1000n}`;
}
