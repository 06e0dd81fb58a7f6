/** Packages to install: echo, or one of a person's own. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ManifestEntry, PackageFiles, TestNode } from '../conformance/node.ts';

/** Echo as package `name`; its only process answers HTTP on its root. */
export function echoPackage(component: Uint8Array, name: string): PackageFiles {
  return {
    id: `${name}:bench.os`,
    manifest: [
      {
        process_name: 'echo',
        process_wasm_path: '/echo.wasm',
        on_exit: 'Restart',
        request_networking: false,
        request_capabilities: ['http-server:distro:sys'],
        grant_capabilities: ['http-server:distro:sys'],
        public: true,
      },
    ],
    files: { 'echo.wasm': component },
  };
}

/** The files of a folder `pkg/`, whose manifest is its own, as package `name`; it comes back when its node is started again. */
export function folderPackage(folder: string, name: string): PackageFiles {
  const manifest: ManifestEntry[] = JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
  const files: Record<string, Uint8Array> = {};
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const from = path.join(folder, file);
    if (file === 'manifest.json' || file.endsWith('.zip') || !fs.statSync(from).isFile()) continue;
    files[file.split(path.sep).join('/')] = fs.readFileSync(from);
  }
  return { id: `${name}:bench.os`, manifest: manifest.map((entry) => ({ ...entry, on_exit: 'Restart' })), files };
}

/** The path at which the first process of a package serves its root. */
export function rootPath({ id, manifest }: PackageFiles): string {
  return `/${manifest[0]!.process_name}:${id}/`;
}

/** Waits until the package's root answers. */
export async function firstAnswer(node: TestNode, files: PackageFiles): Promise<void> {
  const url = `${node.http}${rootPath(files)}`;
  const start = performance.now();
  for (;;) {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (answer.ok) return;
    if (performance.now() - start > 20_000) throw new Error(`${url} still answers ${answer.status}`);
  }
}

/** Installs and waits for the first HTTP answer; gives the milliseconds from the call to that answer. */
export async function installToAnswer(node: TestNode, files: PackageFiles): Promise<number> {
  const start = performance.now();
  await node.install(files);
  await firstAnswer(node, files);
  return performance.now() - start;
}

/** Installs echo and gives its path. */
export async function installEcho(node: TestNode, component: Uint8Array): Promise<string> {
  const files = echoPackage(component, 'bench');
  await installToAnswer(node, files);
  return rootPath(files);
}
