/** What the node refuses over the control API: a code, a sentence and a mend (docs/errors.md). */
export class Refusal extends Error {
  readonly code: string;
  readonly mend: string;
  constructor(code: string, message: string, mend: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.mend = mend;
  }
}

export const noSuchProcess = (process: string, node: string) =>
  new Refusal(
    'no-such-process',
    `There is no process ${process} on ${node} that can be stopped: it is not running, or it is a module of the node.`,
    'List the processes (hyperdev ps) and take an id from there.',
  );

export const badAddress = (text: string, problem: string) =>
  new Refusal(
    'bad-address',
    `"${text}" is no process: ${problem}.`,
    'Write process:package:publisher, or node@process:package:publisher.',
  );

export const badCall = (name: string, problem: string) =>
  new Refusal('bad-call', `${name} was called with wrong parameters: ${problem}.`, 'Use a client of the same version.');

export const badPackage = (problem: string, mend: string) => new Refusal('bad-package', problem, mend);

export const installFailed = (id: string, why: string) =>
  new Refusal(
    'install-failed',
    `${id} could not be installed: ${why}`,
    'The line above it in the logs (hyperdev logs) names the file that is at fault.',
  );

export const notInstalled = (id: string, why: string) =>
  new Refusal('not-installed', `${id} could not be removed: ${why}`, 'List the packages to see what is installed.');

export const badPeer = (address: string, problem: string) =>
  new Refusal(
    'bad-peer',
    `${address} could not be added: ${problem}`,
    'Take the address from the other node’s ready line: /ip4/…/tcp/…/p2p/….',
  );

export const noNetwork = (node: string) =>
  new Refusal('no-network', `${node} runs without a network.`, 'Start it with a network name.');
