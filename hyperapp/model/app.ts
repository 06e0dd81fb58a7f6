/**
 * The one description of an app (architecture.md, "Reading an app"). `rust/` and `typescript/` produce it; rules, WIT,
 * wire, callers and the inject form only ever read it. Positions are those of LSP: lines and UTF-16 characters from 0.
 */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A range in a file; `file` is an absolute path. */
export interface Location {
  readonly file: string;
  readonly range: Range;
}

/** hyperapp.md §1. */
export type Generation = 'v1' | 'v2' | 'v3a' | 'v3b';

export type HandlerKind = 'init' | 'http' | 'local' | 'remote' | 'ws' | 'ws_client' | 'eth';

/**
 * A type as the source writes it, resolved as far as the reader can. WIT-shaped where it has a WIT form; `foreign` is a
 * name that has none, with the text the person wrote.
 */
export type Type =
  | {
      readonly kind: 'primitive';
      readonly name:
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
      readonly at?: Location;
    }
  | { readonly kind: 'unit'; readonly at?: Location }
  | { readonly kind: 'list'; readonly element: Type; readonly at?: Location }
  | { readonly kind: 'option'; readonly element: Type; readonly at?: Location }
  | { readonly kind: 'tuple'; readonly elements: readonly Type[]; readonly at?: Location }
  | { readonly kind: 'result'; readonly ok: Type; readonly err: Type; readonly at?: Location }
  /** A struct or enum of the app, by name; look it up in `AppProcess.types`. */
  | { readonly kind: 'named'; readonly name: string; readonly at?: Location }
  /** Types that have no WIT form: maps, fixed arrays, references, big integers, generics, names from elsewhere. */
  | {
      readonly kind: 'map' | 'set';
      readonly text: string;
      readonly key?: Type;
      readonly value?: Type;
      readonly at?: Location;
    }
  | {
      readonly kind: 'array' | 'reference' | 'integer' | 'generic' | 'foreign';
      readonly text: string;
      readonly element?: Type;
      readonly at?: Location;
    };

export interface Field {
  readonly name: string;
  /** The key on the wire: the name, or what serde's rename or the like makes of it. */
  readonly wireName: string;
  readonly type: Type;
  readonly optional: boolean;
  readonly at: Location;
}

export interface Variant {
  readonly name: string;
  readonly wireName: string;
  /** Unnamed data; empty for a unit variant. */
  readonly data: readonly Type[];
  /** Named data. */
  readonly fields: readonly Field[];
  readonly at: Location;
}

export type TypeDefinition =
  | {
      readonly kind: 'struct';
      readonly name: string;
      readonly fields: readonly Field[];
      readonly derives: readonly string[];
      readonly at: Location;
    }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly variants: readonly Variant[];
      readonly derives: readonly string[];
      readonly at: Location;
    }
  | { readonly kind: 'alias'; readonly name: string; readonly type: Type; readonly at: Location };

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
  readonly result: Type | undefined;
  /** `#[http(method = .., path = ..)]`. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** The name of the method. */
  readonly at: Location;
  /** From `(` to `)` of the parameters, both included. */
  readonly parametersRange: Range;
  /** The receiver (`&self`), in Rust; where a first parameter is inserted after. */
  readonly receiverRange?: Range | undefined;
}

export interface AppProcess {
  /** Folder or manifest name: `samchat`. */
  readonly name: string;
  readonly language: 'rust' | 'typescript';
  readonly generation: Generation;
  /** One sentence: why that generation was found. */
  readonly generationReason: string;
  readonly handlers: readonly Handler[];
  readonly types: ReadonlyMap<string, TypeDefinition>;
  readonly stateType: string | undefined;
  readonly witWorld: string | undefined;
  /** The file that holds the class or impl block. */
  readonly file: string;
  /** False if a file had syntax errors in the region that holds handlers: cross-language rules stay silent. */
  readonly complete: boolean;
}

export interface App {
  /** Folder with metadata.json; absolute. */
  readonly root: string;
  /** `package-name:publisher`. */
  readonly packageId: string;
  readonly processes: readonly AppProcess[];
  /** Folder of the front end's sources, absolute, if there is one. */
  readonly ui: string | undefined;
}
