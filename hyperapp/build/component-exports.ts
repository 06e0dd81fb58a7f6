/** Changes to the exports of a finished component, in its binary form (component model, Binary.md). */

/** An item of an export section; offsets are from the component's start. */
interface ExportItem {
  readonly name: string;
  readonly nameStart: number;
  readonly sort: number;
  readonly index: number;
  readonly indexStart: number;
}

interface Section {
  readonly id: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

const preamble = 8;
const functionSort = 1;
const customSection = 0;
const aliasSection = 6;
const exportSection = 11;

/** The component with another name on an export; both are equally long. Throws if there is no such export. */
export function withRenamedExport(component: Uint8Array, name: string, newName: string): Uint8Array {
  if (name.length !== newName.length) throw new RangeError(`"${name}" and "${newName}" differ in length`);
  const { item } = find(component, name);
  const renamed = Uint8Array.from(component);
  renamed.set(new TextEncoder().encode(newName), item.nameStart);
  return renamed;
}

/**
 * The component without one exported function. An export is an index of its own, so what stands behind it is counted
 * anew: only where that are aliases and exports, as the componentizer lays them out. Throws if the form is another.
 */
export function withoutExport(component: Uint8Array, name: string): Uint8Array {
  const { item, section, all } = find(component, name);
  const place = all.indexOf(section);
  const after = all.slice(place + 1);
  if (item.sort !== functionSort || exportsOf(component, section).length > 1)
    throw new Error(`the export "${name}" does not stand alone`);
  if (aliasedIn(component, all[place - 1]) !== name) throw new Error(`no alias stands before the export "${name}"`);
  if (after.some(({ id }) => id !== aliasSection && id !== exportSection && id !== customSection))
    throw new Error(`more than exports stands behind the export "${name}"`);
  // The alias before it made the last function there was, and this export the next.
  const removed = item.index + 1;
  const changed = Uint8Array.from(component);
  for (const later of after.filter(({ id }) => id === exportSection))
    for (const { sort, index, indexStart } of exportsOf(component, later)) {
      if (sort !== functionSort || index < removed) continue;
      // A number below 128 is one byte, and so is the one before it.
      if (index === removed || index > 127) throw new Error(`function ${index} cannot be counted anew`);
      changed[indexStart] = index - 1;
    }
  return Buffer.concat([changed.subarray(0, section.start), changed.subarray(section.end)]);
}

function find(component: Uint8Array, name: string): { item: ExportItem; section: Section; all: readonly Section[] } {
  const all = sectionsOf(component);
  for (const section of all.filter(({ id }) => id === exportSection))
    for (const item of exportsOf(component, section)) if (item.name === name) return { item, section, all };
  throw new Error(`it has no export "${name}"`);
}

function sectionsOf(component: Uint8Array): Section[] {
  const sections: Section[] = [];
  const at = { bytes: component, at: preamble };
  while (at.at < component.length) {
    const start = at.at;
    const id = byte(at);
    const size = number(at);
    at.at += size;
    sections.push({ id, start, contentStart: at.at - size, end: at.at });
  }
  return sections;
}

function exportsOf(component: Uint8Array, { contentStart }: Section): ExportItem[] {
  const at = { bytes: component, at: contentStart };
  return Array.from({ length: number(at) }, () => {
    byte(at);
    const name = text(at);
    const nameStart = at.at - name.length;
    const sort = byte(at);
    // A core sort has two bytes.
    if (sort === 0) byte(at);
    const indexStart = at.at;
    const index = number(at);
    if (byte(at) !== 0) {
      byte(at);
      number(at);
    }
    return { name, nameStart, sort, index, indexStart };
  });
}

/** The name of the function that the section takes out of an instance, if it is such an alias and no more. */
function aliasedIn(component: Uint8Array, section: Section | undefined): string | undefined {
  if (section?.id !== aliasSection) return undefined;
  const at = { bytes: component, at: section.contentStart };
  const isOne = number(at) === 1 && byte(at) === functionSort && byte(at) === 0;
  if (!isOne) return undefined;
  number(at);
  return text(at);
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function byte(cursor: Cursor): number {
  const value = cursor.bytes[cursor.at++];
  if (value === undefined) throw new Error('it is cut off');
  return value;
}

/** LEB128, unsigned. */
function number(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const next = byte(cursor);
    value += (next & 0x7f) * factor;
    if (next < 0x80) return value;
  }
}

function text(cursor: Cursor): string {
  const length = number(cursor);
  cursor.at += length;
  return Buffer.from(cursor.bytes.subarray(cursor.at - length, cursor.at)).toString('latin1');
}
