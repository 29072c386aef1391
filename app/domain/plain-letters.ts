// Names in any script as plain capital letters and digits: what every keyboard has, and store and networks take. The tables behind it are
// large (half a megabyte): pages must not load this file, they ask the server.
import anyAscii from "any-ascii";

const LONGEST_NAME = 200; // characters of a name that are looked at

/** A word of a name, as it is written and in plain letters. */
export type PlainWord = { written: string; plain: string };

/** The words of a name: "Zoë Müller-Łuk" is ZOE, MULLER, LUK; "李雷" is LILEI; "D’Arcy" is one word. Emoji, and what has no plain letter, are left out. */
export function plainNameWords(name: string): PlainWord[] {
  const words = readable(name).split(/[^\p{L}\p{N}\p{M}'`"’.]+/u);
  return words.map((written) => ({ written, plain: latin(written).toUpperCase().replace(/[^A-Z0-9]/g, "") })).filter(({ plain }) => plain !== "");
}

export function plainWords(name: string): string[] {
  return plainNameWords(name).map(({ plain }) => plain);
}

/** The first letters of a name's words: "Anne-Marie Dupont" is AMD. Chinese is written without spaces: "李雷" is LL. */
export function plainInitials(name: string): string {
  const spaced = readable(name).replace(/\p{Script=Han}/gu, " $& ");
  return plainWords(spaced).filter((word) => /^[A-Z]/.test(word)).map((word) => word[0]!).join("");
}

/** A text that stands as it is, its letters plain: "été-25" is ETE-25. What is neither letter, digit nor hyphen is left out. */
export function plainText(text: string): string {
  return latin(text).toUpperCase().replace(/[^A-Z0-9-]/g, "");
}

function latin(name: string): string {
  // What stands inside a word without parting it: apostrophes, the marks that some scripts are transcribed with, full stops of initials.
  return anyAscii(readable(name)).replace(/['`"’.]/g, "");
}

function readable(name: string): string {
  const start = [...name.slice(0, 2 * LONGEST_NAME)].slice(0, LONGEST_NAME).join("");
  return start.normalize("NFKC").replace(/[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u200d\ufe0f]/gu, " ");
}
