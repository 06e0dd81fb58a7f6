/** Starting a node as a child process and finding running ones, for the extension and the command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as v from 'valibot';
import { type ControlClient, ControlError, connect } from './client.ts';
import { readNode } from './node-file.ts';
import { type ReadyLine, readyLine } from './protocol.ts';

export { findNodes, readNode } from './node-file.ts';

export interface LaunchOptions {
  /** `dist/dev-node.js`. */
  readonly entry: string;
  /** The program that runs it; default: the one that runs this. VS Code's own is told to be Node. */
  readonly execPath?: string | undefined;
  readonly name: string;
  readonly home: string;
  /** Undefined: the first free one from 8080 on; 0: any free one. */
  readonly port?: number | undefined;
  readonly network?: string | undefined;
  readonly peers?: readonly string[] | undefined;
  readonly fresh?: boolean | undefined;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The node outlives this process; its console goes to `<home>/node.log`. Default: it stops when this process ends. */
  readonly detached?: boolean | undefined;
  /** Milliseconds until a silent node is given up; default 30 000. */
  readonly timeoutMs?: number | undefined;
}

export interface LaunchedNode {
  readonly ready: ReadyLine;
  readonly child: ChildProcess;
  readonly client: ControlClient;
}

const stderrKept = 16 * 1024;

/**
 * Starts a node and connects to it. Rejects with `ControlError` `node-not-started` with what the node said on stderr when
 * it does not come up; nothing is left running then.
 */
export async function launchNode(options: LaunchOptions): Promise<LaunchedNode> {
  const { entry, name, home, detached = false, timeoutMs = 30_000 } = options;
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  const args = [entry, '--name', name, '--home', home, '--json'];
  if (options.port !== undefined) args.push('--port', String(options.port));
  if (options.network !== undefined) args.push('--network', options.network);
  for (const peer of options.peers ?? []) args.push('--peer', peer);
  if (options.fresh) args.push('--fresh');
  if (!detached) args.push('--parent', String(process.pid));
  const env = { ...process.env, ...options.env, ELECTRON_RUN_AS_NODE: '1' };
  const log = path.join(home, 'node.log');
  const logFile = detached ? fs.openSync(log, 'w', 0o600) : undefined;
  let child: ChildProcess;
  try {
    child = spawn(options.execPath ?? process.execPath, args, {
      env,
      detached,
      windowsHide: true,
      stdio: logFile === undefined ? ['pipe', 'pipe', 'pipe'] : ['ignore', logFile, logFile],
    });
  } finally {
    if (logFile !== undefined) fs.closeSync(logFile);
  }
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrKept);
  });
  const said = () => (detached ? fs.readFileSync(log, 'utf8').slice(-stderrKept) : stderr).trim();
  try {
    const ready = await (detached ? readyFromFile(child, home, timeoutMs) : readyFromOutput(child, timeoutMs));
    const client = await connect(ready.control);
    if (detached) child.unref();
    return { ready, child, client };
  } catch (error) {
    child.kill('SIGKILL');
    if (error instanceof ControlError) throw error;
    const text = said();
    throw new ControlError(
      `${name} did not start: ${(error as Error).message}${text ? `\n${text}` : ''}`,
      'node-not-started',
      'Mend what the node says above and start it again.',
    );
  }
}

function readyFromOutput(child: ChildProcess, timeoutMs: number): Promise<ReadyLine> {
  return until(child, timeoutMs, (found) => {
    let text = '';
    const read = (more: string) => {
      text += more;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), readyLine), text.slice(0, end));
        text = text.slice(end + 1);
        if (!parsed.success) continue;
        found(parsed.output);
        return;
      }
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    return () => {
      child.stdout?.off('data', read);
      // The pipe must go on flowing, or the node would block on a full one.
      child.stdout?.resume();
    };
  });
}

function readyFromFile(child: ChildProcess, home: string, timeoutMs: number): Promise<ReadyLine> {
  return until(child, timeoutMs, (found) => {
    const timer = setInterval(() => {
      const ready = readNode(home);
      if (ready?.pid === child.pid && ready !== undefined) found(ready);
    }, 50);
    return () => clearInterval(timer);
  });
}

/** Waits for `watch` to find the ready line, for the child to end, or for the time to run out. */
function until(
  child: ChildProcess,
  timeoutMs: number,
  watch: (found: (ready: ReadyLine) => void) => () => void,
): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stopWatching();
      child.off('error', failed);
      child.off('close', closed);
      settle();
    };
    const failed = (error: Error) => end(() => reject(error));
    const closed = (code: number | null, signal: string | null) =>
      end(() => reject(new Error(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`)));
    const timer = setTimeout(
      () => end(() => reject(new Error(`it was not ready after ${timeoutMs / 1000} s`))),
      timeoutMs,
    );
    const stopWatching = watch((ready) => end(() => resolve(ready)));
    child.once('error', failed);
    child.once('close', closed);
  });
}
