/** What the language server offers besides reports, as a person meets it: lenses, hovers, proposals, renames, schemas. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { openVscode, root, type Session, showFailure, until, webview } from './harness.ts';

let session: Session;
before(async () => {
  const folder = [path.join(root, 'test/fixtures/apps/notes-v1'), path.join(root, 'examples/samchat')];
  session = await openVscode({
    folder,
    open: 'notes-v1/notes/src/lib.rs',
    settings: { 'hyperware.network.nodes': ['alice.os'] },
  });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

/** Opens a file of the workspace by its path, with the cursor behind the first place of `text`. */
async function openAt(file: string, text: string): Promise<void> {
  const { page, folder } = session;
  const place = await session.host(
    async (vscode, file, text) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      const at = document.getText().indexOf(text);
      if (at < 0) throw new Error(`${text} is not in ${file}`);
      const place = document.positionAt(at + text.length);
      const selection = new vscode.Range(place, place);
      const editor = await vscode.window.showTextDocument(document, { preview: false, selection });
      editor.revealRange(selection, vscode.TextEditorRevealType.InCenter);
      return { line: place.line + 1, column: place.character + 1 };
    },
    path.join(folder, file),
    text,
  );
  await page.locator(`.tab.active[data-resource-name=${JSON.stringify(path.basename(file))}]`).waitFor();
  const position = page.locator('[id="status.editor.selection"]');
  await position.filter({ hasText: new RegExp(`Ln ${place.line}, Col ${place.column}$`) }).waitFor();
}

