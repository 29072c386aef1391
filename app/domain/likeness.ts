// Codes that buyers mix up: those that look alike (O and 0, I and 1, S and 5, rn and m), and those that are one slip of the finger apart.
// Found in time that grows with the length of a code and not with their number, by what is left of each when one character is taken out.

/** How two codes are alike; who types the one for the other pays the wrong creator. */
export type Likeness = "looks_alike" | "one_apart";

export type Like = { id: number; key: string; how: Likeness };

/** Codes that were seen. Ids are the caller's. */
export type LikeIndex = {
  add: (key: string, id: number) => void;
  /** Codes like this one (by keys of domain/code.ts), at most `most`; the code itself is not like itself. */
  near: (key: string, most: number) => Like[];
};

const SHORTEST = 4; // shorter codes are all alike
const MOST_LOOKED_AT = 400; // of the codes that leave the same rest

export function openLikeness(): LikeIndex {
  const keys: string[] = [];
  const plains: string[] = [];
  const ids: number[] = [];
  // By hash: the newest code with it; `before` leads to the one before. Several hashes of one code are several places.
  const newest = new Map<number, number>();
  const before: number[] = [];
  const owner: number[] = [];

  function note(hash: number, code: number): void {
    owner.push(code);
    before.push(newest.get(hash) ?? -1);
    newest.set(hash, owner.length - 1);
  }

  return {
    add(key, id) {
      const code = keys.push(key) - 1;
      ids.push(id);
      plains.push(plain(key));
      for (const hash of hashesOf(plains[code]!)) note(hash, code);
    },
    near(key, most) {
      const found = new Map<number, Like>();
      const seen = new Set<number>();
      const asked = plain(key);
      for (const hash of hashesOf(asked)) {
        let left = MOST_LOOKED_AT;
        for (let place = newest.get(hash) ?? -1; place >= 0 && left > 0 && found.size < most; place = before[place]!, left--) {
          const code = owner[place]!;
          if (seen.has(code)) continue;
          seen.add(code);
          const how = keys[code] === key ? null : likenessOf(plains[code]!, asked);
          if (how !== null) found.set(code, { id: ids[code]!, key: keys[code]!, how });
        }
      }
      return [...found.values()];
    },
  };
}

/**
 * How two keys are alike, if at all. Codes of fewer than four characters, and codes that differ by a digit alone (MARIE10 and MARIE15,
 * SALE1 and SALE12), are not: people read numbers.
 */
export function likeness(a: string, b: string): Likeness | null {
  return likenessOf(plain(a), plain(b));
}

function likenessOf(a: string, b: string): Likeness | null {
  if (a.length < SHORTEST || b.length < SHORTEST) return null;
  const slip = oneApart(a, b);
  if (slip === "digit") return null;
  return seenAs(a) === seenAs(b) ? "looks_alike" : slip;
}

/** Without hyphens, spaces and other signs: nobody remembers where they stood. */
function plain(key: string): string {
  const letters = key.replace(/[^\p{L}\p{N}]/gu, "");
  return letters === "" ? key : letters;
}

const SEEN_AS: Record<string, string> = { O: "0", Q: "0", I: "1", L: "1", Z: "2", S: "5", G: "6", B: "8" };

/** Codes that look alike are seen as the same. */
function seenAs(plain: string): string {
  return plain.replaceAll("RN", "M").replaceAll("VV", "W").replace(/[OQILZSGB]/g, (letter) => SEEN_AS[letter]!);
}

/** One character more, less or another, or two neighbours swapped; "digit": only digits differ. */
function oneApart(a: string, b: string): "one_apart" | "digit" | null {
  if (Math.abs(a.length - b.length) > 2) return null;
  let from = 0;
  while (from < Math.min(a.length, b.length) && a[from] === b[from]) from++;
  let back = 0;
  while (back < Math.min(a.length, b.length) - from && a.at(-1 - back) === b.at(-1 - back)) back++;
  const [inA, inB] = [a.slice(from, a.length - back), b.slice(from, b.length - back)];
  if (inA.length + inB.length > 0 && /^\d*$/.test(inA + inB)) return "digit";
  if (inA.length + inB.length === 1 || (inA.length === 1 && inB.length === 1)) return "one_apart";
  return inA.length === 2 && inB.length === 2 && inA[0] === inB[1] && inA[1] === inB[0] ? "one_apart" : null;
}

/** What two codes that are alike have at least one of in common. */
function hashesOf(text: string): Set<number> {
  const hashes = new Set<number>();
  if (text.length < SHORTEST) return hashes;
  hashes.add(hashOf(seenAs(text), -1, 7));
  hashes.add(hashOf(text, -1, 31));
  for (let out = 0; out < text.length; out++) hashes.add(hashOf(text, out, 31));
  return hashes;
}

/** Of the text without the unit at `out`: 52 bits, so that two texts hardly ever share one (and what is found is compared anyway). */
function hashOf(text: string, out: number, salt: number): number {
  let low = 0x811c9dc5 ^ salt;
  let high = 0x9e3779b9 ^ salt;
  for (let at = 0; at < text.length; at++) {
    if (at === out) continue;
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 13);
  }
  return (low >>> 0) * 0x100000 + ((high >>> 12) & 0xfffff);
}
