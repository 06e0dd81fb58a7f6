/**
 * The one description of an app (architecture.md, "Reading an app"). `rust/` and `typescript/` produce it; rules, WIT,
 * wire, callers and the inject form only ever read it. Positions are those of LSP: lines and UTF-16 characters from 0.
 */
import type { BrowserCode } from './browser.ts';
import type { Insertion, RustCrate } from './crate.ts';
import type { Documents } from './document.ts';
import type { PayloadSite } from './payload.ts';
import type { Location, Range } from './position.ts';
import type { AppCrate } from './traffic.ts';

export type { Location, Position, Range } from './position.ts';

/** hyperapp.md §1. */
export type Generation = 'v1' | 'v2' | 'v3a' | 'v3b';

export type Language = 'rust' | 'typescript';

export type HandlerKind = 'init' | 'http' | 'local' | 'remote' | 'ws' | 'ws_client' | 'eth';

/** Where a type is written, and how: messages and fixes quote the person's own text. */
interface Written {
  readonly at: Location;
  readonly text: string;
}

export type PrimitiveName =
  | 'bool'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 's8'
  | 's16'
  | 's32'
  | 's64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string';

/** What a type is; how and where it is written stands beside it (`Type`). */
export type TypeShape =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'unit' }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'option'; readonly element: Type }
  | { readonly kind: 'tuple'; readonly elements: readonly Type[] }
  | { readonly kind: 'result'; readonly ok: Type; readonly err: Type }
  /** A struct, enum or alias of the app, by name; look it up in `AppProcess.types`. */
  | { readonly kind: 'named'; readonly name: string }
  /** The system's address: a string on the wire of a page, a record between processes. */
  | { readonly kind: 'address' }
  /** Any JSON (`serde_json::Value`). */
  | { readonly kind: 'json' }
  /** `name` is the container as written: `HashMap`, `Record`. */
  | { readonly kind: 'map'; readonly name: string; readonly key?: Type; readonly value?: Type }
  /** Sets are lists on the wire; kit's older dialects refuse them. */
  | { readonly kind: 'set'; readonly name: string; readonly element?: Type }
  /** A fixed array or slice. */
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'reference'; readonly element: Type }
  /** Integers without a WIT integer of their own: `usize`, `isize`, `u128`, `i128`, plain `bigint`. */
  | { readonly kind: 'integer'; readonly name: string }
  /** A use of a generic type of the app (`element`: its first argument), a type parameter, `impl` or `dyn`. */
  | { readonly kind: 'generic'; readonly name: string; readonly element?: Type }
  /** A name from elsewhere, or a form that WIT cannot say; `element` is the first argument of `Box<T>` and the like. */
  | { readonly kind: 'foreign'; readonly name: string; readonly element?: Type };

/**
 * A type as the source writes it, resolved as far as the reader can. Which shapes have a WIT form depends on the
 * generation: ask `hyperapp/wit`.
 */
export type Type = TypeShape & Written;

export interface Field {
  readonly name: string;
  /** The key on the wire: the name, or what serde's rename or the like makes of it. */
  readonly wireName: string;
  readonly type: Type;
  /** May be left out of the JSON: an `Option`, a `serde(default)`, a `?` in TypeScript. */
  readonly optional: boolean;
  readonly at: Location;
  /** In Rust: `pub`, `pub(crate)` as written; undefined for none. */
  readonly visibility?: string | undefined;
  /** What serde's attributes say of it, in Rust. */
  readonly serde?: readonly SerdeArgument[] | undefined;
}

/** One argument of `#[serde(..)]`: `rename = "x"`, `skip`. */
export interface SerdeArgument {
  readonly key: string;
  readonly value: string | undefined;
  readonly at: Location;
  /** What to delete so that it is gone: with a comma of its own, or the whole attribute with its line. */
  readonly removal: Location;
}

export interface Variant {
  readonly name: string;
  readonly wireName: string;
  /** Unnamed data; empty for a unit variant. */
  readonly data: readonly Type[];
  /** Named data. */
  readonly fields: readonly Field[];
  readonly at: Location;
  /** From the name to the end of its data, and the text of that. */
  readonly whole: Location;
  readonly text: string;
  readonly serde?: readonly SerdeArgument[] | undefined;
}

