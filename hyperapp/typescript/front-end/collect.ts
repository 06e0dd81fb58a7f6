import { ts } from 'ts-morph';

/** The parts of a tree that can say something of payloads. */
export interface Collected {
  readonly calls: readonly ts.CallExpression[];
  /** Variables with a written type and a value. */
  readonly declared: readonly ts.VariableDeclaration[];
  /** `x.our` and `x['our']`. */
  readonly ours: readonly ts.Expression[];
  /** `new X(..)`. */
  readonly created: readonly ts.NewExpression[];
}

/** Nodes narrower than this (characters) are walked again sooner than looked up. */
const worthKeeping = 200;

const cache = new WeakMap<ts.Node, Collected>();

/**
 * Every call, typed variable, `our` and `new` of a tree. What an edit left alone keeps its nodes (see `parseSource`), so only what is
 * around the edit is walked again.
 */
export function collect(node: ts.Node): Collected {
  const known = cache.get(node);
  if (known) return known;
  const calls: ts.CallExpression[] = [];
  const declared: ts.VariableDeclaration[] = [];
  const ours: ts.Expression[] = [];
  const created: ts.NewExpression[] = [];
  const visit = (child: ts.Node): void => {
    if ((ts.isStatement(child) || ts.isClassElement(child)) && child.end - child.pos > worthKeeping) {
      const inside = collect(child);
      for (const call of inside.calls) calls.push(call);
      for (const variable of inside.declared) declared.push(variable);
      for (const our of inside.ours) ours.push(our);
      for (const made of inside.created) created.push(made);
      return;
    }
    if (ts.isCallExpression(child)) calls.push(child);
    else if (ts.isVariableDeclaration(child) && child.type && child.initializer) declared.push(child);
    else if (ts.isNewExpression(child)) created.push(child);
    else if (ts.isPropertyAccessExpression(child)) {
      if (child.name.text === 'our') ours.push(child);
    } else if (ts.isElementAccessExpression(child) && ts.isStringLiteralLike(child.argumentExpression)) {
      if (child.argumentExpression.text === 'our') ours.push(child);
    }
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  const collected = { calls, declared, ours, created };
  cache.set(node, collected);
  return collected;
}
