/** Short names of scripts (kernel.md §14.3). What the user changes is kept. */
import * as v from 'valibot';
import { parseProcessId } from '../../kernel/address.ts';
import type { ProcessId } from '../../kernel/message.ts';
import type { Store } from '../../store/store.ts';
import { jsonBody, parseBody } from '../body.ts';
import { terminalId } from '../capabilities.ts';

const names =
  'add-node-provider add-rpcurl-provider alias cat clear-state echo get-providers help hi kill kfetch m net-diagnostics peer peers remove-provider top'.split(
    ' ',
  );
const defaults: Readonly<Record<string, ProcessId>> = Object.fromEntries(
  names.map((name) => [name, `${name}:terminal:sys`]),
);

export type AliasResult = 'AliasSet' | 'AliasRemoved' | 'AliasNotFound' | 'InvalidProcessId';

export interface Aliases {
  get(alias: string): ProcessId | undefined;
  /** `process` null removes. */
  edit(alias: string, process: string | null): Promise<AliasResult>;
}

export function openAliases(store: Store): Aliases {
  const saved = store.getState(terminalId);
  const parsed = v.safeParse(v.record(v.string(), v.string()), saved && parseBody(saved));
  const aliases = new Map(Object.entries(parsed.success ? parsed.output : defaults));
  const save = () => store.setState(terminalId, jsonBody(Object.fromEntries(aliases)));
  return {
    get: (alias) => aliases.get(alias),
    async edit(alias, process) {
      if (process === null) {
        if (!aliases.delete(alias)) return 'AliasNotFound';
        await save();
        return 'AliasRemoved';
      }
      if ('problem' in parseProcessId(process)) return 'InvalidProcessId';
      aliases.set(alias, process);
      await save();
      return 'AliasSet';
    },
  };
}
