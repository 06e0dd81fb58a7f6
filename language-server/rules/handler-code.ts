/** The code behind handlers: their own functions, and the helpers of the crate that they call. */
import type { AppProcess, Handler } from '../../hyperapp/model/app.ts';
import type { Call, FunctionCode, RustCrate } from '../../hyperapp/model/crate.ts';

/** The function of a handler. */
export function codeOf({ crate }: AppProcess, { at, stale }: Handler): FunctionCode | undefined {
  if (stale) return undefined;
  return crate?.functions.find(
    (code) => code.at.file === at.file && code.at.range.start.line === at.range.start.line && samePlace(code, at),
  );
}

function samePlace({ at: { range } }: FunctionCode, at: Handler['at']): boolean {
  return range.start.character === at.range.start.character;
}

/** The async functions among handlers and what they call by name, each once. */
export function asyncCodeOf(process: AppProcess, handlers: readonly Handler[]): FunctionCode[] {
  const found = new Set<FunctionCode>();
  const take = (code: FunctionCode): void => {
    if (!code.isAsync || found.has(code)) return;
    found.add(code);
    for (const call of code.calls) for (const called of calledBy(call, process.crate)) take(called);
  };
  for (const handler of handlers) {
    const code = codeOf(process, handler);
    if (code) take(code);
  }
  return [...found];
}

/** Functions of the crate that a call surely means: `self.x()`, `Self::x()`, `x()`. */
function calledBy({ name, path, isMethod, receiver }: Call, crate: RustCrate | undefined): readonly FunctionCode[] {
  const isOwn = isMethod ? receiver === 'self' : path === name || path === `Self::${name}`;
  return isOwn ? (crate?.functions.filter((code) => code.name === name) ?? []) : [];
}

/** True if a call means the framework's function of that name, and not one of the app's own. */
export function isFrameworkCall({ name, path, isMethod, at }: Call, process: AppProcess, isGiven: boolean): boolean {
  const { crate } = process;
  if (isMethod || !crate) return false;
  if (path.includes('::')) return /(^|::)(hyperapp|hyperware_app_common)::\w+$/.test(path);
  if (crate.functions.some((code) => code.name === name)) return false;
  const imports = crate.imports.filter((known) => known.at.file === at.file);
  const framework = /(^|::)(hyperapp|hyperware_app_common)(::|$)/;
  const named = imports.find((known) => known.name === name);
  if (named) return framework.test(named.path);
  return isGiven || imports.some((known) => known.name === '*' && framework.test(known.path));
}
