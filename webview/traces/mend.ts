/** What to write where, so that a message that failed would pass: entries of manifests (kernel.md §5). Pure. */
import { address } from '../shared/words.ts';
import type { Span } from './span.ts';

export interface Mend {
  /** Where it belongs: key, process, file, package. */
  readonly where: string;
  /** The text to add there. */
  readonly entry: string;
}

/** None where no manifest is at fault. Of several, one is enough. The package must be installed again after it. */
export function mendsOf({ cause, source, target }: Span['failures'][number]): Mend[] {
  const [from, to] = [address(source).process, address(target).process];
  if (cause === 'missing-messaging-capability') {
    // A module has no manifest that a person could change.
    const ask = isModule(from) ? [] : [inList('request_capabilities', from, to)];
    const give = isModule(to) ? [] : [inList('grant_capabilities', to, from)];
    return [...ask, ...give];
  }
  if (cause === 'missing-network-capability') return isModule(from) ? [] : [networking(from)];
  if (cause === 'target-not-networked') return isModule(to) ? [] : [networking(to)];
  return [];
}

const isModule = (process: string): boolean => process.endsWith(':sys');

const inList = (key: string, process: string, entry: string): Mend => ({
  where: `${key} of ${manifestOf(process)}`,
  entry: JSON.stringify(entry),
});

const networking = (process: string): Mend => ({ where: manifestOf(process), entry: '"request_networking": true' });

function manifestOf(process: string): string {
  const [name, ...rest] = process.split(':');
  return `“${name}” in pkg/manifest.json of ${rest.join(':')}`;
}
