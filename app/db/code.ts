// Creator codes, and the history of whose they are.
import { inTransaction, prisma, type Queryable } from "../db.server.ts";
import { addLog, type ShopLogEntry } from "./log.ts";
import { addToPairs } from "./pair.ts";
import { settleSince } from "./rules-lock.ts";

export type NewCode = {
  id: string;
  code: string;
  key: string; // domain/code.ts codeKey(code)
  dealId: string;
  creatorId: string | null; // null: a code for everybody
  programId: string;
  creditPolicy: string;
  /** Dates of its own; left out or null: its deal's. */
  startsAt?: Date | null;
  endsAt?: Date | null;
  /** The run that makes it, and the campaign that it is for. */
  batchId?: string | null;
  campaignId?: string | null;
  /** Kept for pasting into the network's own form. */
  comments?: string;
  sendTo?: string;
  /** Where it is to stand: "store", and the program's id where its network takes codes (with the creator's partner id). */
  placements: { target: string; partnerId: string | null }[];
};

/** Whose a code is at an instant. */
export async function findCodeOwner(shop: string, codeId: string, at: Date): Promise<{ creatorId: string | null; programId: string; creditPolicy: string } | null> {
  return prisma().codeTerm.findFirst({
    where: { shop, codeId, validFrom: { lte: at } },
    orderBy: { validFrom: "desc" },
    select: { creatorId: true, programId: true, creditPolicy: true },
  });
}

/** A code as its row has it; null where the shop has no such code. */
export async function findCodeRow(shop: string, codeId: string) {
  return prisma().code.findUnique({ where: { shop_id: { shop, id: codeId } } });
}

/** Which of these creators have a code in use in the deal, or in one with dates or terms of its own beside it. */
export async function listCreatorsWithCode(shop: string, dealId: string, creatorIds: string[]): Promise<{ creatorId: string; code: string }[]> {
  return prisma().$queryRaw`
    select distinct on (t.creator_id) t.creator_id as "creatorId", c.code
    from code c join code_term t on t.shop = c.shop and t.code_id = c.id join deal d on d.shop = c.shop and d.id = c.deal_id
    where c.shop = ${shop} and coalesce(d.parent_id, d.id) = (select coalesce(r.parent_id, r.id) from deal r where r.shop = ${shop} and r.id = ${dealId})
      and c.retired_at is null and c.replaced_by is null and c.void_from is null and t.creator_id = any(${creatorIds})`;
}

/**
 * Writes codes with their first owner and what is to be placed, all or none. Two writers of one shop wait for each other; returns the
 * keys that somebody took in the meantime (then nothing was written).
 */
export async function insertCodes(shop: string, codes: NewCode[], at: Date): Promise<{ taken: string[] }> {
  return inTransaction(async (client) => {
    const taken = await takenOf(client, shop, codes);
    if (taken.size > 0) return { taken: [...taken] };
    await writeCodes(client, shop, codes, at);
    return { taken: [] };
  });
}

/** The same within a transaction: those whose key somebody has are left out. Returns their keys. */
export async function addCodes(client: Queryable, shop: string, codes: NewCode[], at: Date): Promise<Set<string>> {
  const taken = await takenOf(client, shop, codes);
  await writeCodes(client, shop, codes.filter((code) => !taken.has(code.key)), at);
  return taken;
}

/** Which of these keys are in force, from here on until the transaction ends. */
async function takenOf(client: Queryable, shop: string, codes: NewCode[]): Promise<Set<string>> {
  await holdCodes(client, shop);
  const { rows } = await client.query<{ key: string }>("select key from code where shop = $1 and key = any($2) and match = 'exact' and retired_at is null", [
    shop, codes.map((code) => code.key),
  ]);
  return new Set(rows.map((row) => row.key));
}

/** So many rows go into one statement. */
const A_STATEMENT = 1_000;

async function writeCodes(client: Queryable, shop: string, codes: NewCode[], at: Date): Promise<void> {
  for (let from = 0; from < codes.length; from += A_STATEMENT) {
    const some = codes.slice(from, from + A_STATEMENT);
    const list = <T>(of: (code: NewCode) => T) => some.map(of);
    const ids = list((code) => code.id);
    await client.query({
      name: "insert_codes",
      text: `insert into code (shop, id, code, key, match, deal_id, batch_id, campaign_id, created_at, comments, send_to)
        select $1, c.id, c.code, c.key, 'exact', c.deal_id, c.batch_id, c.campaign_id, $2, c.comments, c.send_to
        from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) with ordinality as c(id, code, key, deal_id, batch_id, campaign_id, comments, send_to, n) order by c.n`,
      values: [shop, at, ids, list((code) => code.code), list((code) => code.key), list((code) => code.dealId), list((code) => code.batchId ?? null), list((code) => code.campaignId ?? null), list((code) => code.comments ?? ""), list((code) => code.sendTo ?? "")],
    });
    await client.query({
      name: "insert_code_terms",
      text: `insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at)
        select $1, c.* from (select id, $2::timestamptz, creator_id, program_id, policy, starts_at, ends_at
          from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[]) as u(id, creator_id, program_id, policy, starts_at, ends_at)) c`,
      values: [shop, at, ids, list((code) => code.creatorId), list((code) => code.programId), list((code) => code.creditPolicy), list((code) => code.startsAt ?? null), list((code) => code.endsAt ?? null)],
    });
    const places = some.flatMap((code) => code.placements.map((place) => ({ id: code.id, ...place })));
    await client.query({
      name: "insert_code_placements",
      text: `insert into code_placement (shop, code_id, target, partner_id, next_at)
        select $1, p.id, p.target, p.partner_id, $2 from unnest($3::text[], $4::text[], $5::text[]) as p(id, target, partner_id)`,
      values: [shop, at, places.map((place) => place.id), places.map((place) => place.target), places.map((place) => place.partnerId)],
    });
  }
  if (codes.length > 0) await addToPairs(client, at, { shop, codeIds: codes.map((code) => code.id), limit: codes.length });
  if (codes.length > 0) await settleSince(client, shop, at, codes[0]!.id);
}

