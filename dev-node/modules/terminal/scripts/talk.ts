/** `hi` and `m`: a word to another node, and a message to any process (other-modules.md §5.3). */
import { parseArgs } from 'node:util';
import { parseAddress } from '../../../kernel/address.ts';
import type { Address, Capability } from '../../../kernel/message.ts';
import { netId, scriptsId } from '../../capabilities.ts';
import type { Conversation } from '../../conversation.ts';
import { heldBy } from '../../held.ts';
import { type Script, sendAndAwait, withUsage } from '../script.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const hi: Script = {
  about: 'Sends a text to the terminal of another node.',
  usage: 'hi <node_id> <message>',
  async run(args, { conversation }) {
    if (args === '') return withUsage(hi, hi.about);
    const space = args.indexOf(' ');
    if (space < 0) return withUsage(hi, 'Not enough arguments given.');
    const { our } = conversation.context;
    const to = args.slice(0, space);
    const node = to === 'our' ? our.node : to;
    const text = encoder.encode(args.slice(space + 1));
    const outcome = await sendAndAwait(conversation, { node, process: netId }, text, 10);
    if (outcome.kind === 'answer') return `response from ${node}: ${decoder.decode(outcome.body)}`;
    return outcome.kind === 'offline' ? `${node} is offline or does not exist` : `message to ${node} timed out`;
  },
};

/** Words at white space; single quotes group and are taken off, without escapes. */
export function splitWords(text: string): string[] {
  return (text.match(/'[^']*'|\S+/g) ?? []).map((word) => (/^'.*'$/s.test(word) ? word.slice(1, -1) : word));
}

interface Words {
  readonly target: string;
  readonly body: string;
  readonly seconds: number | undefined;
}

function readWords(text: string): Words | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: splitWords(text),
      options: { await: { type: 'string', short: 'a' } },
      allowPositionals: true,
    });
    const [target, body, ...more] = positionals;
    const given = values.await;
    if (target === undefined || body === undefined || more.length > 0) return undefined;
    if (given !== undefined && !/^\d{1,9}$/.test(given)) return undefined;
    return { target, body, seconds: given === undefined ? undefined : Number(given) };
  } catch {
    // parseArgs throws for options that it does not know.
    return undefined;
  }
}

/** Everything held that the target has issued goes along with the message. */
async function fitting(conversation: Conversation, target: Address): Promise<Capability[]> {
  const held = await heldBy(conversation, scriptsId);
  return held.filter(({ issuer }) => issuer.node === target.node && issuer.process === target.process);
}

export const m: Script = {
  about: 'Sends a request to a process.',
  usage: 'm <target> <body> [-a <await_time>]',
  async run(args, { conversation, print }) {
    if (args === '') return withUsage(m, m.about);
    const words = readWords(args);
    if (!words) return withUsage(m, 'Failed to parse args.');
    const parsed = parseAddress(words.target);
    if ('problem' in parsed) return withUsage(m, `Invalid address: "${words.target}"`);
    const { our } = conversation.context;
    const target = parsed.value.node === 'our' ? { ...parsed.value, node: our.node } : parsed.value;
    const { seconds } = words;
    if (seconds !== undefined) print(`Awaiting response for ${seconds}s`);
    const capabilities = await fitting(conversation, target);
    const outcome = await sendAndAwait(conversation, target, encoder.encode(words.body), seconds ?? 5, capabilities);
    if (seconds === undefined) return '';
    if (outcome.kind === 'answer') return decoder.decode(outcome.body);
    return outcome.kind === 'offline'
      ? 'Failed to send message because the target is offline'
      : 'Target did not send response in time, try increasing the await time';
  },
};
