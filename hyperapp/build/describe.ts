/** What the SDK must know of an app's handlers at run time, from what the reader found in its source. */
import type { AppProcess, Field, Type, TypeDefinition, Variant } from '../model/app.ts';
import type { Definition, Description, FieldShape, Shape } from '../sdk/shape.ts';

export function descriptionOf(process: AppProcess): Description {
  const handlers = process.handlers.map(({ name, parameters, result }) => [
    name,
    {
      parameters: parameters.map((parameter) => ({ name: parameter.name, shape: shapeOf(parameter.type) })),
      result: result ? shapeOf(result) : 'json',
    },
  ]);
  const types = [...process.types].flatMap(([name, definition]) => {
    const described = definitionOf(definition);
    return described ? [[name, described]] : [];
  });
  return { handlers: Object.fromEntries(handlers), types: Object.fromEntries(types) };
}

/** A form without a rule of its own is taken as it comes: the language server says what is wrong with it. */
function shapeOf(type: Type): Shape {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'unit':
      return 'unit';
    case 'address':
      return 'address';
    case 'list':
      return type.text === 'Uint8Array' ? 'bytes' : { list: shapeOf(type.element) };
    case 'option':
      return { option: shapeOf(type.element) };
    case 'tuple':
      return { tuple: type.elements.map(shapeOf) };
    case 'result':
      return { result: [shapeOf(type.ok), shapeOf(type.err)] };
    case 'named':
      return { named: type.name };
    default:
      return 'json';
  }
}

function definitionOf(definition: TypeDefinition): Definition | undefined {
  if (definition.typeParameters.length > 0) return undefined;
  switch (definition.kind) {
    case 'struct':
      return { struct: definition.fields.map(fieldOf) };
    case 'enum':
      return { enum: Object.fromEntries(definition.variants.map((variant) => [variant.wireName, dataOf(variant)])) };
    case 'alias':
      return { alias: shapeOf(definition.type) };
  }
}

function fieldOf({ wireName, type, optional }: Field): FieldShape {
  return { name: wireName, shape: shapeOf(type), optional };
}

function dataOf({ data }: Variant): Shape | null {
  if (data.length === 0) return null;
  return data.length === 1 ? shapeOf(data[0]!) : { tuple: data.map(shapeOf) };
}
