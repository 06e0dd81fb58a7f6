/** The three panels and their commands. What they look like is the webviews' business; what they know, the nodes'. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { DevNetwork } from '../dev-network.ts';
import { injectPanel } from './inject.ts';
import { panelTab } from './panel.ts';
import { processesPanel } from './processes.ts';
import { tracesPanel } from './traces.ts';

/** Optional argument of `hyperware.openTraces`: the span to show. */
const spanArgument = v.object({ trace: v.string(), span: v.string() });
/** Optional argument of `hyperware.openProcesses`: the process to show. */
const processArgument = v.object({ node: v.string(), process: v.string() });
/** Optional argument of `hyperware.openInject`: what the form starts with; without a node the first one that runs. */
const injectArgument = v.object({ node: v.optional(v.string()), process: v.string(), body: v.optional(v.string()) });

/**
 * Registers `hyperware.openTraces`, `hyperware.openProcesses` and `hyperware.openInject`, and brings open panels back
 * after a reload. Each command takes the optional argument that is described above; anything else is ignored, so that a
 * command can sit in a tree item's menu.
 */
export function registerPanels(context: vscode.ExtensionContext, network: DevNetwork): vscode.Disposable {
  const log = vscode.window.createOutputChannel('Hyperware Panels', { log: true });
  const { extensionUri } = context;
  const traces = panelTab(
    extensionUri,
    tracesPanel(
      network,
      {
        openInject: (target) => inject.open({ type: 'prefill', ...target }),
        openPage: (page) =>
          void vscode.commands.executeCommand(
            'markdown.showPreviewToSide',
            vscode.Uri.joinPath(extensionUri, 'docs', `${page}.md`),
          ),
      },
      log,
    ),
    log,
  );
  const processes = panelTab(
    extensionUri,
    processesPanel(network, { openInject: (target) => inject.open({ type: 'prefill', ...target }) }, log),
    log,
  );
  const inject = panelTab(
    extensionUri,
    injectPanel(network, { showSpan: ({ trace, span }) => traces.open({ type: 'reveal', trace, span }) }, log),
    log,
  );
  const given = <T>(schema: v.GenericSchema<unknown, T>, argument: unknown): T | undefined => {
    const parsed = v.safeParse(schema, argument);
    return parsed.success ? parsed.output : undefined;
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('hyperware.openTraces', (argument: unknown) => {
      const span = given(spanArgument, argument);
      traces.open(span && { type: 'reveal', ...span });
    }),
    vscode.commands.registerCommand('hyperware.openProcesses', (argument: unknown) => {
      const process = given(processArgument, argument);
      processes.open(process && { type: 'reveal', ...process });
    }),
    vscode.commands.registerCommand('hyperware.openInject', (argument: unknown) => {
      const form = given(injectArgument, argument);
      // Before any node runs the form is ready all the same; its target is chosen when one does.
      const node =
        form?.node ?? (network.nodes.find(({ state }) => state === 'running') ?? network.nodes[0])?.name ?? '';
      inject.open(form && { type: 'prefill', ...form, node });
    }),
    traces,
    processes,
    inject,
    log,
  );
}
