// Two shops with one of everything each: whatever the app keeps has a row of both, and each text of theirs says whose it is.
import { randomUUID } from "node:crypto";
import { setClockOffsetMs } from "#app/clock.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { seal } from "#app/crypto.server.ts";
import { insertFirstProgramRule } from "#app/db/program.ts";
import { takeFile } from "#app/flow/files.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { insert, TERMS } from "#test/routes/atelier.ts";
import { keepSession } from "#test/routes/ask.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";

export const NOW = new Date("2026-06-20T10:00:00Z");
const BEFORE = new Date("2026-06-01T00:00:00Z");
const LONG_AGO = new Date("2026-01-01T00:00:00Z");

/** What the rows of a shop are called by, as addresses and forms name them. */
export type Ids = Record<
  "shop" | "word" | "creator" | "program" | "performance" | "connection" | "deal" | "code" | "codeName" | "pattern" | "campaign" | "run" | "file" | "whatIf" | "order" | "gap" | "exchange" | "drift" | "action" | "request" | "privacy" | "discount" | "free" | "reconciliation" | "difference" | "month",
  string
>;

/** Ids of rows that no shop has, each of the form that the real ones have. */
export const NOBODYS: Ids = {
  shop: "nobody.myshopify.com", word: "Nobody", creator: "no-creator", program: "no-program", performance: "no-performance", connection: "no-connection", deal: "no-deal", code: "no-code", codeName: "NOBODY10", pattern: "no-pattern",
  campaign: "no-campaign", run: "no-run", file: "no-file", whatIf: "no-what-if", order: "999999", gap: "no-gap", exchange: "7199999999", drift: "7199999999", action: "no.action.1", request: "no-connection no-request", privacy: "no-privacy", discount: "999999999",
  free: "NOBODYFREE", reconciliation: "no-reconciliation", difference: "7199999999", month: "2026-06",
};

/** Ids that the database counts are long, so that they are found in an answer and nothing else is. */
export async function countFromFarOff(): Promise<void> {
  for (const table of ["exchange", "drift", "reconciliation_difference"]) await pool().query(`alter sequence ${table}_id_seq restart with 7100000001`);
}

