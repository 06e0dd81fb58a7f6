/**
 * Tests as data: `cases/HWxxx.txt` holds small apps with their findings marked in the text.
 *
 *     === title · v1                         a case, and its generation (or `typescript`; `overview` sets the profile)
 *     --- handlers                           methods of the macro's block; also: types, lib.rs, backend, backend types, ui
 *     #[http]
 *     async fn f⟦HW001|(&self)⟧ -> u8 { 1 }  a finding of HW001 is expected at exactly this stretch
 *     --- saved api/club.wit                 what lies on disk where an open document says something else
 *     --- after handlers                     the same section once the first finding's first fix was applied
 */
import type { Files } from '../../hyperapp/project/files.ts';

export interface Case {
  readonly title: string;
  readonly isOverview: boolean;
  /** Path below the app's root to text, without marks. */
  readonly files: ReadonlyMap<string, string>;
  readonly expected: readonly Expected[];
  /** Files as they are after the fix; undefined: the case says nothing of one. */
  readonly after: ReadonlyMap<string, string> | undefined;
}

export interface Expected {
  readonly code: string;
  readonly file: string;
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export type Sections = ReadonlyMap<string, string>;

/** Reads the cases of one file. */
export function readCases(text: string): Case[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...rest] = part.split('\n');
      const [title = '', ...tags] = heading.split('·').map((word) => word.trim());
      const sections = readSections(rest.join('\n'));
      const before = new Map([...sections].filter(([name]) => !name.startsWith('after ')));
      const changed = [...sections].filter(([name]) => name.startsWith('after '));
      const generation = tags.find((tag) => /^(v1|v2|v3a|v3b|typescript)$/.test(tag)) ?? 'v1';
      const marked = appFiles(before, generation);
      const after = new Map([
        ...before,
        ...changed.map(([name, content]): [string, string] => [name.slice('after '.length), content]),
      ]);
      const { files, expected } = unmark(marked);
      return {
        title: `${title} (${tags.join(', ')})`,
        isOverview: tags.includes('overview'),
        files,
        expected,
        after: changed.length > 0 ? unmark(appFiles(after, generation)).files : undefined,
      };
    });
}

/** The parts of a case, by the name behind `---`. */
export function readSections(text: string): Sections {
  const sections = new Map<string, string>();
  for (const part of text.split(/^--- /m).slice(1)) {
    const end = part.indexOf('\n');
    sections.set(part.slice(0, end).trim(), part.slice(end + 1).trimEnd());
  }
  return sections;
}

const dependencies: Readonly<Record<string, string>> = {
  v1: 'hyperprocess_macro = { git = "https://github.com/hyperware-ai/hyperprocess-macro", rev = "47400ab" }\nhyperware_app_common = { git = "https://github.com/hyperware-ai/hyperprocess-macro", rev = "47400ab" }',
  v2: 'hyperprocess_macro = { git = "https://github.com/hyperware-ai/hyperprocess-macro", rev = "9836e2a" }\nhyperware_app_common = { git = "https://github.com/hyperware-ai/hyperprocess-macro", rev = "9836e2a" }',
  v3a: 'hyperprocess_macro = { git = "https://github.com/hyperware-ai/hyperprocess-macro", rev = "c6f0d35" }\nhyperware_process_lib = { version = "2.1", features = ["hyperapp"] }',
  v3b: 'hyperapp_macro = "0.2.0"\nhyperware_process_lib = { version = "3.0.0", features = ["hyperapp"] }',
};

export const metadata = {
  properties: {
    package_name: 'club',
    publisher: 'alice.os',
    current_version: '0.1.0',
    mirrors: [],
    code_hashes: { '0.1.0': '' },
  },
};

const manifestEntry = {
  process_name: 'club',
  process_wasm_path: '/club.wasm',
  on_exit: 'Restart',
  request_networking: true,
  request_capabilities: ['homepage:homepage:sys', 'http-server:distro:sys', 'vfs:distro:sys'],
  grant_capabilities: ['http-server:distro:sys'],
  public: false,
};

