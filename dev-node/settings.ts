/** What of a node can be tuned. Defaults here; a person changes them with `settings.json` in the home folder. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as v from 'valibot';

const count = (initial: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), initial);

export const settingsSchema = v.object({
  /**
   * Megabytes of linear memory of a component; one that wants more traps or fails, as its language has it. The real node
   * has no limit (kernel.md §3); four gigabytes is what a component can address.
   */
  processMemoryMb: count(1024),
  /** Megabytes of script heap of a script process, and of the host side of a component. */
  scriptHeapMb: count(512),
  /**
   * Messages that may wait for a process, or be worked on by a module, until those who send more are held back. The real
   * node has 100 places, and waits as a whole when they are taken (kernel.md §4, §5).
   */
  mailboxMessages: count(1000),
  /** Megabytes that may wait for a process until those who send more are held back. */
  mailboxMb: count(64),
  /** Trace events kept in memory; older ones are forgotten. */
  traceEvents: count(20_000),
  /** Bytes of each body and each blob that a trace event keeps. */
  traceBytes: count(64 * 1024),
  /** Bytes of bodies and blobs that the trace keeps in memory in all. */
  traceMemoryBytes: count(64 * 1024 * 1024),
  /** Console lines kept in memory. */
  logLines: count(10_000),
  /** Console lines above this level are kept for clients but not shown on the node's own console (kernel.md §14.1). */
  verbosity: count(0),
  /** Seconds that http-server waits for a process, when the request does not say (http-server.md §15). */
  httpTimeoutSeconds: count(15),
  /** WebSocket channels open at once (http-server.md §15). */
  webSocketChannels: count(128),
  /** Megabytes of one WebSocket message (http-server.md §15). */
  webSocketMessageMb: count(64),
  /** Bytes of one message to another node, as it is sent (kernel.md §17). */
  networkMessageBytes: count(10_485_800),
  /** Whether local-only endpoints (the RPC endpoint) are served (http-server.md §7.5). */
  exposeLocal: v.optional(v.boolean(), true),
  /** Whether pages on the loopback address need a login, as on a real node (http-server.md §7.6). */
  login: v.optional(v.boolean(), false),
  /** Chain id -> RPC endpoint to which `eth:distro:sys` relays, e.g. `{"8453": "https://…"}` (other-modules.md §4). */
  ethRpc: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'a chain id is a number')),
      v.pipe(v.string(), v.regex(/^(https?|wss?):\/\//, 'an endpoint begins with http://, https://, ws:// or wss://')),
    ),
    {},
  ),
});

export type Settings = v.InferOutput<typeof settingsSchema>;

export const defaultSettings: Settings = v.parse(settingsSchema, {});

/** Reads `<home>/settings.json`, if there. Throws an Error that names the file and the bad key. */
export function readSettings(home: string): Settings {
  const file = path.join(home, 'settings.json');
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return defaultSettings;
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}. Mend it or remove it.`);
  }
  const parsed = v.safeParse(settingsSchema, json);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new Error(`${file}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}. Mend it or remove it.`);
}
