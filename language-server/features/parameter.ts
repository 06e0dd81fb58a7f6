import type { Parameter } from '../../hyperapp/model/app.ts';

/** `draft` for `mut draft`. */
export function plainName({ name }: Parameter): string {
  return name.replace(/^mut /, '');
}

/** True if an expression is the parameter's own name but for case and underscores, perhaps behind a `.`. */
export function sameName(expression: string, parameter: string): boolean {
  const letters = (name: string) => name.replace(/^mut /, '').replace(/^.*\./s, '').replaceAll('_', '').toLowerCase();
  return letters(expression) === letters(parameter);
}