const cargoHead = `[package]
name = "club"
[lib]
crate-type = ["cdylib"]
[package.metadata.component]
package = "hyperware:process"`;

/** The files of a small app, from the sections of a case. */
export function appFiles(sections: Sections, generation: string): Map<string, string> {
  const files = new Map([
    ['metadata.json', `${JSON.stringify(metadata)}\n`],
    ['pkg/manifest.json', `${JSON.stringify([manifestEntry])}\n`],
  ]);
  if (generation === 'typescript') files.set('club/main.ts', backend(sections));
  else {
    files.set('club/Cargo.toml', `${cargoHead}\n[dependencies]\n${dependencies[generation]}\n`);
    files.set('club/src/lib.rs', sections.get('lib.rs') ?? library(sections, generation));
  }
  const ui = sections.get('ui');
  if (ui !== undefined) files.set('ui/main.ts', ui.startsWith('//') ? ui : `${sender}${ui}\n`);
  for (const [name, text] of sections)
    if (name.includes('/') || name === 'metadata.json' || name === 'Cargo.toml') files.set(name, `${text}\n`);
  return files;
}

function library(sections: Sections, generation: string): string {
  const attribute = generation === 'v3b' ? 'hyperapp' : 'hyperprocess';
  return `${sections.get('types') ?? ''}
#[${attribute}(name = "Club", ui = None, endpoints = vec![Binding::Http { path: "/api", config: HttpBindingConfig::default() }], save_config = SaveOptions::Never, wit_world = "club-alice-dot-os-v0")]
impl ClubState {
${sections.get('handlers') ?? ''}
}
`;
}

function backend(sections: Sections): string {
  return `import { http, hyperapp, init, local, remote, type Result, type u32, type u64 } from 'hyperapp';
${sections.get('backend types') ?? ''}
@hyperapp({ name: 'Club', ui: true, endpoints: [{ http: '/api' }], saveConfig: 'never' })
export class ClubState {
${sections.get('backend') ?? ''}
}
`;
}

const sender = `const post = (body: unknown) =>
  fetch(\`\${import.meta.env.BASE_URL}/api\`, { method: 'POST', body: JSON.stringify(body) });
`;

function unmark(marked: ReadonlyMap<string, string>): { files: Map<string, string>; expected: Expected[] } {
  const files = new Map<string, string>();
  const expected: Expected[] = [];
  for (const [file, text] of marked) {
    let plain = '';
    const open: { code: string; start: Expected['start'] }[] = [];
    for (const token of text.split(/(⟦HW\d{3}\||⟧)/)) {
      const code = /^⟦(HW\d{3})\|$/.exec(token)?.[1];
      if (code) open.push({ code, start: endOf(plain) });
      else if (token === '⟧') {
        const mark = open.pop();
        if (mark) expected.push({ ...mark, file, end: endOf(plain) });
      } else plain += token;
    }
    files.set(file, plain);
  }
  return { files, expected };
}

function endOf(text: string): Expected['start'] {
  const lines = text.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** Files held in memory, below `root`. */
export function memoryFiles(root: string, files: ReadonlyMap<string, string>): Files {
  return {
    saved: (file) => files.get(`saved ${file.slice(root.length + 1)}`) ?? files.get(file.slice(root.length + 1)),
    read: (file) => (file.startsWith(`${root}/`) ? files.get(file.slice(root.length + 1)) : undefined),
    list(folder) {
      const below = folder === root ? '' : `${folder.slice(root.length + 1)}/`;
      const names = new Map<string, boolean>();
      for (const file of files.keys()) {
        if (!file.startsWith(below)) continue;
        const [name = '', ...rest] = file.slice(below.length).split('/');
        names.set(name, rest.length > 0);
      }
      return [...names].map(([name, isFolder]) => ({ name, isFolder }));
    },
  };
}
