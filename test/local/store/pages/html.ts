// Markup by template functions: whatever is put into a template is escaped, unless it is markup itself.

/** A piece of finished markup: what `html` makes, and what it alone lets through unescaped. */
export type Markup = { readonly markup: string };

type Piece = Markup | string | number | bigint | boolean | null | undefined | readonly Piece[];

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign]!);
}

/** html`<b>${title}</b>`: values are escaped; markup goes through, lists are joined; null, undefined and booleans leave nothing. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Markup {
  let text = strings[0]!;
  pieces.forEach((piece, at) => {
    text += write(piece) + strings[at + 1]!;
  });
  return { markup: text };
}

/** Text that is markup already, such as a picture drawn by this project. Never a person's words. */
export function asMarkup(text: string): Markup {
  return { markup: text };
}

/** A value for a script: JSON that can neither end the script element nor begin a comment in it. */
export function json(value: unknown): Markup {
  const unsafe = /[<>&\u2028\u2029]/g;
  return { markup: JSON.stringify(value).replace(unsafe, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`) };
}

function write(piece: Piece): string {
  if (piece === null || piece === undefined || typeof piece === "boolean") return "";
  if (Array.isArray(piece)) return piece.map(write).join("");
  if (typeof piece === "object") return (piece as Markup).markup;
  return escapeHtml(String(piece));
}
