// Text that a person types, as it can be kept.

/** Without white space around it, and without what no database keeps: NUL, and halves of characters. */
export function cleanText(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed().trim();
}

/** Longer than any id that is kept. */
const LONGEST_ID = 255;

/** An id as an address names it; "", which nothing has, where it is none that could be kept. */
export function askedId(id: string | undefined): string {
  return id !== undefined && id.length <= LONGEST_ID && cleanText(id) === id ? id : "";
}
