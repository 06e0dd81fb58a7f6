/** What a process holds, asked of the kernel as any process would (kernel.md §15.1). */
import * as v from 'valibot';
import { parseAddress } from '../kernel/address.ts';
import { kernelId } from '../kernel/capability.ts';
import type { Capability, ProcessId } from '../kernel/message.ts';
import type { Conversation } from './conversation.ts';

const processAnswer = v.object({
  Debug: v.object({
    Process: v.nullable(v.object({ capabilities: v.array(v.object({ issuer: v.string(), params: v.string() })) })),
  }),
});

/** None for a process that does not run. Throws if the kernel does not answer. */
export async function heldBy(conversation: Conversation, process: ProcessId): Promise<Capability[]> {
  const { json } = await conversation.ask(kernelId, { Debug: { Process: process } }, { seconds: 5 });
  const parsed = v.safeParse(processAnswer, json);
  const listed = (parsed.success && parsed.output.Debug.Process?.capabilities) || [];
  return listed.flatMap(({ issuer, params }) => {
    const address = parseAddress(issuer);
    return 'value' in address ? [{ issuer: address.value, params }] : [];
  });
}