interface Definition {
  readonly name: string;
  /** The name. */
  readonly at: Location;
  /** The whole item, with its attributes and comments. */
  readonly whole: Location;
  readonly typeParameters: readonly string[];
  /** In Rust: the item itself, from its visibility to its end, and the text of that. */
  readonly item?: { readonly at: Location; readonly text: string } | undefined;
  /** In Rust: where a derive is added to those that are there; undefined without `#[derive(..)]`. */
  readonly deriveInsertion?: Insertion | undefined;
  /** In Rust: serde's attributes on the item. */
  readonly serde?: readonly SerdeArgument[] | undefined;
  /** In Rust: other attributes by their last segment: `serde_as`. */
  readonly attributes?: readonly string[] | undefined;
  /** True if the file no longer parses here and this is the last good reading: positions are out of date. */
  readonly stale?: true | undefined;
}

export type TypeDefinition =
  | (Definition & {
      readonly kind: 'struct';
      /** A tuple struct's fields are called `0`, `1` …; a unit struct has none. */
      readonly shape: 'record' | 'tuple' | 'unit';
      readonly fields: readonly Field[];
      readonly derives: readonly string[];
    })
  | (Definition & { readonly kind: 'enum'; readonly variants: readonly Variant[]; readonly derives: readonly string[] })
  | (Definition & { readonly kind: 'alias'; readonly type: Type });

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly at: Location;
}

export interface Handler {
  /** As written: `get_user` in Rust, `getUser` in TypeScript. */
  readonly name: string;
  /** The key on the wire: `GetUser` (hyperapp.md §5). */
  readonly wireName: string;
  readonly kinds: readonly HandlerKind[];
  readonly isAsync: boolean;
  readonly parameters: readonly Parameter[];
  /** In TypeScript what the promise resolves to. Undefined if none is written. */
  readonly result: Type | undefined;
  /** `#[http(method = .., path = ..)]`. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** In Rust: what stands between the commas of `#[http(..)]`, in order; undefined without parentheses. */
  readonly httpArguments?: readonly HttpArgument[] | undefined;
  /** The name of the method. */
  readonly at: Location;
  /** The whole method, with its attributes. */
  readonly whole: Location;
  /** From `(` to `)` of the parameters, both included. */
  readonly parametersRange: Range;
  /** The receiver (`&self`), in Rust; where a first parameter is inserted after. */
  readonly receiverRange?: Range | undefined;
  /** `shared`: `&self`; `mutable`: `&mut self`; `value`: `self`; undefined without a receiver, and in TypeScript. */
  readonly receiver?: 'shared' | 'mutable' | 'value' | undefined;
  /** In Rust: `async` up to the next word. */
  readonly asyncRange?: Range | undefined;
  /** In Rust: the attribute of each kind, in the order of `kinds`. */
  readonly attributesAt?: readonly Location[] | undefined;
  readonly body?: HandlerBody | undefined;
  /** As for a definition: from the last good reading. */
  readonly stale?: true | undefined;
}

export interface HttpArgument {
  /** Before `=`; empty for a part that is no `key = value`. */
  readonly key: string;
  /** The string that is given, or undefined for any other value. */
  readonly value: string | undefined;
  /** The whole part, and its value. */
  readonly at: Location;
  readonly valueAt: Location | undefined;
  readonly valueText: string;
  /** The part with the comma that ends with it; the parentheses too if it is the only one. */
  readonly removal: Location;
}

export interface HandlerBody {
  /** From `{` to `}`, both included. */
  readonly range: Range;
  /** White space before the method's own line, and the step it is indented by inside. */
  readonly indent: string;
  readonly isEmpty: boolean;
  /** The value expression at the end, if there is one without `;`. */
  readonly tail?: Range | undefined;
}

/** A method of the macro's block that is no handler. */
export interface PlainMethod {
  readonly name: string;
  readonly at: Location;
  /** With its attributes and comments, whole lines, and the text of it. */
  readonly whole: Location;
  readonly text: string;
}

export interface MacroArgument {
  readonly key: string;
  readonly at: Location;
  /** The value's source text. */
  readonly text: string;
  readonly valueAt?: Location | undefined;
}

/** The impl block (Rust) or class (TypeScript) under the framework's attribute. */
export interface Block {
  readonly file: string;
  /** From the first character of `impl` or `class` to the closing brace. */
  readonly range: Range;
  readonly attribute: Location;
  /** The macro as the attribute writes it: `hyperapp`, `hyperapp_macro::hyperapp`. */
  readonly macroPath: string;
  /** That path's place, in Rust. */
  readonly macroAt?: Location | undefined;
  /** What stands under the attribute; the macro takes an impl only, and kit reads no other. */
  readonly carrier: 'impl' | 'struct' | 'class';
  /** The first plain string after `wit_world` in the attribute, without its quotes, unescaped: what kit takes as the world. */
  readonly worldLiteral: string | undefined;
  readonly stateName: string;
  readonly arguments: readonly MacroArgument[];
  /** In Rust: arguments that are no `key = value`. */
  readonly looseArguments?: readonly { readonly at: Location; readonly text: string }[] | undefined;
  /** In Rust: behind the last argument; undefined without parentheses. */
  readonly argumentInsertion?: Insertion | undefined;
  /** In Rust: the attribute's text, and the first impl block that holds handlers. */
  readonly attributeText?: string | undefined;
  readonly implAt?: Location | undefined;
  readonly plainMethods: readonly PlainMethod[];
  /** As for a definition: from the last good reading. */
  readonly stale?: true | undefined;
}

