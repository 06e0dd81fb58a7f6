/** The terminal's own scripts, by the name of their process (other-modules.md §5.3). */
import { terminalId, vfsId } from '../../capabilities.ts';
import { type Script, withUsage } from '../script.ts';
import { addNodeProvider, addRpcUrlProvider, getProviders, removeProvider } from './chain.ts';
import { netDiagnostics, peer, peers } from './network.ts';
import { clearState, kill, top } from './processes.ts';
import { hi, m } from './talk.ts';

const cat: Script = {
  about: 'Prints a file of the vfs.',
  usage: 'cat <file_path>',
  async run(args, { conversation }) {
    if (args === '') return withUsage(cat, cat.about);
    try {
      const { json, blob } = await conversation.ask(vfsId, { path: args, action: 'Read' }, { seconds: 5 });
      if (json === 'Read' && blob) return new TextDecoder().decode(blob.bytes);
    } catch {
      // Told below, like an error of the vfs.
    }
    return withUsage(cat, `failed to read file ${args} from VFS.`);
  },
};

const echo: Script = { about: 'Prints its arguments.', usage: 'echo <text>', run: async (args) => args };

const alias: Script = {
  about: 'Gives a script a short name, or takes it away.',
  usage: 'alias <alias_name> [<process_id>]',
  async run(args, { conversation }) {
    if (args === '') return withUsage(alias, alias.about);
    const space = args.indexOf(' ');
    const name = space < 0 ? args : args.slice(0, space);
    if (name === '') return withUsage(alias, 'No alias given.');
    const process = space < 0 ? null : args.slice(space + 1) || null;
    conversation.tell(terminalId, { EditAlias: { alias: name, process } });
    return 'alias set';
  },
};

const help: Script = {
  about: 'Shows what the commands do.',
  usage: 'help [<command>]',
  async run(args) {
    if (args === '') {
      const lines = Object.entries(scripts).map(([name, { about }]) => `  ${name}: ${about}`);
      return `commands:\n${lines.join('\n')}`;
    }
    const found = scripts[args];
    return found ? withUsage(found, found.about) : `No help found for command ${args}`;
  },
};

export const scripts: Readonly<Record<string, Script>> = {
  'add-node-provider': addNodeProvider,
  'add-rpcurl-provider': addRpcUrlProvider,
  alias,
  cat,
  'clear-state': clearState,
  echo,
  'get-providers': getProviders,
  help,
  hi,
  kill,
  m,
  'net-diagnostics': netDiagnostics,
  peer,
  peers,
  'remove-provider': removeProvider,
  top,
};