/** Two writers of one shop's codes wait for each other. */
export async function holdCodes(client: Queryable, shop: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 1))", [`codes of ${shop}`]);
}

export type NewPattern = {
  id: string;
  pattern: string;
  key: string;
  creatorId: string;
  programId: string;
  creditPolicy: string;
  startsAt: Date | null;
  endsAt: Date | null;
  /** Where it is to stand: in the program's network, where that takes codes. */
  placements: { target: string; partnerId: string | null }[];
};

export type PatternWrite = {
  /** The pattern in force whose place it takes, if any: that one is retired at the same instant. */
  replaces: string | null;
  /** The most patterns that the shop may have in force. */
  most: number;
  at: Date;
  log: ShopLogEntry;
};

/** `gone`: what it was to replace is not in force any more. `taken`: the same pattern is in force already, as this code. Then nothing was written. */
export type PatternWritten = { kind: "made" } | { kind: "full" } | { kind: "gone" } | { kind: "taken"; codeId: string };

/** Writes a pattern with its owner, retires the one that it replaces, and notes it in the shop's log: all or nothing. */
export async function insertPattern(shop: string, pattern: NewPattern, { replaces, most, at, log }: PatternWrite): Promise<PatternWritten> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    const { rows } = await client.query<{ id: string; code: string }>("select id, code from code where shop = $1 and match = 'regex' and retired_at is null", [shop]);
    const others = rows.filter((row) => row.id !== replaces);
    if (replaces !== null && others.length === rows.length) return { kind: "gone" };
    const same = others.find((row) => row.code === pattern.pattern);
    if (same) return { kind: "taken", codeId: same.id };
    if (others.length >= most) return { kind: "full" };
    if (replaces !== null) await retire(client, shop, replaces, at);
    await client.query("insert into code (shop, id, code, key, match, created_at) values ($1, $2, $3, $4, 'regex', $5)", [shop, pattern.id, pattern.pattern, pattern.key, at]);
    await client.query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)", [
      shop, pattern.id, at, pattern.creatorId, pattern.programId, pattern.creditPolicy, pattern.startsAt, pattern.endsAt,
    ]);
    for (const { target, partnerId } of pattern.placements) {
      await client.query("insert into code_placement (shop, code_id, target, partner_id, next_at) values ($1, $2, $3, $4, $5)", [shop, pattern.id, target, partnerId, at]);
    }
    await addToPairs(client, at, { shop, codeIds: [pattern.id] });
    await addLog(client, shop, at, log);
    await settleSince(client, shop, at, pattern.id);
    return { kind: "made" };
  });
}

/** Retires a pattern from `at` on, and notes it in the shop's log; false where it is not in force. */
export async function retirePattern(shop: string, codeId: string, at: Date, log: ShopLogEntry): Promise<boolean> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    if (!(await retire(client, shop, codeId, at))) return false;
    await addLog(client, shop, at, log);
    await settleSince(client, shop, at, `${codeId} retired`);
    return true;
  });
}

/** What a network has, or was asked for, waits to be expired there; what it never had is done with. */
async function retire(client: Queryable, shop: string, codeId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query("update code set retired_at = $3 where shop = $1 and id = $2 and match = 'regex' and retired_at is null", [shop, codeId, at]);
  if (rowCount === 0) return false;
  await client.query(
    `update code_placement set wanted = 'gone', state = case when state in ('live', 'asked') then state when state = 'by_hand' then 'asked' else 'expired' end, problem = null, attempts = 0, next_at = $3
     where shop = $1 and code_id = $2 and target <> 'store'`,
    [shop, codeId, at],
  );
  return true;
}

/** A pattern with its newest terms; null where the shop has no such pattern in force. */
export async function findPattern(shop: string, codeId: string): Promise<{ id: string; pattern: string; creatorId: string | null } | null> {
  const rows = await prisma().$queryRaw<{ id: string; pattern: string; creatorId: string | null }[]>`
    select c.id, c.code as pattern, t.creator_id as "creatorId" from code c
    join lateral (select creator_id from code_term where shop = c.shop and code_id = c.id order by valid_from desc limit 1) t on true
    where c.shop = ${shop} and c.id = ${codeId} and c.match = 'regex' and c.retired_at is null`;
  return rows[0] ?? null;
}
