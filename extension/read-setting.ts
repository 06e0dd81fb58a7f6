/** Settings as the rest of the extension reads them: typed, checked, and told once when they cannot be used. */
import * as vscode from 'vscode';
import { problems } from './problems.ts';
import { checkSetting, type Setting, type SettingKey } from './settings.ts';
import { show } from './show.ts';

export function readSetting<K extends SettingKey>(log: vscode.LogOutputChannel, key: K): Setting<K> {
  const result = checkSetting(key, vscode.workspace.getConfiguration('hyperware').get(key));
  if (!result.ok) void show(log, problems.setting(result.problem));
  return result.value;
}
