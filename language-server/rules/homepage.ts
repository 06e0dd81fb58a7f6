/** What rules about the homepage share (hyperapp.md §12). */
import type { AppProcess } from '../../hyperapp/model/app.ts';
import { insertAt, insertMethod } from './edits.ts';
import { codeOf } from './handler-code.ts';
import type { Fix } from './rule.ts';

export function argumentOf({ block }: AppProcess, key: string) {
  return block.arguments.find((argument) => argument.key === key);
}

/** True if the crate's code names the function anywhere, also inside of other macros. */
export function callsHomepage({ crate }: AppProcess): boolean {
  if (!crate) return false;
  const isCalled = crate.functions.some(({ calls }) => calls.some(({ name }) => name === 'add_to_homepage'));
  return isCalled || crate.occurrences('add_to_homepage').length > 0;
}

/** The call at the start of `#[init]`, which is written if there is none. */
export function addCallFix(process: AppProcess): Fix {
  const { block, handlers } = process;
  const text = (key: string) => argumentOf(process, key)?.text;
  const some = (key: string) => (text(key) ? `Some(${text(key)})` : 'None');
  const call = `hyperware_process_lib::homepage::add_to_homepage(${text('name') ?? `"${process.name}"`}, ${some('icon')}, Some("/"), ${some('widget')});`;
  const init = handlers.find(({ kinds, stale }) => kinds.includes('init') && !stale);
  const code = init && codeOf(process, init);
  const title = 'Call add_to_homepage in #[init]';
  if (!code) {
    const method = ['#[init]', 'async fn initialize(&mut self) {', `    ${call}`, '}'];
    return { title, isAlone: true, edits: [insertMethod({ file: block.file, range: block.range }, method)] };
  }
  const { start, end } = code.body.range;
  const inside = { line: start.line, character: start.character + 1 };
  const line = start.line === end.line ? ` ${call}` : `\n${code.indent}    ${call}`;
  return { title, isAlone: true, edits: [insertAt(code.body.file, inside, line)] };
}
