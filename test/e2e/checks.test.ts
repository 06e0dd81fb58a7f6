/** Mistakes are underlined while they are typed, with a link to the rule's page, and mended by the keyboard. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { command, openFile, openQuick, openVscode, root, type Session, shot, showFailure, until } from './harness.ts';

let session: Session;
before(async () => {
  const folder = [path.join(root, 'test/fixtures/apps/notes-v1'), path.join(root, 'examples/samchat')];
  session = await openVscode({ folder, open: 'notes-v1/notes/src/lib.rs' });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

/** Puts the cursor right behind the first place of `text` in the active editor, by *Go to Line/Column*. */
async function putCursorBehind(text: string): Promise<void> {
  const { page } = session;
  const placeOf = (wanted: string) =>
    session.host((vscode, wanted) => {
      const document = vscode.window.activeTextEditor?.document;
      const at = document?.getText().indexOf(wanted) ?? -1;
      if (!document || at < 0) return undefined;
      const { line, character } = document.positionAt(at + wanted.length);
      return { line: line + 1, column: character + 1 };
    }, wanted);
  const place = await until(`${text} in the active editor`, () => placeOf(text));
  await openQuick(page, `:${place.line}:${place.column}`);
  await page.keyboard.press('Enter');
  await page.locator('[id="status.editor.selection"]', { hasText: `Ln ${place.line}, Col ${place.column}` }).waitFor();
}

const text = () => session.host((vscode) => vscode.window.activeTextEditor!.document.getText());

interface Found {
  readonly code: string;
  readonly error: boolean;
  readonly marked: string;
}

/** What is reported on the active file, as any other extension sees it too. */
const reported = (): Promise<Found[]> =>
  session.host((vscode) => {
    const { document } = vscode.window.activeTextEditor!;
    return vscode.languages.getDiagnostics(document.uri).map((each) => ({
      code: String(typeof each.code === 'object' ? each.code.value : each.code),
      error: each.severity === vscode.DiagnosticSeverity.Error,
      marked: document.getText(each.range),
    }));
  });

/** Waits for a report that stands under exactly this text: while it is typed, reports come and go. */
const reportOf = (code: string, marked: string) =>
  until(`${code} under ${marked}`, async () =>
    (await reported()).find((each) => each.code === code && each.marked === marked),
  );
const noReportOf = (code: string) =>
  until(`no ${code}`, async () => !(await reported()).some((each) => each.code === code));

/** Opens the quick fixes at the cursor and takes the first, by the keyboard alone. */
async function applyFirstFix(title: RegExp): Promise<void> {
  const { page } = session;
  const menu = page.locator('.action-widget .monaco-list-row.action');
  // The light bulb needs a moment to know of the report that the cursor stands on.
  await until('quick fixes', async () => {
    await page.keyboard.press('Control+Period');
    await menu
      .first()
      .waitFor({ timeout: 1000 })
      .catch(() => undefined);
    if ((await menu.count()) > 0) return true;
    await page.keyboard.press('Escape');
    return false;
  });
  assert.match((await menu.first().textContent()) ?? '', title);
  await page.keyboard.press('Enter');
}

test('HW001: an HTTP handler without its request body is underlined while typing and mended', async () => {
  const { page } = session;
  await page.locator('.tab[data-resource-name="lib.rs"]').waitFor();
  await putCursorBehind('impl NotesState {');
  await page.keyboard.press('Enter');
  await page.keyboard.type('#[http]\nasync fn count_notes(&self) -> u64 {\nself.next_id\n');
  const report = await reportOf('HW001', '(&self)');
  assert.ok(report.error);
  await page.locator('.monaco-editor .squiggly-error').first().waitFor();

  await putCursorBehind('count_notes(&self');
  await applyFirstFix(/_request_body: String/);
  await until('the parameter', async () => (await text()).includes('count_notes(&self, _request_body: String) -> u64'));
  await noReportOf('HW001');
  await until('no squiggle', async () => (await page.locator('.monaco-editor .squiggly-error').count()) === 0);
});

test('the code of a report links to the page of its rule', async () => {
  const { page } = session;
  await page.keyboard.press('Control+z');
  await reportOf('HW001', '(&self)');
  await shot(page, 'check');
  await command(page, 'workbench.actions.view.problems', 'View: ');
  const row = page.locator('.markers-panel').getByRole('treeitem', { name: /HTTP handler 'count_notes'/ });
  await row
    .getByRole('link', { name: 'HW001' })
    .or(row.locator('a', { hasText: 'HW001' }))
    .first()
    .click();
  await page.locator('.tab[aria-label*="HW001.md"]').waitFor();
  for (const done of ['workbench.action.closeActiveEditor', 'workbench.action.closePanel'])
    await session.host((vscode, id) => vscode.commands.executeCommand(id), done);
});

test('a Map in a handler of a TypeScript backend is underlined: it has no WIT form', async () => {
  const { page } = session;
  await openFile(page, 'samchat/samchat/src/index.ts');
  await putCursorBehind('made = 0;\n');
  await page.keyboard.type('\n@http\nunreadByNode(_requestBody: string): Map<string, u64> {\nreturn new Map();\n');
  const report = await reportOf('HW011', 'Map<string, u64>');
  assert.ok(report.error);
  await putCursorBehind('(_requestBody: string): Map<str');
  await applyFirstFix(/./);
  await noReportOf('HW011');
});

test('HW002: an object where a tuple is due is underlined in the front end and mended', async () => {
  const { page } = session;
  await openFile(page, 'samchat/ui/api.ts');
  await putCursorBehind('{ SendMessage: [to, text, replyTo]');
  for (let left = '[to, text, replyTo]'.length; left > 0; left--) await page.keyboard.press('Backspace');
  await page.keyboard.type('{ to, text, replyTo }');
  assert.ok((await reportOf('HW002', '{ to, text, replyTo }')).error);
  await putCursorBehind('{ SendMessage: { to,');
  await applyFirstFix(/array/);
  await until('the array', async () => (await text()).includes('{ SendMessage: [to, text, replyTo] }'));
  await noReportOf('HW002');
});

test('no further mistake is reported on either app, open or not', async () => {
  // Undone by the test of the link.
  await openFile(session.page, 'notes-v1/notes/src/lib.rs');
  await putCursorBehind('count_notes(&self');
  await applyFirstFix(/_request_body: String/);
  const all = () =>
    session.host((vscode) =>
      vscode.languages
        .getDiagnostics()
        .flatMap(([uri, list]) =>
          list
            .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning)
            .map((each) => `${uri.path}: ${each.message}`),
        ),
    );
  await until('no report', async () => (await all()).length === 0).catch(async () => assert.deepEqual(await all(), []));
});
