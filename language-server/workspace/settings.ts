import * as v from 'valibot';
import type { Generation } from '../../hyperapp/model/app.ts';
import { defaultSettings, type RuleSettings } from '../rules/check.ts';
import type { Severity } from '../rules/rule.ts';

export interface Settings {
  readonly rules: RuleSettings;
  /** Over what is found by hyperapp.md §1.1; undefined: found. */
  readonly generation: Generation | undefined;
}

const severity = v.picklist(['error', 'warning', 'information', 'hint', 'off']);

/** `hyperware.*` as far as it concerns the server; each part falls back by itself if it is not what it should be. */
const schema = v.object({
  rules: v.optional(
    v.object({
      profile: v.fallback(v.optional(v.picklist(['auto', 'overview']), 'auto'), 'auto'),
      off: v.fallback(v.optional(v.array(v.string()), []), []),
      severity: v.fallback(v.optional(v.record(v.string(), severity), {}), {}),
      generation: v.fallback(v.optional(v.picklist(['auto', 'v1', 'v2', 'v3', 'v3a', 'v3b']), 'auto'), 'auto'),
    }),
  ),
});

/** What a client sent for the section `hyperware`; anything unreadable gives the defaults. */
export function readSettings(section: unknown): Settings {
  const parsed = v.safeParse(schema, section);
  const rules = parsed.success ? parsed.output.rules : undefined;
  if (!rules) return { rules: defaultSettings, generation: undefined };
  const off = rules.off.map((code): [string, Severity | 'off'] => [code, 'off']);
  return {
    rules: { profile: rules.profile, severity: new Map([...Object.entries(rules.severity), ...off]) },
    generation: rules.generation === 'auto' ? undefined : rules.generation === 'v3' ? 'v3b' : rules.generation,
  };
}

const wishesSchema = v.object({
  diagnostics: v.fallback(v.optional(v.string()), undefined),
  commands: v.fallback(v.optional(v.array(v.string()), []), []),
});

/** What a client wishes when it starts (`initializationOptions`): pulled diagnostics, and which commands it can run. */
export function readWishes(options: unknown): v.InferOutput<typeof wishesSchema> {
  const parsed = v.safeParse(wishesSchema, options);
  return parsed.success ? parsed.output : { commands: [] };
}
