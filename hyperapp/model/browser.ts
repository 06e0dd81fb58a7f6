/** What a front end does beside sending payloads: reading `window.our`, opening sockets, calling `fetch` and stubs. */
import type { Location } from './position.ts';

/** A property of `window.our`, or of a local name for it. */
export interface OurUse {
  /** The whole access: `window.our.node`. */
  readonly at: Location;
  readonly property: string;
  /** The `.` before the property; undefined for `[..]`. */
  readonly dot: Location | undefined;
  readonly isWrite: boolean;
  /** `asserted`: `window.our!.node`. */
  readonly guard: 'none' | 'asserted' | 'guarded';
  /** Where a write can be wrapped: the whole statement, if it is nothing but the assignment. */
  readonly statement: Location | undefined;
}

export interface SocketUse {
  readonly at: Location;
  /** As a payload site's URL: `${source}` for each part that is not constant. */
  readonly url: string;
}

/** A call of `fetch` with an options object that is written out. */
export interface FetchCall {
  /** `fetch` with its first argument. */
  readonly at: Location;
  readonly urlAt: Location;
  readonly url: string;
  readonly hasBody: boolean;
  /** `none`: not given; `unknown`: given by a spread or a value that is no literal; else in upper case. */
  readonly method: string;
  readonly methodAt: Location | undefined;
  /** Behind the opening brace of the options. */
  readonly inside: Location;
}

/** A call of a function of the generated `caller-utils.ts`. */
export interface GeneratedCall {
  readonly at: Location;
  /** The handler, as its method is called. */
  readonly name: string;
  /** The result is used as if it could not be an error, and nothing near it asks for `Err`. */
  readonly isUnchecked: boolean;
}

export interface BrowserCode {
  readonly ourUses: readonly OurUse[];
  readonly sockets: readonly SocketUse[];
  readonly fetches: readonly FetchCall[];
  readonly generatedCalls: readonly GeneratedCall[];
  /** Paths that the development server hands on (`server.proxy` of a vite.config); `*`: not all of them are known. */
  readonly proxied: readonly string[];
  /** Imports of a generated file, by the module's text. */
  readonly generatedImports: readonly Location[];
  /** Where the first statement after the imports can stand, if this is the file that starts the front end. */
  readonly entry: Location | undefined;
}
