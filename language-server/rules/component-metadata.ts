import * as path from 'node:path';
import type { AppProcess } from '../../hyperapp/model/app.ts';
import type { CargoDocument } from '../../hyperapp/model/document.ts';
import { startOf } from './document.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW051: what Cargo.toml must say so that kit builds the crate (packages.md §1). */
export const componentMetadata: Rule = {
  code: 'HW051',
  name: 'component-metadata',
  severity: always('warning'),
  isOverview: false,
  *check({ app: { processes, documents } }) {
    for (const process of processes) {
      const cargo = documents.crates.get(process.folder);
      if (!cargo?.isWhole) continue;
      const findings = [noComponent(cargo), noLibrary(cargo), noMember(documents.workspace, process)];
      for (const finding of findings) if (finding) yield { ...finding, generation: process.generation };
    }
  },
};

type Problem = Omit<Finding, 'generation'>;

function noComponent(cargo: CargoDocument): Problem | undefined {
  if (cargo.component === 'hyperware:process') return undefined;
  const message = 'kit skips this crate: add [package.metadata.component] package = "hyperware:process".';
  if (cargo.componentAt) {
    const edits = [{ at: cargo.componentAt, newText: 'package = "hyperware:process"' }];
    return { at: cargo.componentAt, message, fixes: [{ title: 'Change to "hyperware:process"', edits }] };
  }
  const newText = `${cargo.endsWithBreak ? '' : '\n'}\n[package.metadata.component]\npackage = "hyperware:process"\n`;
  return {
    at: cargo.packageAt ?? startOf(cargo.file),
    message,
    fixes: [{ title: 'Add [package.metadata.component]', edits: [{ at: cargo.end, newText }] }],
  };
}

function noLibrary(cargo: CargoDocument): Problem | undefined {
  if (cargo.crateTypes?.includes('cdylib')) return undefined;
  const message = 'kit finds no component of this crate: add [lib] crate-type = ["cdylib"].';
  if (cargo.crateTypesAt) {
    const list = [...(cargo.crateTypes ?? []), 'cdylib'].map((type) => `"${type}"`).join(', ');
    const edits = [{ at: cargo.crateTypesAt, newText: `[${list}]` }];
    return { at: cargo.crateTypesAt, message, fixes: [{ title: 'Add "cdylib"', edits }] };
  }
  if (cargo.libAt) {
    const at = { file: cargo.file, range: { start: cargo.libAt.range.start, end: cargo.libAt.range.start } };
    const edits = [{ at, newText: 'crate-type = ["cdylib"]\n' }];
    return { at: cargo.libAt, message, fixes: [{ title: 'Add crate-type', edits }] };
  }
  const newText = `${cargo.endsWithBreak ? '' : '\n'}\n[lib]\ncrate-type = ["cdylib"]\n`;
  return {
    at: cargo.packageAt ?? startOf(cargo.file),
    message,
    fixes: [{ title: 'Add [lib] crate-type', edits: [{ at: cargo.end, newText }] }],
  };
}

function noMember(workspace: CargoDocument | undefined, { folder }: AppProcess): Problem | undefined {
  if (!workspace?.members || !workspace.membersAt) return undefined;
  const name = path.basename(folder);
  const isMember = workspace.members.some((member) => fits(member.replace(/^\.\//, '').replace(/\/$/, ''), name));
  if (isMember) return undefined;
  const list = [...workspace.members, name];
  return {
    at: workspace.membersAt,
    message: `kit does not build '${name}': it is no member of this workspace. Add "${name}" to members.`,
    fixes: [
      {
        title: `Add "${name}"`,
        edits: [{ at: workspace.membersAt, newText: `[${list.map((member) => `"${member}"`).join(', ')}]` }],
      },
    ],
  };
}

/** Cargo's globs, as far as one folder's name goes. */
function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`).test(name);
}
