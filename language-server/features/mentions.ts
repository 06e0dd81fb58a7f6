import type { App } from '../../hyperapp/model/app.ts';
import type { Mention } from '../../hyperapp/model/mention.ts';
import type { Files } from '../../hyperapp/project/files.ts';
import { rustMentions } from '../../hyperapp/rust/mentions.ts';
import { typescriptMentions } from '../../hyperapp/typescript/mentions.ts';

/** The mentions of files, read once for each text. */
export function createMentions(files: Files): (app: App, file: string) => readonly Mention[] {
  const known = new Map<string, { readonly text: string; readonly mentions: readonly Mention[] }>();
  return (app, file) => {
    const text = files.read(file);
    if (text === undefined) {
      known.delete(file);
      return [];
    }
    const before = known.get(file);
    if (before?.text === text) return before.mentions;
    const mentions = read(app, file, text);
    known.set(file, { text, mentions });
    return mentions;
  };
}

function read(app: App, file: string, text: string): readonly Mention[] {
  if (file.endsWith('.rs')) return rustMentions(file, text);
  if (!/\.([cm]?[jt]sx?|vue|svelte|html)$/.test(file)) return [];
  const isBackend = app.processes.some(({ files, language }) => language === 'typescript' && files.includes(file));
  return typescriptMentions(file, text, isBackend);
}
