// Creator codes, and the history of whose they are.
import { inTransaction, prisma } from "../db.server.ts";

export type NewCode = {
  id: string;
  code: string;
  key: string; // domain/code.ts codeKey(code)
  dealId: string;
  creatorId: string;
  programId: string;
  creditPolicy: string;
  /** Where it is to stand: "store", and the program's id where its network takes codes (with the creator's partner id). */
  placements: { target: string; partnerId: string | null }[];
};

/** Codes in force (not retired) with one of these keys, with the creator and deal they belong to. */
export async function findCodesByKeys(shop: string, keys: string[]): Promise<{ id: string; code: string; key: string; dealId: string | null }[]> {
  return prisma().code.findMany({ where: { shop, key: { in: keys }, match: "exact", retiredAt: null }, select: { id: true, code: true, key: true, dealId: true } });
}

/** Whose a code is at an instant. */
export async function findCodeOwner(shop: string, codeId: string, at: Date): Promise<{ creatorId: string | null; programId: string; creditPolicy: string } | null> {
  return prisma().codeTerm.findFirst({
    where: { shop, codeId, validFrom: { lte: at } },
    orderBy: { validFrom: "desc" },
    select: { creatorId: true, programId: true, creditPolicy: true },
  });
}

/** Which of these creators have a code in force in the deal. */
export async function listCreatorsWithCode(shop: string, dealId: string, creatorIds: string[]): Promise<{ creatorId: string; code: string }[]> {
  return prisma().$queryRaw`
    select distinct on (t.creator_id) t.creator_id as "creatorId", c.code
    from code c join code_term t on t.shop = c.shop and t.code_id = c.id
    where c.shop = ${shop} and c.deal_id = ${dealId} and c.retired_at is null and t.creator_id = any(${creatorIds})`;
}

/**
 * Writes codes with their first owner and what is to be placed, all or none. Two writers of one shop wait for each other; returns the
 * keys that somebody took in the meantime (then nothing was written).
 */
export async function insertCodes(shop: string, codes: NewCode[], at: Date): Promise<{ taken: string[] }> {
  return inTransaction(async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 1))", [`codes of ${shop}`]);
    const { rows } = await client.query<{ key: string }>(
      "select key from code where shop = $1 and key = any($2) and match = 'exact' and retired_at is null",
      [shop, codes.map((code) => code.key)],
    );
    if (rows.length > 0) return { taken: rows.map((row) => row.key) };
    for (const code of codes) {
      await client.query("insert into code (shop, id, code, key, match, deal_id, created_at) values ($1, $2, $3, $4, 'exact', $5, $6)", [
        shop, code.id, code.code, code.key, code.dealId, at,
      ]);
      await client.query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) values ($1, $2, $3, $4, $5, $6)", [
        shop, code.id, at, code.creatorId, code.programId, code.creditPolicy,
      ]);
      for (const { target, partnerId } of code.placements) {
        await client.query("insert into code_placement (shop, code_id, target, partner_id, next_at) values ($1, $2, $3, $4, $5)", [
          shop, code.id, target, partnerId, at,
        ]);
      }
    }
    return { taken: [] };
  });
}
