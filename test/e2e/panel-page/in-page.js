// Runs in the page before anything else of it: VS Code's side of a webview, as far as a panel can see it.
// `panelTest` is set by the test: the theme's variables and body class, and the state that was kept.
const { variables, bodyClass, state } = globalThis.panelTest;
const said = [];
let held = state;
globalThis.panelTest.said = said;
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => said.push(structuredClone(message)),
  getState: () => held,
  setState: (next) => {
    held = structuredClone(next);
  },
});
globalThis.panelTest.kept = () => held;

// As VS Code does: the theme is there before the page's own script runs.
new MutationObserver((_changes, observer) => {
  if (!document.body) return;
  observer.disconnect();
  const { style } = document.documentElement;
  for (const [name, value] of Object.entries(variables)) style.setProperty(`--vscode-${name}`, value);
  document.body.classList.add(bodyClass);
}).observe(document, { childList: true, subtree: true });

globalThis.panelTest.tell = async (messages) => {
  for (const message of messages) window.postMessage(message, '*');
  // Messages are delivered in order, before a timer that is set after them.
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
};
