// Taking over what the store has: codes that are linked as they are, a discount that becomes a deal, and giving it back.
import { inTransaction, type Queryable } from "../db.server.ts";
import type { DealState } from "../domain/deal-parts.ts";
import type { SeenDiscount } from "../domain/deal-seen.ts";
import { holdCodes } from "./code.ts";
import { addLog, type ShopLogEntry } from "./log.ts";
import { wantGone } from "./removal.ts";
import { settleSince } from "./rules-lock.ts";

export type LinkedCode = {
  id: string;
  code: string; // as the store has it
  key: string;
  discountId: string;
  dealId: string | null; // the deal that the discount is; null: it is none
  redeemId: string;
  creatorId: string | null;
  programId: string;
  creditPolicy: string;
  /** The creator's partner id in the program's network; undefined: it has none that takes codes. */
  partnerId?: string | null;
};

/** Links codes with creators from now on; those whose name somebody took in the meantime are left out, and named. */
export async function insertLinked(shop: string, codes: LinkedCode[], at: Date, log: ShopLogEntry): Promise<{ taken: string[] }> {
  return inTransaction(async (client) => {
    const taken = await writeLinked(client, shop, codes, at);
    if (taken.length < codes.length) await addLog(client, shop, at, log);
    return { taken };
  });
}

async function writeLinked(client: Queryable, shop: string, codes: LinkedCode[], at: Date): Promise<string[]> {
  await holdCodes(client, shop);
  const { rows } = await client.query<{ key: string }>("select key from code where shop = $1 and key = any($2) and match = 'exact' and retired_at is null", [shop, codes.map((code) => code.key)]);
  const taken = new Set(rows.map((row) => row.key));
  const free = codes.filter((code) => !taken.has(code.key));
  for (const code of free) {
    await client.query("insert into code (shop, id, code, key, match, deal_id, discount_id, created_at) values ($1, $2, $3, $4, 'exact', $5, $6, $7)", [
      shop, code.id, code.code, code.key, code.dealId, code.dealId === null ? code.discountId : null, at,
    ]);
    await client.query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) values ($1, $2, $3, $4, $5, $6)", [shop, code.id, at, code.creatorId, code.programId, code.creditPolicy]);
    await client.query("insert into code_placement (shop, code_id, target, external_id, state, read_at, next_at) values ($1, $2, 'store', $3, 'live', $4, $4)", [shop, code.id, code.redeemId, at]);
    if (code.partnerId !== undefined) await client.query("insert into code_placement (shop, code_id, target, partner_id, next_at) values ($1, $2, $3, $4, $5)", [shop, code.id, code.programId, code.partnerId, at]);
  }
  if (free.length > 0) {
    // An extra code that is a creator's now is none any more.
    await client.query("update drift set closed_at = $3, how = 'theirs' where shop = $1 and kind = 'extra_code' and target = 'store' and part = any($2) and (closed_at is null or how = 'left')", [shop, free.map((code) => code.key), at]);
    await settleSince(client, shop, at, free[0]!.id);
  }
  return [...taken];
}

export type AdoptedDeal = { id: string; programId: string | null; networkProgramId: string | null; state: DealState; seen: SeenDiscount; storeState: string; inStep: boolean };

/**
 * Writes a discount of the store as a deal (`inStep`: the store has it like this; otherwise the placing loop writes it there), with the codes that are linked with creators; codes that were linked as they are become
 * the deal's. Codes that nobody is given stay as they are. False: the discount is a deal's already.
 */
