/** What it takes until something runs: boot of a node, install to first answer; and the memory of each further process. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type PackageFiles, sleep, TestNode } from '../conformance/node.ts';
import type { Echo } from './echo.ts';
import { inTurn, median, ms, type Row, times } from './figures.ts';
import { echoPackage, firstAnswer, folderPackage, installToAnswer } from './packages.ts';

const entry = path.join(import.meta.dirname, '../../dist/dev-node.js');
const boots = 9;
const installs = 7;
const furtherProcesses = 6;

type Package = (name: string) => PackageFiles;

export async function measureStart({ component, language }: Echo): Promise<Row[]> {
  const rows = await measureBoot();
  rows.push(...(await measureInstall(`${language} echo`, (name) => echoPackage(component, name))));
  const own = process.env['HYPERWARE_BENCH_PACKAGE'];
  if (own) rows.push(...(await measureInstall(`package of ${componentSize(own)}`, (name) => folderPackage(own, name))));
  else console.log('HYPERWARE_BENCH_PACKAGE=<pkg folder> measures a package of your own too, such as one of 3 MB.');
  return rows;
}

async function measureBoot(): Promise<Row[]> {
  const home = () => fs.mkdtempSync(path.join(os.tmpdir(), 'hyperware-bench-'));
  const again = home();
  const homes = [again];
  const fresh = () => {
    homes.push(home());
    return homes.at(-1)!;
  };
  try {
    const boot = await inTurn(boots, {
      bare: () => once1(bareNode),
      fresh: () => once1(() => untilReady(fresh())),
      again: () => once1(() => untilReady(again)),
    });
    const row = (what: string, value: number): Row => ({
      what,
      value: ms(value),
      ratio: times(value, boot.bare.median, 'node -e 0'),
      goal: { text: '< 300 ms', met: value < 300 },
    });
    return [
      { what: 'node -e 0, start to end', value: ms(boot.bare.median) },
      row('boot of a node with a new home', boot.fresh.median),
      row('boot of a node in its old home', boot.again.median),
    ];
  } finally {
    for (const one of homes) fs.rmSync(one, { recursive: true, force: true });
  }
}

/** A round of one. */
async function once1(run: () => Promise<number>) {
  return { count: 1, ms: await run() };
}

async function bareNode(): Promise<number> {
  const start = performance.now();
  await once(spawn(process.execPath, ['-e', '0']), 'exit');
  return performance.now() - start;
}

async function untilReady(home: string): Promise<number> {
  const start = performance.now();
  const args = [entry, '--name', 'boot.os', '--home', home, '--port', '0', '--network', 'bench', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const gone = once(child, 'exit');
  const ended = gone.then(() => Promise.reject(new Error(`the node ended instead of starting: ${said}`)));
  ended.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), ended]);
  const took = performance.now() - start;
  child.kill('SIGTERM');
  await gone;
  return took;
}

async function measureInstall(what: string, packageOf: Package): Promise<Row[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let n = 0; n < installs; n += 1) {
    const node = await TestNode.start('install.os');
    try {
      // As a person does it: the node has come to rest.
      await sleep(300);
      cold.push(await installToAnswer(node, packageOf('app')));
      await node.uninstall('app:bench.os');
      await sleep(300);
      warm.push(await installToAnswer(node, packageOf('app')));
    } finally {
      await node.close();
    }
  }
  return [
    { what: `install to first answer, cold, ${what}`, value: ms(median(cold)) },
    {
      what: `install to first answer, warm, ${what}`,
      value: ms(median(warm)),
      ratio: times(median(warm), median(cold), 'cold'),
      goal: { text: '< 200 ms', met: median(warm) < 200 },
    },
    ...(await measureMemory(what, packageOf)),
  ];
}

/**
 * Growth of the whole node for each further process: as they are installed, with what the uploads leave behind until the
 * system wants it back; and in a node started anew, where it is the process alone.
 */
async function measureMemory(what: string, packageOf: Package): Promise<Row[]> {
  const node = await TestNode.start('memory.os');
  const packages = Array.from({ length: furtherProcesses + 1 }, (_, n) => packageOf(`app-${n}`));
  const atRest = async () => {
    await sleep(1000);
    return residentMb(node.launched.child.pid!);
  };
  const startedWith = async (installed: readonly PackageFiles[]) => {
    await node.stop();
    await node.start();
    for (const one of installed) await firstAnswer(node, one);
    return atRest();
  };
  try {
    const [first, ...further] = packages as [PackageFiles, ...PackageFiles[]];
    await installToAnswer(node, first);
    const installedOne = await atRest();
    for (const one of further) await installToAnswer(node, one);
    const installedAll = await atRest();
    const startedAll = await startedWith(packages);
    for (const { id } of further) await node.uninstall(id);
    const startedOne = await startedWith([first]);
    const row = (name: string, one: number, all: number): Row => {
      const each = (all - one) / further.length;
      return {
        what: `memory of each further process, ${name}, ${what}`,
        value: `${each.toFixed(1)} MB`,
        ratio: times(each, one, `a node with one (${one.toFixed(0)} MB)`),
        goal: { text: '< 25 MB', met: each < 25 },
      };
    };
    return [row('started', startedOne, startedAll), row('just installed', installedOne, installedAll)];
  } finally {
    await node.close();
  }
}

function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' })) / 1024;
}

function componentSize(folder: string): string {
  const sizes = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.wasm'))
    .map((file) => fs.statSync(path.join(folder, file)).size);
  return `${(Math.max(0, ...sizes) / 1e6).toFixed(1)} MB`;
}
