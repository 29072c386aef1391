// The first code of a discount.
import { randomBytes } from "node:crypto";

const LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"; // without what looks alike

/** A code that nobody is given and nobody guesses: the store makes no discount without a first one. */
export function reserveCode(): string {
  return `RESERVE${Array.from(randomBytes(16), (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}
