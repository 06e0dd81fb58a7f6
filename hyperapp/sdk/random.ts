/**
 * `Math.random` for a component (sfc32, a public-domain generator): the engine's own starts from a state that is part of
 * the component, so every node and every restart would draw the same numbers. Not for secrets, as `Math.random` never is.
 */
export function seededRandom(seed: string): () => number {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (const character of seed) {
    a ^= character.codePointAt(0)!;
    next();
  }
  for (let round = 0; round < 20; round++) next();
  // 53 bits, as the engine's own has.
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
}
