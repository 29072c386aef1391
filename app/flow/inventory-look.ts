// One discount of the store: what it is, and then its codes, page by page. The cursor is kept with each page, so that a kill costs one page.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { countStoreCodes, noteCodes, removeUnmet } from "../db/store-code.ts";
import { noteCursor, noteDiscountGone, noteDiscountRead, putOffLook, type Look } from "../db/store-discount.ts";
import { codeKey } from "../domain/code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin, AdminFault } from "../shopify/admin.ts";
import { LARGEST_PAGE, readCodes, readDiscountHead, type DiscountKind, type RedeemCode } from "../shopify/inventory.ts";
import { after, backoffMs } from "./again.ts";
import { compareDiscount } from "./drift.ts";
import { storeProblem } from "./store-faults.ts";

/** Pages of codes in one turn: a discount with a million of them keeps no other waiting. */
const MOST_PAGES = 8;
/** Topics that say nothing of codes: with the same number of codes as before these are not read again. */
const TERMS_ONLY = new Set(["discounts/update", "discounts/create"]);

/** `fault`: the store did not answer; what was begun stays begun. */
export type Looked = { fault: AdminFault | null };

/** Reads a discount, or goes on with its codes; compares it with what the app holds once all is read. */
export async function look(shop: string, admin: Admin, due: Look): Promise<Looked> {
  if (due.codesFrom !== null) return readOn(shop, admin, { ...due, codesFrom: due.codesFrom });
  const at = now();
  const read = await readDiscountHead(admin, due.storeId);
  if (!read.ok) return failed(shop, due, read.fault);
  if (read.data === null) {
    await inTransaction(async (client) => {
      await removeUnmet(client, shop, due.storeId, after(at, 1));
      await noteDiscountGone(client, shop, due.storeId, at);
    });
    await compareDiscount(shop, due.storeId, admin);
    return { fault: null };
  }
  const head = read.data;
  const codes = head.codesCount <= LARGEST_PAGE || due.codesAt === null || !TERMS_ONLY.has(due.why ?? "") || head.codesCount !== (await countStoreCodes(shop, due.storeId));
  await noteDiscountRead(shop, { ...head, terms: null, unread: [] }, codes, at);
  if (codes) return readOn(shop, admin, { ...head, codesFrom: at, cursor: null });
  await compareDiscount(shop, due.storeId, admin);
  return { fault: null };
}

type Begun = { storeId: string; kind: string; codesFrom: Date; cursor: string | null; codesCount: number };

async function readOn(shop: string, admin: Admin, begun: Begun): Promise<Looked> {
  const { storeId } = begun;
  let { cursor } = begun;
  for (let page = 0; page < MOST_PAGES; page++) {
    const at = now();
    const read = await readCodes(admin, storeId, begun.kind as DiscountKind, { size: begun.codesCount + 1, after: cursor });
    if (!read.ok) return failed(shop, { storeId, attempts: 0 }, read.fault);
    const { codes, next } = read.data ?? { codes: [], next: null };
    await inTransaction(async (client) => {
      await noteCodes(client, shop, storeId, codes.map(kept), at);
      if (next === null) await removeUnmet(client, shop, storeId, begun.codesFrom);
      await noteCursor(client, shop, storeId, next, begun.codesFrom);
    });
    cursor = next;
    if (cursor !== null) continue;
    await compareDiscount(shop, storeId, admin);
    return { fault: null };
  }
  return { fault: null };
}

function kept({ redeemId, code, uses, createdBy }: RedeemCode) {
  return { key: codeKey(code), code, redeemId, uses, createdBy };
}

/** An answer that will be the same again is noted at the discount, and asked for again later; all else is the whole store's. */
async function failed(shop: string, { storeId, attempts }: Pick<Look, "storeId" | "attempts">, fault: AdminFault): Promise<Looked> {
  if (fault.kind !== "graphql" && fault.kind !== "unreadable") return { fault };
  const { key, values } = storeProblem(fault);
  await putOffLook(shop, storeId, writeProblem(key, values), after(now(), backoffMs(attempts)));
  return { fault: null };
}
