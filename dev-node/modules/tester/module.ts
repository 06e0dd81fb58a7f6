/**
 * `tester:tester:sys`: runs the test packages that `kit run-tests` has written to the vfs (kit.md §9.3, §9.4). On a real
 * node it is a package of the simulation mode.
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { formatAddress, parseAddress } from '../../kernel/address.ts';
import { kernelId } from '../../kernel/capability.ts';
import type { Capability, KernelMessage, ProcessId } from '../../kernel/message.ts';
import type { Module, ModuleContext } from '../../kernel/module.ts';
import { jsonBody, parseBody, parseJson, toJson } from '../body.ts';
import { driveCapability, httpServerId, testerId } from '../capabilities.ts';
import { type Conversation, converse, grant, readDir, readFile, vfs } from '../conversation.ts';
import { heldBy } from '../held.ts';
import { isGuestProcessId } from '../identity.ts';

const drives = ['/tester:sys/setup', '/tester:sys/tests'] as const;
const testsFolder = 'tester:sys/tests';

const runRequest = v.object({
  Run: v.object({
    input_node_names: v.pipe(v.array(v.string()), v.minLength(1)),
    test_names: v.array(v.string()),
    test_timeout: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
});
type Run = v.InferOutput<typeof runRequest>['Run'];

const capabilitiesFile = v.record(
  v.string(),
  v.object({ request_capabilities: v.array(v.string()), grant_capabilities: v.array(v.string()) }),
);
type TestCapabilities = v.InferOutput<typeof capabilitiesFile>[string];
const listedCapability = v.object({ issuer: v.string(), params: v.string() });
const listedGrant = v.tuple([v.string(), v.string()]);

const failure = v.object({ test: v.string(), file: v.string(), line: v.number(), column: v.number() });
const runResult = v.object({ Run: v.union([v.object({ Err: failure }), v.object({ Ok: v.null() })]) });

/** An element of `request_capabilities`: a process id, or a capability as JSON. */
function requested(element: string, node: string): Capability {
  if (isGuestProcessId(element)) return { issuer: { node, process: element }, params: '"messaging"' };
  const parsed = v.safeParse(listedCapability, parseJson(element));
  const issuer = parsed.success ? parseAddress(parsed.output.issuer) : undefined;
  if (!parsed.success || !issuer || 'problem' in issuer)
    throw new Error(`capabilities.json: ${element} is neither a process id nor a capability`);
  return { issuer: issuer.value, params: parsed.output.params };
}

/** An element of `grant_capabilities`: a process id, or `[process-id, params]` as JSON. */
function granted(element: string): readonly [ProcessId, string] {
  if (isGuestProcessId(element)) return [element, '"messaging"'];
  const parsed = v.safeParse(listedGrant, parseJson(element));
  if (!parsed.success)
    throw new Error(`capabilities.json: ${element} is neither a process id nor [process id, params]`);
  return parsed.output;
}

async function capabilitiesByTest(conversation: Conversation, present: ReadonlySet<string>) {
  const file = `${testsFolder}/capabilities.json`;
  if (!present.has(file)) return {};
  const parsed = v.safeParse(capabilitiesFile, parseBody(await readFile(conversation, file)));
  if (!parsed.success) throw new Error(`capabilities.json: ${parsed.issues[0].message}`);
  return parsed.output;
}

/** Starts one test as a child with all of the tester's own capabilities. */
async function spawnTest(conversation: Conversation, path: string, wanted: TestCapabilities): Promise<ProcessId> {
  const { node } = conversation.context.our;
  const bytes = await readFile(conversation, path);
  const id = `${randomBytes(8).readBigUInt64LE()}:tester:sys`;
  const held = await heldBy(conversation, testerId);
  const capabilities = [...wanted.request_capabilities.map((element) => requested(element, node)), ...held];
  const command = {
    id,
    wasm_bytes_handle: path,
    wit_version: 1,
    on_exit: 'None',
    initial_capabilities: capabilities.map(({ issuer, params }) => ({ issuer: formatAddress(issuer), params })),
    public: false,
  };
  const initialised = await conversation.ask(kernelId, { InitializeProcess: command }, { blob: bytes });
  if (initialised.json !== 'InitializedProcess') throw new Error(`the kernel could not initialise ${path}`);
  for (const [process, params] of wanted.grant_capabilities.map(granted))
    grant(conversation, process, [{ issuer: { node, process: id }, params }]);
  const started = await conversation.ask(kernelId, { RunProcess: id });
  if (started.json !== 'StartedProcess') throw new Error(`the kernel could not start ${path}`);
  return id;
}

/** The answer of the first test that failed, else Ok. Throws an Error where the real tester fails itself. */
async function runTests(conversation: Conversation, run: Run): Promise<unknown> {
  const present = new Set((await readDir(conversation, testsFolder)).map(({ path }) => path));
  const pathOf = (test: string) => `${testsFolder}/${test}.wasm`;
  const missing = run.test_names.find((test) => !present.has(pathOf(test)));
  if (missing !== undefined)
    throw new Error(`test ${missing} not found in ${testsFolder}: there are ${[...present].join(', ') || 'no files'}`);
  const byTest = await capabilitiesByTest(conversation, present);
  for (const test of run.test_names) {
    const wanted = byTest[test] ?? { request_capabilities: [], grant_capabilities: [] };
    const child = await spawnTest(conversation, pathOf(test), wanted);
    const { json } = await conversation.ask(child, { Run: run }, { seconds: run.test_timeout });
    const result = v.safeParse(runResult, json);
    if (!result.success) throw new Error(`${test} answered with no result: ${toJson(json)}`);
    if ('Err' in result.output.Run) return result.output;
  }
  return { Run: { Ok: null } };
}

async function answer(message: KernelMessage, run: Run, context: ModuleContext): Promise<unknown> {
  // Only the first node named runs the tests; the others only have to be there.
  if (run.input_node_names[0] !== context.our.node) return { Run: { Ok: null } };
  try {
    return await runTests(converse(context, message.trace), run);
  } catch (error) {
    context.print(0, `tester:sys: error: ${(error as Error).message}`);
    return { Run: { Err: { test: 'tester', file: 'tester', line: 0, column: 0 } } };
  }
}

export function createTester(): Module {
  return {
    id: testerId,
    public: true,
    async start(context) {
      const conversation = converse(context, undefined);
      for (const drive of drives) {
        await vfs(conversation, drive, 'CreateDrive');
        // kit writes the tests through the RPC endpoint, whose process is http-server.
        context.grant(httpServerId, [driveCapability(context.our.node, 'write', drive)]);
      }
    },
    async handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request') return;
      const parsed = v.safeParse(runRequest, parseBody(request.body));
      if (!parsed.success) {
        context.print(0, `tester:sys: error: not a Run request: ${parsed.issues[0].message}`);
        return;
      }
      context.respond(message, { body: jsonBody(await answer(message, parsed.output.Run, context)) });
    },
  };
}
