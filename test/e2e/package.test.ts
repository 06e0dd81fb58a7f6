/** The .vsix that `npm run package` makes, installed in a VS Code that knows nothing of this project. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { openUi, openVscode, root, type Session, sendMessage, showFailure, startNetwork, until } from './harness.ts';

let session: Session;
let printed: string;
before(async () => {
  const script = path.join(root, 'scripts/package.mjs');
  printed = execFileSync(process.execPath, [script], { cwd: root, encoding: 'utf8' });
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const vsix = path.join(root, `hyperware-${version}.vsix`);
  session = await openVscode({ folder: path.join(root, 'examples/samchat'), vsix });
});
after(() => session?.stop());
afterEach((t) => showFailure(session, t as TestContext));

test('npm run package says how large the package is', (t) => {
  const [line] = /^hyperware-\S+\.vsix: \d+ bytes, \d+ files$/m.exec(printed) ?? [];
  assert.ok(line, printed);
  t.diagnostic(line);
});

test('the installed extension builds the app and runs it on two nodes that talk', async () => {
  const place = await session.host(
    (vscode) => vscode.extensions.getExtension('hyperware-tools.hyperware')!.extensionPath,
  );
  assert.ok(!place.startsWith(root), `${place} is the installed one`);
  await startNetwork(session.page);
  const alice = await openUi(session.page, 'alice.os');
  const bob = await openUi(session.page, 'bob.os');
  await sendMessage(alice, 'bob.os', 'Out of the box');
  await bob.getByRole('button', { name: /alice\.os/ }).click();
  await bob.getByRole('list', { name: 'Messages' }).getByText('Out of the box').waitFor();
});

test('the installed language server reports mistakes', async () => {
  const file = path.join(session.folder, 'ui/api.ts');
  const text = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, text.replace('[to, text, replyTo]', '{ to, text, replyTo }'));
  const codes = () =>
    session.host(
      (vscode, file) =>
        vscode.languages
          .getDiagnostics(vscode.Uri.file(file))
          .map(({ code }) => (typeof code === 'object' ? code.value : code)),
      file,
    );
  await until('HW002', async () => (await codes()).includes('HW002'), 30_000);
});
