/** Statistics and the table. Every measurement is made in rounds, and its figures are medians of rounds: others use the machine too. */

/** One round: how many of them in which time, and how long each took, where that was measured. */
export interface Round {
  readonly count: number;
  readonly ms: number;
  /** Milliseconds of each. */
  readonly each?: readonly number[];
}

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number | undefined;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (found === undefined) throw new Error('no values were measured');
  return found;
}

export function figuresOf(rounds: readonly Round[]): Figures {
  const timed = rounds.flatMap(({ each }) => (each ? [each] : []));
  return {
    perSecond: median(rounds.map(({ count, ms }) => (count / ms) * 1000)),
    median:
      timed.length > 0 ? median(timed.map((each) => median(each))) : median(rounds.map(({ count, ms }) => ms / count)),
    // Of fewer than a hundred the 99th percentile is the worst one, which says nothing.
    p99:
      timed.some((each) => each.length < 100) || timed.length === 0
        ? undefined
        : median(timed.map((e) => quantile(e, 0.99))),
  };
}

/** Runs the contenders in turn, round by round, so that what disturbs the machine meanwhile disturbs all of them alike. */
export async function inTurn<K extends string>(
  rounds: number,
  contenders: Readonly<Record<K, () => Promise<Round> | Round>>,
): Promise<Record<K, Figures>> {
  const names = Object.keys(contenders) as K[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Record<K, Round[]>;
  for (const name of names) await contenders[name]();
  for (let n = 0; n < rounds; n += 1) for (const name of names) measured[name].push(await contenders[name]());
  return Object.fromEntries(names.map((name) => [name, figuresOf(measured[name])])) as Record<K, Figures>;
}

/** Makes one after another until `ms` have passed, timing each. */
export async function timedFor(ms: number, one: () => Promise<unknown>): Promise<Round> {
  const each: number[] = [];
  const start = performance.now();
  let now = start;
  while (now - start < ms) {
    await one();
    const then = performance.now();
    each.push(then - now);
    now = then;
  }
  return { count: each.length, ms: now - start, each };
}

/** Keeps `width` of them under way until `ms` have passed. */
export async function crowdedFor(ms: number, width: number, one: () => Promise<unknown>): Promise<Round> {
  const start = performance.now();
  let count = 0;
  const lane = async () => {
    while (performance.now() - start < ms) {
      await one();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return { count, ms: performance.now() - start };
}

export interface Row {
  readonly what: string;
  readonly value: string;
  readonly p99?: string | undefined;
  /** Relative to what, and how much: `1.8 × bare hop`. */
  readonly ratio?: string | undefined;
  readonly goal?: { readonly text: string; readonly met: boolean } | undefined;
}

export function ms(value: number): string {
  return value < 1
    ? `${(value * 1000).toFixed(0)} µs`
    : value < 10
      ? `${value.toFixed(2)} ms`
      : `${value.toFixed(0)} ms`;
}

export function perSecond(value: number, unit = ''): string {
  return `${Math.round(value).toLocaleString('en-US')}${unit}/s`;
}

export function times(value: number, baseline: number, name: string): string {
  const ratio = value / baseline;
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)} × ${name}`;
}

/** Prints rows in columns. */
export function printTable(rows: readonly Row[]): void {
  const cells = [
    ['', 'median', 'p99', 'ratio', 'goal', ''],
    ...rows.map(({ what, value, p99, ratio, goal }) => [
      what,
      value,
      p99 ?? '',
      ratio ?? '',
      goal?.text ?? '',
      goal === undefined ? '' : goal.met ? 'met' : 'MISSED',
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}