export async function insertAdopted(shop: string, deal: AdoptedDeal, codes: LinkedCode[], { at, who, log }: { at: Date; who: string; log: ShopLogEntry }): Promise<{ ok: boolean; taken: string[] }> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    const { rowCount } = await client.query("select 1 from deal where shop = $1 and store_id = $2", [shop, deal.seen.id]);
    if (rowCount! > 0) return { ok: false, taken: [] };
    const { name, terms, startsAt, endsAt } = deal.state;
    await client.query(
      `insert into deal (shop, id, name, program_id, terms, starts_at, ends_at, adopted, store_id, store_state, store_version, store_seen, store_read_at, next_at, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, true, $8, $9, $12, $10, $11, $11, $11)`,
      [shop, deal.id, name, deal.programId, JSON.stringify(terms), startsAt, endsAt, deal.seen.id, deal.storeState, JSON.stringify(deal.seen), at, deal.inStep ? 1 : 0],
    );
    await client.query("insert into deal_edit (shop, deal_id, version, at, who, what, deal) values ($1, $2, 1, $3, $4, 'adopted', $5)", [shop, deal.id, at, who, JSON.stringify(deal.state)]);
    if (deal.networkProgramId !== null) await client.query("insert into deal_placement (shop, deal_id, program_id, next_at) values ($1, $2, $3, $4)", [shop, deal.id, deal.networkProgramId, at]);
    await client.query("update code set deal_id = $3, discount_id = null where shop = $1 and discount_id = $2 and deal_id is null and retired_at is null", [shop, deal.seen.id, deal.id]);
    const taken = await writeLinked(client, shop, codes, at);
    await leaveOthers(client, shop, deal.id, deal.seen.id, at);
    await addLog(client, shop, at, log);
    return { ok: true, taken };
  });
}

/** The codes of the discount that nobody is given are known, and no news: only one that comes later is. */
async function leaveOthers(client: Queryable, shop: string, dealId: string, storeId: string, at: Date): Promise<void> {
  await client.query(
    `insert into drift (shop, about, about_id, target, kind, part, ours, theirs, found_at, closed_at, how, who)
     select shop, 'deal', $3, 'store', 'extra_code', key, null, jsonb_build_object('code', code, 'redeemId', redeem_id, 'createdBy', created_by, 'discountId', store_id), $4, $4, 'left', 'merchant'
     from store_code s where s.shop = $1 and s.store_id = $2 and not exists (select 1 from code c where c.shop = s.shop and c.key = s.key and c.match = 'exact' and c.retired_at is null)`,
    [shop, storeId, dealId, at],
  );
}

/**
 * Gives a code back: it leaves the app from now on, its network too, and the store keeps it as it is. Only codes that the app did not make: the store
 * was never asked for them. Its name; null: there is no such code.
 */
export async function unlinkCode(shop: string, codeId: string, at: Date, who: string): Promise<string | null> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    const { rows } = await client.query<{ code: string; key: string; dealId: string | null; storeId: string | null }>(
      `update code c set retired_at = $3, paused_at = null from (select c.shop, c.id, d.id as deal_id, coalesce(c.discount_id, d.store_id) as store_id from code c left join deal d on d.shop = c.shop and d.id = c.deal_id
         where c.shop = $1 and c.id = $2 and c.match = 'exact' and c.retired_at is null and (d.id is null or (d.adopted
           and exists (select 1 from code_placement p where p.shop = c.shop and p.code_id = c.id and p.target = 'store' and p.external_id is not null and p.asked_at is null)))) o
       where c.shop = o.shop and c.id = o.id returning c.code, c.key, o.deal_id as "dealId", o.store_id as "storeId"`,
      [shop, codeId, at],
    );
    const [gone] = rows;
    if (!gone) return null;
    await client.query("delete from code_placement where shop = $1 and code_id = $2 and target = 'store'", [shop, codeId]);
    await wantGone(client, shop, [codeId], at);
    await client.query("update drift set closed_at = $3, how = 'gone' where shop = $1 and about = 'code' and about_id = $2 and closed_at is null", [shop, codeId, at]);
    if (gone.dealId !== null && gone.storeId !== null) await leaveOthers(client, shop, gone.dealId, gone.storeId, at);
    await settleSince(client, shop, at, `${codeId} unlinked`);
    await addLog(client, shop, at, { who, what: "codes.unlinked", detail: { codeId, code: gone.code } });
    return gone.code;
  });
}
