/**
 * Every setting of the extension, with its default: package.json is held to this list by `contributions.test.ts`. A
 * person writes settings by hand, so each is checked when it is read, and what is wrong is told, not guessed.
 */
import * as v from 'valibot';

const nodeName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a node name has small letters, digits and dashes in two parts: alice.os'),
);
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535));
const ruleCode = v.pipe(v.string(), v.regex(/^HW\d{3}$/, 'a rule is named by its code: HW001'));

const severities = ['error', 'warning', 'information', 'hint', 'off'] as const;

/** Key below `hyperware.` -> its default and what it may be. */
export const settings = {
  'network.nodes': {
    default: ['alice.os', 'bob.os'],
    schema: v.pipe(
      v.array(nodeName),
      v.minLength(1, 'name at least one node'),
      v.check((names) => new Set(names).size === names.length, 'each name may stand there once'),
    ),
  },
  'network.name': { default: 'local', schema: v.pipe(v.string(), v.minLength(1, 'a network needs a name')) },
  'network.firstPort': { default: 8080, schema: port },
  'network.openUiIn': { default: 'browser', schema: v.picklist(['browser', 'editor']) },
  'rules.profile': { default: 'auto', schema: v.picklist(['auto', 'overview']) },
  'rules.off': { default: [] as string[], schema: v.array(ruleCode) },
  'rules.severity': { default: {}, schema: v.record(ruleCode, v.picklist(severities)) },
  'rules.generation': { default: 'auto', schema: v.picklist(['auto', 'v1', 'v2', 'v3a', 'v3b']) },
} as const;

export type SettingKey = keyof typeof settings;
export type Setting<K extends SettingKey> = v.InferOutput<(typeof settings)[K]['schema']>;

export type SettingResult<K extends SettingKey> =
  | { readonly ok: true; readonly value: Setting<K> }
  /** `problem` is one sentence for people; `value` is the default, to go on with. */
  | { readonly ok: false; readonly value: Setting<K>; readonly problem: string };

/** Checks one setting as `workspace.getConfiguration('hyperware').get(key)` gave it. */
export function checkSetting<K extends SettingKey>(key: K, written: unknown): SettingResult<K> {
  const { schema, default: fallback } = settings[key];
  if (written === undefined) return { ok: true, value: fallback as Setting<K> };
  const parsed = v.safeParse(schema as v.GenericSchema, written);
  if (parsed.success) return { ok: true, value: parsed.output as Setting<K> };
  const why = parsed.issues[0].message;
  return {
    ok: false,
    value: fallback as Setting<K>,
    problem: `The setting hyperware.${key} is ${JSON.stringify(written)}, which cannot be used: ${why}.`,
  };
}
