/** What a crate's code sends and names, as far as its source says (diagnostics.md §0.3, "Requests (Rust)"). */
import type { Value } from './payload.ts';
import type { Location } from './position.ts';

/** A chain from `Request::new()` or `Request::to(..)`, with what is added through a variable of the same function. */
export interface RequestChain {
  /** `Request::to(..)`. */
  readonly at: Location;
  /** `.send()` or `.send_and_await_response(n)`, from its dot; undefined where the request goes on elsewhere. */
  readonly sent: { readonly name: string; readonly at: Location } | undefined;
  readonly hasTimeout: boolean;
  readonly inherits: boolean;
  readonly target: RequestTarget | undefined;
  readonly body: RequestBody | undefined;
}

export interface RequestTarget {
  /** `own`: this node; `literal`: a node by name; `source`: that of whoever asked; `unknown`: any. */
  readonly node: { readonly kind: 'own' | 'source' | 'unknown' } | { readonly kind: 'literal'; readonly name: string };
  /** `process:package:publisher`; undefined if it is not constant. */
  readonly process: string | undefined;
  readonly at: Location;
}

/** A body with one key. */
export interface RequestBody {
  readonly key: string;
  readonly keyAt: Location;
  readonly quote: '' | '"';
  readonly at: Location;
  readonly value: Value;
  /** The enum whose variant it is; undefined for `json!`. */
  readonly enumName: string | undefined;
}

/** A constant text that is read as a process id or an address; `{x}` stands for what is not constant. */
export interface IdText {
  readonly as: 'process' | 'address';
  readonly text: string;
  readonly at: Location;
  /** The text is a literal at that place, in quotes. */
  readonly isLiteral: boolean;
}

/** A literal part of `ProcessId::new(Some("p"), "k", "u")`. */
export interface IdPart {
  readonly part: 'process' | 'package' | 'publisher';
  readonly text: string;
  readonly at: Location;
}

/** A use of something that a module of the node does. */
export interface ModuleUse {
  /** `vfs:distro:sys`. */
  readonly module: string;
  /** As people know it: `vfs::create_file`. */
  readonly what: string;
  readonly at: Location;
}

/** `get_note_remote_rpc(&target, id)` of a generated crate. */
export interface StubCall {
  readonly at: Location;
  /** The process it is of, with `_`: `caller_utils::notes::…`; undefined if the source does not say. */
  readonly process: string | undefined;
  /** `get_note`. */
  readonly handler: string;
  readonly kind: 'local' | 'remote';
  readonly argumentCount: number;
}

export interface CrateTraffic {
  readonly requests: readonly RequestChain[];
  readonly idTexts: readonly IdText[];
  readonly idParts: readonly IdPart[];
  readonly moduleUses: readonly ModuleUse[];
  readonly stubCalls: readonly StubCall[];
  readonly sockets: readonly { readonly at: Location; readonly url: string }[];
  /** `.send_and_await_response(..)?` whose value is used as the message; the `?`. */
  readonly bareResults: readonly Location[];
  /** An address's parse error put into words by `{}` or `to_string()`, with what to write there. */
  readonly shownErrors: readonly { readonly at: Location; readonly newText: string }[];
}

/** A folder with Cargo.toml and src/lib.rs, with or without the framework. */
export interface AppCrate {
  readonly folder: string;
  /** The name in the manifest, else the folder's. */
  readonly name: string;
  /** Under the framework's macro. */
  readonly isFramework: boolean;
  readonly traffic: CrateTraffic;
}
