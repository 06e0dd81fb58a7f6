/** Statistics and the table. Every measurement is made in rounds, and its figures are medians of rounds: others use the machine too. */

/** One round: how many of them in which time, and how long each took, where that was measured. */
export interface Round {
  readonly count: number;
  readonly ms: number;
  /** Milliseconds that all threads of this program computed meanwhile: what others do on the machine hardly touches it. */
  readonly cpuMs?: number;
  /** Milliseconds of each. */
  readonly each?: readonly number[];
}

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number | undefined;
  /** Milliseconds of CPU for each. */
  readonly cpu: number | undefined;
  /** The same for every round, in order. */
  readonly cpus: readonly number[];
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
  const computed = rounds.flatMap(({ cpuMs, count }) => (cpuMs === undefined ? [] : [cpuMs / count]));
  // Of fewer than a hundred the 99th percentile is the worst one, which says nothing.
  const hasTail = timed.length > 0 && timed.every((each) => each.length >= 100);
  return {
    perSecond: median(rounds.map(({ count, ms }) => (count / ms) * 1000)),
    median: median(timed.length > 0 ? timed.map(median) : rounds.map(({ count, ms }) => ms / count)),
    p99: hasTail ? median(timed.map((each) => quantile(each, 0.99))) : undefined,
    cpu: computed.length > 0 ? median(computed) : undefined,
    cpus: computed,
  };
}

/** How much more CPU time one takes than the other, as a fraction: by pairs of rounds, each made one right after the other. */
export function dearer(one: Figures, other: Figures): number {
  return median(one.cpus.map((cpu, round) => cpu / other.cpus[round]!)) - 1;
}

/** Runs something for a while and says how often it ran. */
export async function measured(run: () => Promise<number> | number): Promise<Round & { readonly cpuMs: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const count = await run();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { count, ms, cpuMs: (user + system) / 1000 };
}

/** Runs the contenders in turn, round by round, so that what disturbs the machine meanwhile disturbs all of them alike. */
export async function inTurn<K extends string>(
  rounds: number,
  contenders: Readonly<Record<K, () => Promise<Round> | Round>>,
): Promise<Record<K, Figures>> {
  const names = Object.keys(contenders) as K[];
  const made = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Record<K, Round[]>;
  for (const name of names) await contenders[name]();
  for (let n = 0; n < rounds; n += 1) for (const name of names) made[name].push(await contenders[name]());
  return Object.fromEntries(names.map((name) => [name, figuresOf(made[name])])) as Record<K, Figures>;
}

/** Makes one after another until `ms` have passed, timing each. */
export async function timedFor(ms: number, one: () => Promise<unknown>): Promise<Round> {
  const each: number[] = [];
  const round = await measured(async () => {
    const start = performance.now();
    for (let now = start; now - start < ms; ) {
      await one();
      const then = performance.now();
      each.push(then - now);
      now = then;
    }
    return each.length;
  });
  return { ...round, each };
}

/** Keeps `width` of them under way until `ms` have passed. */
export async function crowdedFor(ms: number, width: number, one: () => Promise<unknown>): Promise<Round> {
  return measured(async () => {
    const start = performance.now();
    let count = 0;
    const lane = async () => {
      while (performance.now() - start < ms) {
        await one();
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
    return count;
  });
}

export interface Row {
  readonly what: string;
  readonly value: string;
  readonly p99?: string | undefined;
  /** CPU time of each. */
  readonly cpu?: string | undefined;
  /** Relative to what, and how much: `1.8 × bare hop`. */
  readonly ratio?: string | undefined;
  readonly goal?: { readonly text: string; readonly met: boolean } | undefined;
}

/** Milliseconds, written in the unit that suits them. */
export function ms(value: number): string {
  if (value < 0.01) return `${(value * 1000).toFixed(1)} µs`;
  if (value < 1) return `${(value * 1000).toFixed(0)} µs`;
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
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
    ['', 'median', 'p99', 'CPU', 'ratio', 'goal', ''],
    ...rows.map(({ what, value, p99, cpu, ratio, goal }) => [
      what,
      value,
      p99 ?? '',
      cpu ?? '',
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
