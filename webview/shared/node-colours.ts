/** A colour for each node, the same in every panel: the first node seen gets the first, in the order of starting. */
const order: string[] = [];

/** Name of a class that sets `--node`; see theme.css. */
export function nodeClass(node: string): string {
  let index = order.indexOf(node);
  if (index < 0) index = order.push(node) - 1;
  return `node-${index % 6}`;
}
