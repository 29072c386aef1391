// Variations: deals that hang on another one, for codes with dates or terms of their own. Written by one writer of a shop's deals at a time.
import { inTransaction, prisma } from "../db.server.ts";
import type { Variation } from "../domain/variation.ts";

export type VariationKey = { shop: string; dealId: string };

/** The variation of a deal that is exactly like this, if there is one that has not been taken out of the store. */
export async function findVariation({ shop, dealId }: VariationKey, { terms, startsAt, endsAt, ownTerms, ownDates }: Variation): Promise<string | null> {
  const rows = await prisma().$queryRaw<{ id: string }[]>`
    select id from deal
    where shop = ${shop} and parent_id = ${dealId} and own_terms = ${ownTerms} and own_dates = ${ownDates} and starts_at = ${startsAt} and ends_at is not distinct from ${endsAt}
      and terms = ${JSON.stringify(terms)}::jsonb and store_state not in ('refused', 'missing')
    order by created_at, id limit 1`;
  return rows[0]?.id ?? null;
}

export type NewVariation = Variation & { id: string; name: string; reserveCode: string; at: Date };

/** Writes a variation with what is to be placed: in the store, and in the networks in which its deal stands. It is paused where the deal is. */
export async function insertVariation({ shop, dealId }: VariationKey, one: NewVariation): Promise<void> {
  const terms = JSON.stringify(one.terms);
  await inTransaction(async (client) => {
    await client.query(
      `insert into deal (shop, id, name, program_id, terms, starts_at, ends_at, paused_at, parent_id, own_terms, own_dates, reserve_code, next_at, created_at)
       select shop, $3, $4, program_id, $5, $6, $7, paused_at, id, $8, $9, $10, $11, $11 from deal where shop = $1 and id = $2`,
      [shop, dealId, one.id, one.name, terms, one.startsAt, one.endsAt, one.ownTerms, one.ownDates, one.reserveCode, one.at],
    );
    await client.query(
      `insert into deal_edit (shop, deal_id, version, at, who, what, deal)
       select shop, id, version, $3, 'merchant', 'made', jsonb_build_object('name', name, 'terms', terms, 'startsAt', starts_at, 'endsAt', ends_at, 'pausedAt', paused_at) from deal where shop = $1 and id = $2`,
      [shop, one.id, one.at],
    );
    await client.query("insert into deal_placement (shop, deal_id, program_id, next_at) select shop, $3, program_id, $4 from deal_placement where shop = $1 and deal_id = $2", [shop, dealId, one.id, one.at]);
  });
}
