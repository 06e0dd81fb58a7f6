interface ImportMeta {
  /** Set by the build: `/process:package:publisher`. */
  readonly env: { readonly BASE_URL: string };
}

interface Window {
  /** Set by /our.js, which only a node serves. */
  our?: { node: string; process?: string };
}
