/** Shows a problem to the person: one message with its buttons, and a line in the extension's log. */
import * as vscode from 'vscode';
import type { Problem } from './problems.ts';

/** Resolves when the message was answered or has gone; callers that go on at once do not await it. */
export async function show(log: vscode.LogOutputChannel, problem: Problem): Promise<void> {
  const labels = problem.remedies.map((remedy) => remedy.label);
  const [write, ask] = {
    error: [log.error.bind(log), vscode.window.showErrorMessage] as const,
    warning: [log.warn.bind(log), vscode.window.showWarningMessage] as const,
    information: [log.info.bind(log), vscode.window.showInformationMessage] as const,
  }[problem.severity];
  write(problem.message);
  const chosen = await ask(problem.message, ...labels);
  const remedy = problem.remedies.find((each) => each.label === chosen);
  if (remedy) await vscode.commands.executeCommand(remedy.command, ...(remedy.arguments ?? []));
}
