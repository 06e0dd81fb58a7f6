/** kernel.md §12: an acknowledged set-state is never lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { lockHome } from './home-lock.ts';
import { openStore } from './open.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const bytes = (data: string) => new TextEncoder().encode(data);
let homes = 0;
const newHome = () => path.join(root, String(homes++));

/** Runs a program that is killed with SIGKILL as soon as it has printed `count` lines; gives them. */
async function runAndKill(program: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    if (output.split('\n').length > count) break;
  }
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return output.split('\n').slice(0, -1);
}

describe('state', () => {
  it('is there after kill -9, once acknowledged', async () => {
    const home = newHome();
    const program = `
      import { openStore } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)};
      const store = await openStore(${JSON.stringify(home)});
      for (let n = 1; ; n += 1) {
        await Promise.all([
          store.setState('a:p:pub.os', new TextEncoder().encode(String(n))),
          store.setState('b:p:pub.os', new Uint8Array(100_000).fill(n)),
        ]);
        process.stdout.write(n + '\\n');
      }`;
    const acknowledged = await runAndKill(program, 20);
    const last = Number(acknowledged.at(-1));
    assert.ok(last >= 20);
    const store = await openStore(home);
    // The one after the last acknowledged may be there or not; never an older one.
    const found = Number(text(store.getState('a:p:pub.os')));
    assert.ok(found >= last, `acknowledged ${last}, found ${found}`);
    assert.equal(store.getState('b:p:pub.os')?.[99_999], found % 256);
    store.close();
  });

  it('overwrites, keeps empty bytes, clears, and reads what is not on disk yet', async () => {
    const store = await openStore(newHome());
    const first = store.setState('a:p:x', bytes('one'));
    const second = store.setState('a:p:x', bytes('two'));
    assert.equal(text(store.getState('a:p:x')), 'two');
    await Promise.all([first, second]);
    assert.equal(text(store.getState('a:p:x')), 'two');
    await store.setState('a:p:x', new Uint8Array(0));
    assert.equal(store.getState('a:p:x')?.length, 0);
    const cleared = store.clearState('a:p:x');
    assert.equal(store.getState('a:p:x'), undefined);
    await cleared;
    assert.equal(store.getState('a:p:x'), undefined);
    store.close();
  });

  it('takes what the bytes were when it was called', async () => {
    const store = await openStore(newHome());
    const data = bytes('one');
    const done = store.setState('a:p:x', data);
    data.fill(0);
    await done;
    assert.equal(text(store.getState('a:p:x')), 'one');
    store.close();
  });

  it('close writes what waits', async () => {
    const home = newHome();
    const store = await openStore(home);
    const done = store.setState('a:p:x', bytes('last'));
    store.close();
    await done;
    const again = await openStore(home);
    assert.equal(text(again.getState('a:p:x')), 'last');
    again.close();
  });

  it('a backup is a whole copy', async () => {
    const home = newHome();
    const store = await openStore(home);
    await store.setState('a:p:x', bytes('kept'));
    await store.backup();
    await store.setState('a:p:x', bytes('later'));
    await store.backup();
    store.close();
    fs.mkdirSync(path.join(home, 'copy/kernel'), { recursive: true });
    fs.copyFileSync(path.join(home, 'kernel/backup/node.db'), path.join(home, 'copy/kernel/node.db'));
    const copy = await openStore(path.join(home, 'copy'));
    assert.equal(text(copy.getState('a:p:x')), 'later');
    copy.close();
  });

  it('a file that is no database is refused by name', async () => {
    const home = newHome();
    fs.mkdirSync(path.join(home, 'kernel'), { recursive: true });
    fs.writeFileSync(path.join(home, 'kernel/node.db'), 'x'.repeat(8192));
    await assert.rejects(openStore(home), /node\.db could not be opened: .*--fresh/);
  });
});

describe('process map', () => {
  it('is written and removed in one step, and there after opening again', async () => {
    const home = newHome();
    const store = await openStore(home);
    store.saveProcesses(
      [
        { id: 'a:p:x', entry: '1' },
        { id: 'b:p:x', entry: '2' },
      ],
      [],
    );
    store.saveProcesses([{ id: 'a:p:x', entry: '3' }], ['b:p:x', 'c:p:x']);
    store.close();
    const again = await openStore(home);
    assert.deepEqual(
      again.processes().map(({ id, entry }) => [id, entry]),
      [['a:p:x', '3']],
    );
    again.close();
  });
});

describe('home lock', () => {
  it('is held by one process, and free again after its kill -9', async () => {
    const home = newHome();
    const program = `
      import { lockHome } from ${JSON.stringify(new URL('./home-lock.ts', import.meta.url).href)};
      const lock = await lockHome(${JSON.stringify(home)});
      console.log(lock ? 'held' : 'busy');
      setInterval(() => lock, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    assert.equal(String(line).trim(), 'held');
    assert.equal(await lockHome(home), undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockHome(home);
    assert.ok(lock);
    lock.release();
  });
});
