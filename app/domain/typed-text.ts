// Text that a person types, as it can be kept.

/** Without white space around it, and without what no database keeps: NUL, and halves of characters. */
export function cleanText(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed().trim();
}
