import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The rules' pages come with the server: two folders up from its source, one from its bundle. */
const folder = ['../docs/rules', '../../docs/rules']
  .map((beside) => path.join(import.meta.dirname, beside))
  .find((candidate) => fs.existsSync(candidate));

const pages = new Map<string, string | undefined>();

/**
 * The page of a rule as an address that can be opened without a network: docs/rules/HWxxx.md beside this very server.
 * Undefined if the page is not there. VS Code's client opens its preview instead (extension/language-client.ts).
 */
export function rulePage(code: string): string | undefined {
  if (!pages.has(code)) {
    const file = folder && path.join(folder, `${code}.md`);
    pages.set(code, file !== undefined && fs.existsSync(file) ? pathToFileURL(file).href : undefined);
  }
  return pages.get(code);
}
