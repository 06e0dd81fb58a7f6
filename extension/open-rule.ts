/** Opens the page of a rule, as the link on a diagnostic's code asks for it. */
import * as path from 'node:path';
import * as vscode from 'vscode';

export async function openRule(rulesFolder: string, code: unknown): Promise<void> {
  if (typeof code !== 'string' || !/^HW\d{3}$/.test(code)) return;
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(path.join(rulesFolder, `${code}.md`)));
}
