/** The one function that makes every panel's page. Knows no editor, so that the tests load the very same page. */

export interface PanelPage {
  readonly title: string;
  /** Addresses as the page can load them. */
  readonly script: string;
  readonly style: string;
  /** What the Content Security Policy allows styles from. */
  readonly cspSource: string;
  /**
   * Fresh random text for each page: the only scripts that run are those that carry it. The toolkit finds it in the
   * page (`csp-nonce`) for the one style element that it makes to learn what the browser can do.
   */
  readonly nonce: string;
}

/**
 * A page with a strict policy: no script but ours, no inline handler, no eval, nothing from the network. Every word in
 * it comes from our own code; data arrives as messages and is put in as text only.
 */
export function panelPage({ title, script, style, cspSource, nonce }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta property="csp-nonce" content="${attribute(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(style)}">
<title>${attribute(title)}</title>
</head>
<body>
<script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
