import { sendAndForget } from './messages.ts';
import { bytesOf } from './text.ts';

export interface HomepageEntry {
  readonly label: string;
  /** A data URL. */
  readonly icon?: string;
  /** Below the app; usually `/`. */
  readonly path?: string;
  /** HTML. */
  readonly widget?: string;
}

const homepage = 'our@homepage:homepage:sys';

/** Shows the app on the node's homepage (packages.md §10). Needs the capability `homepage:homepage:sys`; call it at each start. */
export function addToHomepage({ label, icon, path, widget }: HomepageEntry): void {
  const entry = { label, icon: icon ?? null, path: path ?? null, widget: widget ?? null };
  sendAndForget(homepage, bytesOf(JSON.stringify({ Add: entry })));
}

export function removeFromHomepage(): void {
  sendAndForget(homepage, bytesOf('"Remove"'));
}
