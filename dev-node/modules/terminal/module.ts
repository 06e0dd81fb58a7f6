/**
 * `terminal:terminal:sys`: the command line (other-modules.md §5, kernel.md §14.3). A typed line is a request from the
 * terminal to itself. Scripts of packages run as processes; the terminal's own run here, in the name of a second process that
 * any other may answer, as the real `m` is public.
 */
import * as v from 'valibot';
import { nameOf, packageOf, parseProcessId } from '../../kernel/address.ts';
import type { KernelMessage, ProcessId } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import type { Store } from '../../store/store.ts';
import { jsonBody, option, parseBody } from '../body.ts';
import { ethId, indexerId, root, scriptsId, terminalId, vfsId } from '../capabilities.ts';
import { converse } from '../conversation.ts';
import { heldBy } from '../held.ts';
import { type Aliases, openAliases } from './aliases.ts';
import { runPackageScript, ScriptFailure } from './package-script.ts';
import { scripts } from './scripts/index.ts';

const editAlias = v.object({ EditAlias: v.object({ alias: v.string(), process: option(v.string()) }) });

const rootOf: readonly ProcessId[] = [vfsId, ethId, indexerId];

/** The terminal and the process of its scripts, in the order in which they start. */
export function createTerminal(store: Store): readonly Module[] {
  const aliases = openAliases(store);
  let scriptContext: ModuleContext | undefined;

  const grantRoot = (context: ModuleContext) => {
    const { node, process } = context.our;
    context.grant(
      process,
      rootOf.map((module) => root(node, module)),
    );
  };

  async function runLine(line: string, message: KernelMessage, context: ModuleContext): Promise<void> {
    if (line === '') return;
    const failed = (why: string) => context.print(0, `terminal:sys: error calling script: ${why}`);
    const space = line.indexOf(' ');
    const head = space < 0 ? line : line.slice(0, space);
    const args = space < 0 ? '' : line.slice(space + 1);
    const script = aliases.get(head) ?? head;
    if ('problem' in parseProcessId(script)) return failed(`'${head}' not found, either as an alias or process ID`);
    const conversation = converse(context, message.trace);
    if (packageOf(script) === 'terminal:sys') {
      const own = scripts[nameOf(script)];
      if (!own || !scriptContext) return failed('script not in scripts.json file');
      // As root scripts do, it holds what the terminal holds; apps grant to the terminal.
      scriptContext.grant(scriptsId, await heldBy(conversation, terminalId));
      const print = (text: string) => scriptContext?.print(0, `terminal:sys: ${text}`);
      const result = await own.run(args, { conversation: converse(scriptContext, message.trace), print });
      if (result !== '') print(result);
      return;
    }
    try {
      await runPackageScript(conversation, script, args);
    } catch (error) {
      if (!(error instanceof ScriptFailure)) throw error;
      failed(error.message);
    }
  }

  const terminal: Module = {
    id: terminalId,
    public: false,
    start: grantRoot,
    async handle(message, context) {
      const { message: request, source } = message;
      if (request.kind !== 'request') return;
      const ours = source.node === context.our.node;
      if (ours && source.process === terminalId)
        return runLine(new TextDecoder().decode(request.body), message, context);
      const from = `${source.node}@${source.process}`;
      if (!ours || packageOf(source.process) !== 'terminal:sys')
        return context.print(2, `terminal:sys: ignoring message from ${from}`);
      const parsed = v.safeParse(editAlias, parseBody(request.body));
      if (!parsed.success) return context.print(0, `terminal:sys: failed to parse TerminalRequest from ${from}`);
      const result = await edited(aliases, parsed.output.EditAlias, context);
      if (request.expectsResponse !== undefined || message.rsvp)
        context.respond(message, { body: jsonBody({ EditAlias: result }) });
    },
  };
  const scriptProcess: Module = {
    id: scriptsId,
    public: true,
    start(context) {
      scriptContext = context;
      grantRoot(context);
    },
    // It only asks; the one script that answers others is a package's own.
    handle: () => undefined,
  };
  return [terminal, scriptProcess];
}

async function edited(
  aliases: Aliases,
  { alias, process }: v.InferOutput<typeof editAlias>['EditAlias'],
  context: ModuleContext,
): Promise<string> {
  const result = await aliases.edit(alias, process);
  const told = {
    AliasSet: `alias ${alias} set for ${process}`,
    AliasRemoved: `alias ${alias} removed`,
    AliasNotFound: `alias ${alias} not found`,
    InvalidProcessId: `alias ${alias}: ${process} is no process id`,
  }[result];
  context.print(0, `terminal:sys: ${told}`);
  return result;
}
