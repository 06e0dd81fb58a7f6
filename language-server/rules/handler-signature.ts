import type { AppProcess, Handler, HandlerKind, Location, Type } from '../../hyperapp/model/app.ts';
import { always, type Edit, type Finding, type Fix, type Rule } from './rule.ts';

const alone: readonly HandlerKind[] = ['init', 'ws', 'ws_client', 'eth'];

/** Each kind's signature as people are told it, and as the macro checks it (hyperapp.md §4). */
const socket = {
  text: "'fn name(&mut self, channel_id: u32, message_type: WsMessageType, blob: LazyLoadBlob)' without result",
  parameters: '&mut self, channel_id: u32, message_type: WsMessageType, blob: LazyLoadBlob',
  types: [/u32/, /MessageType/, /LazyLoadBlob/],
};
const signatures: Readonly<Record<string, typeof socket>> = {
  init: { text: "'async fn name(&mut self)' without result", parameters: '&mut self', types: [] },
  ws: socket,
  ws_client: socket,
  eth: {
    text: "'fn name(&mut self, eth_sub_result: EthSubResult)'",
    parameters: '&mut self, eth_sub_result: EthSubResult',
    types: [/EthSubResult/],
  },
};

/** HW039: signatures and combinations that the macro refuses (hyperapp.md §4). */
export const handlerSignature: Rule = {
  code: 'HW039',
  name: 'handler-signature',
  severity: always('error'),
  isOverview: false,
  *check({ app }) {
    for (const process of app.processes) {
      if (process.language !== 'rust') continue;
      const handlers = process.handlers.filter(({ stale }) => !stale);
      for (const handler of handlers) yield* findingsOf(handler, process);
      yield* repeated(handlers, process);
    }
  },
};

function* findingsOf(handler: Handler, { generation }: AppProcess): Iterable<Finding> {
  const kind = alone.find((candidate) => handler.kinds.includes(candidate));
  const at = handler.at;
  if (kind && handler.kinds.length > 1) {
    yield { at, generation, message: `#[${kind}] stands alone: split '${handler.name}' into two methods.` };
    return;
  }
  if (kind) {
    if (isRight(handler, kind)) return;
    const message = `#[${kind}] must be ${signatures[kind]?.text}.`;
    yield { at, generation, message, fixes: [rewritten(handler, kind)] };
  } else if (!handler.receiver || handler.receiver === 'value') {
    yield {
      at,
      generation,
      message: `A handler takes the state as its receiver: start the parameters of '${handler.name}' with &self or &mut self.`,
      fixes: [receiverFix(handler)],
    };
  }
}

function isRight(handler: Handler, kind: HandlerKind): boolean {
  const { receiver, parameters, result, isAsync } = handler;
  const types = signatures[kind]?.types ?? [];
  const hasReceiver = receiver === 'shared' || receiver === 'mutable';
  // An update's result is dropped, so #[eth] may have one.
  if (!hasReceiver || (result && kind !== 'eth') || (kind === 'init' && !isAsync)) return false;
  return parameters.length === types.length && types.every((type, index) => type.test(textOf(parameters[index]?.type)));
}

function textOf(type: Type | undefined): string {
  return type?.text ?? '';
}

function rewritten(handler: Handler, kind: HandlerKind): Fix {
  const { at, parametersRange, parameters, result, isAsync, body } = handler;
  const wanted = signatures[kind]?.parameters ?? '';
  const isSame = parameters.length === (signatures[kind]?.types.length ?? 0) && handler.receiver !== undefined;
  const edits: Edit[] = [];
  if (kind === 'init' && !isAsync) edits.push(makeAsync(handler));
  // The person's own names stay where only a result or `async` is wrong.
  const keeps = isSame && handler.receiver !== 'value' && typesFit(handler, kind);
  if (!keeps) edits.push({ at: { file: at.file, range: parametersRange }, newText: `(${wanted})` });
  if (result && kind !== 'eth') edits.push(removeResult(at.file, parametersRange.end, result, body));
  return { title: `Make it ${signatures[kind]?.text}`, edits, isAlone: true };
}

function typesFit({ parameters }: Handler, kind: HandlerKind): boolean {
  return (signatures[kind]?.types ?? []).every((type, index) => type.test(textOf(parameters[index]?.type)));
}

/** Right before `fn`, which stands before the name. */
function makeAsync({ at }: Handler): Edit {
  const { start } = at.range;
  const position = { line: start.line, character: start.character - 'fn '.length };
  return { at: { file: at.file, range: { start: position, end: position } }, newText: 'async ' };
}

function removeResult(file: string, start: Location['range']['start'], result: Type, body: Handler['body']): Edit {
  const end = body ? body.range.start : result.at.range.end;
  return { at: { file, range: { start, end } }, newText: body ? ' ' : '' };
}

function receiverFix({ at, parametersRange, receiverRange, parameters }: Handler): Fix {
  if (receiverRange)
    return {
      title: "Take '&mut self'",
      edits: [{ at: { file: at.file, range: receiverRange }, newText: '&mut self' }],
    };
  const { start } = parametersRange;
  const inside = { line: start.line, character: start.character + 1 };
  return {
    title: "Take '&mut self'",
    edits: [
      {
        at: { file: at.file, range: { start: inside, end: inside } },
        newText: parameters.length > 0 ? '&mut self, ' : '&mut self',
      },
    ],
  };
}

/** At most one each of the kinds that stand alone. */
function* repeated(handlers: readonly Handler[], { generation }: AppProcess): Iterable<Finding> {
  for (const kind of alone) {
    const [first, ...more] = handlers.filter(({ kinds }) => kinds.includes(kind));
    for (const { at } of more) {
      yield {
        at,
        generation,
        message: `Only one method can be #[${kind}]: put this into '${first?.name}'.`,
        related: first ? [{ at: first.at, message: `The first #[${kind}].` }] : [],
      };
    }
  }
}
