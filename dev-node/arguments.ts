/** The command line of one node (cli.md, `node`). */
import { parseArgs } from 'node:util';
import { unsafeNodeName } from './kernel/address.ts';

export interface NodeArguments {
  readonly name: string;
  readonly home: string;
  readonly port: number | undefined;
  readonly network: string;
  readonly peers: readonly string[];
  readonly fresh: boolean;
  readonly json: boolean;
  /** The process that started this one: when it ends, this one stops. */
  readonly parent: number | undefined;
  /** kit has started this node, as it starts the real one (kit.md §8): it waits long for answers and stops at 0x03 on stdin. */
  readonly kit?: { readonly verbosity: number };
}

export const defaultNetwork = 'dev';

export const usage = `usage: dev-node --name NAME --home DIR [--port N] [--network N] [--peer ADDR]… [--fresh] [--json] [--parent PID]

  --name NAME     the node's name: a-z, 0-9, - and . (alice.os)
  --home DIR      its home folder; made when missing
  --port N        HTTP port; 0: any free one; default: the first free one from 8080 on
  --network N     nodes of two networks never meet; default: ${defaultNetwork}
  --peer ADDR     another node's address (/ip4/…/tcp/…/p2p/…); may be given again
  --fresh         forget everything in the home first
  --json          one JSON value a line on stdout; people's text goes to stderr
  --parent PID    stop when this process ends, or when stdin is closed

kit's way is understood too: dev-node HOME --fake-node-name NAME [--port N] [--verbosity N], with kit's other options.
`;

/** What the arguments say, or what is wrong with them. */
export function readArguments(args: readonly string[]): NodeArguments | { readonly wrong: string } {
  return args[0]?.startsWith('-') === false ? readKitArguments(args) : readOwnArguments(args);
}

/** `HOME --port P --verbosity V --expose-local … --fake-node-name NAME --fakechain-port C` (kit.md §8, §9.2); what else kit passes on is ignored. */
function readKitArguments(args: readonly string[]): NodeArguments | { readonly wrong: string } {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      port: { type: 'string' },
      verbosity: { type: 'string' },
      'fake-node-name': { type: 'string' },
      'fakechain-port': { type: 'string' },
      password: { type: 'string' },
      rpc: { type: 'string' },
    },
  });
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const name = text(values['fake-node-name']);
  if (name === undefined) return { wrong: 'a dev node has no real name: --fake-node-name is missing' };
  const port = text(values['port']);
  const read = readOwnArguments([
    ...['--name', name.includes('.') ? name : `${name}.os`],
    ...['--home', positionals[0] ?? ''],
    ...(port === undefined ? [] : ['--port', port]),
  ]);
  return 'wrong' in read ? read : { ...read, kit: { verbosity: Number(text(values['verbosity']) ?? 0) || 0 } };
}

function readOwnArguments(args: readonly string[]): NodeArguments | { readonly wrong: string } {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(args));
  } catch (error) {
    return { wrong: (error as Error).message };
  }
  const { name, home, port, parent, network = defaultNetwork } = values;
  if (!name) return { wrong: '--name is missing' };
  if (!home) return { wrong: '--home is missing' };
  const unsafe = unsafeNodeName(name);
  if (unsafe || name === 'our') return { wrong: unsafe ?? '"our" stands for the node itself and cannot be its name' };
  const portNumber = port === undefined ? undefined : readNumber(port, 65_535);
  if (Number.isNaN(portNumber)) return { wrong: `--port ${port} is no port: give a number from 0 to 65535` };
  const parentNumber = parent === undefined ? undefined : readNumber(parent, 2 ** 31);
  if (Number.isNaN(parentNumber)) return { wrong: `--parent ${parent} is no process id` };
  return {
    name,
    home,
    port: portNumber,
    network,
    peers: values.peer ?? [],
    fresh: values.fresh ?? false,
    json: values.json ?? false,
    parent: parentNumber,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      name: { type: 'string' },
      home: { type: 'string' },
      port: { type: 'string' },
      network: { type: 'string' },
      peer: { type: 'string', multiple: true },
      fresh: { type: 'boolean' },
      json: { type: 'boolean' },
      parent: { type: 'string' },
    },
  });
}

function readNumber(text: string, highest: number): number {
  return /^\d+$/.test(text) && Number(text) <= highest ? Number(text) : Number.NaN;
}
