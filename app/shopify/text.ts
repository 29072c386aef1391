// Ids and texts as the Admin API writes them.

/** "gid://shopify/Order/1" is "1". */
export function digitsOf(gid: string): string {
  return /\/(\d+)(?:\?.*)?$/.exec(gid)?.[1] ?? gid;
}

/** The text, as a database can hold it: no NUL, no half of a surrogate pair. */
export function clean(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
