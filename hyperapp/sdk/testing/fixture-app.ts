/** An app in a folder of its own, built with the real build: what the tests of SDK and build work on. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildApp } from '../../build/index.ts';

export const packageId = 'probe:template.os';

/** Writes an app with one process `probe`; `files` come on top, by path. */
export function writeFixture(source: string, files: Readonly<Record<string, string>> = {}): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hyperapp-'));
  const metadata = {
    name: 'Probe',
    properties: {
      package_name: 'probe',
      publisher: 'template.os',
      current_version: '0.1.0',
      mirrors: [],
      code_hashes: { '0.1.0': '' },
    },
  };
  const manifest = [
    {
      process_name: 'probe',
      process_wasm_path: '/probe.wasm',
      on_exit: 'Restart',
      request_networking: true,
      request_capabilities: ['http-server:distro:sys', 'vfs:distro:sys'],
      grant_capabilities: ['http-server:distro:sys', 'timer:distro:sys'],
      public: false,
    },
  ];
  const all: Record<string, string> = {
    'metadata.json': JSON.stringify(metadata, null, 2),
    'pkg/manifest.json': JSON.stringify(manifest, null, 2),
    'probe/src/index.ts': source,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}

/** The backend's bundle of an app with one process. */
export async function bundleOf(source: string): Promise<string> {
  const root = writeFixture(source);
  try {
    const built = await buildApp(root);
    if (!built.ok) throw new Error(built.problems.map(({ message }) => message).join('\n'));
    return fs.readFileSync(path.join(root, 'pkg/probe.js'), 'utf8');
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
