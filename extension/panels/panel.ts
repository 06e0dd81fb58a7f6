/** One editor tab a panel: opened once, revealed when it is open, brought back after a reload of the window. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { panelPage } from './html.ts';

export interface PanelKind<In, Out> {
  readonly viewType: string;
  readonly title: string;
  /** Name of the page's bundle in `dist/webview`. */
  readonly page: string;
  /** A product icon of VS Code's. */
  readonly icon: string;
  /** What the page may say; anything else is dropped and logged. */
  readonly fromPage: v.GenericSchema<unknown, In>;
  /** Called for each page that says that it is ready: at the start, and each time the hidden tab is shown again. */
  session(post: (message: Out) => void): PanelSession<In>;
}

/** Lives as long as the page does. A hidden page is gone, and with it its session: it costs nothing. */
export interface PanelSession<In> extends vscode.Disposable {
  received(message: In): void;
}

export interface PanelTab<Out> extends vscode.Disposable {
  /** Opens or reveals the tab. `first` is sent as soon as the page can take it. */
  open(first?: Out): void;
}

type FromAnyPage = { readonly type: string; readonly text?: string };

export function panelTab<In extends FromAnyPage, Out>(
  extensionUri: vscode.Uri,
  kind: PanelKind<In, Out>,
  log: vscode.LogOutputChannel,
): PanelTab<Out> {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const options: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [folder] };
  let panel: vscode.WebviewPanel | undefined;
  let session: PanelSession<In> | undefined;
  let waiting: Out | undefined;

  const endSession = () => {
    session?.dispose();
    session = undefined;
  };

  const startSession = (owner: vscode.WebviewPanel) => {
    endSession();
    session = kind.session((message) => void owner.webview.postMessage(message));
    if (waiting !== undefined) void owner.webview.postMessage(waiting);
    waiting = undefined;
  };

  const adopt = (opened: vscode.WebviewPanel) => {
    if (panel && panel !== opened) panel.dispose();
    panel = opened;
    const { webview } = opened;
    webview.options = options;
    opened.iconPath = new vscode.ThemeIcon(kind.icon);
    webview.onDidReceiveMessage((raw: unknown) => {
      const parsed = v.safeParse(kind.fromPage, raw);
      if (!parsed.success)
        return log.warn(`${kind.title}: dropped a message of the page: ${v.summarize(parsed.issues)}`);
      const message = parsed.output;
      if (message.type === 'ready') return startSession(opened);
      if (message.type === 'problem') return log.warn(`${kind.title}: ${message.text}`);
      if (message.type === 'copy') return void vscode.env.clipboard.writeText(message.text ?? '');
      if (message.type === 'start-network') return void vscode.commands.executeCommand('hyperware.startNetwork');
      session?.received(message);
    });
    opened.onDidChangeViewState(() => {
      if (!opened.visible) endSession();
    });
    opened.onDidDispose(() => {
      if (panel !== opened) return;
      endSession();
      panel = undefined;
    });
    const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    webview.html = panelPage({
      title: kind.title,
      script: address(`${kind.page}.js`),
      style: address(`${kind.page}.css`),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(kind.viewType, {
    deserializeWebviewPanel: async (restored) => adopt(restored),
  });

  return {
    open(first) {
      waiting = first;
      if (panel) {
        panel.reveal();
        if (session && first !== undefined) {
          void panel.webview.postMessage(first);
          waiting = undefined;
        }
      } else {
        adopt(vscode.window.createWebviewPanel(kind.viewType, kind.title, vscode.ViewColumn.Active, options));
      }
    },
    dispose() {
      serializer.dispose();
      panel?.dispose();
    },
  };
}
