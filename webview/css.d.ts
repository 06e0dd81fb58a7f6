/** esbuild puts an imported style sheet beside the bundle; the page links it. */
declare module '*.css';