/** The text of a file as the editor has it, saved or not. */
const textOf = (file: string) =>
  session.host(
    async (vscode, file) => (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText(),
    path.join(session.folder, file),
  );

/** What is reported on a file. */
const reported = (file: string) =>
  session.host(
    (vscode, file) => vscode.languages.getDiagnostics(vscode.Uri.file(file)).map(({ message }) => message),
    path.join(session.folder, file),
  );

const suggestion = (label: string) =>
  session.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();

const revert = () => session.host((vscode) => vscode.commands.executeCommand('workbench.action.files.revert'));

const backend = 'notes-v1/notes/src/lib.rs';
const frontEnd = 'notes-v1/ui/src/main.ts';

test('the language status names the generation of the framework and why; it follows the file and the setting', async () => {
  const { page } = session;
  const status = page.locator('[id="status.languageStatus"]');
  /** What the status says when it is clicked, as soon as it says `wanted`. */
  const says = async (wanted: RegExp) => {
    const entry = page.locator('.hover-language-status', { hasText: wanted }).first();
    await until(String(wanted), async () => {
      await status.click();
      const isThere = await entry.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
      if (!isThere) await page.keyboard.press('Escape');
      return isThere;
    });
    const text = (await entry.textContent()) ?? '';
    await page.keyboard.press('Escape');
    return text;
  };
  const choose = (value: string | undefined) =>
    session.host(
      (vscode, value) =>
        vscode.workspace
          .getConfiguration('hyperware')
          .update('rules.generation', value ?? undefined, vscode.ConfigurationTarget.Global),
      value,
    );
  await status.waitFor();
  assert.match(await says(/framework V1/), /Cargo\.toml has hyperprocess_macro/);
  await choose('v3b');
  assert.match(await says(/framework V3b/), /setting hyperware\.rules\.generation/);
  await choose(undefined);
  await says(/framework V1/);
  await openAt('samchat/samchat/src/index.ts', 'class Samchat');
  assert.match(await says(/framework V3b/), /TypeScript backend/);
});

/** A code lens of a handler: it stands right above the handler's line. */
async function lensOf(handler: string, title: string) {
  const { page } = session;
  const line = page.locator('.view-line', { hasText: handler }).first();
  const lenses = page.locator('.codelens-decoration a', { hasText: new RegExp(`^${title}$`) });
  return until(`${title} above ${handler}`, async () => {
    if ((await line.count()) === 0) return undefined;
    const top = (await line.boundingBox())?.y ?? 0;
    for (const lens of await lenses.all()) {
      const box = await lens.boundingBox();
      if (box && top - box.y > 0 && top - box.y < 25) return lens;
    }
    return undefined;
  });
}

test('n callers above a handler shows where it is called', async () => {
  const { page } = session;
  await openAt(backend, 'async fn receive_note');
  await (await lensOf('receive_note', '0 callers')).waitFor();
  await openAt(backend, 'async fn rename_note');
  await (await lensOf('rename_note', '1 caller')).click();
  const peek = page.locator('.reference-zone-widget');
  await peek.locator('.ref-tree .monaco-list-row', { hasText: 'RenameNote: [noteId, title]' }).first().waitFor();
  await page.keyboard.press('Escape');
  await peek.waitFor({ state: 'detached' });
});

test('the hover of a handler shows its WIT and the JSON that goes there and back', async () => {
  const { page } = session;
  await openAt(backend, 'async fn rename_no');
  await session.host((vscode) => vscode.commands.executeCommand('editor.action.showHover'));
  const hover = page.locator('.monaco-hover:visible', { hasText: 'RenameNote' }).first();
  await hover.waitFor();
  // Code in a hover has no-break spaces.
  const text = ((await hover.textContent()) ?? '').replaceAll('\u00a0', ' ');
  assert.ok(text.includes('{"RenameNote":[0,""]}'), text);
  assert.ok(text.includes('{"Err":""}'), text);
  assert.ok(text.includes('record rename-note-signature-http {'), text);
  assert.ok(text.includes('Called once: ui/src/main.ts'), text);
  await page.keyboard.press('Escape');
});

test('method names are proposed in what the front end sends, with a place for each parameter', async () => {
  const { page } = session;
  await openAt(frontEnd, 'async function remove(noteId: number): Promise<void> {');
  await page.keyboard.press('Enter');
  await page.keyboard.type('await call<boolean>({ Rena');
  await suggestion('RenameNote').waitFor();
  await suggestion('RenameNote').click();
  await until('the payload', async () =>
    (await textOf(frontEnd)).includes('await call<boolean>({ RenameNote: [noteId, title]'),
  );
  await revert();
});

test('F2 on a handler renames it and the messages for it', async () => {
  const { page } = session;
  await openAt(backend, 'async fn rename_no');
  await renameTo('retitle_note');
  await until('the method', async () => (await textOf(backend)).includes('async fn retitle_note('));
  await until('the message', async () => (await textOf(frontEnd)).includes('{ RetitleNote: [noteId, title] }'));
  assert.ok(!/rename_note|RenameNote/.test((await textOf(backend)) + (await textOf(frontEnd))));
  assert.equal(await page.locator('.notifications-toasts .notification-list-item').count(), 0);
});

test('F2 on the key of a message renames the handler', async () => {
  await openAt(frontEnd, 'RetitleNo');
  await renameTo('RenameNote');
  await until('the message', async () => (await textOf(frontEnd)).includes('{ RenameNote: [noteId, title] }'));
  await until('the method', async () => (await textOf(backend)).includes('async fn rename_note('));
});

async function renameTo(name: string): Promise<void> {
  const { page } = session;
  const box = page.locator('.rename-box input');
  await until('the rename box', async () => {
    await page.keyboard.press('F2');
    return box.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  });
  await box.fill(name);
  await page.keyboard.press('Enter');
  await box.waitFor({ state: 'hidden' });
}

test('pkg/manifest.json is held to its schema: wrong values are reported, keys and values proposed', async () => {
  const { page } = session;
  const file = 'samchat/pkg/manifest.json';
  await openAt(file, '"public": false');
  for (let left = 'false'.length; left > 0; left--) await page.keyboard.press('Backspace');
  await page.keyboard.type('7, "pubic": 1');
  const saying = (text: RegExp) =>
    until(String(text), async () => (await reported(file)).find((each) => text.test(each)));
  await saying(/Incorrect type\. Expected "boolean"/);
  await saying(/Property pubic is not allowed/);
  await revert();

  await openAt(file, '"on_exit": "');
  for (let left = 'Restart'.length; left > 0; left--) await page.keyboard.press('Delete');
  await page.keyboard.press('Control+Space');
  await suggestion('None').waitFor();
  await page.keyboard.press('Escape');
  await revert();

  await openAt(file, '"public": false');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.type('"pub');
  await suggestion('public').waitFor();
  await page.keyboard.press('Escape');
  await revert();
});

test('snippets are proposed in both languages', async () => {
  const { page } = session;
  for (const [file, behind, inserted] of [
    ['samchat/samchat/src/index.ts', 'made = 0;', '@http'],
    [backend, 'impl NotesState {', '#[http]'],
  ] as const) {
    await openAt(file, behind);
    const count = (await textOf(file)).split(inserted).length;
    await page.keyboard.press('Enter');
    await page.keyboard.type('hwhttp');
    await suggestion('hwhttp').click();
    await until(inserted, async () => (await textOf(file)).split(inserted).length === count + 1);
    await revert();
  }
});

test('Call above a handler opens Inject, which has its process and a body when a node runs', async () => {
  const { page } = session;
  await openAt('samchat/samchat/src/index.ts', 'retryMessage');
  await (await lensOf('retryMessage', 'Call')).click();
  const frame = await webview(page, 'Inject');
  await frame.getByRole('button', { name: 'Start network' }).click();
  const choice = page.locator('.quick-input-widget .monaco-list-row', { hasText: 'samchat' }).first();
  const body = frame.getByRole('textbox', { name: 'Body (JSON)' });
  await until('the form', async () => {
    // Two apps are open: which of them is installed is asked.
    if (await choice.isVisible()) await choice.click({ timeout: 1000 }).catch(() => undefined);
    return body.isVisible();
  });
  assert.deepEqual(JSON.parse(await body.inputValue()), { RetryMessage: ['', ''] });
  await frame.locator('code', { hasText: /^samchat:samchat:template\.os$/ }).waitFor();
});
