import { isPinnedTo, neverSaves } from './revisions.ts';
import { always, type Rule } from './rule.ts';

/** HW052: options that save nothing (hyperapp.md §9). */
export const saveOptionIneffective: Rule = {
  code: 'HW052',
  name: 'save-option-ineffective',
  severity: always('warning'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      const { block, generation } = process;
      const option = block.arguments.find(({ key }) => key === 'save_config');
      const found = /\b(Every\w+|OnDiff)\s*(?:\(\s*([\d_]*)\s*\))?/.exec(option?.text ?? '');
      if (!option?.valueAt || !found) continue;
      const [, name, count] = found;
      const better = generation === 'v1' ? 'EveryMessage' : 'OnDiff';
      const never = name === 'EveryNSeconds' || (name === 'EveryNMessage' && Number(count?.replaceAll('_', '')) === 0);
      if (never && count !== '') {
        const instead = generation === 'v1' ? better : 'OnDiff or EveryMessage';
        yield {
          at: option.valueAt,
          generation,
          message: `${name === 'EveryNSeconds' ? name : 'EveryNMessage(0)'} never saves. Use ${instead}.`,
          fixes: [
            {
              title: `Change to ${better}`,
              edits: [{ at: option.valueAt, newText: option.text.replace(/\bEvery\w+\s*\([^)]*\)/, better) }],
            },
          ],
        };
      } else if (generation === 'v1' && isPinnedTo(process, neverSaves)) {
        yield {
          at: option.valueAt,
          generation,
          severity: 'information',
          message: 'This version of the macro reads save_config and throws it away: the state is never saved.',
        };
      }
    }
  },
};
