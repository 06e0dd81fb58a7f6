import type { Node } from 'web-tree-sitter';
import type { IdPart, IdText } from '../../model/traffic.ts';
import { argumentsOf, bare, type CodeFile, constantText, methodOf, nodesAt, pathOf, place } from './scope.ts';
import { someOf } from './target.ts';

export interface Identifiers {
  readonly texts: readonly IdText[];
  readonly parts: readonly IdPart[];
}

/** Every constant text that the file reads as a process id or an address (diagnostics.md HW027, HW028). */
export function readIdentifiers(code: CodeFile): Identifiers {
  const texts: IdText[] = [];
  const parts: IdPart[] = [];
  const add = (node: Node | undefined, as: IdText['as'] | undefined) => {
    const text = node && as && constantText(node, code);
    if (node && as && text !== undefined) {
      const inner = bare(node);
      texts.push({ as, text, at: place(inner, code), isLiteral: inner.type === 'string_literal' });
    }
  };
  for (const name of nodesAt(code, /\.\s*(parse)\b/g, 'field_identifier')) {
    const call = callAround(name);
    const method = call && methodOf(call);
    if (call && method?.name === 'parse') add(method.receiver, parsedKind(method.typeArguments, call, code));
  }
  for (const name of nodesAt(code, /\b(?:ProcessId|Address)\s*::\s*(new|from_str)\b/g, 'identifier')) {
    const call = callAround(name);
    const path = call && pathOf(call);
    if (!call || !path) continue;
    const given = argumentsOf(call);
    const type = path.replace(/::(new|from_str)$/, '');
    const kind = kindOfType(type, code);
    if (path.endsWith('::from_str')) add(given[0], kind);
    else if (kind === 'address') add(literalString(given[1]), 'process');
    else if (kind === 'process' && given.length === 3) {
      const nodes = [someOf(given[0] as Node), given[1], given[2]];
      for (const [index, part] of (['process', 'package', 'publisher'] as const).entries()) {
        const inner = nodes[index] && bare(nodes[index]);
        const text = inner?.type === 'string_literal' ? constantText(inner, code) : undefined;
        if (inner && text !== undefined) parts.push({ part, text, at: place(inner, code) });
      }
    }
  }
  return { texts, parts };
}

/** `Address::new` takes tuples too; only a text is parsed. */
function literalString(node: Node | undefined): Node | undefined {
  return node && ['string_literal', 'raw_string_literal'].includes(bare(node).type) ? node : undefined;
}

export function callAround(name: Node): Node | undefined {
  let node: Node | null = name.parent;
  if (node?.parent?.type === 'generic_function') node = node.parent;
  return node?.parent?.type === 'call_expression' ? node.parent : undefined;
}

/** What `.parse()` makes, by its type argument or by the type of the variable it is put into. */
export function parsedKind(typeArguments: string, call: Node, code: CodeFile): IdText['as'] | undefined {
  if (typeArguments) return kindOfType(typeArguments.slice(1, -1).trim(), code);
  let node: Node = call;
  while (
    node.parent &&
    ['try_expression', 'call_expression', 'field_expression', 'arguments'].includes(node.parent.type)
  ) {
    const { parent } = node;
    if (parent.type === 'arguments') return undefined;
    if (parent.type === 'call_expression') {
      const method = methodOf(parent);
      if (!method || !['unwrap', 'expect', 'map_err', 'unwrap_or_else', 'unwrap_or_default'].includes(method.name))
        return undefined;
    }
    node = parent;
  }
  if (node.parent?.type !== 'let_declaration') return undefined;
  const type = node.parent.childForFieldName('type')?.text.replace(/^Result<\s*([^,>]+).*$/s, '$1');
  return type ? kindOfType(type, code) : undefined;
}

function kindOfType(type: string, code: CodeFile): IdText['as'] | undefined {
  const path = type.replace(/\s/g, '');
  if (/(^|::)ProcessId$/.test(path)) return 'process';
  if (!/(^|::)Address$/.test(path) || /eth|alloy/i.test(path)) return undefined;
  // `use alloy::primitives::Address` or `eth::{Address, ..}` in this file: another thing of the same name.
  return /\buse\s+[^;]*\b(alloy\w*|eth)::[^;]*\bAddress\b(?!\s+as)/.test(code.text) ? undefined : 'address';
}
