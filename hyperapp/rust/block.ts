import type { Node } from 'web-tree-sitter';
import type { Block, Handler, MacroArgument, PlainMethod } from '../model/app.ts';
import type { Range } from '../model/position.ts';
import { type Endpoints, readEndpoints } from './endpoint.ts';
import { handlerKinds, readHandler } from './handler.ts';
import {
  type Attribute,
  argumentParts,
  type Item,
  insertionInto,
  itemsOf,
  keyValueOf,
  keyValues,
  locate,
  rangeBetween,
  rangeOf,
  stringLiteral,
  textBetween,
} from './syntax.ts';

export interface RustBlock {
  readonly block: Block;
  readonly handlers: readonly Handler[];
  readonly endpoints: Endpoints;
  /** The macro's name as the attribute's last path segment has it. */
  readonly macro: 'hyperprocess' | 'hyperapp';
  /** A sibling attribute that only later generations know (hyperapp.md §1.1, step 3). */
  readonly hasLateAttribute: boolean;
  /** Signatures or items that do not parse. */
  readonly broken: readonly Range[];
  /** True if a body does not parse: its braces may hold what belongs to the block. */
  readonly isDoubtful: boolean;
}

/**
 * The macro's block among a file's items: an `impl` under the attribute or, where the attribute stands on a struct, all
 * plain impls of that struct (diagnostics.md §0.3).
 */
export function readBlock(items: readonly Item[], file: string, lines: readonly string[]): RustBlock | undefined {
  for (const item of items) {
    const attribute = item.attributes.find(({ name }) => name === 'hyperprocess' || name === 'hyperapp');
    if (!attribute) continue;
    if (item.node.type === 'impl_item') return blockOf(item, attribute, [item], file, lines);
    if (item.node.type === 'struct_item' || item.node.type === 'enum_item') {
      const name = item.node.childForFieldName('name')?.text;
      const impls = items.filter(
        ({ node }) => node.type === 'impl_item' && !node.childForFieldName('trait') && selfTypeOf(node)?.text === name,
      );
      return blockOf(item, attribute, impls, file, lines);
    }
  }
  return undefined;
}

function selfTypeOf(node: Node): Node | undefined {
  const type = node.childForFieldName('type') ?? undefined;
  return type?.childForFieldName('name') ?? type?.childForFieldName('type') ?? type;
}

function blockOf(
  item: Item,
  attribute: Attribute,
  impls: readonly Item[],
  file: string,
  lines: readonly string[],
): RustBlock {
  const onImpl = item.node.type === 'impl_item';
  const methods = impls.flatMap(({ node }) => {
    const body = node.childForFieldName('body');
    return body ? itemsOf(body) : [];
  });
  const handlers: Handler[] = [];
  const plainMethods: PlainMethod[] = [];
  const broken: Range[] = [];
  for (const method of methods) {
    const { node } = method;
    if (node.type === 'ERROR' || node.isMissing || hasBrokenSignature(method)) broken.push(rangeOf(node));
    else if (node.type !== 'function_item') continue;
    else if (handlerKinds(method).length > 0) {
      const indent = /^\s*/.exec(lines[node.startPosition.row] ?? '')?.[0] ?? '';
      const handler = readHandler(method, file, indent);
      if (handler) handlers.push(handler);
    } else if (onImpl) plainMethods.push(plainMethodOf(method, file, lines));
  }
  const isDoubtful = impls.some(({ node }) => node.hasError);
  const httpWithArguments = methods.some(({ attributes }) =>
    attributes.some(({ name, argumentsText }) => name === 'http' && argumentsText.trim() !== ''),
  );
  const late = methods.some((method) => handlerKinds(method).some((kind) => kind === 'eth' || kind === 'ws_client'));
  return {
    block: {
      file,
      range: rangeOf(item.node),
      attribute: locate(file, attribute.node),
      macroPath: attribute.path,
      macroAt: attribute.pathNode && locate(file, attribute.pathNode),
      carrier: onImpl ? 'impl' : 'struct',
      worldLiteral: worldLiteral(attribute),
      stateName: (onImpl ? selfTypeOf(item.node)?.text : item.node.childForFieldName('name')?.text) ?? '',
      arguments: keyValues(attribute).map(
        ({ key, keyNode, valueNodes, valueText }): MacroArgument => ({
          key,
          at: locate(file, keyNode),
          text: valueText,
          valueAt: { file, range: rangeBetween(valueNodes[0] as Node, valueNodes.at(-1) as Node) },
        }),
      ),
      looseArguments: argumentParts(attribute).flatMap((part) => {
        const [first] = part;
        if (!first || keyValueOf(attribute, part)) return [];
        const last = part.at(-1) as Node;
        return [{ at: { file, range: rangeBetween(first, last) }, text: textBetween(lines, first, last) }];
      }),
      argumentInsertion: attribute.argumentsNode && insertionInto(attribute.argumentsNode, file),
      attributeText: attribute.node.text,
      implAt: implWithHandlers(impls, file),
      // Where the block does not parse, an attribute may have been lost.
      plainMethods: isDoubtful ? [] : plainMethods,
    },
    endpoints: readEndpoints(attribute, file),
    handlers,
    macro: attribute.name as RustBlock['macro'],
    hasLateAttribute: httpWithArguments || late,
    broken,
    isDoubtful,
  };
}

function implWithHandlers(impls: readonly Item[], file: string) {
  const item = impls.find(({ node }) => {
    const body = node.childForFieldName('body');
    return body && itemsOf(body).some((method) => handlerKinds(method).length > 0);
  });
  return item && locate(file, item.node);
}

/** kit looks no closer: any plain string behind the word will do (wit-generation.md §1). */
function worldLiteral(attribute: Attribute): string | undefined {
  const tokens = attribute.argumentsNode?.descendantsOfType(['identifier', 'string_literal']) ?? [];
  const word = tokens.findIndex((token) => token?.type === 'identifier' && token.text === 'wit_world');
  if (word === -1) return undefined;
  const literal = tokens.slice(word).find((token) => token?.type === 'string_literal' && token.text.startsWith('"'));
  return literal?.text.slice(1, -1).replace(/".*$/s, '');
}

function plainMethodOf(method: Item, file: string, lines: readonly string[]): PlainMethod {
  const { node, first } = method;
  const firstRow = first.startPosition.row;
  const lastRow = node.endPosition.row;
  return {
    name: node.childForFieldName('name')?.text ?? '',
    at: locate(file, node.childForFieldName('name') ?? node),
    whole: { file, range: { start: { line: firstRow, character: 0 }, end: { line: lastRow + 1, character: 0 } } },
    text: lines.slice(firstRow, lastRow + 1).join('\n'),
  };
}

/** Errors in a body leave the handler's outside as it is; errors in its attributes or signature do not. */
function hasBrokenSignature({ node, attributes }: Item): boolean {
  if (attributes.some((attribute) => attribute.node.hasError)) return true;
  if (!node.hasError || node.type !== 'function_item') return false;
  const body = node.childForFieldName('body');
  return node.children.some(
    (child) => child !== null && child.id !== body?.id && (child.hasError || child.isMissing || child.isError),
  );
}

/** `wit_world = ".."` of the macro's arguments. */
export function stringArgument(block: Block, key: string): string | undefined {
  const argument = block.arguments.find((candidate) => candidate.key === key);
  return argument ? stringLiteral(argument.text) : undefined;
}
