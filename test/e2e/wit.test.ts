/** The generated WIT stands beside the source and follows what is typed. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { command, openFile, openVscode, root, type Session, showFailure, until } from './harness.ts';

let session: Session;
before(async () => {
  session = await openVscode({ folder: path.join(root, 'examples/samchat'), open: 'samchat/src/index.ts' });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

/** The text of the WIT document, if it is open. */
const witText = () =>
  session.host((vscode) => {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'hyperware-wit');
    return document && { text: document.getText(), language: document.languageId, name: document.uri.path };
  });

/** Replaces a text of the source in its editor, unsaved. */
const edit = (from: string, to: string) =>
  session.host(
    async (vscode, [from, to]) => {
      const document = vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('samchat/src/types.ts'))!;
      const start = document.getText().indexOf(from!);
      const change = new vscode.WorkspaceEdit();
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from!.length));
      change.replace(document.uri, range, to!);
      return vscode.workspace.applyEdit(change);
    },
    [from, to],
  );

test('Show Generated WIT opens it beside the source, follows unsaved typing, and tells what kit would stop at', async () => {
  const { page } = session;
  await openFile(page, 'samchat/src/types.ts');
  await command(page, 'hyperware.showWit', 'Hyperware: Show Generated WIT');
  const opened = await until('the WIT document', witText);
  assert.equal(opened.language, 'wit');
  assert.equal(opened.name, '/api/samchat.wit');
  assert.match(opened.text, /^interface samchat \{\nuse standard\.\{address\};\n/);
  assert.match(opened.text, /record failure \{\n {8}node: string,\n {8}reason: string\n {4}\}/);

  await edit('reason: string', 'lastReason: string[]');
  await until('the renamed field', async () => (await witText())?.text.includes('last-reason: list<string>'));

  await edit('lastReason: string[]', 'reason2: string');
  const failed = await until('the reason', async () => {
    const text = (await witText())?.text;
    return text?.startsWith('// kit would stop here:') ? text : undefined;
  });
  assert.match(failed, /^\/\/ types\.ts:\d+:\d+: Field name `reason2` contains a digit/m);
  assert.match(failed, /^\/\/ Below: as it was before\.\n\ninterface samchat \{/m);

  await edit('reason2: string', 'reason: string');
  await until('the first text again', async () => (await witText())?.text === opened.text);
});
