/** Files that are no code, with the places of what they say: JSON, the pages of a front end, Cargo.toml. */
import type { Location } from './position.ts';

export type JsonShape =
  | { readonly kind: 'object'; readonly properties: readonly JsonProperty[] }
  | { readonly kind: 'array'; readonly elements: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

export type JsonNode = JsonShape & { readonly at: Location };

export interface JsonProperty {
  readonly name: string;
  /** The name with its quotes. */
  readonly nameAt: Location;
  readonly value: JsonNode;
}

export interface JsonDocument {
  readonly file: string;
  /** Undefined if nothing in it can be read. */
  readonly root: JsonNode | undefined;
  /** False while it does not parse: what is missing may only be half typed. */
  readonly isWhole: boolean;
}

/** The value of a property, if `node` is an object that has it. */
export function propertyOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  return node.properties.find((property) => property.name === name)?.value;
}

/** A `<script>` of a page. */
export interface PageScript {
  /** The whole element, with its line where it stands alone. */
  readonly at: Location;
  readonly startTag: Location;
  /** `data`: JSON, an import map, a template: nothing that runs. */
  readonly kind: 'classic' | 'module' | 'data';
  readonly src: string | undefined;
  readonly srcAt: Location | undefined;
  readonly isDeferred: boolean;
  readonly isAsync: boolean;
  /** The code inside names `our`. */
  readonly mentionsOur: boolean;
  /** The code inside imports `/our.js`, statically or not. */
  readonly importsOurJs: boolean;
  /** True if nothing else stands on its lines. */
  readonly isAlone: boolean;
}

/** An html document that a browser opens. */
export interface Page {
  readonly file: string;
  /** The start tag of the head; undefined if it is only implied. */
  readonly head: Location | undefined;
  /** White space before the first element of the head, or what would fit there. */
  readonly indent: string;
  /** In the order they stand in. */
  readonly scripts: readonly PageScript[];
}

export interface CargoDependency {
  readonly name: string;
  /** The key, or the header of a table of its own. */
  readonly nameAt: Location;
  /** The entry or table, whole lines. */
  readonly whole: Location;
  readonly version: string | undefined;
  readonly features: readonly string[];
  /** True for `workspace = true`. */
  readonly isInherited: boolean;
  /** Where the features are, if any: the list's last element or its opening bracket. */
  readonly featureList: Location | undefined;
  /** The value: `"1.0"`, `{ .. }`; undefined for a table of its own. */
  readonly valueAt: Location | undefined;
  readonly valueText: string;
}

export interface CargoDocument {
  readonly file: string;
  readonly isWhole: boolean;
  /** `[dependencies]`, without those of a target, of builds or of tests. */
  readonly dependencies: readonly CargoDependency[];
  /** The key or header of `[package] name`, where something is said of the crate as a whole. */
  readonly packageAt: Location | undefined;
  readonly component: string | undefined;
  readonly componentAt: Location | undefined;
  /** `[lib] crate-type`. */
  readonly crateTypes: readonly string[] | undefined;
  readonly crateTypesAt: Location | undefined;
  readonly libAt: Location | undefined;
  /** `[workspace] members`, as written. */
  readonly members: readonly string[] | undefined;
  readonly membersAt: Location | undefined;
  /** Behind its last character. */
  readonly end: Location;
  /** True if the text ends with a line break. */
  readonly endsWithBreak: boolean;
}

/** A file that a build writes: one of `api/`, or the callers of `target/ui/`. */
export interface GeneratedFile {
  readonly file: string;
  /** The file's name alone: `chat.wit`. */
  readonly name: string;
  /** `undefined`: WIT without a header that can be read. */
  readonly kind: 'interface' | 'world' | 'callers' | undefined;
  /** What the header calls it, without `%`. */
  readonly header: { readonly name: string; readonly at: Location } | undefined;
  /** Imports of a world, each with its whole line and line break. */
  readonly imports: readonly { readonly name: string; readonly at: Location; readonly line: Location }[];
  /** True if it holds signature records with kit's comments: no person writes those. */
  readonly hasSignatures: boolean;
  readonly text: string;
  /** The first line that an open document says otherwise than the disk; undefined where nothing is unsaved. */
  readonly editedAt: Location | undefined;
}

/** What an app has of them; undefined where a file is missing. */
export interface Documents {
  readonly metadata: JsonDocument | undefined;
  readonly manifest: JsonDocument | undefined;
  /** Wasm and script files that lie in `pkg/`, by name. */
  readonly packaged: readonly string[];
  /** `index.html` of each front end; that of `pkg/ui` if there is no source of one. */
  readonly pages: readonly Page[];
  /** The workspace's Cargo.toml in the package's root. */
  readonly workspace: CargoDocument | undefined;
  /** Cargo.toml of each crate, by its folder. */
  readonly crates: ReadonlyMap<string, CargoDocument>;
  /** Folders below the root that give a wasm, whatever their language. */
  readonly buildFolders: readonly string[];
  /** What is there of `api/*.wit` and `target/ui/caller-utils.ts`. */
  readonly generated: readonly GeneratedFile[];
}
