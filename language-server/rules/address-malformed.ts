import type { IdText } from '../../hyperapp/model/traffic.ts';
import { generationOf } from './document.ts';
import { processIdForm } from './manifest.ts';
import { always, type Finding, type Rule } from './rule.ts';

/** HW028: an address is a node, `@`, and a process id (hyperapp.md §13). */
export const addressMalformed: Rule = {
  code: 'HW028',
  name: 'address-malformed',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    const generation = generationOf(app);
    for (const id of app.crates.flatMap(({ traffic }) => traffic.idTexts)) {
      const problem = id.as === 'address' ? addressProblem(id) : addressAsProcess(id);
      if (problem) yield { ...problem, generation };
    }
  },
};

type Problem = Omit<Finding, 'generation'>;

const form = 'Write node@process-name:package-name:publisher.';

function addressProblem({ text, at, isLiteral }: IdText): Problem | undefined {
  if (isWellFormed(text)) return undefined;
  const change = (newText: string, title: string) =>
    isLiteral ? [{ title, edits: [{ at, newText: `"${newText}"` }] }] : [];
  if (processIdForm.test(text)) {
    const own = `our@${text}`;
    return {
      at,
      message: `'${text}' is a process id, not an address. ${form}`,
      fixes: change(own, `Change to "${own}"`),
    };
  }
  const mended = text.includes('@') ? text : text.replace(':', '@');
  const fits = mended !== text && text.split(':').length === 4;
  return {
    at,
    message: `'${text}' is not an address. ${form}`,
    fixes: fits ? change(mended, `Change to "${mended}"`) : [],
  };
}

/** One `@`, a node, three parts; what is not constant may hold several of them. */
function isWellFormed(text: string): boolean {
  const plain = text.replace(/\{[^}]*\}/g, '{}');
  const halves = plain.split('@');
  if (halves.length > 2) return false;
  if (halves.length === 1) {
    // One value may be the whole address, or its first half.
    return plain.includes('{}') && plain.split(':').length < 4;
  }
  const [node = '', process = ''] = halves;
  if (node === '') return false;
  const parts = process.split(':');
  if (parts.length > 3 || parts.some((part) => part === '')) return false;
  return parts.length === 3 || process.includes('{}');
}

function addressAsProcess({ text, at, isLiteral }: IdText): Problem | undefined {
  if (!text.includes('@')) return undefined;
  const process = text.slice(text.indexOf('@') + 1);
  const fits = isLiteral && processIdForm.test(process);
  return {
    at,
    message: `'${text}' is an address; a process id has no node. Write process-name:package-name:publisher.`,
    fixes: fits ? [{ title: `Change to "${process}"`, edits: [{ at, newText: `"${process}"` }] }] : [],
  };
}
