/**
 * The key of a handler on the wire (hyperapp.md §5): every `_` goes, the letter after it and the first one are raised,
 * the rest stays as written. `get_user` and `getUser` both give `GetUser`.
 */
export function wireNameOf(method: string): string {
  return method
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** `GetUser` or `getUser` as Rust writes it: `get_user`. For advice to people, not for the wire. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** `get_user` or `GetUser` as TypeScript writes it: `getUser`. */
export function camelCase(name: string): string {
  const wire = wireNameOf(name);
  return wire.charAt(0).toLowerCase() + wire.slice(1);
}
