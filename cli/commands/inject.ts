import * as fs from 'node:fs/promises';
import type { Command } from 'commander';
import type { CallResult } from '../../dev-node/control/protocol.ts';
import { createContext, example, type NodeOptions, wholeNumber, withNode } from '../command.ts';
import { errors } from '../errors.ts';
import type { Output } from '../output.ts';
import { pickOne, withClients } from '../pick-node.ts';
import { callRpc } from '../rpc.ts';

interface InjectOptions extends NodeOptions {
  readonly blob?: string;
  readonly mime?: string;
  readonly nonBlock?: true;
  readonly timeout: number;
}

type Result = Partial<CallResult<'message/inject'>> & { readonly outcome: string };

/** kit waits this long too (kit.md §3). */
const defaultSeconds = 15;
const mostSeconds = 86_400;
const anyBytes = 'application/octet-stream';

/** `hyperdev inject`: sends a request to a process and prints the response's body. */
export function registerInject(program: Command): void {
  const command = withNode(
    program
      .command('inject')
      .alias('i')
      .argument('<process>', 'process-name:package-name:publisher, with NODE@ in front for another node')
      .argument('<json>', 'the body, sent as it is'),
  )
    .description('send a request to a process and print what it answers')
    .option('-b, --blob <file>', 'a file that goes along as blob')
    .option('-m, --mime <type>', 'the kind of the blob', anyBytes)
    .option('-l, --non-block', 'expect no response')
    .option(
      '-t, --timeout <seconds>',
      'how long to wait for the response',
      (text) => wholeNumber('--timeout', text, mostSeconds),
      defaultSeconds,
    )
    .action(async (target: string, body: string, options: InjectOptions) => {
      const { output } = createContext(options);
      const { node, process } = parseTarget(target);
      const blob = options.blob === undefined ? undefined : await readBlob(options.blob);
      if (!isJson(body)) output.note(output.style('yellow', 'The body is not JSON; it is sent as it is.'));
      const expectsResponse = options.nonBlock ? undefined : options.timeout;
      const result =
        options.port === undefined
          ? await byControl(options, node, process, body, blob, expectsResponse)
          : await byRpc(
              options.port,
              node,
              process,
              body,
              blob && { mime: options.mime ?? anyBytes, bytes: blob },
              expectsResponse,
            );
      output.value(result);
      if (result.outcome !== 'ok' && result.outcome !== 'sent')
        throw errors.notDelivered(result.outcome, result.detail);
      if (!output.json) printResult(result, output);
    });
  example(
    command,
    `hyperdev inject samchat:samchat:template.os '{"GetConversations": ""}'`,
    `hyperdev inject bob.os@samchat:samchat:template.os '"hi"' --node alice.os --timeout 5`,
  );
}

function parseTarget(text: string): { readonly node: string | undefined; readonly process: string } {
  const match = /^(?:([^@\s]+)@)?([^:@\s]+:[^:@\s]+:[^:@\s]+)$/.exec(text);
  if (!match) throw errors.badTarget(text);
  return { node: match[1], process: match[2]! };
}

async function readBlob(file: string): Promise<Buffer> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    throw errors.noFile(file, (error as Error).message);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function byControl(
  options: InjectOptions,
  node: string | undefined,
  process: string,
  body: string,
  blob: Buffer | undefined,
  expectsResponse: number | undefined,
): Promise<Result> {
  // Where several run, the message starts on the node that it is for.
  const ready = await pickOne(options, node);
  return withClients([ready], ([connected]) =>
    connected!.client.call('message/inject', {
      target: `${node ?? ready.node}@${process}`,
      body,
      ...(blob === undefined ? {} : { blob: blob.toString('base64'), mime: options.mime }),
      ...(expectsResponse === undefined ? {} : { expectsResponse }),
    }),
  );
}

async function byRpc(
  port: number,
  node: string | undefined,
  process: string,
  body: string,
  blob: { readonly mime: string; readonly bytes: Uint8Array } | undefined,
  expectsResponse: number | undefined,
): Promise<Result> {
  const started = performance.now();
  const answer = await callRpc(port, { node, process, body, blob, expectsResponse });
  const durationMs = performance.now() - started;
  if (!answer) return { outcome: 'sent', durationMs };
  const text = asText(answer.body);
  return {
    outcome: 'ok',
    ...(text === undefined ? { bodyBase64: Buffer.from(answer.body).toString('base64') } : { body: text }),
    ...(answer.blob && { blobBase64: Buffer.from(answer.blob.bytes).toString('base64'), blobMime: answer.blob.mime }),
    durationMs,
  };
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The body alone on stdout, so that it can be piped; the rest beside it. */
function printResult(result: Result, output: Output): void {
  if (result.outcome === 'sent') {
    output.note('Sent; no response is expected.');
    return;
  }
  output.line(result.body ?? `(${result.bodyBase64 ?? ''} in base64)`);
  if (result.blobBase64 === undefined) return;
  const bytes = Buffer.from(result.blobBase64, 'base64');
  const text = asText(bytes);
  output.note(output.style('dim', `blob, ${result.blobMime ?? 'no mime type'}, ${bytes.length} bytes:`));
  output.note(text ?? `(${result.blobBase64} in base64)`);
}
