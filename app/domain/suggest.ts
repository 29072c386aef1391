// A code to suggest for a creator: plain capital letters of the name, then the deal's short mark ("MARIE10").

// Letters that do not fall apart into a base letter and a mark.
const LETTERS: Record<string, string> = { ß: "SS", ẞ: "SS", Æ: "AE", Œ: "OE", Ø: "O", Ł: "L", Đ: "D", Ð: "D", Þ: "TH", Ħ: "H", İ: "I", ı: "I", Ŋ: "NG" };
const SHORTEST = 2;
const LONGEST_NAME = 14;

/** Letters and digits of A to Z and 0 to 9 only; "" where nothing of it can be written so. */
export function plainLetters(text: string): string {
  const upper = [...text].map((letter) => LETTERS[letter] ?? LETTERS[letter.toUpperCase()] ?? letter).join("").toUpperCase();
  return upper.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Z0-9]/g, "");
}

/** What the creator is to be called in a code: the first name, else the handle, else the e-mail's name. */
export function nameForCode(creator: { name: string; handle: string | null; email: string | null }): string {
  const first = creator.name.trim().split(/[\s,]+/)[0] ?? "";
  const candidates = [first, creator.name, creator.handle ?? "", (creator.email ?? "").split("@")[0] ?? ""];
  return (candidates.map(plainLetters).find((plain) => plain.length >= SHORTEST) ?? "CREATOR").slice(0, LONGEST_NAME);
}

/** A code that is not among `taken` (keys); a number is put between name and mark where it would be. */
export function suggestCode(creator: { name: string; handle: string | null; email: string | null }, mark: string | null, taken: ReadonlySet<string>): string {
  const name = nameForCode(creator);
  for (let n = 1; ; n += 1) {
    const code = n === 1 ? `${name}${mark ?? ""}` : `${name}${mark === null ? "" : mark + "X"}${n}`;
    if (!taken.has(code)) return code;
  }
}
