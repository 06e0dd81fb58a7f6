/**
 * `npm run bench [messages] [http] [start]`: what a node costs on this machine, each figure beside its baseline of the
 * same run. Nothing here fails: figures are for reading. HYPERWARE_BENCH_PACKAGE names a folder `pkg/` to measure too.
 */
import { spawnSync } from 'node:child_process';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildEcho } from './echo.ts';
import { printTable, type Row } from './figures.ts';
import { measureHttp } from './http.ts';
import { measureMessages } from './messages.ts';
import { measureStart } from './start.ts';

const root = path.join(import.meta.dirname, '../..');
const built = spawnSync(process.execPath, ['esbuild.mjs', '--only=dev-node'], { cwd: root, encoding: 'utf8' });
if (built.status !== 0) throw new Error(`the bundles could not be built:\n${built.stdout}${built.stderr}`);
// The nodes that are measured run from the bundle, as in the extension.
process.env['HYPERWARE_DEV_NODE'] = path.join(root, 'dist/dev-node.js');

const echo = await buildEcho();
const parts: Record<string, () => Promise<Row[]>> = {
  messages: () => measureMessages(echo),
  http: () => measureHttp(echo),
  start: () => measureStart(echo),
};
const wanted = process.argv.slice(2);
const busy = () => `${os.availableParallelism()} CPUs, load ${os.loadavg()[0]!.toFixed(1)}`;
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const before = busy();
  const rows = await measure();
  console.log(`${name}: ${before} before, ${busy()} after; Node ${process.version}`);
  printTable(rows);
  console.log('');
}
