// A shop as it stands, written straight into the tables: programs, creators, memberships, codes with their terms.
import { pool } from "#app/db.server.ts";
import { codeKey } from "#app/domain/code.ts";
import { DEFAULT_PROGRAM_RULE, DEFAULT_SHOP_RULE, type NeverEarn, type ProgramRule } from "#app/domain/rule-book.ts";
import { SHOP } from "./orders.ts";

const EPOCH = new Date(0);
const LONG_AGO = new Date("2026-01-01T00:00:00Z");

export async function makeShop(options: { shop?: string; stackingRule?: string; currency?: string; renewalSources?: readonly string[]; neverEarn?: Partial<NeverEarn> } = {}): Promise<void> {
  const { shop = SHOP, stackingRule = "largest_discount", currency = "EUR", renewalSources = DEFAULT_SHOP_RULE.renewalSources } = options;
  const { tags, types, skus } = { ...DEFAULT_SHOP_RULE.neverEarn, ...options.neverEarn };
  await pool().query(`insert into shop (shop, name, currency, timezone, created_at) values ($1, $1, $2, 'Europe/Berlin', $3)`, [shop, currency, LONG_AGO]);
  await pool().query(
    `insert into shop_rule (shop, valid_from, stacking_rule, renewal_sources, never_earn_tags, never_earn_types, never_earn_skus) values ($1, $2, $3, $4, $5, $6, $7)`,
    [shop, EPOCH, stackingRule, renewalSources, tags, types, skus],
  );
}

export async function makeProgram(id: string, options: Partial<ProgramRule> & { shop?: string; network?: string; kind?: string; connectionId?: string; externalId?: string; eventTypeId?: string } = {}): Promise<void> {
  const { shop = SHOP, network = "impact", kind = "creator", connectionId = null, externalId = null, eventTypeId = null, ...rest } = options;
  const rule = { ...DEFAULT_PROGRAM_RULE, ...rest };
  await pool().query(
    `insert into program (shop, id, connection_id, network, external_id, event_type_id, name, kind, state, created_at) values ($1, $2, $3, $4, $5, $6, $2, $7, 'active', $8)`,
    [shop, id, connectionId, network, externalId, eventTypeId, kind, LONG_AGO],
  );
  await pool().query(
    `insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral, order_id_form, renewals, new_customers_only, chargebacks, clicks, email_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [shop, id, new Date(rule.validFromMs), rule.mode, rule.creditOn, rule.scope, rule.clickWindowDays, rule.blockSelfReferral, rule.orderIdForm, rule.renewals, rule.newCustomersOnly, rule.chargebacks, rule.clicks, rule.emailHash],
  );
}

export async function makeCreator(id: string, options: { shop?: string; name?: string; email?: string | null; memberships?: { program: string; partnerId?: string | null; from?: string; to?: string | null }[] } = {}): Promise<void> {
  const { shop = SHOP, name = id, email = null, memberships = [] } = options;
  await pool().query(`insert into creator (shop, id, name, email, created_at) values ($1, $2, $3, $4, $5)`, [shop, id, name, email, LONG_AGO]);
  for (const one of memberships) {
    await pool().query(`insert into membership (shop, program_id, creator_id, joined_at, left_at, partner_id, state) values ($1, $2, $3, $4, $5, $6, $7)`, [
      shop, one.program, id, one.from ?? LONG_AGO, one.to ?? null, one.partnerId ?? null, one.to ? "left" : "joined",
    ]);
  }
}

export async function makeCode(
  id: string,
  options: { code: string; creator: string | null; program: string; shop?: string; match?: string; policy?: string; createdAt?: string; startsAt?: string | null; endsAt?: string | null; dealId?: string | null },
): Promise<void> {
  const { shop = SHOP, match = "exact", policy = "always", createdAt = LONG_AGO, startsAt = null, endsAt = null, dealId = null } = options;
  await pool().query(`insert into code (shop, id, code, key, match, deal_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)`, [shop, id, options.code, codeKey(options.code), match, dealId, createdAt]);
  await pool().query(`insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
    shop, id, EPOCH, options.creator, options.program, policy, startsAt, endsAt,
  ]);
}

/** A shop with one program, Marie (partner 1001) and her code MARIE10. */
export async function makeMariesShop(shop = SHOP): Promise<void> {
  await makeShop({ shop });
  await makeProgram("p1", { shop });
  await makeCreator("c1", { shop, name: "Marie", email: "marie@creators.example", memberships: [{ program: "p1", partnerId: "1001" }] });
  await makeCode("k1", { shop, code: "MARIE10", creator: "c1", program: "p1" });
}
