/** The page of the *Processes* panel. */
import * as v from 'valibot';
import { element, icon } from '../shared/dom.ts';
import { emptyFrame, idleNetwork } from '../shared/empty-state.ts';
import { connectHost } from '../shared/host.ts';
import { type FromProcesses, type NodeRow, toProcesses } from '../shared/messages.ts';
import { nodeClass } from '../shared/node-colours.ts';
import { button } from '../shared/toolkit.ts';
import { type Column, virtualTable } from '../shared/virtual-table.ts';
import { many, shortProcess, size } from '../shared/words.ts';
import { modulesKey, nodeTone, processKey, processTone, type TableRow, type Tone, tableRows } from './rows.ts';
import './processes.css';

const keptState = v.object({ toggled: v.array(v.string()), selected: v.optional(v.string()) });

let nodes: readonly NodeRow[] | undefined;
let rows: readonly TableRow[] = [];
const problems = new Map<string, string>();
let toReveal: { readonly node: string; readonly process: string } | undefined;

const host = connectHost<v.InferOutput<typeof toProcesses>, FromProcesses, v.InferOutput<typeof keptState>>(
  toProcesses,
  keptState,
  (message) => {
    if (message.type === 'network') {
      nodes = message.nodes;
      for (const node of nodes) nodeClass(node.name);
    } else if (message.type === 'action-failed') {
      problems.set(processKey(message.node, message.process), message.text);
      showNotice(message.text);
    } else toReveal = message;
    draw();
  },
);
const toggled = new Set(host.kept?.toggled);
const keep = () => host.keep({ toggled: [...toggled], selected: table.selectedKey });

// --- the table ---
const columns: readonly Column<TableRow>[] = [
  { id: 'name', title: 'Process', width: 'minmax(140px, 2.4fr)', fill: nameCell },
  {
    id: 'kind',
    title: 'Kind',
    width: '88px',
    hideBelow: 760,
    fill: (row, cell) => cell.append(row.kind === 'process' ? row.process.kind : ''),
  },
  { id: 'state', title: 'State', width: '96px', fill: (row, cell) => stateCell(row, cell) },
  number('mailbox', 'Mailbox', '74px', 520, (row) => (row.process.mailbox ? String(row.process.mailbox) : '–')),
  number('in', 'In', '72px', 380, (row) => row.process.messagesIn.toLocaleString('en')),
  number('out', 'Out', '72px', 380, (row) => row.process.messagesOut.toLocaleString('en')),
  number('memory', 'Memory', '80px', 600, (row) => (row.process.memoryBytes ? size(row.process.memoryBytes) : '–')),
  number('restarts', 'Restarts', '74px', 680, (row) => (row.process.restarts ? String(row.process.restarts) : '–')),
  { id: 'actions', title: '', width: '92px', hideBelow: 540, fill: actionsCell },
];

function number(
  id: string,
  title: string,
  width: string,
  hideBelow: number,
  words: (row: Extract<TableRow, { kind: 'process' }>) => string,
): Column<TableRow> {
  return {
    ...{ id, title, width, hideBelow },
    align: 'end',
    fill: (row, cell) => cell.append(row.kind === 'process' ? words(row) : ''),
  };
}

function nameCell(row: TableRow, cell: HTMLElement): void {
  if (row.kind === 'process') {
    const [name, ...rest] = row.process.id.split(':');
    cell.title = row.process.id;
    cell.append(
      element('span', { class: 'process-name', text: name }),
      element('span', { class: 'dim', text: `:${rest.join(':')}` }),
    );
    return;
  }
  const twisty = icon('twisty', 14);
  twisty.classList.add('twisty');
  cell.append(twisty);
  if (row.kind === 'modules') {
    cell.append(element('span', { class: 'dim', text: many(row.count, 'module') }));
    return;
  }
  cell.append(element('span', { class: `node-mark node-name ${nodeClass(row.node.name)}`, text: row.node.name }));
  const apps = row.node.processes.filter((process) => process.kind !== 'module').length;
  if (row.node.state === 'running')
    cell.append(element('span', { class: 'dim', text: many(apps, 'app process', 'app processes') }));
}

const toneMark = (tone: Tone, text: string, title?: string) =>
  element('span', { class: `outcome ${tone}`, text, title });

function stateCell(row: TableRow, cell: HTMLElement): void {
  if (row.kind === 'modules') return;
  const { state } = row.kind === 'node' ? row.node : row.process;
  const problem = row.kind === 'node' ? row.node.problem : row.process.lastError;
  cell.append(toneMark(row.kind === 'node' ? nodeTone(row.node) : processTone(row.process), state, problem));
}

function actionsCell(row: TableRow, cell: HTMLElement): void {
  cell.append(
    ...actionsOf(row).map(({ text, icon: name, press }) =>
      button({ kind: 'icon', icon: name, title: text, attributes: { tabindex: -1 }, press }),
    ),
  );
}

interface Action {
  readonly text: string;
  readonly icon: 'send' | 'restart' | 'close';
  readonly press: () => void;
}

function actionsOf(row: TableRow): Action[] {
  const node = row.node.name;
  if (row.kind === 'modules') return [];
  if (row.kind === 'node')
    return [{ text: `Restart ${node}`, icon: 'restart', press: () => host.post({ type: 'restart-node', node }) }];
  const process = row.process.id;
  const name = shortProcess(process);
  const inject: Action = {
    text: `Send a message to ${name}`,
    icon: 'send',
    press: () => host.post({ type: 'open-inject', node, process }),
  };
  // The node itself provides its modules: they are not to be killed.
  if (row.process.kind === 'module') return [inject];
  const act = (type: 'kill' | 'restart') => () => {
    problems.delete(row.key);
    showNotice(undefined);
    host.post({ type, node, process });
  };
  const kill: Action = { text: `Kill ${name}`, icon: 'close', press: act('kill') };
  return [
    inject,
    { text: `Restart ${name}`, icon: 'restart', press: act('restart') },
    ...(row.process.state === 'ended' ? [] : [kill]),
  ];
}

