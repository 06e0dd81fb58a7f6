import type { Node } from 'web-tree-sitter';
import type { RequestTarget } from '../../model/traffic.ts';
import { namedChildren } from '../syntax.ts';
import { argumentsOf, bare, type CodeFile, constantText, methodOf, pathOf, place, valueBehind } from './scope.ts';

type NodeName = RequestTarget['node'];

/** Where a request goes, as far as the source says (diagnostics.md §0.3); undefined if nothing is known of it. */
export function readTarget(node: Node, code: CodeFile, depth = 0): RequestTarget | undefined {
  const found = targetOf(bare(node), code, depth);
  return found && { ...found, at: place(node, code) };
}

type Target = Omit<RequestTarget, 'at'>;

function targetOf(inner: Node, code: CodeFile, depth: number): Target | undefined {
  if (depth > 5) return undefined;
  switch (inner.type) {
    case 'identifier': {
      const value = valueBehind(inner, code);
      return value && readTarget(value, code, depth + 1);
    }
    case 'tuple_expression':
    case 'array_expression': {
      const [first, ...rest] = namedChildren(inner);
      if (!first || rest.length !== 3) return undefined;
      return { node: nodeOf(first, code), process: joined(rest, code) };
    }
    case 'string_literal':
    case 'raw_string_literal':
    case 'macro_invocation':
      return fromText(constantText(inner, code));
    case 'call_expression': {
      const method = methodOf(inner);
      if (method?.name === 'parse') return fromText(constantText(method.receiver, code));
      const path = pathOf(inner) ?? '';
      const [first, second] = argumentsOf(inner);
      if (/(^|::)Address::new$/.test(path) && first && second)
        return { node: nodeOf(first, code), process: processOf(second, code) };
      if (/(^|::)Address::from_str$/.test(path) && first) return fromText(constantText(first, code));
      if (/(^|::)Address::from$/.test(path) && first) return readTarget(first, code, depth + 1);
      if (/(^|::)source$/.test(path)) return { node: { kind: 'source' }, process: undefined };
      return undefined;
    }
    default:
      return undefined;
  }
}

/** `node@process:package:publisher`. */
function fromText(text: string | undefined): Target | undefined {
  const found = text === undefined ? undefined : /^([^@]+)@([^:]+:[^:]+:[^:]+)$/.exec(text);
  if (!found?.[1] || !found[2]) return undefined;
  return { node: named(found[1]), process: constantProcess(found[2]) };
}

function named(text: string): NodeName {
  if (text === 'our') return { kind: 'own' };
  if (/^\{.*\bour\b.*\bnode\b.*\}$/.test(text)) return { kind: 'own' };
  return text.includes('{') ? { kind: 'unknown' } : { kind: 'literal', name: text };
}

function constantProcess(text: string): string | undefined {
  return text.includes('{') ? undefined : text;
}

/** The node part: `"our"`, `our().node`, `source().node`, a name, or a value that was one of them. */
function nodeOf(node: Node, code: CodeFile, depth = 0): NodeName {
  const text = constantText(node, code);
  if (text !== undefined) return named(text);
  const inner = bare(node);
  const written = inner.text.replace(/\s/g, '');
  if (/^(\w+::)*our\(\)\.node(\(\))?$|^our\.node(\(\))?$|^self\.our\.node(\(\))?$/.test(written))
    return { kind: 'own' };
  if (/^(\w+::)*source\(\)\.node(\(\))?$|^(\w+\.)*source(\(\))?\.node(\(\))?$/.test(written)) return { kind: 'source' };
  if (inner.type === 'identifier' && depth < 5) {
    const value = valueBehind(inner, code);
    if (value) return nodeOf(value, code, depth + 1);
  }
  return { kind: 'unknown' };
}

function joined(nodes: readonly Node[], code: CodeFile): string | undefined {
  const texts = nodes.map((node) => constantText(node, code));
  return texts.every((text) => text !== undefined && !text.includes('{')) ? texts.join(':') : undefined;
}

/** A process id: `("p", "k", "u")`, `ProcessId::new(Some("p"), "k", "u")`, `"p:k:u"` parsed or as it is. */
function processOf(node: Node, code: CodeFile, depth = 0): string | undefined {
  const inner = bare(node);
  if (inner.type === 'tuple_expression' || inner.type === 'array_expression') return joined(namedChildren(inner), code);
  if (inner.type === 'identifier' && depth < 5) {
    const value = valueBehind(inner, code);
    return value && processOf(value, code, depth + 1);
  }
  if (inner.type === 'call_expression') {
    const method = methodOf(inner);
    if (method?.name === 'parse') return textProcess(constantText(method.receiver, code));
    const path = pathOf(inner) ?? '';
    const given = argumentsOf(inner);
    if (/(^|::)ProcessId::new$/.test(path) && given.length === 3) {
      const first = someOf(given[0] as Node);
      return first && joined([first, ...given.slice(1)], code);
    }
    const [only] = given;
    if (/(^|::)ProcessId::from_str$/.test(path) && only) return textProcess(constantText(only, code));
    return undefined;
  }
  return textProcess(constantText(inner, code));
}

/** What stands in `Some(..)`. */
export function someOf(node: Node): Node | undefined {
  const inner = bare(node);
  return inner.type === 'call_expression' && pathOf(inner) === 'Some' ? argumentsOf(inner)[0] : undefined;
}

function textProcess(text: string | undefined): string | undefined {
  return text !== undefined && /^[^:{]+:[^:{]+:[^:{]+$/.test(text) ? text : undefined;
}
