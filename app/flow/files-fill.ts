// The influencer platform's file with its codes and links filled in, as they are now; and a file as it came.
import { findCampaign } from "../db/campaign.ts";
import { runsOfFile } from "../db/reads/files.ts";
import { findDealByName } from "../db/deal.ts";
import { findSheetFile, readSheetBytes } from "../db/sheet-file.ts";
import type { FileChoices } from "../domain/sheet-page.ts";
import { isLeft, planRows, type RowPlan } from "../domain/sheet-plan.ts";
import { type Fill, fillCells } from "../sheets/patch.ts";
import { readBook } from "../sheets/read.ts";
import type { NotRead } from "./files.ts";
import { sheetWorld } from "./files-plan.ts";
import { inFileTurn, inSteps } from "./files-read.ts";
import { linksOf } from "./files-links.ts";

/** `formulas`: cells that were computed and now hold their values; `waiting`: rows whose code is not made yet; `unwritten`: cells that the file's encoding has no letters for. */
export type FilledFile = { ok: true; name: string; bytes: Buffer; filled: number; formulas: number; waiting: number; unwritten: number };

/** Fills the file's two columns for everybody whose code there is. Nothing is written anywhere: it may be asked for as often as one likes. */
export async function filledFile(shop: string, id: string): Promise<FilledFile | NotRead | null> {
  const file = await findSheetFile(shop, id);
  const bytes = file && (await readSheetBytes(shop, id));
  if (!file || !bytes || file.purpose !== "platform") return null;
  const choices = await withDeal(shop, id, file.mapping as FileChoices);
  const campaign = choices.campaignId === null ? null : await findCampaign(shop, choices.campaignId);
  return inFileTurn(async () => {
    const read = await inSteps(readBook(bytes, { sheet: choices.sheet }));
    if (!read.ok) return read;
    const rows = planRows(read.value.rows, choices, await sheetWorld(shop, choices));
    const { code: codeAt, link: linkAt } = choices.columns;
    const fills: Fill[] = [];
    let waiting = 0;
    /** A code that stays in its cell is the one that the row's link is for. */
    const codeOf = (row: RowPlan, at: number) => (row.keeps.code && codeAt !== undefined ? (read.value.rows[at]!.cells[codeAt] ?? "").trim() : row.code);
    const owned = rows.flatMap((row, at) => (row.creatorId === null || isLeft(row) ? [] : [{ creatorId: row.creatorId, code: codeOf(row, at) }]));
    const links = linkAt === undefined ? null : await linksOf(shop, owned, campaign?.landing);
    for (const [at, row] of rows.entries()) {
      if (isLeft(row)) continue;
      const code = codeOf(row, at);
      if (code === "" && row.makes) waiting += 1;
      if (code === "") continue;
      if (codeAt !== undefined && !row.keeps.code) fills.push({ row: row.n, column: codeAt, text: code });
      if (linkAt !== undefined && !row.keeps.link) fills.push({ row: row.n, column: linkAt, text: links!(row.creatorId ?? "", code) });
    }
    const patched = await inSteps(fillCells(bytes, read.value, fills));
    if (!patched.ok) return patched;
    const { left, formulas } = patched.value;
    return { ok: true as const, name: file.name, bytes: patched.value.bytes, filled: fills.length - left.length, formulas, waiting, unwritten: left.length };
  });
}

/** A deal that was made for the file takes the place of the words that named it. */
async function withDeal(shop: string, id: string, choices: FileChoices): Promise<FileChoices> {
  if (choices.dealId !== null) return choices;
  const dealId = (await runsOfFile(shop, id))[0]?.dealId ?? (await findDealByName(shop, choices.newDeal))?.id ?? null;
  return dealId === null ? choices : { ...choices, dealId };
}

export async function fileAsItCame(shop: string, id: string): Promise<{ name: string; bytes: Buffer } | null> {
  const file = await findSheetFile(shop, id);
  const bytes = file && (await readSheetBytes(shop, id));
  return file && bytes ? { name: file.name, bytes } : null;
}
