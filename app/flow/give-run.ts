// Giving more codes than can be looked at one by one: all are named here, and a run checks and makes them in the background.
import type { NewBatchRow } from "../domain/code-batch.ts";
import { createBatch } from "./batch.ts";
import { judgeNotes } from "../domain/code-notes.ts";
import type { Failed } from "./connected.ts";
import { type NamesAsked, nameForCreators } from "./naming.ts";

export type RunAsked = NamesAsked & Pick<NewBatchRow, "policy" | "startsAt" | "endsAt"> & { comments?: string };

/** Starts the checking of a run: its names are those that the page showed, since the seed is the same. */
export async function giveInRun(shop: string, { policy, startsAt, endsAt, comments = "", ...asked }: RunAsked, who: string): Promise<{ ok: true; batchId: string } | Failed> {
  const noted = judgeNotes({ comments, sendTo: "" });
  if (!noted.ok) return noted;
  const told = await nameForCreators(shop, asked);
  if (!told.ok) return { ok: false, errors: [told.problem ? { field: "pattern", key: "give.pattern_wrong" } : { field: "dealId", key: "give.deal_not_found" }] };
  if (told.codes.length === 0) return { ok: false, errors: [{ field: "rows", key: "give.no_rows" }] };
  const rows = told.codes.map(({ creatorId, code }): NewBatchRow => ({ creatorId, code, policy, startsAt, endsAt, fileRow: null }));
  return createBatch(shop, { dealId: told.deal.id, campaignId: null, fileId: null, rows, who, hyphens: asked.settings.hyphens, comments: noted.notes.comments });
}
