/** A workspace that is not trusted: the language server reads and checks, nothing is built and nothing is run. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { openHyperware, openVscode, root, type Session, showFailure, until } from './harness.ts';

let session: Session;
before(async () => {
  session = await openVscode({
    folder: path.join(root, 'examples/samchat'),
    open: 'ui/api.ts',
    trust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
  });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

test('in Restricted Mode the container says so and offers no Start Network', async () => {
  const { page } = session;
  assert.equal(await session.host((vscode) => vscode.workspace.isTrusted), false);
  await openHyperware(page);
  const view = page.locator('.welcome-view-content');
  await view.getByText('In Restricted Mode no node is started').waitFor();
  assert.deepEqual(await view.getByRole('button').allTextContents(), ['Manage Workspace Trust']);
});

test('a command that is run all the same starts nothing', async () => {
  await session.host((vscode) => void vscode.commands.executeCommand('hyperware.startNetwork'));
  await session.page.getByRole('dialog', { name: /This workspace is in Restricted Mode/ }).waitFor();
  assert.equal(fs.existsSync(path.join(session.folder, '.hyperware')), false);
});

test('mistakes are reported all the same', async () => {
  const codes = await until('HW002', () =>
    session.host(async (vscode) => {
      const { document } = vscode.window.activeTextEditor!;
      const text = document.getText();
      if (text.includes('[to, text, replyTo]')) {
        const edit = new vscode.WorkspaceEdit();
        const at = text.indexOf('[to, text, replyTo]');
        const range = new vscode.Range(document.positionAt(at), document.positionAt(at + '[to, text, replyTo]'.length));
        edit.replace(document.uri, range, '{ to, text, replyTo }');
        await vscode.workspace.applyEdit(edit);
      }
      const codes = vscode.languages
        .getDiagnostics(document.uri)
        .map(({ code }) => (typeof code === 'object' ? code.value : code));
      return codes.length > 0 ? codes : undefined;
    }),
  );
  assert.deepEqual(codes, ['HW002']);
});
