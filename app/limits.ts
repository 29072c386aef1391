// What a request to the pages may be at most. Webhooks have limits of their own (flow/intake.ts).
import type { IncomingMessage } from "node:http";

/** The longest form of these pages, a hundred codes to give, is a tenth of this. */
export const MOST_FORM_BYTES = 512 * 1024;

/** A file that is brought in, with what a form puts around it. */
export const MOST_UPLOAD_BYTES = 11 * 1024 * 1024;
const UPLOADS = /^\/app\/files(?:[/?.]|$)/;

/** How long a client may take to send its headers, and the whole of its request. */
export const TIMES = { headersTimeout: 15_000, requestTimeout: 60_000 } as const;

/** The status that a request is turned away with before anything reads it, or null. A body whose length is not told beforehand is not read at all. */
export function refusalOf(request: Pick<IncomingMessage, "url" | "headers">): 400 | 411 | 413 | null {
  // No database can look for a NUL, and no address of this app has one.
  if (/%00/.test(request.url ?? "")) return 400;
  if (request.headers["transfer-encoding"] !== undefined) return 411;
  const most = UPLOADS.test(request.url ?? "") ? MOST_UPLOAD_BYTES : MOST_FORM_BYTES;
  return Number(request.headers["content-length"] ?? 0) > most ? 413 : null;
}
