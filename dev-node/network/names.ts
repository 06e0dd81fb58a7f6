/** Which peer holds which name, first come first kept, in `<home>/names.json`. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as v from 'valibot';
import type { NameRecord } from './record.ts';

const holder = v.object({
  peerId: v.string(),
  sequence: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Where the holder was last heard of. */
  addresses: v.array(v.string()),
  /** When the name was first seen with this peer: milliseconds since 1970. */
  since: v.number(),
  /** The holder's home folder, if it lies on this machine: see `rebind`. */
  home: v.optional(v.string()),
});
export type Holder = v.InferOutput<typeof holder>;
const namesFile = v.object({ names: v.record(v.string(), holder) });

export interface Names {
  holder(name: string): Holder | undefined;
  nameOf(peerId: string): string | undefined;
  entries(): readonly (readonly [string, Holder])[];
  /** Binds the record's name, or renews what is known of its holder. False: another peer holds the name. */
  claim(record: NameRecord, home: string | undefined): boolean;
  /**
   * Gives a name to a new peer although another holds it. Only for a node whose home folder, on this machine, is the one that
   * the holder had: its owner has emptied it, so the old key is gone for good.
   */
  rebind(record: NameRecord, home: string): void;
  /** Notes where the home folder of a name's holder lies on this machine. */
  livesAt(name: string, peerId: string, home: string): void;
  /** Resolves when all changes are on disk. */
  saved(): Promise<void>;
}

/** Reads the names seen so far. A file that cannot be read is an error: names must not be forgotten silently. */
export async function openNames(home: string): Promise<Names> {
  const file = path.join(home, 'names.json');
  const holders = new Map<string, Holder>(Object.entries(await readNames(file)));
  let writing: Promise<void> = Promise.resolve();
  let problem: unknown;
  const save = () => {
    writing = writing
      .then(async () => {
        const draft = `${file}.new`;
        await fs.writeFile(draft, `${JSON.stringify({ names: Object.fromEntries(holders) }, null, 2)}\n`, {
          mode: 0o600,
        });
        await fs.rename(draft, file);
      })
      .catch((error) => {
        problem = error;
      });
  };
  const keep = (record: NameRecord, since: number, homeFolder: string | undefined) => {
    const known = holders.get(record.name);
    const next: Holder = {
      peerId: record.peerId,
      sequence: record.sequence,
      addresses: [...record.addresses],
      since,
      ...(homeFolder === undefined ? {} : { home: homeFolder }),
    };
    if (known && JSON.stringify(known) === JSON.stringify(next)) return;
    holders.set(record.name, next);
    save();
  };
  return {
    holder: (name) => holders.get(name),
    nameOf: (peerId) => [...holders].find(([, one]) => one.peerId === peerId)?.[0],
    entries: () => [...holders],
    claim(record, homeFolder) {
      const known = holders.get(record.name);
      if (known && known.peerId !== record.peerId) return false;
      // An older record of the same peer proves the name as well, but tells nothing new.
      if (known && known.sequence > record.sequence) return true;
      keep(record, known?.since ?? Date.now(), homeFolder ?? known?.home);
      return true;
    },
    rebind: (record, homeFolder) => keep(record, Date.now(), homeFolder),
    livesAt(name, peerId, homeFolder) {
      const known = holders.get(name);
      if (!known || known.peerId !== peerId || known.home === homeFolder) return;
      holders.set(name, { ...known, home: homeFolder });
      save();
    },
    async saved() {
      await writing;
      if (problem) throw problem;
    },
  };
}

async function readNames(file: string): Promise<Record<string, Holder>> {
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return v.parse(namesFile, JSON.parse(text)).names;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} is damaged (${why}). Mend it, or remove it to forget which peer holds which name.`);
  }
}
