// One discount of the store: what it is, and then its codes, page by page. The cursor is kept with each page, so that a kill costs one page.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { countStoreCodes, noteCodes, removeUnmet } from "../db/store-code.ts";
import { noteCursor, noteDiscountGone, noteDiscountRead, putOffLook, type Look } from "../db/store-discount.ts";
import { findShop } from "../db/shop.ts";
import { codeKey } from "../domain/code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin, AdminFault } from "../shopify/admin.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { readDiscount } from "../shopify/discounts-read.ts";
import { LARGEST_PAGE, readCodes, type DiscountKind, type RedeemCode } from "../shopify/inventory.ts";
import { after, backoffMs } from "./again.ts";
import { compareCodes, compareDeal, compareGone } from "./drift.ts";
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
  const currency = (await findShop(shop))?.currency ?? "";
  const read = await readDiscount(admin, due.storeId, currency);
  if (!read.ok) return failed(shop, due, read.fault);
  if (read.value === null) {
    await inTransaction(async (client) => {
      await removeUnmet(client, shop, due.storeId, after(at, 1));
      await noteDiscountGone(client, shop, due.storeId, at);
    });
    await compareDeal(shop, due.storeId, null, at);
    await compareGone(shop, due.storeId, at);
    return { fault: null };
  }
  const seen = read.value;
  const codes = seen.codesCount <= LARGEST_PAGE || due.codesAt === null || !TERMS_ONLY.has(due.why ?? "") || seen.codesCount !== (await countStoreCodes(shop, due.storeId));
  await noteDiscountRead(shop, { ...seen, storeId: due.storeId }, codes, at);
  await compareDeal(shop, due.storeId, seen, at);
  return codes ? readOn(shop, admin, { storeId: due.storeId, kind: seen.kind, codesFrom: at, cursor: null, codesCount: seen.codesCount }) : { fault: null };
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
    await compareCodes(shop, storeId, admin, begun.codesFrom);
    return { fault: null };
  }
  return { fault: null };
}

function kept({ redeemId, code, uses, createdBy }: RedeemCode) {
  return { key: codeKey(code), code, redeemId, uses, createdBy };
}

/** An answer that will be the same again is noted at the discount, and asked for again later; all else is the whole store's. */
async function failed(shop: string, { storeId, attempts }: Pick<Look, "storeId" | "attempts">, fault: StoreFault): Promise<Looked> {
  if (fault.kind !== "graphql" && fault.kind !== "unreadable" && fault.kind !== "refused") return { fault };
  const { key, values } = storeProblem(fault);
  await putOffLook(shop, storeId, writeProblem(key, values), after(now(), backoffMs(attempts)));
  return { fault: null };
}
