import type { Node } from 'web-tree-sitter';
import type { Value } from '../../model/payload.ts';
import type { RequestBody } from '../../model/traffic.ts';
import { namedChildren } from '../syntax.ts';
import { readJsonMacro } from './json-macro.ts';
import { argumentsOf, bare, type CodeFile, methodOf, pathOf, place, valueBehind } from './scope.ts';

const encoding = new Set([
  'to_vec',
  'to_string',
  'into_bytes',
  'as_bytes',
  'unwrap',
  'expect',
  'clone',
  'into',
  'to_owned',
  'unwrap_or_default',
  'as_ref',
]);

/** A body with one key: `json!({"Name": ..})` or a variant of an enum, through what turns it into bytes. */
export function readBody(node: Node, code: CodeFile, depth = 0): RequestBody | undefined {
  if (depth > 6) return undefined;
  const inner = bare(node, encoding);
  switch (inner.type) {
    case 'identifier': {
      const value = valueBehind(inner, code);
      return value && readBody(value, code, depth + 1);
    }
    case 'macro_invocation': {
      const tree = namedChildren(inner).find(({ type }) => type === 'token_tree');
      if (!tree || !/(^|::)json$/.test(inner.childForFieldName('macro')?.text ?? '')) return undefined;
      const value = readJsonMacro(tree, code);
      return value && fromJson(value, inner, code);
    }
    case 'call_expression': {
      const path = pathOf(inner) ?? '';
      const given = argumentsOf(inner);
      if (/(^|::)serde_json::(to_vec|to_string|to_value)$/.test(path) && given[0])
        return readBody(given[0], code, depth + 1);
      const method = methodOf(inner);
      if (method && (method.name === 'map_err' || method.name === 'context'))
        return readBody(method.receiver, code, depth + 1);
      return fromVariant(inner.childForFieldName('function'), given, inner, code);
    }
    case 'scoped_identifier':
      return fromVariant(inner, [], inner, code);
    default:
      return undefined;
  }
}

function fromJson(value: Value, whole: Node, code: CodeFile): RequestBody | undefined {
  if (value.kind !== 'object' || value.hasSpread || value.properties.length !== 1) return undefined;
  const [only] = value.properties;
  if (!only) return undefined;
  return {
    key: only.name,
    keyAt: { file: code.file, range: only.at },
    quote: '"',
    at: place(whole, code),
    value: only.value,
    enumName: undefined,
  };
}

/** `Query::GetNote(id)`: how it is written to JSON is for the enum's definition to say. */
function fromVariant(path: Node | null, given: readonly Node[], whole: Node, code: CodeFile): RequestBody | undefined {
  const name = path?.childForFieldName('name');
  const owner = path?.childForFieldName('path');
  if (path?.type !== 'scoped_identifier' || !name || !owner) return undefined;
  const enumName = owner.text.split('::').at(-1)?.trim() ?? '';
  if (!/^[A-Z]/.test(name.text) || !/^[A-Z]/.test(enumName)) return undefined;
  const written = (node: Node) => ({ at: place(node, code), text: node.text });
  const values = given.map((node): Value => ({ kind: 'other', ...written(node) }));
  const [only] = values;
  const value: Value =
    values.length > 1
      ? { kind: 'array', elements: values, hasSpread: false, ...written(whole) }
      : (only ?? { kind: 'null', ...written(whole) });
  return { key: name.text, keyAt: place(name, code), quote: '', at: place(whole, code), value, enumName };
}
