/** A process that every node has, and what an app asks it for. */
export interface SystemProcess {
  readonly id: string;
  readonly purpose: string;
}

/** The processes of a node that apps send to (other-modules.md, storage.md, http-server.md), the usual ones first. */
export const systemProcesses: readonly SystemProcess[] = [
  { id: 'http-server:distro:sys', purpose: 'HTTP and WebSocket paths; list it in both arrays' },
  { id: 'homepage:homepage:sys', purpose: 'An icon or widget on the homepage' },
  { id: 'vfs:distro:sys', purpose: 'Files and folders; the framework writes its log there' },
  { id: 'timer:distro:sys', purpose: 'Timers; grant it messaging so that it can answer' },
  { id: 'http-client:distro:sys', purpose: 'HTTP requests and WebSockets to the outside' },
  { id: 'kv:distro:sys', purpose: 'Key-value databases' },
  { id: 'sqlite:distro:sys', purpose: 'SQL databases' },
  { id: 'eth:distro:sys', purpose: 'Chain reads and subscriptions' },
  { id: 'net:distro:sys', purpose: 'Names, peers and signatures of the network' },
  { id: 'notifications:distro:sys', purpose: 'Push notifications' },
  { id: 'kernel:distro:sys', purpose: 'Starting and ending processes' },
  { id: 'terminal:terminal:sys', purpose: 'The command line' },
  { id: 'main:app-store:sys', purpose: 'Installing packages' },
  { id: 'contacts:contacts:sys', purpose: 'Contacts of the node' },
  { id: 'hns-indexer:hns-indexer:sys', purpose: 'What the name system knows of nodes' },
  { id: 'sign:sign:sys', purpose: "Signatures with the node's key" },
  { id: 'settings:settings:sys', purpose: 'Settings of the node' },
];
