/** What a front end sends to the app's handlers, as far as its source says (diagnostics.md §0.3). */
import type { Location, Range } from './position.ts';

interface Written {
  readonly at: Location;
  readonly text: string;
}

/** What is known of a value without running it. `other` with no `type`: nothing is known, and rules stay silent. */
export type ValueShape =
  | { readonly kind: 'object'; readonly properties: readonly Property[]; readonly hasSpread: boolean }
  | { readonly kind: 'array'; readonly elements: readonly Value[]; readonly hasSpread: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'null' }
  | { readonly kind: 'undefined' }
  /** `type`: what the declaration or the expression's own form makes certain. `value`: the constant it stands for. */
  | {
      readonly kind: 'other';
      readonly type?: ValueType | undefined;
      readonly value?: Value | undefined;
      /** Of a list: what its elements are. */
      readonly element?: ValueType | undefined;
      /** The class, where JSON makes something else of it than people expect: `Uint8Array`, `Map`, `Date`, `bigint`. */
      readonly made?: string | undefined;
    }
  /** One of these: `a ? b : c`, `a ?? b`. */
  | { readonly kind: 'either'; readonly values: readonly Value[] };

export type ValueType = 'string' | 'number' | 'boolean' | 'array' | 'object';

export type Value = ValueShape & Written;

export interface Property {
  readonly name: string;
  readonly at: Range;
  readonly value: Value;
}

export interface PayloadSite {
  /** The key as written: `GetUser`. */
  readonly key: string;
  readonly keyAt: Location;
  /** How to write another key in its place: `GetUser` bare, or within the quotes that are there. */
  readonly quote: '' | '"' | "'";
  /** The whole object literal. */
  readonly at: Location;
  readonly value: Value;
  /**
   * `request`: it reaches the body of a request; `declared`: only its declared type says so (flow 3 of the spec);
   * `text`: it is written as JSON text (flow 4): its shape counts, its names and types don't.
   */
  readonly flow: 'request' | 'declared' | 'text';
  /** Text of the request's URL as far as it is constant, `*` for each part that is not; undefined if unknown. */
  readonly url: string | undefined;
  /** Half-typed: an empty literal (its key is empty then), or one in a stretch that does not parse. No rule sees these. */
  readonly isDraft?: true | undefined;
}