/** `mark`: "a" or "b"; the rows of the two are numbered apart. `says`: in whatever text comes from a person, a store or a network. */
export async function fillShop(mark: "a" | "b", says = ""): Promise<Ids> {
  setClockOffsetMs(NOW.getTime() - Date.now());
  const shop = `shop-${mark}.myshopify.com`;
  const flower = mark === "a" ? "Azalea" : "Begonia";
  const word = `${flower}${says}`;
  const id = (of: string) => `${mark}-${of}`;
  const [order, discount] = mark === "a" ? ["111111", "511111111"] : ["222222", "522222222"];
  const codeName = `${flower.toUpperCase()}10`;
  await insert("shop", { shop, name: `${word} Atelier`, currency: "EUR", timezone: "Europe/Berlin", domain: `${flower}.example`, email: `${flower}@shop.example`, created_at: LONG_AGO });
  await insert("shop_rule", { shop, valid_from: new Date(0), stacking_rule: "largest_discount" });
  await insert("network_connection", { shop, id: id("connection"), network: "impact", account_sid: `IR${flower}`, name: `${word} GmbH`, token: seal(`token-of-${word}`), key_id: "k1", state: "connected", created_at: LONG_AGO, postback: seal(`postback-of-${word}`) });
  for (const [name, kind, externalId] of [["program", "creator", "31002"], ["performance", "performance", "31001"]] as const) {
    await insert("program", { shop, id: id(name), connection_id: id("connection"), network: "impact", external_id: `${externalId}${mark}`, event_type_id: "41002", name: `${word} ${name}`, kind, created_at: LONG_AGO });
    await insertFirstProgramRule(shop, id(name));
    await insert("membership", { shop, program_id: id(name), creator_id: id("creator"), joined_at: LONG_AGO, partner_id: `77${mark}`, state: "joined" });
  }
  await insert("creator", { shop, id: id("creator"), name: `${word} Creator`, email: `${flower}@creator.example`, handle: `@${word}`, created_at: LONG_AGO });
  await insert("deal", { shop, id: id("deal"), name: `${word} Deal`, program_id: id("program"), terms: TERMS, starts_at: LONG_AGO, next_at: NOW, reserve_code: `${word}-RESERVE`, store_id: `gid://shopify/DiscountCodeNode/${discount}1`, store_state: "live", created_at: LONG_AGO });
  await insert("deal_edit", { shop, deal_id: id("deal"), version: 1, at: LONG_AGO, who: `${word} Staff`, what: "made", deal: { name: `${word} Deal`, terms: TERMS, startsAt: LONG_AGO.toISOString(), endsAt: null, pausedAt: null } });
  await insert("deal_placement", { shop, deal_id: id("deal"), program_id: id("program"), external_id: "901", state: "live", next_at: NOW });
  await insert("code", { shop, id: id("code"), code: codeName, key: codeName, match: "exact", deal_id: id("deal"), batch_id: id("run"), campaign_id: id("campaign"), created_at: LONG_AGO, comments: `${word} comment` });
  await insert("code", { shop, id: id("pattern"), code: `^${flower}-`, key: `^${flower}-`, match: "regex", created_at: LONG_AGO });
  for (const code of ["code", "pattern"]) await insert("code_term", { shop, code_id: id(code), valid_from: LONG_AGO, creator_id: id("creator"), program_id: id("program"), credit_policy: "always" });
  await insert("code_placement", { shop, code_id: id("code"), target: "store", state: "live", read_at: BEFORE, next_at: NOW });
  await insert("code_placement", { shop, code_id: id("code"), target: id("program"), state: "refused", problem: "taken", steps: [{ kind: "assign", doneAt: null }].slice(1), next_at: NOW });
  const file = await takeFile(shop, { name: `${word}.csv`, bytes: Buffer.from(`name,email,code\n"${word.replaceAll('"', '""')} Creator",${flower}@creator.example,${codeName}\n`), who: `${word} Staff` });
  if (!file.ok) throw new Error(file.problem.key);
  await insert("code_batch", { shop, id: id("run"), deal_id: id("deal"), campaign_id: id("campaign"), file_id: file.id, state: "checked", settings: { hyphens: false }, total: 1, cursor: 1, who: `${word} Staff`, created_at: BEFORE });
  await insert("code_batch_row", { shop, batch_id: id("run"), n: 1, creator_id: id("creator"), code: `${word}ROW`, key: `${flower.toUpperCase()}ROW`, policy: "always", state: "failed" });
  await insert("campaign", { shop, id: id("campaign"), program_id: id("program"), name: `${word} Campaign`, title: `${word} title`, codes: "each", deal_id: id("deal"), naming: "{FIRST}{AMOUNT}", created_at: BEFORE, changed_at: BEFORE });
  await insert("campaign_creator", { shop, campaign_id: id("campaign"), creator_id: id("creator"), state: "accepted", at: BEFORE });
  await insert("code_request", { shop, connection_id: id("connection"), request_id: id("asked"), program_id: id("program"), partner_id: `77${mark}`, partner_name: `${word} Creator`, creator_id: id("creator"), asked: `${word}WISH`, note: `${word} wishes`, state: "new", read_at: BEFORE });
  await insert("what_if", { shop, id: id("what-if"), program_id: id("program"), from_at: LONG_AGO, to_at: BEFORE, settings: { stackingRule: "first_listed" }, state: "stopped", who: `${word} Staff`, created_at: BEFORE });
  await insert("store_discount", { shop, store_id: `gid://shopify/DiscountCodeNode/${discount}`, title: `${word} free discount`, kind: "basic", status: "ACTIVE", terms: TERMS, codes_count: 1, read_at: BEFORE, codes_at: BEFORE, starts_at: LONG_AGO });
  await insert("store_code", { shop, key: `${flower.toUpperCase()}FREE`, code: `${flower}FREE`, store_id: `gid://shopify/DiscountCodeNode/${discount}`, redeem_id: `r-${mark}`, uses: 3, read_at: BEFORE });
  await insert("privacy_request", { shop, id: id("privacy"), topic: "customers/data_request", person: { customer: [], emails: [] }, orders: [], received_at: BEFORE, due_at: NOW, state: "done", done_at: BEFORE, file: bytes(JSON.stringify({ of: word })), file_until: new Date("2026-07-20T00:00:00Z") });
  await insert("reconciliation", { shop, id: id("reconciliation"), from_at: LONG_AGO, to_at: BEFORE, state: "done", summary: { causes: { never_seen: 1 } }, who: `${word} Staff`, created_at: BEFORE, done_at: BEFORE });
  await insert("reconciliation_difference", { shop, reconciliation_id: id("reconciliation"), cause: "never_seen", order_id: order, order_name: `#${word}`, order_at: BEFORE });
  await insert("drift", { shop, about: "deal", about_id: id("deal"), target: "store", kind: "title", ours: { title: `${word} Deal` }, theirs: { title: `${word} Other` }, found_at: BEFORE });
  await insert("exchange", { shop, at: BEFORE, connection_id: id("connection"), about: "code", about_id: id("code"), what: "POST /PromoCodes", request: { Code: codeName }, status: 400, answer: { Message: `${word} answer` }, outcome: "invalid" });
  await insert("network_action", { shop, program_id: id("program"), action_id: `${mark}.action.1`, order_ref: order, event_type_id: "41002", partner_id: `77${mark}`, partner_name: `${word} Creator`, code: codeName, state: "pending", currency: "EUR", amount: 9_000, payout: 900, event_at: BEFORE, created_at: BEFORE, read_at: BEFORE, problem: "extra", problem_at: BEFORE });
  await keepSession(shop);
  await note(orderBody({ id: order, codes: [codeName], name: `#${word}`, email: `${flower}@buyer.example`, lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }] }), { shop, webhookId: randomUUID() });
  while ((await settleOnce()) > 0);
  const items = [{ sku: "SKU-1", name: "Article 1", category: null, quantity: 1, amount: "9000" }];
  await insert("conversion", { shop, order_id: order, n: 7, network_order_id: `${order}-7`, program_id: id("program"), code_id: id("code"), creator_id: id("creator"), partner_id: `77${mark}`, told_code: codeName, currency: "EUR", event_at: BEFORE, target: JSON.stringify(items), state: "stuck", problem: "rejected", problem_detail: `${word} detail`, created_at: BEFORE, changed_at: BEFORE });
  await insert("tracking_link", { shop, program_id: id("program"), creator_id: id("creator"), landing: "/discount/" + codeName, url: `https://${flower}.sjv.example/c/1`, at: BEFORE });
  // Not of the order itself: what such rows say of it would make no sense.
  await fillRest(shop, word, `${order}9`);
  const newest = async (table: string) => String((await pool().query<{ id: bigint }>(`select id from ${table} where shop = $1 order by id desc limit 1`, [shop])).rows[0]!.id);
  return {
    shop, word, creator: id("creator"), program: id("program"), performance: id("performance"), connection: id("connection"), deal: id("deal"), code: id("code"), codeName, pattern: id("pattern"), campaign: id("campaign"), run: id("run"), file: file.id,
    whatIf: id("what-if"), order, gap: id("gap"), exchange: await newest("exchange"), drift: await newest("drift"), action: `${mark}.action.1`, request: `${id("connection")} ${id("asked")}`, privacy: id("privacy"), discount, free: `${flower.toUpperCase()}FREE`,
    reconciliation: id("reconciliation"), difference: await newest("reconciliation_difference"), month: "2026-06",
  };
}

