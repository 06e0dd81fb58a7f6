/** How rules speak of handlers, parameters and types. */
import type { Handler, Parameter, Type } from '../../hyperapp/model/app.ts';

/** `room_id: u64`. */
export function parameterText({ name, type }: Parameter): string {
  return `${name.replace(/^mut /, '')}: ${type.text}`;
}

/** `3 parameters (list_id: String, title: String, seconds: u32)`. */
export function parametersText({ parameters }: Handler): string {
  const list = parameters.map(parameterText).join(', ');
  if (parameters.length === 0) return 'no parameters';
  return parameters.length === 1 ? `one parameter (${list})` : `${parameters.length} parameters (${list})`;
}

/** A type by a noun: `Note`, `Vec<Note>` in code marks for messages. */
export function typeText(type: Type): string {
  return type.text.replace(/\s+/g, ' ');
}
