// Loads the rules that some orders are judged by: only the codes that can stand on them, with all their history. Of several shops at once.
import type { CreatorCode, Membership, Override, Program, ProgramRule, ShopRule, StackingRule } from "../domain/rule-book.ts";
import type { Queryable } from "../db.server.ts";

export type EmailHistory = { validFromMs: number; email: string | null }[];

export type CodesAsked = { shop: string; /** Of the codes on the orders. */ keys: readonly string[]; /** Of further codes that are to be known. */ ids: readonly string[] };

/** The codes that can stand on some orders, in the order of their shop's list: those with the keys, those that are asked for, and all patterns of the shop. By shop. */
export async function codesOf(client: Queryable, asked: readonly CodesAsked[]): Promise<Map<string, CreatorCode[]>> {
  const byKey = asked.flatMap(({ shop, keys }) => keys.map((key) => ({ shop, key })));
  const byId = asked.flatMap(({ shop, ids }) => ids.map((id) => ({ shop, id })));
  const columns = `c.shop, c.id, c.position, c.code, c.key, c.match, c.terms, date_part('epoch', c.created_at) * 1000 as created, date_part('epoch', c.retired_at) * 1000 as retired,
    date_part('epoch', c.void_from) * 1000 as void, c.void_reason as "voidReason"`;
  const found = await client.query<CodeRow>({
    name: "load_codes",
    text: `select ${columns} from unnest($1::text[], $2::text[]) as k(shop, key) join code c on c.shop = k.shop and c.key = k.key and c.match = 'exact'
      union all select ${columns} from unnest($3::text[], $4::text[]) as k(shop, id) join code c on c.shop = k.shop and c.id = k.id
      union all select ${columns} from unnest($5::text[]) as k(shop) join code c on c.shop = k.shop and c.match = 'regex'`,
    values: [byKey.map(({ shop }) => shop), byKey.map(({ key }) => key), byId.map(({ shop }) => shop), byId.map(({ id }) => id), asked.map(({ shop }) => shop)],
  });
  // One that is asked for by its name and by its id comes twice.
  const shops = new Map<string, Map<string, CreatorCode>>();
  for (const row of found.rows) {
    if (row.terms.length === 0) continue;
    const codes = shops.get(row.shop) ?? new Map<string, CreatorCode>();
    shops.set(row.shop, codes.set(row.id, codeOf(row)));
  }
  return new Map([...shops].map(([shop, codes]) => [shop, [...codes.values()].sort((a, b) => a.position - b.position)]));
}

/** Instants come as numbers, which the driver reads at once. */
type CodeRow = Pick<CreatorCode, "id" | "position" | "code" | "key" | "match" | "terms"> & { shop: string; created: number; retired: number | null; void: number | null; voidReason: string | null };

function codeOf({ id, position, code, key, match, terms, created, retired, void: voidFrom, voidReason }: CodeRow): CreatorCode {
  return { id, position, code, key, match, createdAtMs: Math.round(created), retiredAtMs: retired === null ? null : Math.round(retired), voided: voidFrom === null ? null : { fromMs: Math.round(voidFrom), reason: voidReason ?? "" }, terms };
}

/** Each row without its shop, by shop. */
function byShop<R extends { shop: string }, T>(rows: readonly R[], read: (row: Omit<R, "shop">) => T): Map<string, T[]> {
  return new Map([...Map.groupBy(rows, (row) => row.shop)].map(([shop, own]) => [shop, own.map(({ shop: _, ...row }) => read(row))]));
}

export async function shopRulesOf(client: Queryable, shops: readonly string[]): Promise<Map<string, ShopRule[]>> {
  type Row = { shop: string; validFrom: Date; stackingRule: StackingRule; renewalSources: string[]; tags: string[]; types: string[]; skus: string[] };
  const found = await client.query<Row>({
    name: "load_shop_rules",
    text: `select shop, valid_from as "validFrom", stacking_rule as "stackingRule", renewal_sources as "renewalSources",
        never_earn_tags as tags, never_earn_types as types, never_earn_skus as skus from shop_rule where shop = any($1) order by valid_from`,
    values: [shops],
  });
  return byShop(found.rows, ({ validFrom, stackingRule, renewalSources, ...neverEarn }) => ({ validFromMs: validFrom.getTime(), stackingRule, renewalSources, neverEarn }));
}

