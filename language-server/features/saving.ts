import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';

/** When what a handler changes in the state is saved, in a sentence (hyperapp.md §9; for TypeScript the SDK's own ways). */
export function savingText(process: AppProcess, handler: Handler): string | undefined {
  const argument = process.block.arguments.find(({ key }) => key === 'save_config' || key === 'saveConfig');
  if (!argument) return undefined;
  return process.language === 'rust'
    ? rustSaving(process, handler, argument.text)
    : typescriptSaving(argument.text.replace(/\s+/g, ' '));
}

function rustSaving({ generation }: AppProcess, { isAsync, kinds }: Handler, text: string): string {
  if (generation === 'v1') return 'The state is never saved: this version of the framework drops `save_config`.';
  const count = /EveryNMessages?\s*\((.*)\)/s.exec(text)?.[1]?.trim();
  const when = /\bNever\b/.test(text)
    ? undefined
    : /EveryNSeconds/.test(text)
      ? undefined
      : count
        ? `after every ${count} requests`
        : /\bOnDiff\b/.test(text)
          ? 'after a request that changed it'
          : /\bEveryMessage\b/.test(text)
            ? 'after each request'
            : '';
  if (when === undefined) {
    return /EveryNSeconds/.test(text)
      ? 'The state is never saved: `EveryNSeconds` waits for a timer that does not exist.'
      : 'The state is never saved (`Never`).';
  }
  if (when === '') return `The state is saved as \`${text}\` says.`;
  const late = isAsync || kinds.includes('init');
  return `The state is saved ${when}${late ? '; what this handler changes, with the next request, since it only runs after the save' : ''}.`;
}

function typescriptSaving(text: string): string {
  const number = /(everyN|everySeconds)\s*:\s*([^,}]+)/.exec(text);
  if (/never/.test(text)) return "The state is never saved (`'never'`).";
  if (number?.[1] === 'everyN') return `The state is saved after every ${number[2]?.trim()} handled messages.`;
  if (number) return `The state is saved at most every ${number[2]?.trim()} seconds.`;
  if (/on-diff/.test(text)) return 'The state is saved when this handler is done, if it changed.';
  if (/every-message/.test(text)) return 'The state is saved when this handler is done.';
  return `The state is saved as \`${text}\` says.`;
}
