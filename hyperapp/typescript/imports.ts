import { ts } from 'ts-morph';

/** What a name of a file stands for elsewhere; `name` is `*` for a whole module and `default` for its default. */
export interface Imported {
  readonly module: string;
  readonly name: string;
}

export type Imports = ReadonlyMap<string, Imported>;

/** The SDK's module, as apps import it. */
export const sdkModule = 'hyperapp';

/** The imports of a file, by local name. */
export function readImports(tree: ts.SourceFile): Imports {
  const imports = new Map<string, Imported>();
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = statement.moduleSpecifier.text;
    const clause = statement.importClause;
    if (clause?.name) imports.set(clause.name.text, { module, name: 'default' });
    const bindings = clause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) imports.set(bindings.name.text, { module, name: '*' });
    if (bindings && ts.isNamedImports(bindings)) {
      for (const element of bindings.elements) {
        imports.set(element.name.text, { module, name: (element.propertyName ?? element.name).text });
      }
    }
  }
  return imports;
}

/** The SDK's name for a local one: `Result` for `import { Result as R } from 'hyperapp'`, or with the module before it. */
export function sdkName(node: ts.Node, imports: Imports): string | undefined {
  if (ts.isIdentifier(node)) {
    const imported = imports.get(node.text);
    return imported?.module === sdkModule ? imported.name : undefined;
  }
  if (ts.isQualifiedName(node) || ts.isPropertyAccessExpression(node)) {
    const [left, right] = ts.isQualifiedName(node) ? [node.left, node.right] : [node.expression, node.name];
    if (!ts.isIdentifier(left)) return undefined;
    const imported = imports.get(left.text);
    return imported?.module === sdkModule && imported.name === '*' ? right.text : undefined;
  }
  return undefined;
}