export interface Endpoint {
  readonly kind: 'http' | 'ws';
  readonly path: string;
  /** In Rust: the path's literal, and what to delete so that the binding is gone. */
  readonly at?: Location | undefined;
  readonly removal?: Location | undefined;
}

export interface AppProcess {
  /** The manifest's name for the wasm of this folder, else the folder's name: `samchat`. */
  readonly name: string;
  readonly language: Language;
  readonly generation: Generation;
  /** One sentence: why that generation was found. */
  readonly generationReason: string;
  readonly handlers: readonly Handler[];
  readonly types: ReadonlyMap<string, TypeDefinition>;
  /** All of them in the order of their files and lines: also those whose name an earlier file has taken. */
  readonly definitions: readonly TypeDefinition[];
  readonly stateType: string | undefined;
  readonly witWorld: string | undefined;
  /** `[package.metadata.component] package` of Cargo.toml; kit builds `hyperware:process` only. */
  readonly component?: string | undefined;
  /** What the macro's `endpoints` bind. */
  readonly endpoints: readonly Endpoint[];
  /** In Rust: behind the last binding of `vec![..]`; undefined if `endpoints` is not such a list of literal bindings. */
  readonly endpointInsertion?: Insertion | undefined;
  readonly block: Block;
  /** Undefined in TypeScript. */
  readonly crate?: RustCrate | undefined;
  /** The file that holds the class or impl block. */
  readonly file: string;
  /** Folder of the crate or of the TypeScript backend, absolute. */
  readonly folder: string;
  /** Every source file read for it, absolute. */
  readonly files: readonly string[];
  /** True if macros at the top level of its files may define types that the reader cannot see. */
  readonly mayDefineMore: boolean;
  /**
   * False if a file has syntax errors outside of function bodies and no earlier, whole reading stands in for it: handlers
   * and types may be missing, and rules that depend on all of them stay silent.
   */
  readonly complete: boolean;
}

/** A folder of front-end sources, and what in it reaches the app's processes. */
export interface FrontEnd extends BrowserCode {
  readonly folder: string;
  /** Processes that serve it by `ui_path`; empty: not known, any process of the app. */
  readonly processes: readonly string[];
  readonly sites: readonly PayloadSite[];
  /** Bodies that are being typed: for completion, not for rules. */
  readonly drafts: readonly PayloadSite[];
}

/** A comment that switches rules off (diagnostics.md §0.1). */
export interface Ignore {
  readonly at: Location;
  readonly codes: readonly string[];
  /** Lines it speaks for. */
  readonly lines: readonly [first: number, last: number];
}

export interface App {
  /** Folder with metadata.json; absolute. */
  readonly root: string;
  /** `package-name:publisher`. */
  readonly packageId: string;
  readonly processes: readonly AppProcess[];
  /** Folders that look like processes and could not be read, with the reason; payload rules stay silent then. */
  readonly unread: readonly { readonly folder: string; readonly reason: string }[];
  /** Folders with a process that does without the framework: what they take is not known. */
  readonly plainProcesses: readonly string[];
  /** Folder of the front end's sources, absolute, if there is one. */
  readonly ui: string | undefined;
  readonly frontEnds: readonly FrontEnd[];
  readonly ignores: readonly Ignore[];
  /** Worlds that files of `api/` define. */
  readonly witWorlds: readonly string[];
  /** `wit_bindgen::generate!` of any crate, with the world it names. */
  readonly witBindings: readonly { readonly world: string; readonly at: Location }[];
  /** Packages whose APIs the build brings in (`properties.dependencies` of metadata.json). */
  readonly dependencies: readonly string[];
  /** Its Rust crates, with and without the framework. */
  readonly crates: readonly AppCrate[];
  /** Its files that are no code, and the pages of its front ends. */
  readonly documents: Documents;
  /** Every source file that was read. */
  readonly files: readonly string[];
}
