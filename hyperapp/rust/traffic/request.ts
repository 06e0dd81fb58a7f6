import type { Node } from 'web-tree-sitter';
import type { RequestChain } from '../../model/traffic.ts';
import { rangeBetween } from '../syntax.ts';
import { readBody } from './body.ts';
import { argumentsOf, type CodeFile, type Method, methodOf, nodesAt, place, usesAfter } from './scope.ts';
import { readTarget } from './target.ts';

/** Every request that a file builds. */
export function readRequests(code: CodeFile): RequestChain[] {
  const names = ['Request', ...aliases(code.text)];
  return nodesAt(code, new RegExp(`\\b(${names.join('|')})\\s*::\\s*(?:new|to)\\b`, 'g'), 'identifier').flatMap(
    (word) => {
      const path = word.parent;
      // `http::client::Request` and the like are requests of another kind.
      if (path?.type !== 'scoped_identifier' || path.childForFieldName('path')?.id !== word.id) return [];
      const call = path.parent;
      return call?.type === 'call_expression' ? [chainOf(call, path, code)] : [];
    },
  );
}

function aliases(text: string): string[] {
  return [...text.matchAll(/\bRequest\s+as\s+(\w+)/g)].map((match) => match[1] as string);
}

function chainOf(call: Node, path: Node, code: CodeFile): RequestChain {
  const { methods, end } = methodsOn(call);
  methods.push(...methodsOnVariable(end, code));
  const of = (...names: string[]) => methods.findLast(({ name }) => names.includes(name));
  const isTo = path.childForFieldName('name')?.text === 'to';
  const to = isTo ? argumentsOf(call)[0] : of('target')?.arguments[0];
  const body = of('body', 'try_body')?.arguments[0];
  const sent = of('send', 'send_and_await_response');
  const inherit = of('inherit');
  return {
    at: place(call, code),
    sent: sent && { name: sent.name, at: fromDot(sent, code) },
    hasTimeout: of('expects_response', 'send_and_await_response') !== undefined,
    inherits: inherit !== undefined && inherit.arguments[0]?.text !== 'false',
    target: to && readTarget(to, code),
    body: body && readBody(body, code),
  };
}

function fromDot({ nameNode, receiver }: Method, code: CodeFile) {
  const field = nameNode.parent;
  let whole = field?.parent;
  if (whole?.type === 'generic_function') whole = whole.parent;
  const dot = field?.children.find((child) => child?.type === '.');
  return { file: code.file, range: rangeBetween(dot ?? nameNode, whole ?? receiver) };
}

/** The methods called one on the other, and the whole of it. */
function methodsOn(start: Node): { methods: Method[]; end: Node } {
  const methods: Method[] = [];
  let node = start;
  for (;;) {
    const parent = node.parent;
    if (parent?.type === 'try_expression' || parent?.type === 'await_expression') node = parent;
    else if (parent?.type === 'field_expression' && parent.childForFieldName('value')?.id === node.id) {
      const outer = parent.parent?.type === 'generic_function' ? parent.parent.parent : parent.parent;
      const method = outer?.type === 'call_expression' ? methodOf(outer) : undefined;
      if (!method || !outer) return { methods, end: node };
      methods.push(method);
      node = outer;
    } else return { methods, end: node };
  }
}

/** What is called on the variable that a chain is put into, in the rest of the function. */
function methodsOnVariable(end: Node, code: CodeFile): Method[] {
  const holder = end.parent;
  const pattern =
    holder?.type === 'let_declaration'
      ? holder.childForFieldName('pattern')
      : holder?.type === 'assignment_expression'
        ? holder.childForFieldName('left')
        : null;
  const name = pattern?.text.replace(/^mut\s+/, '');
  if (!name || !/^\w+$/.test(name)) return [];
  return usesAfter(name, end, code).flatMap((use) => methodsOn(use).methods);
}
