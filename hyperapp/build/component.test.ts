/** What can go wrong in making a component; that it runs as the script does is test/conformance/typescript-forms.test.ts. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, it } from 'node:test';
import { writeFixture } from '../sdk/testing/fixture-app.ts';
import { withoutExport, withRenamedExport } from './component-exports.ts';
import { buildApp, stopBundler } from './index.ts';

const backend = `import { http, hyperapp } from 'hyperapp';
@hyperapp({ name: 'Probe', endpoints: [], saveConfig: 'never' })
export class Probe {
  @http hello(name: string): string { return 'hello ' + name; }
}
`;
after(stopBundler);

/** Builds the fixture with a componentizer of the test's own, or none. */
async function problemsWith(componentizer: string | undefined): Promise<{ file: string; message: string }[]> {
  const root = writeFixture(backend, {
    'pkg/probe.js': 'the script of an earlier build',
    ...(componentizer !== undefined && {
      'node_modules/componentize-qjs/package.json': '{"version":"9.9.9","main":"index.js","type":"module"}',
      'node_modules/componentize-qjs/index.js': componentizer,
    }),
  });
  try {
    const result = await buildApp(root, { component: true });
    assert.ok(!result.ok);
    assert.equal(fs.readFileSync(path.join(root, 'pkg/probe.js'), 'utf8'), 'the script of an earlier build');
    assert.ok(!fs.existsSync(path.join(root, 'pkg/probe.wasm')));
    return result.problems.map(({ file, message }) => ({ file: path.relative(root, file), message }));
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

it('says what to install when the app has no componentizer', async () => {
  const [problem] = await problemsWith(undefined);
  assert.equal(problem?.file, 'metadata.json');
  assert.match(problem.message, /not installed.*npm install --save-dev --save-exact componentize-qjs@\d/);
});

it('tells what a componentizer that fails says', async () => {
  const [problem] = await problemsWith("export const componentize = async () => { throw new Error('no room left'); };");
  assert.equal(problem?.file, 'probe/src/index.ts');
  assert.match(problem.message, /could not make a component of probe[\s\S]*no room left/);
});

it('refuses what another version of it makes in another form, with a mend', async () => {
  const [problem] = await problemsWith(
    'export const componentize = async () => ({ component: Uint8Array.of(0, 97, 115, 109, 13, 0, 1, 0) });',
  );
  assert.match(
    problem!.message,
    /9\.9\.9 made has an unexpected form \(it has no export "init"\)\. Install the version/,
  );
});

const section = (id: number, ...content: number[]) => [id, content.length, ...content];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const alias = (text: string) => section(6, 1, 1, 0, 0, ...name(text));
const exported = (text: string, index: number) => section(11, 1, 0, ...name(text), 1, index, 0);
const component = (...sections: number[][]) => Uint8Array.from([0, 97, 115, 109, 13, 0, 1, 0, ...sections.flat()]);

it('leaves out an export, counts the ones behind it anew, and renames', () => {
  const made = component(alias('init'), exported('init', 0), alias('inix'), exported('inix', 2));
  const changed = withRenamedExport(withoutExport(made, 'init'), 'inix', 'init');
  assert.deepEqual([...changed], [...component(alias('init'), alias('inix'), exported('init', 1))]);
});

it('does not touch exports that are laid out otherwise', () => {
  const foreign: [Uint8Array, RegExp][] = [
    [component(exported('init', 0)), /no alias stands before/],
    [component(alias('other'), exported('init', 0)), /no alias stands before/],
    [component(alias('init'), exported('init', 0), section(5, 0)), /more than exports stands behind/],
    [component(alias('init'), exported('init', 0), exported('again', 1)), /function 1 cannot be counted anew/],
    [component(alias('init'), exported('init', 0)).subarray(0, -3), /cut off/],
  ];
  for (const [bytes, why] of foreign) assert.throws(() => withoutExport(bytes, 'init'), why);
});
