/** A workspace as a team may have it: ten apps, one with a Rust file of 3,500 lines and a TSX file of 1,200. Always the same text. */
import * as fs from 'node:fs';
import * as path from 'node:path';

export interface LanguageWorkspace {
  readonly folder: string;
  readonly rust: { readonly file: string; readonly text: string };
  readonly page: { readonly file: string; readonly text: string };
}

const appCount = 10;
const rustLines = 3500;
const pageLines = 1200;

const sender = `const base = import.meta.env.BASE_URL;

export async function post<T>(body: object): Promise<T> {
  const response = await fetch(\`\${base}/api\`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<T>;
}
`;

/** Writes it below `parent`. */
export function writeLanguageWorkspace(parent: string): LanguageWorkspace {
  const folder = path.join(parent, 'workspace');
  for (let number = 1; number < appCount; number++)
    writeApp(folder, `app-${number}`, library(`App${nameOf(number)}`, 12, 0), page(8, 0));
  const big = writeApp(folder, 'big', library('Big', 60, rustLines), page(60, pageLines));
  return { folder, ...big };
}

function writeApp(folder: string, name: string, rust: string, tsx: string) {
  const root = path.join(folder, name);
  const crate = name.replaceAll('-', '_');
  const files: Record<string, string> = {
    'metadata.json': JSON.stringify({
      name,
      properties: {
        package_name: name,
        publisher: 'bench.os',
        current_version: '0.1.0',
        mirrors: [],
        code_hashes: { '0.1.0': '' },
      },
    }),
    'Cargo.toml': `[workspace]\nmembers = ["${crate}"]\nresolver = "2"\n`,
    'pkg/manifest.json': JSON.stringify([
      {
        process_name: name,
        process_wasm_path: `/${name}.wasm`,
        on_exit: 'Restart',
        request_networking: true,
        request_capabilities: ['homepage:homepage:sys', 'http-server:distro:sys', 'vfs:distro:sys'],
        grant_capabilities: ['http-server:distro:sys'],
        public: false,
      },
    ]),
    [`${crate}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\nhyperapp_macro = "0.2.0"\nhyperware_process_lib = { version = "3.0.0", features = ["hyperapp"] }\nserde = { version = "1", features = ["derive"] }\n\n[package.metadata.component]\npackage = "hyperware:process"\n`,
    [`${crate}/src/lib.rs`]: rust,
    'ui/package.json': '{ "name": "ui", "private": true }',
    'ui/index.html':
      '<!doctype html><html><head><script src="/our.js"></script></head><body><div id="root"></div></body></html>',
    'ui/src/api.ts': sender,
    'ui/src/App.tsx': tsx,
  };
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(root, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
  }
  return {
    rust: { file: path.join(root, `${crate}/src/lib.rs`), text: rust },
    page: { file: path.join(root, 'ui/src/App.tsx'), text: tsx },
  };
}

/** Two letters for a number, `Aa` for 0: names with digits have no WIT form in every version of kit. */
export function nameOf(number: number): string {
  const letter = (index: number) => String.fromCharCode(97 + (index % 26));
  return letter(Math.floor(number / 26)).toUpperCase() + letter(number);
}

/** Types, a macro block with `handlers` handlers, then helpers until the file has `lines` lines. */
function library(name: string, handlers: number, lines: number): string {
  const parts = [
    'use hyperware_process_lib::hyperapp::{send, SaveOptions};',
    'use hyperware_process_lib::{homepage::add_to_homepage, our, Address, Request};',
    'use serde::{Deserialize, Serialize};',
    'use serde_json::json;',
    'use std::collections::HashMap;',
    '',
    '#[derive(Default, Debug, Serialize, Deserialize)]',
    `pub struct ${name}State {`,
    '    items: HashMap<u64, ItemAa>,',
    '    next_id: u64,',
    '}',
    '',
  ];
  for (let number = 0; number < handlers; number++) {
    parts.push(
      '#[derive(Clone, Debug, Serialize, Deserialize)]',
      `pub struct Item${nameOf(number)} {`,
      '    pub id: u64,',
      '    pub title: String,',
      '    pub tags: Vec<String>,',
      `    pub next: Option<Mood${nameOf(number)}>,`,
      '}',
      '',
      '#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]',
      `pub enum Mood${nameOf(number)} {`,
      '    Plain,',
      '    Urgent,',
      '    Later,',
      '}',
      '',
    );
  }
  parts.push(
    '#[hyperapp_macro::hyperapp(',
    `    name = "${name}",`,
    '    ui = Some(HttpBindingConfig::default()),',
    '    endpoints = vec![',
    '        Binding::Http { path: "/api", config: HttpBindingConfig::new(true, false, false, None) },',
    '    ],',
    '    save_config = SaveOptions::OnDiff,',
    `    wit_world = "${name.toLowerCase()}-bench-dot-os-v0"`,
    ')]',
    `impl ${name}State {`,
    '    #[init]',
    '    async fn start(&mut self) {',
    `        add_to_homepage("${name}", None, Some("/"), None);`,
    '    }',
    '',
  );
  for (let number = 0; number < handlers; number++) {
    const kind = number % 4 === 3 ? 'remote' : 'http';
    parts.push(
      `    /// Keeps item ${number}, and tells the others.`,
      `    #[${kind}]`,
      `    async fn update_item_${nameOf(number).toLowerCase()}(&mut self, item: Item${nameOf(number)}, title: String, count: u32) -> Result<Item${nameOf(number)}, String> {`,
      '        if title.trim().is_empty() {',
      '            return Err("A title is needed.".to_string());',
      '        }',
      '        let mut changed = item.clone();',
      '        changed.title = format!("{title} ({count})");',
      '        for tag in item.tags.iter().filter(|tag| !tag.is_empty()) {',
      '            changed.tags.push(tag.to_uppercase());',
      '        }',
      '        self.next_id += 1;',
      '        Ok(changed)',
      '    }',
      '',
    );
  }
  parts.push('}', '');
  for (let number = 0; parts.length < lines - 14; number++) {
    parts.push(
      `/// Helper ${number}: sums what is worth counting.`,
      `fn helper_${number}(values: &[u64], limit: u64) -> Option<u64> {`,
      '    let mut total = 0u64;',
      '    for (index, value) in values.iter().enumerate() {',
      '        if index as u64 % 3 == 0 && *value < limit {',
      '            total = total.checked_add(*value)?;',
      '        } else {',
      `            total += helper_name("helper-${number}", index).len() as u64;`,
      '        }',
      '    }',
      '    Some(total)',
      '}',
      '',
    );
  }
  parts.push('fn helper_name(name: &str, index: usize) -> String {', '    format!("{name}-{index}")', '}', '');
  return parts.join('\n');
}

/** Components that call the handlers, until the file has `lines` lines. */
function page(handlers: number, lines: number): string {
  const parts = [
    "import { useCallback, useEffect, useState } from 'react';",
    "import { post } from './api';",
    '',
    "type Mood = 'Plain' | 'Urgent' | 'Later';",
    'interface Item { id: number; title: string; tags: string[]; next: Mood | null }',
    'type Answer<T> = { Ok: T } | { Err: string };',
    '',
  ];
  for (let number = 0; number < handlers || parts.length < lines - 26; number++) {
    const handler = number % handlers;
    const name = `UpdateItem${nameOf(handler % 4 === 3 ? handler - 1 : handler)}`;
    parts.push(
      `export function Editor${number}({ item, changed }: { item: Item; changed: (item: Item) => void }) {`,
      '  const [title, setTitle] = useState(item.title);',
      '  const [error, setError] = useState<string | null>(null);',
      '  const save = useCallback(async () => {',
      `    const answer = await post<Answer<Item>>({ ${name}: [item, title, ${number}] });`,
      "    if ('Err' in answer) setError(answer.Err);",
      '    else changed(answer.Ok);',
      '  }, [item, title, changed]);',
      '  useEffect(() => setTitle(item.title), [item]);',
      '  return (',
      `    <form className="editor" onSubmit={(event) => { event.preventDefault(); void save(); }}>`,
      `      <label htmlFor="title-${number}">Title of item {item.id}</label>`,
      `      <input id="title-${number}" value={title} onChange={(event) => setTitle(event.target.value)} />`,
      "      {item.tags.map((tag) => <span key={tag} className={tag === title ? 'same' : 'other'}>{tag}</span>)}",
      '      {error !== null && <p role="alert">{error}</p>}',
      '      <button type="submit" disabled={title.trim().length === 0}>Save</button>',
      '    </form>',
      '  );',
      '}',
      '',
    );
  }
  parts.push('export default function App() {', '  return <main>Items</main>;', '}', '');
  return parts.join('\n');
}
