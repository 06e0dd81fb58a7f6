/** Building an app, with its problems told as `file:line:column`. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Problem } from '../hyperapp/build/problem.ts';
import type { Package } from './app-folder.ts';
import { errors } from './errors.ts';
import type { Output } from './output.ts';

export interface Built extends Package {
  readonly zipPath: string;
}

/** Throws `CliError` `build-failed` after the problems were told. The bundler's service goes on: see `endBuilding`. */
export async function build(
  folder: string,
  output: Output,
  signal?: AbortSignal,
  { component = false }: { readonly component?: boolean } = {},
): Promise<Built> {
  // Loaded only by the commands that build: it brings a TypeScript compiler along.
  const { buildApp } = await import('../hyperapp/build/index.ts');
  const started = performance.now();
  const result = await buildApp(folder, {
    component,
    onProgress: (text) => output.note(output.style('dim', `${text} …`)),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!result.ok) {
    output.value({ event: 'build-failed', problems: result.problems.map((one) => relative(folder, one)) });
    for (const problem of result.problems) output.note(problemLine(folder, problem, output));
    throw errors.buildFailed(result.problems.filter((one) => one.severity === 'error').length);
  }
  for (const warning of result.warnings) output.note(problemLine(folder, warning, output));
  const { packageId, zip, zipPath, zipHash, metadata, processes } = result;
  const ms = Math.round(performance.now() - started);
  output.value({
    event: 'built',
    package: packageId,
    zip: zipPath,
    versionHash: zipHash,
    bytes: zip.length,
    processes,
    warnings: result.warnings.map((one) => relative(folder, one)),
    durationMs: ms,
  });
  output.line(
    `Built ${packageId} (${processes.map(({ name, kind }) => `${name}: ${kind}`).join(', ')}) in ${ms} ms: ${path.relative(process.cwd(), zipPath)}, ${Math.ceil(zip.length / 1024)} KB`,
  );
  const hasUi = fs.existsSync(path.join(folder, 'pkg', 'ui', 'index.html'));
  return { packageId, zip, zipPath, metadata, hasUi };
}

/** Ends the bundler's service, which would keep the program alive. */
export async function endBuilding(): Promise<void> {
  const { stopBundler } = await import('../hyperapp/build/index.ts');
  await stopBundler();
}

function relative(folder: string, problem: Problem): Problem {
  return { ...problem, file: path.relative(folder, problem.file) };
}

function problemLine(folder: string, { file, range, severity, message }: Problem, output: Output): string {
  const where = `${path.relative(folder, file)}:${range.start.line + 1}:${range.start.character + 1}`;
  return `${where}: ${output.style(severity === 'error' ? 'red' : 'yellow', severity)}: ${message}`;
}