const toggle = (row: TableRow | undefined, open?: boolean): void => {
  if (!row || row.kind === 'process' || (open !== undefined && row.open === open)) return;
  if (!toggled.delete(row.key)) toggled.add(row.key);
  keep();
  draw();
};

const table = virtualTable<TableRow>({
  label: 'Processes of all nodes',
  role: 'treegrid',
  columns,
  rowHeight: 26,
  key: (row) => row.key,
  rowClass: (row) =>
    `row-${row.kind} ${row.kind === 'process' ? row.process.kind : ''} ${row.kind !== 'process' && row.open ? 'open' : ''}`,
  rowAttributes: (row) => ({
    'aria-level': row.kind === 'node' ? '1' : row.kind === 'modules' || row.process.kind !== 'module' ? '2' : '3',
    ...(row.kind === 'process' ? {} : { 'aria-expanded': String(row.open) }),
  }),
  selected: () => {
    keep();
    drawDetail();
  },
  clicked: (event, row) => {
    if (event.target instanceof Element && !event.target.closest('vscode-button')) toggle(row);
  },
  activated: (row) => {
    if (row.kind === 'process') detail.querySelector<HTMLElement>('vscode-button')?.focus();
  },
  keyPressed: (event, row) => {
    if (event.key === 'ArrowRight') toggle(row, true);
    else if (event.key === 'ArrowLeft') toggle(row, false);
    else if (event.key === ' ') toggle(row);
    else return;
    event.preventDefault();
  },
});

// --- the selected row in full ---
const detail = element('section', { class: 'process-detail', attributes: { 'aria-label': 'Selected process' } });
let detailText = '';

function drawDetail(): void {
  const row = rows.find((each) => each.key === table.selectedKey);
  // Counters change all the time; a button that a person is about to press must not be replaced for that.
  const now = JSON.stringify(
    row && row.kind === 'process'
      ? [row.key, row.process.state, row.process.lastError, row.process.capabilities, problems.get(row.key)]
      : row && [row.key, row.node.state, row.node.problem, row.node.http, problems.get(processKey(row.node.name, ''))],
  );
  if (now === detailText) return;
  detailText = now;
  detail.replaceChildren(...(row && row.kind !== 'modules' ? detailOf(row) : []));
  detail.hidden = !row || row.kind === 'modules';
}

function detailOf(row: Exclude<TableRow, { kind: 'modules' }>): HTMLElement[] {
  const isNode = row.kind === 'node';
  const problem = isNode ? row.node.problem : row.process.lastError;
  const refused = problems.get(isNode ? processKey(row.node.name, '') : row.key);
  const facts = isNode
    ? [row.node.http && `UI at ${row.node.http}`]
    : [
        row.process.kind === 'module' ? 'module, provided by the node' : row.process.kind,
        many(row.process.capabilities, 'capability', 'capabilities'),
        `on ${row.node.name}`,
      ];
  return [
    element('div', { class: 'detail-heading' }, [
      element('h2', { text: isNode ? row.node.name : row.process.id }),
      toneMark(isNode ? nodeTone(row.node) : processTone(row.process), isNode ? row.node.state : row.process.state),
      element('span', { class: 'dim', text: facts.filter(Boolean).join(' · ') }),
    ]),
    element(
      'div',
      { class: 'detail-actions' },
      actionsOf(row).map(({ text, icon: name, press }) => button({ text, icon: name, press })),
    ),
    ...[problem, refused]
      .filter((text) => text !== undefined)
      .map((text) => failure(problem === text ? 'Last error' : 'Not done', text)),
  ];
}

const failure = (title: string, text: string): HTMLElement =>
  element('div', { class: 'failure', role: 'note' }, [
    element('code', { class: 'cause', text: title }),
    element('pre', { class: 'error-text', text, attributes: { tabindex: 0, role: 'region', 'aria-label': title } }),
  ]);

// --- a refusal is told at once, wherever the selection is ---
const notice = element('div', { class: 'notice', role: 'alert', attributes: { hidden: '' } });
function showNotice(text: string | undefined): void {
  notice.hidden = text === undefined;
  notice.replaceChildren(
    element('span', { text: text ?? '' }),
    button({ kind: 'icon', icon: 'close', title: 'Dismiss', press: () => showNotice(undefined) }),
  );
}

const frame = emptyFrame(element('div', { class: 'processes-content' }, [table.element, detail]));

function draw(): void {
  rows = tableRows(nodes ?? [], toggled);
  if (toReveal && nodes?.some((node) => node.name === toReveal?.node && node.processes.length > 0)) {
    const { node, process } = toReveal;
    const key = processKey(node, process);
    toReveal = undefined;
    if (!rows.some((row) => row.key === key)) toggled.add(modulesKey(node));
    rows = tableRows(nodes, toggled);
    table.setRows(rows);
    table.select(key);
  } else table.setRows(rows);
  drawDetail();
  // Nodes that crashed or stopped are rows to act on; only a network that was never started is empty.
  frame.show(nodes?.length ? undefined : idleNetwork(nodes, () => host.post({ type: 'start-network' })));
}

document.body.append(element('main', { class: 'panel processes' }, [notice, frame.element]));
detail.hidden = true;
draw();
host.started();
