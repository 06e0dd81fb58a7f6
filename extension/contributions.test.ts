/** Holds package.json to the code: commands, views, menus and settings agree, so that no id can drift. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { category, commands } from './commands.ts';
import { problems } from './problems.ts';
import { checkSetting, settings } from './settings.ts';

const root = path.dirname(import.meta.dirname);
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const { contributes } = manifest;
const ours = new Set(Object.keys(commands));
const sources = fs
  .readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => ({
    file: entry.name,
    text: fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8'),
  }));

test('the commands of package.json are those of commands.ts, with the same titles and icons', () => {
  const declared = Object.entries(commands).map(([command, entry]) => ({
    command,
    title: entry.title,
    category,
    ...('icon' in entry && { icon: entry.icon }),
    ...(!('inRestrictedMode' in entry) && { enablement: 'isWorkspaceTrusted' }),
  }));
  assert.deepEqual(contributes.commands, declared);
});

test('every menu entry and every welcome button names a command that is declared', () => {
  const entries = Object.values(contributes.menus as Record<string, { command: string }[]>).flat();
  for (const { command } of entries) assert.ok(ours.has(command), command);
  const buttons = (contributes.viewsWelcome as { contents: string }[]).flatMap(({ contents }) => [
    ...contents.matchAll(/\(command:(hyperware[^)]*)\)/g),
  ]);
  assert.ok(buttons.length > 0);
  for (const [, command] of buttons) assert.ok(ours.has(command!), command);
});

test('commands that need something chosen are hidden from the palette, and no others', () => {
  const hidden = (contributes.menus.commandPalette as { command: string; when: string }[])
    .filter(({ when }) => when === 'false')
    .map(({ command }) => command);
  const expected = Object.entries(commands).flatMap(([id, { inPalette }]) => (inPalette ? [] : [id]));
  assert.deepEqual(hidden.sort(), expected.sort());
});

test('every command has its code: in the shell, or in the panels', () => {
  for (const [id, { by }] of Object.entries(commands)) {
    const places = sources.filter(({ file, text }) => file !== 'commands.ts' && text.includes(`'${id}'`));
    assert.ok(places.length > 0, `${id} (${by}) is declared, but no code names it`);
  }
});

test('ids of commands, views and context keys in the code are ones that package.json knows', () => {
  const views = Object.values(contributes.views as Record<string, { id: string }[]>).flatMap((v) =>
    v.map(({ id }) => id),
  );
  const panels = (manifest.activationEvents as string[]).flatMap((e) => e.split('onWebviewPanel:').slice(1));
  const whens = JSON.stringify(contributes);
  for (const { file, text } of sources)
    for (const [, id] of text.matchAll(/'(hyperware\.[A-Za-z.]+)'/g)) {
      const known = ours.has(id!) || views.includes(id!) || panels.includes(id!) || whens.includes(id!);
      assert.ok(known, `${file} names ${id}, which package.json does not declare`);
    }
});

test('the settings of package.json are those of settings.ts, with the same defaults', () => {
  const declared: Record<string, { default: unknown; scope?: string }> = Object.assign(
    {},
    ...contributes.configuration.map((section: { properties: object }) => section.properties),
  );
  const defaults = Object.fromEntries(Object.entries(declared).map(([key, property]) => [key, property.default]));
  const expected = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [`hyperware.${key}`, setting.default]),
  );
  assert.deepEqual(defaults, expected);
  for (const [key, setting] of Object.entries(settings))
    assert.equal(checkSetting(key as keyof typeof settings, setting.default).ok, true, key);
});

test('a setting that cannot be used is told in one sentence, and the default goes on', () => {
  const result = checkSetting('network.nodes', ['Alice']);
  assert.equal(result.ok, false);
  assert.deepEqual(result.value, ['alice.os', 'bob.os']);
  assert.match(!result.ok ? result.problem : '', /hyperware\.network\.nodes.*\["Alice"\].*alice\.os/);
  assert.equal(checkSetting('network.nodes', ['a.os', 'a.os']).ok, false);
  assert.equal(checkSetting('network.firstPort', 70000).ok, false);
  assert.deepEqual(checkSetting('network.nodes', ['carol.os']), { ok: true, value: ['carol.os'] });
});

test('icons that package.json names are there', () => {
  const containers = contributes.viewsContainers.activitybar as { icon: string }[];
  for (const icon of [manifest.icon, ...containers.map((each) => each.icon)])
    assert.ok(fs.existsSync(path.join(root, icon)), icon);
});

test('a problem ends in one full stop, whatever the reason it was given ends in', () => {
  assert.match(problems.nodeDidNotStart('alice.os', 'the port is taken').message, /the port is taken\.$/);
  assert.match(problems.nodeDidNotStart('alice.os', 'The port is taken.').message, /The port is taken\.$/);
});
