/** The candidate nearest to a name: at most two edits away, upper and lower case alike; undefined if none is. */
export function nearest<T>(name: string, candidates: readonly T[], nameOf: (candidate: T) => string): T | undefined {
  let best: T | undefined;
  let least = 3;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), nameOf(candidate).toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
