// What an answer of impact.com has to be before anything is read out of it. An answer of another shape is no empty list and no success:
// who took it for one would retire codes and creators that are there.
import type { Answer, NetworkFault } from "../port.ts";
import { isRaw, list, text } from "./transform.ts";
import type { ListKey, Raw } from "./types.ts";

/** Of an answer that did what was asked. The largest page of actions has 20,000 of some 1.5 KB each. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of a refusal or a failure, where only the first words matter. */
const MOST_ERROR_BYTES = 1024 * 1024;

const UTF8 = new TextDecoder();

/** The body as text; null where it is larger than any that is due. The rest of it is not read then. */
export async function bodyOf(response: Response, most = response.ok ? MOST_BYTES : MOST_ERROR_BYTES): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return "";
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > most) return null; // leaving the loop cancels the stream
    pieces.push(piece);
  }
  return UTF8.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
}

/**
 * One page of a list: its elements, and how many pages there are. The list itself may be missing only where the envelope around it says that
 * it is empty.
 */
export function pageOf(body: unknown, key: ListKey): Answer<{ rows: Raw[]; pages: number }> {
  if (!isRaw(body)) return { ok: false, fault: unreadable(`a list of ${key} was due`) };
  const rows = list(body[key]);
  const pages = Math.max(1, count(body["@numpages"]) ?? 1);
  const total = count(body["@total"]);
  const isThere = key in body || total === 0;
  const lacksRows = rows.length === 0 && (total ?? 0) > 0 && (count(body["@page"]) ?? 1) <= pages;
  return isThere && !lacksRows ? { ok: true, value: { rows, pages } } : { ok: false, fault: unreadable(`a list of ${key} was due`) };
}

function count(value: unknown): number | null {
  return /^\d{1,9}$/.test(text(value)) ? Number(text(value)) : null;
}

/** A write that was taken: the answer says a status, or names what was written. */
export function acknowledged(answer: Answer<unknown>): Answer<null> {
  if (!answer.ok) return answer;
  const body = isRaw(answer.value) ? answer.value : {};
  return text(body.Status) !== "" || text(body.Uri) !== "" ? { ok: true, value: null } : { ok: false, fault: unreadable("the answer does not say that it was done") };
}

export function unreadable(detail: string): NetworkFault {
  return { kind: "unreadable", detail };
}
