/**
 * Everything that can go wrong in front of a person, in one list: what happened, where, and what to do. The buttons are
 * commands of our own, run with the arguments given.
 */
import type { CommandId } from './commands.ts';

export interface Remedy {
  readonly label: string;
  readonly command: CommandId;
  readonly arguments?: readonly unknown[];
}

export interface Problem {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly remedies: readonly Remedy[];
}

const showLog: Remedy = { label: 'Show Log', command: 'hyperware.showLog' };
const showConsole: Remedy = { label: 'Show Console', command: 'hyperware.showConsole' };
const restart = (node: string): Remedy => ({ label: 'Restart', command: 'hyperware.restartNode', arguments: [node] });

const sentence = (text: string) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

export const problems = {
  noFolder: (): Problem => ({
    severity: 'error',
    message: 'No folder is open, so there is no app to run. Open the folder of an app: it holds a metadata.json.',
    remedies: [],
  }),
  restricted: (): Problem => ({
    severity: 'error',
    message: 'This workspace is in Restricted Mode: no node is started and no app is built. Trust the workspace first.',
    remedies: [],
  }),
  noApp: (folder: string): Problem => ({
    severity: 'warning',
    message: `No app was found in ${folder}, so the nodes run without one. An app's folder holds a metadata.json that names its package and publisher.`,
    remedies: [],
  }),
  setting: (problem: string): Problem => ({
    severity: 'warning',
    message: `${sentence(problem)} The default is used instead; change it in the settings.`,
    remedies: [],
  }),
  nodeDidNotStart: (node: string, why: string): Problem => ({
    severity: 'error',
    message: `The dev node ${node} did not start: ${sentence(why)}`,
    remedies: [restart(node), showConsole],
  }),
  nodeEnded: (node: string, how: string): Problem => ({
    severity: 'error',
    message: `The dev node ${node} has ended unexpectedly (${how}). Its state is kept in its home folder.`,
    remedies: [restart(node), showConsole],
  }),
  nodeNotRunning: (node: string): Problem => ({
    severity: 'error',
    message: `The dev node ${node} is not running. Start it first.`,
    remedies: [restart(node)],
  }),
  nothingRuns: (): Problem => ({
    severity: 'information',
    message: 'No dev node is running.',
    remedies: [{ label: 'Start Network', command: 'hyperware.startNetwork' }],
  }),
  /** `more`: how many further mistakes the log tells. */
  buildFailed: (app: string, why: string, more: number): Problem => ({
    severity: 'error',
    message: `The app ${app} was not built: ${sentence(why)}${more > 0 ? ` And ${more} more, see the log.` : ''}`,
    remedies: [showLog, { label: 'Build Again', command: 'hyperware.installApp' }],
  }),
  notInstalled: (app: string, node: string, why: string, mend: string | undefined): Problem => ({
    severity: 'error',
    message: `The app ${app} was not installed on ${node}: ${sentence(why)}${mend ? ` ${sentence(mend)}` : ''}`,
    remedies: [showLog, showConsole],
  }),
  noUi: (node: string): Problem => ({
    severity: 'warning',
    message: `No package on ${node} has a page of its own. Build and install an app with a ui folder.`,
    remedies: [{ label: 'Build and Install App', command: 'hyperware.installApp' }],
  }),
  commandFailed: (what: string, why: string, mend?: string): Problem => ({
    severity: 'error',
    message: `${what}: ${sentence(why)}${mend ? ` ${sentence(mend)}` : ''}`,
    remedies: [showLog],
  }),
  noSourceOpen: (): Problem => ({
    severity: 'information',
    message: 'No source is open. Open a file of an app, then ask for its WIT.',
    remedies: [],
  }),
  noAppOf: (file: string): Problem => ({
    severity: 'information',
    message: `${file} belongs to no Hyperware app: no folder above it holds a metadata.json of one. Open a file of an app.`,
    remedies: [],
  }),
  languageServerFailed: (why: string): Problem => ({
    severity: 'error',
    message: `The Hyperware language server did not start, so apps are not checked: ${sentence(why)} Reload the window to try again.`,
    remedies: [showLog],
  }),
} as const;
