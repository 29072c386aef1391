// What the form of linking codes sends: JSON of rows; whatever else comes is no row.
import type { LinkRow } from "./adopt.ts";
import { codeKey } from "./code.ts";

const MOST = 500;

/** A row whose creator is "" is a code for everybody; rows without a choice are not sent. */
export function readLinks(json: string): LinkRow[] {
  let sent: unknown;
  try {
    sent = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(sent)) return [];
  const rows = new Map<string, LinkRow>();
  for (const one of sent.slice(0, MOST)) {
    const { key, creatorId, policy } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    if (typeof key !== "string" || typeof creatorId !== "string" || typeof policy !== "string" || codeKey(key) === "") continue;
    rows.set(codeKey(key), { key: codeKey(key), creatorId: creatorId === "" ? null : creatorId, policy });
  }
  return [...rows.values()];
}