function bytes(text: string): string {
  return `\\x${Buffer.from(text).toString("hex")}`;
}

type Column = { name: string; type: string; needed: boolean };

/** A row in each table that has none of this shop yet: texts name the shop, all else is the least that its type takes. */
async function fillRest(shop: string, word: string, order: string): Promise<void> {
  const least: Record<string, unknown> = { text: word, integer: 1, bigint: 1, smallint: 1, boolean: false, jsonb: {}, ARRAY: "{}", bytea: bytes(""), date: NOW, "timestamp with time zone": NOW, "timestamp without time zone": NOW };
  for (const table of await tablesOfShops()) {
    if ((await pool().query(`select from "${table}" where shop = $1 limit 1`, [shop])).rowCount! > 0) continue;
    const { rows } = await pool().query<Column>("select column_name as name, data_type as type, is_nullable = 'NO' and column_default is null and is_identity = 'NO' as needed from information_schema.columns where table_schema = 'public' and table_name = $1", [table]);
    const values = Object.fromEntries(rows.filter(({ needed, name }) => needed && name !== "shop").map(({ name, type }) => [name, name === "order_id" ? order : least[type]]));
    await insert(`"${table}"`, { ...values, shop });
  }
}

export async function tablesOfShops(): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>("select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name) where table_schema = 'public' and column_name = 'shop' and table_type = 'BASE TABLE' order by 1");
  return rows.map(({ name }) => name);
}

/** One text that differs as soon as anything of the shop's rows does. */
export async function fingerprintOf(shop: string): Promise<Record<string, string>> {
  const tables = await tablesOfShops();
  const { rows } = await pool().query<Record<string, string>>(`select ${tables.map((table) => `(select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from "${table}" t where shop = $1) as "${table}"`).join(", ")}`, [shop]);
  return rows[0]!;
}

/** Keeps all rows of the shops as they are now. Returns what puts them back. */
export async function keepRows(shops: readonly string[]): Promise<() => Promise<void>> {
  const tables = await tablesOfShops();
  await pool().query("create schema kept");
  for (const table of tables) await pool().query(`create table kept."${table}" as select * from "${table}" where shop = any($1)`, [shops]);
  return () =>
    inTransaction(async (client) => {
      // The ledger refuses to be changed, but for whoever sets triggers aside.
      await client.query("set local session_replication_role = replica");
      for (const table of tables) await client.query(`delete from "${table}" where shop = any($1)`, [shops]);
      for (const table of tables) await client.query(`insert into "${table}" overriding system value select * from kept."${table}"`);
    });
}
