/** The item in the status bar: whether the network runs, and a menu of what can be done with it. */
import * as vscode from 'vscode';
import { command } from './commands.ts';
import type { DevNetwork, RunningNode } from './dev-network.ts';

interface Look {
  readonly text: string;
  readonly tooltip: string;
  readonly alarm: boolean;
}

/** What the item shows for nodes in these states. */
export function look(nodes: readonly Pick<RunningNode, 'name' | 'state'>[]): Look {
  const names = (state: RunningNode['state']) => nodes.filter((n) => n.state === state).map((n) => n.name);
  const [crashed, starting, running] = [names('crashed'), names('starting'), names('running')];
  const tooltip = nodes.length === 0 ? 'No dev node runs' : nodes.map((n) => `${n.name}: ${n.state}`).join('\n');
  if (crashed.length > 0) return { text: `$(error) Hyperware: ${crashed.join(', ')} crashed`, tooltip, alarm: true };
  if (starting.length > 0) return { text: '$(loading~spin) Hyperware: starting', tooltip, alarm: false };
  if (running.length > 0) {
    const count = `${running.length} ${running.length === 1 ? 'node' : 'nodes'}`;
    return { text: `$(vm-running) Hyperware: ${count}`, tooltip, alarm: false };
  }
  return { text: '$(vm-outline) Hyperware: stopped', tooltip, alarm: false };
}

/** Shows the item until it is disposed. */
export function showStatusBar(network: DevNetwork): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('network', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Hyperware Network';
  item.command = command('hyperware.showMenu', 'Show Menu');
  const update = () => {
    const { text, tooltip, alarm } = look(network.nodes);
    item.text = text;
    item.tooltip = tooltip;
    item.backgroundColor = alarm ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  };
  update();
  item.show();
  return vscode.Disposable.from(item, network.onDidChange(update));
}
