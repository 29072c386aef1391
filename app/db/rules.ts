// Loads the rules that some orders are judged by: only the codes that can stand on them, with all their history. Of several shops at once.
import type { CreatorCode, Membership, Override, Program, ProgramRule, ShopRule, StackingRule } from "../domain/rule-book.ts";
import type { Queryable } from "../db.server.ts";

export type EmailHistory = { validFromMs: number; email: string | null }[];

export type CodesAsked = { shop: string; /** Of the codes on the orders. */ keys: readonly string[]; /** Of further codes that are to be known. */ ids: readonly string[] };

/** As the trigger know_code writes it out: instants in milliseconds since 1970. */
type Known = [
  shop: string, id: string, position: number, code: string, key: string, match: CreatorCode["match"], createdAtMs: number, retiredAtMs: number | null,
  voidFromMs: number | null, voidReason: string | null, terms: CreatorCode["terms"],
];

// All codes come as one text. Patterns come apart, with their shop's revision, and only where it is another than those that are remembered.
const LIST = "'[' || string_agg(c.known, ',') || ']'";
const PATTERNS = `select p.shop, p.revision, case when p.revision <> all($3::uuid[]) then coalesce((select ${LIST} from code c where c.shop = p.shop and c.match = 'regex'), '[]') end as list
  from (select distinct unnest($1::text[]) as shop) s join pattern_set p on p.shop = s.shop`;
const BY_KEY = "select c.known from unnest($1::text[], $2::text[]) as k(shop, key) join code c on c.shop = k.shop and c.key = k.key and c.match = 'exact'";
const BY_ID = "select c.known from unnest($4::text[], $5::text[]) as k(shop, id) join code c on c.shop = k.shop and c.id = k.id";
const LOAD_CODES = `${PATTERNS} union all select null, null, ${LIST} from (${BY_KEY}) as c`;
const LOAD_CODES_AND_IDS = `${PATTERNS} union all select null, null, ${LIST} from (${BY_KEY} union all ${BY_ID}) as c`;

/**
 * The codes that can stand on some orders, in the order of their shop's list: those with the keys, those that are asked for, and all patterns of the shop. By shop.
 * Each shop is asked for once. The patterns are shared with others who ask, and not to be changed.
 */
export async function codesOf(client: Queryable, asked: readonly CodesAsked[]): Promise<Map<string, CreatorCode[]>> {
  const held = patternsHeld(asked);
  const shops: string[] = [];
  const keys: (string | null)[] = [];
  for (const { shop, keys: own } of asked) {
    // A shop without a key is asked for its patterns alone.
    for (const key of own.length === 0 ? NO_KEY : own) {
      shops.push(shop);
      keys.push(key);
    }
  }
  const values: unknown[] = [textArray(shops), textArray(keys), [...held.keys()]];
  const withIds = asked.some(({ ids }) => ids.length > 0);
  if (withIds) values.push(asked.flatMap(({ shop, ids }) => ids.map(() => shop)), asked.flatMap(({ ids }) => ids));
  const { rows } = await (withIds ? client.query<RawCodes>({ name: "load_codes_and_ids", text: LOAD_CODES_AND_IDS, values }) : client.query<RawCodes>({ name: "load_codes", text: LOAD_CODES, values }));
  const found = new Map<string, CreatorCode[]>();
  for (const { shop, revision, list } of rows) {
    if (shop === null) readCodes(list, found);
    else for (const code of list === null ? held.get(revision)! : keepPatterns(shop, revision, list)) add(found, shop, code);
  }
  for (const [shop, codes] of found) if (codes.length > 1) found.set(shop, inOrder(codes));
  return found;
}

type RawCodes = { shop: string | null; revision: string; list: string | null };

const NO_KEY = [null];
const QUOTED = /["\\]/;

/** A list of texts as PostgreSQL writes it, in one go; where one has a sign that it quotes, the driver writes it. */
function textArray(texts: readonly (string | null)[]): string | readonly (string | null)[] {
  if (texts.length === 0 || texts.includes(null) || QUOTED.test(texts.join(""))) return texts;
  return `{"${texts.join('","')}"}`;
}

function readCodes(list: string | null, to: Map<string, CreatorCode[]>): void {
  for (const [shop, id, position, code, key, match, createdAtMs, retiredAtMs, voidFromMs, voidReason, terms] of JSON.parse(list ?? "[]") as Known[]) {
    add(to, shop, { id, position, code, key, match, createdAtMs, retiredAtMs, voided: voidFromMs === null ? null : { fromMs: voidFromMs, reason: voidReason ?? "" }, terms });
  }
}

function add(to: Map<string, CreatorCode[]>, shop: string, code: CreatorCode): void {
  const codes = to.get(shop);
  if (codes === undefined) to.set(shop, [code]);
  else codes.push(code);
}

/** One that is asked for by its name and by its id comes twice. */
function inOrder(codes: readonly CreatorCode[]): CreatorCode[] {
  return [...new Map(codes.map((code) => [code.id, code])).values()].sort((a, b) => a.position - b.position);
}

/** The patterns of shops at a revision, whichever transaction read them: the database gives each change a revision that never was before. */
const kept = new Map<string, { revision: string; patterns: readonly CreatorCode[] }>();
const MOST_KEPT = 20_000;
let keptNow = 0;

/** By their revision. */
function patternsHeld(asked: readonly CodesAsked[]): Map<string, readonly CreatorCode[]> {
  const held = new Map<string, readonly CreatorCode[]>();
  for (const { shop } of asked) {
    const own = kept.get(shop);
    if (own === undefined) continue;
    held.set(own.revision, own.patterns);
    kept.delete(shop); // the shop that was asked for longest ago stands first
    kept.set(shop, own);
  }
  return held;
}

function keepPatterns(shop: string, revision: string, list: string): readonly CreatorCode[] {
  const read = new Map<string, CreatorCode[]>();
  readCodes(list, read);
  const patterns = read.get(shop) ?? [];
  forget(shop);
  kept.set(shop, { revision, patterns });
  keptNow += patterns.length;
  for (const oldest of kept.keys()) {
    if (keptNow <= MOST_KEPT && kept.size <= MOST_KEPT) break;
    forget(oldest);
  }
  return patterns;
}

function forget(shop: string): void {
  keptNow -= kept.get(shop)?.patterns.length ?? 0;
  kept.delete(shop);
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
