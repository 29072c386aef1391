// Chance without a clock or a die: a stream of characters that a seed decides. None of them looks like another, and without vowels they spell no word.

/** No 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B; of U and V, 6 and G one. */
export const UNLIKE_CHARACTERS = "CDFHJKMNPRTVWXY34679";

export type Dice = () => number;

/** A stream of unsigned 32-bit numbers (xoshiro128** by Blackman and Vigna), begun from the seed's text. */
export function freshDice(seed: string): Dice {
  let hash = 2166136261;
  const next = (salt: number) => {
    for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 16777619) ^ (hash >>> 15);
    hash = Math.imul(hash ^ salt, 0x85ebca6b);
    hash ^= hash >>> 13;
    return hash >>> 0;
  };
  let [a, b, c, d] = [next(1), next(2), next(3), next(4) | 1];
  const turn = (value: number, by: number) => (value << by) | (value >>> (32 - by));
  return () => {
    const result = Math.imul(turn(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = turn(d, 11);
    return result;
  };
}

export function drawn(dice: Dice, size: number): string {
  let text = "";
  // The few numbers above the last whole multiple would make some characters likelier.
  const fair = Math.floor(2 ** 32 / UNLIKE_CHARACTERS.length) * UNLIKE_CHARACTERS.length;
  while (text.length < size) {
    const number = dice();
    if (number < fair) text += UNLIKE_CHARACTERS[number % UNLIKE_CHARACTERS.length];
  }
  return text;
}
