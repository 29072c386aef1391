// Loads the rules that some orders of a shop are judged by: only the codes that can stand on them, with all their history.
import type { CreatorCode, Membership, Override, Program, ProgramRule, RuleBook, ShopRule, StackingRule } from "../domain/rule-book.ts";
import type { Queryable } from "../db.server.ts";

type EmailHistory = { validFromMs: number; email: string | null }[];

export type LoadedRules = Omit<RuleBook, "emailHashes"> & { emails: ReadonlyMap<string, EmailHistory> };

/** `keys`: the keys of the codes on the orders. `chosen`: the ids of codes that a person chose. `clickers`: creators whose clicks may count, for generic codes. */
export async function loadRules(client: Queryable, shop: string, keys: readonly string[], chosen: readonly string[], clickers: readonly string[]): Promise<LoadedRules> {
  const codes = await codesOf(client, shop, keys, chosen);
  const creators = [...new Set([...clickers, ...codes.flatMap((code) => code.terms.flatMap((term) => term.creatorId ?? []))])];
  const [shopRules, programs, overrides, memberships, emails] = [
    await shopRulesOf(client, shop),
    await programsOf(client, shop),
    await overridesOf(client, shop),
    await membershipsOf(client, shop, creators),
    await emailsOf(client, shop, creators),
  ];
  return { shopRules, programs, overrides, codes, memberships, emails };
}

async function codesOf(client: Queryable, shop: string, keys: readonly string[], chosen: readonly string[]): Promise<CreatorCode[]> {
  type Row = Omit<CreatorCode, "createdAtMs" | "retiredAtMs" | "voided" | "terms"> & { createdAt: Date; retiredAt: Date | null; voidFrom: Date | null; voidReason: string | null; terms: TermRow[] };
  type TermRow = { validFrom: string; creatorId: string | null; programId: string; creditPolicy: CreatorCode["terms"][number]["creditPolicy"]; startsAt: string | null; endsAt: string | null };
  const found = await client.query<Row>({
    name: "load_codes",
    text: `select c.id, c.position, c.code, c.key, c.match, c.created_at as "createdAt", c.retired_at as "retiredAt", c.void_from as "voidFrom", c.void_reason as "voidReason",
        json_agg(json_build_object('validFrom', t.valid_from, 'creatorId', t.creator_id, 'programId', t.program_id, 'creditPolicy', t.credit_policy,
          'startsAt', t.starts_at, 'endsAt', t.ends_at) order by t.valid_from) as terms
      from code c join code_term t on t.shop = c.shop and t.code_id = c.id
      where c.shop = $1 and ((c.match = 'exact' and c.key = any($2)) or c.match = 'regex' or c.id = any($3))
      group by c.shop, c.id order by c.position`,
    values: [shop, keys, chosen],
  });
  return found.rows.map(({ createdAt, retiredAt, voidFrom, voidReason, terms, ...code }) => ({
    ...code,
    createdAtMs: createdAt.getTime(),
    retiredAtMs: retiredAt?.getTime() ?? null,
    voided: voidFrom === null ? null : { fromMs: voidFrom.getTime(), reason: voidReason ?? "" },
    terms: terms.map((term) => ({
      validFromMs: Date.parse(term.validFrom),
      creatorId: term.creatorId,
      programId: term.programId,
      creditPolicy: term.creditPolicy,
      startsAtMs: msOf(term.startsAt),
      endsAtMs: msOf(term.endsAt),
    })),
  }));
}

async function shopRulesOf(client: Queryable, shop: string): Promise<ShopRule[]> {
  type Row = { validFrom: Date; stackingRule: StackingRule; renewalSources: string[]; tags: string[]; types: string[]; skus: string[] };
  const found = await client.query<Row>({
    name: "load_shop_rules",
    text: `select valid_from as "validFrom", stacking_rule as "stackingRule", renewal_sources as "renewalSources",
        never_earn_tags as tags, never_earn_types as types, never_earn_skus as skus from shop_rule where shop = $1 order by valid_from`,
    values: [shop],
  });
  return found.rows.map(({ validFrom, stackingRule, renewalSources, ...neverEarn }) => ({ validFromMs: validFrom.getTime(), stackingRule, renewalSources, neverEarn }));
}

/** The what-ifs that were applied, in the order in which they were. */
async function overridesOf(client: Queryable, shop: string): Promise<Override[]> {
  const found = await client.query<Omit<Override, "fromMs" | "toMs"> & { fromAt: Date; toAt: Date }>({
    name: "load_overrides",
    text: `select id, program_id as "programId", from_at as "fromAt", to_at as "toAt", settings from what_if where shop = $1 and state = 'applied' order by applied_at, id`,
    values: [shop],
  });
  return found.rows.map(({ fromAt, toAt, ...override }) => ({ ...override, fromMs: fromAt.getTime(), toMs: toAt.getTime() }));
}

async function programsOf(client: Queryable, shop: string): Promise<Map<string, Program>> {
  const found = await client.query<Omit<ProgramRule, "validFromMs"> & { id: string; network: string; validFrom: Date | null }>({
    name: "load_programs",
    text: `select p.id, p.network, r.valid_from as "validFrom", r.mode, r.credit_on as "creditOn", r.scope, r.click_window_days as "clickWindowDays",
        r.block_self_referral as "blockSelfReferral", r.order_id_form as "orderIdForm", r.renewals, r.new_customers_only as "newCustomersOnly", r.chargebacks, r.clicks, r.email_hash as "emailHash"
      from program p left join program_rule r on r.shop = p.shop and r.program_id = p.id where p.shop = $1 order by p.id, r.valid_from`,
    values: [shop],
  });
  const programs = new Map<string, Program>();
  for (const { id, network, validFrom, ...rule } of found.rows) {
    const program = programs.get(id) ?? { id, network, rules: [] };
    if (validFrom !== null) program.rules.push({ ...rule, validFromMs: validFrom.getTime() });
    programs.set(id, program);
  }
  return programs;
}

async function membershipsOf(client: Queryable, shop: string, creators: readonly string[]): Promise<Membership[]> {
  // Joined once, also where the network says "left" today: what counts is the time of the order.
  const found = await client.query<{ creatorId: string; programId: string; joinedAt: Date; leftAt: Date | null; partnerId: string | null }>({
    name: "load_memberships",
    text: `select creator_id as "creatorId", program_id as "programId", joined_at as "joinedAt", left_at as "leftAt", partner_id as "partnerId"
      from membership where shop = $1 and creator_id = any($2) and state in ('joined', 'left') order by joined_at`,
    values: [shop, creators],
  });
  return found.rows.map(({ joinedAt, leftAt, ...row }) => ({ ...row, fromMs: joinedAt.getTime(), toMs: leftAt?.getTime() ?? null }));
}

/** A creator's e-mails in the order in which they held, the present one last. */
async function emailsOf(client: Queryable, shop: string, creators: readonly string[]): Promise<Map<string, EmailHistory>> {
  const found = await client.query<{ id: string; email: string | null; past: { email: string | null; until: string }[] }>({
    name: "load_creator_emails",
    text: `select c.id, c.email,
        coalesce((select json_agg(json_build_object('email', e.email, 'until', e.until) order by e.until) from creator_email e where e.shop = c.shop and e.creator_id = c.id), '[]') as past
      from creator c where c.shop = $1 and c.id = any($2)`,
    values: [shop, creators],
  });
  return new Map(found.rows.map(({ id, email, past }) => [id, [...past, { email, until: null }].map((one, at) => ({ validFromMs: at === 0 ? 0 : Date.parse(past[at - 1]!.until), email: one.email }))]));
}

function msOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
