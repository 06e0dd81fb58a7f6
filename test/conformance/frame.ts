/**
 * How the conformance cases are written down: each is a statement of the spec that an app or kit can notice, with its
 * file and section. Run by Node's test runner they are tests; listed by fidelity.ts they make docs/fidelity.md.
 */
import { after, it } from 'node:test';
import { type Form, rustPuppetMissing } from './components.ts';
import { closeNodes } from './node.ts';
import { World } from './world.ts';

export type Standing = 'holds' | 'differs' | 'not emulated';

export interface Statement {
  /** `kernel.md §6.4`. */
  readonly section: string;
  /** The statement; of one that does not hold, what the real node does. */
  readonly text: string;
  readonly standing: Standing;
  /** What a dev node does instead, and why. */
  readonly reason: string | undefined;
  /** Whether a case runs. */
  readonly checked: boolean;
}

export type Case = (world: World) => Promise<void>;

export interface CaseOptions {
  /** Run with the puppet in Rust as well. */
  readonly rust?: boolean;
  /** Milliseconds; default 30 000. */
  readonly timeout?: number;
}

const listed: Statement[] = [];
/** Set by fidelity.ts before it imports the cases: they are then listed instead of run. */
const listing = Symbol.for('hyperware.conformance.listing');
const isListing = () => listing in globalThis;

export function startListing(): readonly Statement[] {
  Object.assign(globalThis, { [listing]: true });
  return listed;
}

/** The statement holds: `run` fails if it does not. */
export function statement(section: string, text: string, run: Case, options: CaseOptions = {}): void {
  add({ section, text, standing: 'holds', reason: undefined, checked: true }, run, options);
}

/**
 * A dev node does something else on purpose. `text` says what a real node does; `reason` what happens here and why; `run`
 * checks that it does happen here.
 */
export function differs(section: string, text: string, reason: string, run?: Case, options: CaseOptions = {}): void {
  add({ section, text, standing: 'differs', reason, checked: run !== undefined }, run, options);
}

/** Not there at all. `reason` says what an app sees, and why. */
export function notEmulated(
  section: string,
  text: string,
  reason: string,
  run?: Case,
  options: CaseOptions = {},
): void {
  add({ section, text, standing: 'not emulated', reason, checked: run !== undefined }, run, options);
}

const form = /^[a-z-]+\.md §\d+(\.\d+)*$/;

function add(one: Statement, run: Case | undefined, { rust = false, timeout = 30_000 }: CaseOptions): void {
  if (!form.test(one.section)) throw new Error(`"${one.section}" is not written like "kernel.md §6.4"`);
  if (isListing()) {
    listed.push(one);
    return;
  }
  if (!run) return;
  closeAtEnd();
  const name = `${one.section}: ${one.text}${one.standing === 'holds' ? '' : ` (${one.standing})`}`;
  it(name, { timeout }, () => inWorld('javascript', run));
  if (!rust) return;
  const missing = rustPuppetMissing();
  // The reason is told once, by rust-components.test.ts.
  if (!missing) it(`${name}, in Rust`, { timeout: timeout + 240_000 }, () => inWorld('rust', run));
}

/** A case that is no statement of the spec but a promise of ours: it is run and not listed in docs/fidelity.md. */
export function promise(name: string, run: Case, { timeout = 30_000, form = 'javascript' as Form } = {}): void {
  closeAtEnd();
  it(name, { timeout }, () => inWorld(form, run));
}

async function inWorld(form: Form, run: Case): Promise<void> {
  const world = await World.begin(form);
  try {
    await run(world);
  } finally {
    await world.end();
  }
}

let closing = false;
function closeAtEnd(): void {
  if (closing) return;
  closing = true;
  after(closeNodes);
}
