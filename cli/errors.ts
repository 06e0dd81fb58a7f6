/** Every error that a person can meet here: a code, what happened, what to do, and how the program ends (cli.md). */
import type { ControlError } from '../dev-node/control/client.ts';

/** 1: it failed · 2: wrong usage · 3: no such node. */
export type ExitCode = 1 | 2 | 3;

export class CliError extends Error {
  readonly code: string;
  /** One sentence that says what to do. */
  readonly mend: string;
  readonly exit: ExitCode;
  constructor(code: string, message: string, mend: string, exit: ExitCode = 1) {
    super(message);
    this.name = 'CliError';
    this.code = code;
    this.mend = mend;
    this.exit = exit;
  }
}

const list = (names: readonly string[]) => names.join(', ');

export const errors = {
  noNodeRuns: (from: string) =>
    new CliError(
      'no-node-runs',
      `No dev node runs below ${from} or a folder above it.`,
      'Start one with "hyperdev node alice.os" or "hyperdev up", or pick a node by its HTTP port with --port.',
      3,
    ),
  noSuchNode: (name: string, running: readonly string[]) =>
    new CliError(
      'no-such-node',
      `No node named ${name} runs here.`,
      running.length > 0 ? `Running: ${list(running)}.` : `Start it with "hyperdev node ${name}".`,
      3,
    ),
  whichNode: (running: readonly string[]) =>
    new CliError(
      'which-node',
      `${running.length} nodes run here: ${list(running)}.`,
      'Say which one you mean with --node.',
      2,
    ),
  nothingListens: (port: number) =>
    new CliError(
      'nothing-listens',
      `No node answers on port ${port} of this machine.`,
      'Start the node, or give the port of one that runs ("hyperdev ps" shows them).',
      3,
    ),
  notADevNode: (port: number, what: string) =>
    new CliError(
      'not-a-dev-node',
      `The node on port ${port} is no dev node of this folder, so it has no ${what} to show.`,
      'Leave --port out, or go to the folder whose .hyperware/nodes holds the node.',
      3,
    ),
  rpcRefused: (status: number, reason: string) =>
    new CliError(
      'rpc-refused',
      `The node answered ${status} ${reason}.`,
      status === 403
        ? 'A real node must be started with --expose-local; a proxy in between is refused as well.'
        : status === 408
          ? 'The process did not answer in time: see "hyperdev ps" and "hyperdev trace", or wait longer with --timeout.'
          : status === 400
            ? 'Check the process id: process-name:package-name:publisher.'
            : 'Check that a Hyperware node runs on this port.',
    ),
  rpcUnreadable: (why: string) =>
    new CliError(
      'rpc-unreadable',
      `The node's answer is not one of a Hyperware node: ${why}.`,
      'Check that --port is the HTTP port of a node.',
    ),
  notDelivered: (outcome: string, detail: string | undefined) =>
    new CliError(
      `inject-${outcome}`,
      detail ?? `The message came to nothing: ${outcome}.`,
      outcome === 'timeout'
        ? 'See "hyperdev trace" for how far it came, or wait longer with --timeout.'
        : 'See "hyperdev ps" for the processes and "hyperdev trace" for the message.',
    ),
  badTarget: (text: string) =>
    new CliError(
      'bad-process-id',
      `"${text}" is no process: it needs process-name:package-name:publisher.`,
      'Such as chat:chat:template.os, or with a node in front: bob.os@chat:chat:template.os.',
      2,
    ),
  badPackage: (text: string) =>
    new CliError(
      'bad-package-id',
      `"${text}" is no package: it needs package-name:publisher.`,
      'Such as chat:template.os.',
      2,
    ),
  badNumber: (what: string, text: string) =>
    new CliError('bad-number', `${what} must be a whole number, not "${text}".`, 'Give it without a unit.', 2),
  badNodeName: (name: string) =>
    new CliError(
      'bad-node-name',
      `"${name}" is no node name: only a-z, 0-9, - and . are allowed.`,
      'Such as alice.os.',
      2,
    ),
  noFile: (file: string, why: string) =>
    new CliError('no-file', `${file} cannot be read: ${why}.`, 'Check the path.', 1),
  noApp: (folder: string) =>
    new CliError(
      'no-app',
      `There is no app in ${folder}: it has no metadata.json of a Hyperware package.`,
      'Go to the app, or name its folder.',
      2,
    ),
  whichApp: (folder: string, apps: readonly string[]) =>
    new CliError('which-app', `${folder} holds ${apps.length} apps: ${list(apps)}.`, 'Name the folder of one.', 2),
  badMetadata: (file: string, why: string) =>
    new CliError(
      'bad-metadata',
      `${file} cannot be used: ${why}.`,
      'It needs properties.package_name and properties.publisher.',
      1,
    ),
  notBuilt: (folder: string) =>
    new CliError(
      'not-built',
      `${folder} holds no built package: pkg/manifest.json is missing.`,
      'Build it first: "hyperdev build", or "hyperdev build-start" for both.',
    ),
  buildFailed: (count: number) =>
    new CliError(
      'build-failed',
      `The app was not built: ${count} ${count === 1 ? 'error' : 'errors'}.`,
      'Mend the lines above and build again.',
    ),
  refusedPackage: (answer: string) =>
    new CliError(
      'package-refused',
      `The node's app store answered ${answer}.`,
      'See the node\'s console ("hyperdev logs") for the reason.',
    ),
  findings: (count: number) =>
    new CliError(
      'findings',
      `${count} ${count === 1 ? 'error' : 'errors'} found.`,
      'Each line says what to do; its code names a page in docs/rules/.',
    ),
  noWit: (count: number) =>
    new CliError(
      'no-wit',
      `The WIT cannot be generated: ${count} ${count === 1 ? 'error' : 'errors'}.`,
      'Mend the lines above; kit would stop at the first.',
    ),
  noHandlers: (folder: string) =>
    new CliError(
      'no-handlers',
      `No process in ${folder} has handlers that WIT could describe.`,
      'Put #[hyperapp(..)] on the impl block with the handlers (Rust), or @hyperapp({..}) on their class (TypeScript).',
    ),
  notWritten: (file: string, why: string) =>
    new CliError('not-written', `${file} cannot be written: ${why}.`, 'Check that the folder may be written to.'),
  noProgram: (file: string) =>
    new CliError(
      'no-program',
      `${file} is missing.`,
      'Build the project ("npm run build"), or install the package again.',
    ),
  oldNode: (version: string) =>
    new CliError(
      'old-node',
      `A dev node needs Node.js 22.13 or newer; this is ${version}, and no newer one was found.`,
      'Install Node.js 24, or run "npm install" in the project: it brings one of its own.',
    ),
  nodeEnded: (name: string, how: string) =>
    new CliError('node-ended', `${name} has ended (${how}).`, 'Its last lines above say why.'),
  nodeDidNotStart: (name: string, why: string) =>
    new CliError(
      'node-did-not-start',
      `${name} did not start: ${why}`,
      'Mend that and start it again; --fresh begins with an empty home.',
    ),
  serverFailed: (why: string) =>
    new CliError(
      'language-server-failed',
      `The language server did not answer: ${why}.`,
      'Run again; if it stays, please report it.',
    ),
  /** The node's own refusal, as it words it. */
  fromNode: (error: ControlError) =>
    new CliError(
      error.code,
      error.message,
      error.mend ?? 'See "hyperdev logs".',
      error.code === 'no-such-node' ? 3 : 1,
    ),
};