/** The what-ifs that were applied, in the order in which they were. */
export async function overridesOf(client: Queryable, shops: readonly string[]): Promise<Map<string, Override[]>> {
  const found = await client.query<Omit<Override, "fromMs" | "toMs"> & { shop: string; fromAt: Date; toAt: Date }>({
    name: "load_overrides",
    text: `select shop, id, program_id as "programId", from_at as "fromAt", to_at as "toAt", settings from what_if where shop = any($1) and state = 'applied' order by applied_at, id`,
    values: [shops],
  });
  return byShop(found.rows, ({ fromAt, toAt, ...override }) => ({ ...override, fromMs: fromAt.getTime(), toMs: toAt.getTime() }));
}

export async function programsOf(client: Queryable, shops: readonly string[]): Promise<Map<string, Map<string, Program>>> {
  const found = await client.query<Omit<ProgramRule, "validFromMs"> & { shop: string; id: string; network: string; validFrom: Date | null }>({
    name: "load_programs",
    text: `select p.shop, p.id, p.network, r.valid_from as "validFrom", r.mode, r.credit_on as "creditOn", r.scope, r.click_window_days as "clickWindowDays",
        r.block_self_referral as "blockSelfReferral", r.order_id_form as "orderIdForm", r.renewals, r.new_customers_only as "newCustomersOnly", r.chargebacks, r.clicks, r.email_hash as "emailHash"
      from program p left join program_rule r on r.shop = p.shop and r.program_id = p.id where p.shop = any($1) order by p.id, r.valid_from`,
    values: [shops],
  });
  const programs = new Map<string, Map<string, Program>>();
  for (const { shop, id, network, validFrom, ...rule } of found.rows) {
    const own = programs.get(shop) ?? new Map<string, Program>();
    const program = own.get(id) ?? { id, network, rules: [] };
    if (validFrom !== null) program.rules.push({ ...rule, validFromMs: validFrom.getTime() });
    programs.set(shop, own.set(id, program));
  }
  return programs;
}

export type CreatorAsked = { shop: string; creatorId: string };

export async function membershipsOf(client: Queryable, creators: readonly CreatorAsked[]): Promise<Map<string, Membership[]>> {
  // Joined once, also where the network says "left" today: what counts is the time of the order.
  const found = await client.query<{ shop: string; creatorId: string; programId: string; joinedAt: Date; leftAt: Date | null; partnerId: string | null }>({
    name: "load_memberships",
    text: `select m.shop, m.creator_id as "creatorId", m.program_id as "programId", m.joined_at as "joinedAt", m.left_at as "leftAt", m.partner_id as "partnerId"
      from unnest($1::text[], $2::text[]) as k(shop, creator_id) join membership m on m.shop = k.shop and m.creator_id = k.creator_id where m.state in ('joined', 'left') order by m.joined_at`,
    values: [creators.map(({ shop }) => shop), creators.map(({ creatorId }) => creatorId)],
  });
  return byShop(found.rows, ({ joinedAt, leftAt, ...row }) => ({ ...row, fromMs: joinedAt.getTime(), toMs: leftAt?.getTime() ?? null }));
}

/** Each creator's e-mails in the order in which they held, the present one last; by shop, then by creator. */
export async function emailsOf(client: Queryable, creators: readonly CreatorAsked[]): Promise<Map<string, Map<string, EmailHistory>>> {
  const found = await client.query<{ shop: string; id: string; email: string | null; past: { email: string | null; until: string }[] | null }>({
    name: "load_creator_emails",
    text: `select c.shop, c.id, c.email,
        (select json_agg(json_build_object('email', e.email, 'until', e.until) order by e.until) from creator_email e where e.shop = c.shop and e.creator_id = c.id) as past
      from unnest($1::text[], $2::text[]) as k(shop, creator_id) join creator c on c.shop = k.shop and c.id = k.creator_id`,
    values: [creators.map(({ shop }) => shop), creators.map(({ creatorId }) => creatorId)],
  });
  return new Map(
    [...byShop(found.rows, ({ id, email, past }): [string, EmailHistory] => [
      id,
      [...(past ?? []), { email, until: null }].map((one, at) => ({ validFromMs: at === 0 ? 0 : Date.parse(past![at - 1]!.until), email: one.email })),
    ])].map(([shop, own]) => [shop, new Map(own)]),
  );
}

function msOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
