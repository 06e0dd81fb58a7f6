/** How sizes, times and addresses are written, in every panel the same. */

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

export function duration(ms: number): string {
  if (ms < 0.995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `14:03:07.123`, local time. */
export function clock(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

/** Characters that are not seen or that turn the text around them, written out: `⟨202e⟩`. */
export const visible = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `⟨${character.charCodeAt(0).toString(16).padStart(4, '0')}⟩`,
  );

export interface AddressParts {
  readonly node: string;
  readonly process: string;
}

/** `node@process` taken apart; text without `@` is all process. */
export function address(text: string): AddressParts {
  const cut = text.indexOf('@');
  return cut < 0 ? { node: '', process: text } : { node: text.slice(0, cut), process: text.slice(cut + 1) };
}

/** What tells a process from others at a glance: modules and an app's namesake by their first word, else with package. */
export function shortProcess(id: string): string {
  const [name = id, packageName, publisher] = id.split(':');
  if (packageName === undefined) return id;
  if (name === packageName || (packageName === 'distro' && publisher === 'sys')) return name;
  return `${name}:${packageName}`;
}

/** `1 message`, `2 messages`; a plural of its own kind is given. */
export const many = (count: number, one: string, more = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : more}`;
