const opening = /<script\b[^>]*>/gi;

/**
 * The text to parse for a file: all of it, or for a page (`.vue`, `.svelte`, `.html`) its script blocks alone, with
 * blanks in the place of everything else, so that places stay what they are.
 */
export function scriptOnly(file: string, text: string): string {
  if (!/\.(vue|svelte|html)$/.test(file)) return text;
  let result = '';
  let kept = 0;
  for (const match of text.matchAll(opening)) {
    const start = match.index + match[0].length;
    if (start < kept || /type=["']?(application|text)\/(ld\+)?(json|importmap)/i.test(match[0])) continue;
    const end = text.indexOf('</script', start);
    if (end === -1) break;
    result += blank(text.slice(kept, start)) + text.slice(start, end);
    kept = end;
  }
  return result + blank(text.slice(kept));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
