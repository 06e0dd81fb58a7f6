/** The tree in the activity bar: nodes, and below each its processes. Empty while nothing runs; then the welcome shows. */
import * as vscode from 'vscode';
import type { ProcessInfo } from '../dev-node/control/protocol.ts';
import type { DevNetwork, RunningNode } from './dev-network.ts';
import type { ProcessLists } from './network/process-lists.ts';

export const nodesView = 'hyperware.nodes';

export type TreeItem =
  | { readonly kind: 'node'; readonly node: string }
  /** Folds what the node itself provides, some twenty processes that are rarely looked at. */
  | { readonly kind: 'modules'; readonly node: string }
  | { readonly kind: 'process'; readonly node: string; readonly process: string };

const colored = (icon: string, color: string) => new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));

const nodeIcons: Record<RunningNode['state'], vscode.ThemeIcon> = {
  starting: new vscode.ThemeIcon('loading~spin'),
  running: colored('vm-running', 'testing.iconPassed'),
  stopped: new vscode.ThemeIcon('vm-outline'),
  crashed: colored('error', 'testing.iconFailed'),
};

const processIcons: Record<ProcessInfo['state'], vscode.ThemeIcon> = {
  initialised: new vscode.ThemeIcon('circle-outline'),
  running: colored('circle-filled', 'testing.iconPassed'),
  restarting: new vscode.ThemeIcon('loading~spin'),
  ended: colored('circle-slash', 'testing.iconFailed'),
};

/** Text of a node beside its name: where its pages are, or what became of it. */
const nodeDescription = (node: RunningNode) =>
  node.state === 'running' && node.info ? node.info.http.replace(/^https?:\/\//, '') : node.state;

function nodeItem(node: RunningNode): vscode.TreeItem {
  const running = node.state === 'running';
  const item = new vscode.TreeItem(
    node.name,
    running ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  // A node that comes back must not keep the folded state of one that had no children.
  item.id = `${node.name}/${running}`;
  item.description = nodeDescription(node);
  item.iconPath = nodeIcons[node.state];
  item.contextValue = `node.${node.state}`;
  item.tooltip =
    node.problem ?? [node.name, node.state, node.info && `process ${node.info.pid}`].filter(Boolean).join(' · ');
  item.accessibilityInformation = { label: `Node ${node.name}, ${nodeDescription(node)}` };
  return item;
}

/** `samchat:samchat:template.os` shows as `samchat`, with its package beside it. */
function processItem(node: string, process: ProcessInfo): vscode.TreeItem {
  const [name, ...rest] = process.id.replace(/^[^@]*@/, '').split(':');
  const item = new vscode.TreeItem(name ?? process.id);
  item.id = `${node}/${process.id}`;
  item.description = process.state === 'running' ? rest.join(':') : `${rest.join(':')} · ${process.state}`;
  item.iconPath = process.kind === 'module' ? new vscode.ThemeIcon('server-process') : processIcons[process.state];
  item.contextValue = process.kind === 'module' ? 'process.module' : 'process.app';
  item.accessibilityInformation = { label: `Process ${process.id} on ${node}, ${process.state}` };
  return item;
}

function processTooltip(process: ProcessInfo): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(process.id);
  text.appendMarkdown(
    `\n\n${process.kind}, ${process.state} · ${process.messagesIn} messages in, ${process.messagesOut} out` +
      ` · ${process.mailbox} waiting${process.restarts ? ` · ${process.restarts} restarts` : ''}`,
  );
  if (process.lastError) text.appendMarkdown('\n\n').appendText(process.lastError);
  return text;
}

function modulesItem(node: string, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem('Modules', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${node}/modules`;
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon('package');
  item.accessibilityInformation = { label: `Modules of ${node}, ${count}` };
  return item;
}

const inOrder = (processes: readonly ProcessInfo[]) => [...processes].sort((a, b) => a.id.localeCompare(b.id, 'en'));

/** Shows the tree until it is disposed. */
export function showNodeTree(network: DevNetwork, lists: ProcessLists): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const modulesOf = (node: string) => lists.of(node).filter(({ kind }) => kind === 'module');
  const appsOf = (node: string) => lists.of(node).filter(({ kind }) => kind !== 'module');
  const provider: vscode.TreeDataProvider<TreeItem> = {
    onDidChangeTreeData: changed.event,
    getChildren(parent) {
      if (!parent) return network.nodes.map(({ name }) => ({ kind: 'node', node: name }));
      if (parent.kind === 'process') return [];
      const { node } = parent;
      const [apps, modules] = [appsOf(node), modulesOf(node)];
      const shown = parent.kind === 'node' ? apps : modules;
      const rows: TreeItem[] = inOrder(shown).map(({ id }) => ({ kind: 'process', node, process: id }));
      return parent.kind === 'node' && modules.length > 0 ? [...rows, { kind: 'modules', node }] : rows;
    },
    getTreeItem(item) {
      const node = network.node(item.node);
      if (item.kind === 'node') return node ? nodeItem(node) : new vscode.TreeItem(item.node);
      if (item.kind === 'modules') return modulesItem(item.node, modulesOf(item.node).length);
      const process = lists.of(item.node).find(({ id }) => id === item.process);
      return process ? processItem(item.node, process) : new vscode.TreeItem(item.process);
    },
    resolveTreeItem(shown, item) {
      const process = item.kind === 'process' && lists.of(item.node).find(({ id }) => id === item.process);
      if (process) shown.tooltip = processTooltip(process);
      return shown;
    },
  };
  const refresh = () => changed.fire(undefined);
  return vscode.Disposable.from(
    vscode.window.createTreeView(nodesView, { treeDataProvider: provider }),
    network.onDidChange(refresh),
    lists.onDidChange(refresh),
    changed,
  );
}
