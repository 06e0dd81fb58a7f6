/**
 * Differences that are stated without a case of their own. Whoever writes the case moves the statement to it, into the
 * folder of its spec file.
 */
import { differs, notEmulated } from '../frame.ts';

notEmulated(
  'other-modules.md §4',
  '`eth:distro:sys` relays to a chain',
  'RPC requests get `NoRpcForChain` at once. Subscriptions are accepted and never send an update, because process_lib would otherwise retry for ever at start',
);
notEmulated(
  'packages.md §7.7',
  '`chain:app-store:sys` lists the apps of the chain',
  'Nothing is listed. `Install` without `metadata` fails',
);
notEmulated(
  'packages.md §7.7',
  '`downloads:app-store:sys` mirrors packages to other nodes',
  'Uploads are kept; nothing is fetched from or served to other nodes',
);
notEmulated(
  'other-modules.md §8',
  '`hns-indexer` and `hypermap-cacher` know names and logs',
  'Names and logs are unknown: `{"Name":null}`, `{"NodeInfo":null}`, no logs',
);
notEmulated(
  'other-modules.md §8',
  '`terminal`, `settings`, `contacts`, `sign`, `file-explorer` and `fd-manager` answer',
  'The processes exist, so that capabilities granted to them do not vanish. A request to them is dropped with a line on the console, and its sender waits until its own timeout',
);
notEmulated(
  'other-modules.md §8',
  '`spider`, `hyperwallet` and `tester` are there where they are installed',
  'Do not exist: a request that expects a response fails at once, as on a node without them',
);
notEmulated(
  'other-modules.md §7',
  '`notifications:distro:sys` pushes to browsers',
  '`SendNotification` is answered and printed on the console. Nothing is delivered to a browser, and `/api/notifications/…` is not served',
);
notEmulated('packages.md §7.8', 'The app-store has pages', 'Not served. Use the extension, `hyperdev` or `kit`');
notEmulated(
  'other-modules.md §3.2',
  '`net:distro:sys` knows its peers, and the keys of all nodes',
  '`GetPeers` and `GetPeer` know only the own identity. `Verify` uses the own key for every node, so signatures of other nodes never verify',
);
notEmulated(
  'http-server.md §9.6',
  'A WebSocket extension gets its frames in its own format',
  'Binding works. Frames are delivered as plain ones; `WebSocketExtPushOutgoing` is answered with `MalformedRequest`',
);

differs('http-server.md §7.6', 'It listens on all interfaces', 'Loopback only: 127.0.0.1 and ::1');
differs(
  'http-server.md §7.6',
  'The Host header is not checked',
  "Must be `localhost`, `*.localhost`, `127.0.0.1` or `[::1]` with the node's port; otherwise 403 with a sentence, so that no web page reaches the node under another name",
);
differs(
  'http-server.md §7.6',
  'The Origin header is not checked',
  'A page of another machine gets 403; pages of this machine, a Vite dev server for one, pass',
);
differs(
  'http-server.md §7.6',
  'Login asks for the password',
  'Browsers on this machine are logged in by themselves and get the cookie (`"login": true` in `settings.json` shows the login page; any password is right)',
);
differs('http-server.md §7.1', 'The cookie has `domain=.<host>` and no path', 'Host-only, `Path=/; SameSite=Strict`');
differs('http-server.md §7.3', '`POST /login` answers with the key file', 'Answers `""`; `?redirect=` must be a path');
differs(
  'http-server.md §7.5',
  'Local-only paths and RPC are served only with `--expose-local`',
  'On (`"exposeLocal": false` turns them off)',
);
differs(
  'http-server.md §15',
  'A refused message gives 408 after the full wait',
  '408 at once; the header `x-hyperware-refused` says why',
);
differs('http-server.md §5', 'A response with status 1xx breaks the connection', '500');
differs(
  'http-server.md §5',
  '`Content-Length`, `Transfer-Encoding` and `Connection` from an app are sent',
  'Left out: the node frames the body',
);

differs(
  'storage.md §1',
  'Two requests of one process may overtake each other',
  'Requests of one process are done in order, and those for one package one after another',
);
differs(
  'storage.md §2.5',
  'Open files are handles, limited by fd-manager',
  'A cursor only; the file is opened for each request',
);
differs(
  'storage.md §2.4',
  'Symbolic links are followed anywhere',
  'Followed inside the vfs only; out of it: `Permission denied (os error 13)`',
);
differs(
  'storage.md §2.6',
  '`AddZip` fails for a file whose folder has no entry, and does not check names',
  'Missing folders are made; names that lead out of the target are `UnzipError`',
);
differs('storage.md §2.4', '`new_path` is joined as it was given', 'Normalised first');
differs('storage.md §3.3', 'kv keeps its data in RocksDB', 'One SQLite file a database');
differs(
  'storage.md §3.1',
  'Database names are used as they are',
  'A name with `/`, `\\` or only dots is `MalformedRequest`',
);
differs('storage.md §4.2', "Some of SQLite's error texts end in ` in <sql> at offset <n>`", 'The message alone');
differs('storage.md §4.3', 'NaN and infinity in a result: no answer', '`null`');

differs(
  'packages.md §7.4',
  'The code of a process is `/name.wasm`',
  'The same, or `/name.js` where the package has no wasm of that name: a TypeScript backend runs without being compiled to WebAssembly',
);
differs('packages.md §7.3', 'An upload that is no zip: `InstallFailed` after 5 s', '`InstallFailed` at once');
differs('packages.md §7.7', 'Fire-and-forget to `chain` is answered, which misleads the asker', 'Not answered');

differs('other-modules.md §2.3', 'The proxy of the system is honoured', 'Not used');
differs('other-modules.md §2.3', 'HTTP 1.1 and 2', '1.1');
differs(
  'other-modules.md §2.4',
  'Messages about a WebSocket have the id of the `WebSocketOpen` request',
  'Ids of their own; the channel is named in the body',
);
differs(
  'packages.md §10.3',
  'The homepage is an app of its own at `/`',
  'A plain list of apps and widgets. `SetStylesheet` lasts until the node stops. `/icon-180.png` and the fonts are not there',
);
