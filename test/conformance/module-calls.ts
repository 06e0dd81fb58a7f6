/** What a puppet says to a module, and what it gets back: JSON in, JSON and blob out. */
import type { BlobStep, Bytes, Seen, SeenBlob, Step } from './steps.ts';
import { ask } from './steps.ts';
import type { Puppet } from './world.ts';

export interface Called {
  /** The response's body as JSON; its text where it is none; the error's kind where one came. */
  readonly answer: unknown;
  readonly blob: SeenBlob | null;
  readonly seen: Seen;
}

export interface CallChoice {
  readonly blob?: Bytes | BlobStep;
  readonly seconds?: number;
  readonly metadata?: string;
  readonly capabilities?: readonly { issuer: string; params: string }[];
}

function request(module: string, body: unknown, { blob, seconds, ...more }: CallChoice): Step {
  const isStep = typeof blob === 'object' && 'bytes' in blob;
  const given = blob === undefined ? {} : { blob: isStep ? blob : { bytes: blob } };
  return ask(`our@${module}`, JSON.stringify(body), seconds ?? 5, { ...more, ...given });
}

function called(seen: Seen, blob: SeenBlob | null): Called {
  if (seen.error) return { answer: seen.error.kind, blob: null, seen };
  const body = seen.response?.body;
  let answer: unknown = body;
  try {
    if (typeof body === 'string') answer = JSON.parse(body);
  } catch {
    // Not every module answers in JSON.
  }
  return { answer, blob, seen };
}

/** One request of a puppet to a module of its node (`vfs:distro:sys`). */
export async function call(puppet: Puppet, module: string, body: unknown, choice: CallChoice = {}): Promise<Called> {
  return (await calls(puppet, module, [[body, choice]]))[0]!;
}

/** Several, one after another, in one go. */
export async function calls(
  puppet: Puppet,
  module: string,
  bodies: readonly (readonly [body: unknown, choice?: CallChoice])[],
): Promise<Called[]> {
  const steps = bodies.flatMap(([body, choice]): Step[] => [request(module, body, choice ?? {}), { call: 'get-blob' }]);
  const results = await puppet.do(...steps);
  return bodies.map((_, n) => called(results[2 * n] as Seen, results[2 * n + 1] as SeenBlob | null));
}
