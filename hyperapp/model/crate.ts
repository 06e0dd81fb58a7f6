/** What a Rust crate says beside its handlers and types: what rules ask about its code. */
import type { Location, Position, Range } from './position.ts';

/** A dependency of a Cargo.toml, with its workspace's entry merged in. */
export interface Dependency {
  readonly version: string | undefined;
  readonly git: string | undefined;
  readonly rev: string | undefined;
  readonly branch: string | undefined;
  readonly features: readonly string[];
}

export interface RustCrate {
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** `impl Trait for Type`, anywhere in the crate. */
  readonly implementations: readonly Implementation[];
  readonly imports: readonly Import[];
  /** Every function with a body, methods included, without those of tests. */
  readonly functions: readonly FunctionCode[];
  /** Types that are defined where kit does not look. */
  readonly hiddenTypes: readonly HiddenType[];
  /** Words in macro calls between items: what such a macro defines or implements is not known. */
  readonly macroWords: ReadonlySet<string>;
  /**
   * Every place where a word stands in the crate's code, comments and strings left out. Reads the sources each time: for
   * mends, not for looking around.
   */
  occurrences(word: string): readonly Occurrence[];
}

/** Last path segments. */
export interface Implementation {
  readonly trait: string;
  readonly type: string;
}

/** One name that a `use` brings in. */
export interface Import {
  /** The whole path: `hyperware_process_lib::hyperapp::Binding`. */
  readonly path: string;
  /** What it is called here: the last segment, or what stands after `as`; `*` for a glob. */
  readonly name: string;
  readonly isRenamed: boolean;
  readonly at: Location;
  /** What to delete so that this name, and no other, is no longer imported. */
  readonly removal: Location;
  /** In an inline module or a function. */
  readonly isNested: boolean;
}

export interface FunctionCode {
  readonly name: string;
  readonly at: Location;
  readonly isAsync: boolean;
  /** From `{` to `}`, both included. */
  readonly body: Location;
  /** White space of the line that the function stands on. */
  readonly indent: string;
  readonly calls: readonly Call[];
  readonly macros: readonly MacroCall[];
}

interface Place {
  /** True if an `.await` of the same function (or of the block or closure it stands in) comes before it. */
  readonly followsAwait: boolean;
  /** In an async function, block or closure. */
  readonly isInAsync: boolean;
}

export interface Call extends Place {
  /** The last segment: `source`, `send`. */
  readonly name: string;
  /** As written, without arguments; empty for a method: `hyperapp::source`. */
  readonly path: string;
  readonly isMethod: boolean;
  /** The name alone. */
  readonly at: Location;
  /** With receiver, name and arguments; for a chain, all of it up to this call. */
  readonly whole: Location;
  /** For a method: what stands before the dot. */
  readonly receiver: string | undefined;
  /** The text between the parentheses. */
  readonly argumentsText: string;
  readonly isAwaited: boolean;
}

export interface MacroCall extends Place {
  /** Last segment: `hyper`. */
  readonly name: string;
  readonly at: Location;
  /** Macros whose arguments it stands in, innermost last. */
  readonly within: readonly string[];
}

export interface HiddenType {
  readonly name: string;
  /** `mod types`, `fn start`, `macro rows!`: where it stands. */
  readonly within: string;
  readonly at: Location;
  /** With attributes and comments; undefined where a macro makes it. */
  readonly whole: Location | undefined;
  /** The text of that, without the indentation of its first line. */
  readonly text: string;
  /** The inline module it stands in, if that stands at the top level itself. */
  readonly module: Range | undefined;
}

export interface Occurrence {
  readonly at: Location;
  /** What stands right before and after it, white space left out: `.`, `::`, `(`, `:`; empty at an edge. */
  readonly before: string;
  readonly after: string;
}

/** Where something is inserted, and what separates it from what is there. */
export interface Insertion {
  readonly file: string;
  readonly at: Position;
  /** True if something stands before it that no comma ends. */
  readonly needsComma: boolean;
}
