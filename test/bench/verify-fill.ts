// A shop with many settled orders: some hundred of all kinds are settled by the app itself, then their rows are copied under other ids.
import { closeDatabase, pool } from "#app/db.server.ts";
import { addTouch } from "#app/db/touch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { type LineSketch, money, orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

export const VERIFY_SHOP = "verify-bench.myshopify.com";

const TEMPLATES = 400;
const CREATORS = 40;
const shop = VERIFY_SHOP;

/** Fills an empty, migrated database (DATABASE_URL) with this many orders, rounded down to whole copies of the templates. Returns how many there are. */
export async function fillOrders(count: number): Promise<number> {
  const copies = Math.max(1, Math.floor(count / TEMPLATES));
  await makeRules();
  for (let at = 0; at < TEMPLATES; at++) await makeTemplate(at);
  while ((await settleOnce()) > 0);
  await copyRows(copies - 1);
  await closeDatabase();
  return copies * TEMPLATES;
}

async function makeRules(): Promise<void> {
  await makeShop({ shop });
  await pool().query("insert into shop_rule (shop, valid_from, stacking_rule) values ($1, '2026-06-15', 'split')", [shop]);
  await makeProgram("p1", { shop, network: "none" });
  await makeProgram("p2", { shop, network: "none", scope: "discounted_lines" });
  for (let at = 0; at < CREATORS; at++) {
    await makeCreator(`c${at}`, { shop, email: `c${at}@creators.example`, memberships: [{ program: "p1" }, { program: "p2", from: "2026-02-01", to: at % 10 === 9 ? "2026-06-01" : null }] });
    await makeCode(`k${at}`, { shop, code: `CREATOR${at}`, creator: `c${at}`, program: at % 2 === 0 ? "p1" : "p2", policy: at % 8 === 3 ? "winner" : "always" });
  }
  await makeCode("generic", { shop, code: "SUMMER", creator: null, program: "p1" });
  await makeCode("pattern", { shop, code: "^VIP-[0-9]+$", match: "regex", creator: "c1", program: "p1" });
}

/** Of ten orders six have a creator's code, one has two, one a generic code with clicks, one a pattern's, one none; every fifth is refunded in part. */
async function makeTemplate(at: number): Promise<void> {
  const id = String(10_000 + at);
  const one = `CREATOR${at % CREATORS}`;
  const codes = [[one], [one], [one], [one], [one], [one], [one, `CREATOR${(at + 7) % CREATORS}`], ["SUMMER"], [`VIP-${at}`], []][at % 10]!;
  const visitor = at % 10 === 7 || at % 8 === 3 ? `visitor-${at}` : null;
  const lines: LineSketch[] = Array.from({ length: 1 + (at % 5) }, (_, line) => ({
    id: String(line + 1), price: `${20 + ((at * 7 + line * 13) % 90)}.${String((at * 31) % 100).padStart(2, "0")}`, quantity: 1 + (line % 3), tax: `${2 + (at % 4)}.19`,
    off: codes.map((_code, index): [number, string] => [index, `${1 + ((at + index) % 6)}.05`]),
  }));
  const day = String(1 + (at % 28)).padStart(2, "0");
  const order = {
    id, codes, lines, taxes_included: at % 3 !== 0, test: at % 50 === 1, created_at: `2026-06-${day}T10:00:00+02:00`, updated_at: `2026-06-${day}T10:00:04+02:00`,
    note_attributes: visitor === null ? [] : [{ name: "creator_visitor", value: visitor }],
  };
  const creator = `c${at % CREATORS}`;
  const click = (creatorId: string, hour: string) => addTouch(shop, { at: new Date(`2026-06-${day}T${hour}:00:00Z`), visitor: visitor!, creatorId, clickId: `${id}-${hour}` }, new Date("2026-06-30T00:00:00Z"));
  if (visitor !== null) await click(creator, "02");
  await note(orderBody(order), { shop });
  if (at % 5 === 2) {
    const refund = { id: 1, admin_graphql_api_id: "gid://shopify/Refund/1", created_at: "2026-07-05T10:00:00+02:00", refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money("12.00"), total_tax_set: money("1.00") }], order_adjustments: [] };
    // Settled in between, so that the ledger has a credit and its reversal.
    while ((await settleOnce()) > 0);
    await note(orderBody({ ...order, updated_at: "2026-07-05T10:00:00+02:00", financial_status: "partially_refunded", refunds: [refund] }), { shop });
  }
  if (visitor !== null && at % 20 === 7) await click("c0", "05"); // late: it moves a generic code's credit
  if (at % 100 === 30) await noteHint("orders/delete", id, shop);
}

/** `g` numbers the copy: its ids are the template's with -g after them. */
async function copyRows(copies: number): Promise<void> {
  const tables: Record<string, string> = {
    order_state: `(shop, order_id, name, created_at, updated_ns, triggered_ns, reader_version, facts, ever_paid, deleted_at, outcome, reason, currency, credited, visitor, settled_at, cause, cause_hash)
      select shop, order_id || '-' || g, name, created_at, updated_ns, triggered_ns, reader_version,
        case when visitor is null then jsonb_set(facts, '{id}', to_jsonb(order_id || '-' || g)) else facts || jsonb_build_object('id', order_id || '-' || g, 'visitor', visitor || '-' || g) end,
        ever_paid, deleted_at, outcome, reason, currency, credited, visitor || '-' || g, settled_at, cause, cause_hash from order_state`,
    decision: `(shop, order_id, code_id, outcome, reason, creator_id, program_id, place)
      select shop, order_id || '-' || g, code_id, outcome, reason, creator_id, program_id, place from decision`,
    ledger_entry: `(shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, cause_hash, updated_ns, triggered_ns, rules, at)
      select shop, order_id || '-' || g, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, cause_hash, updated_ns, triggered_ns, rules, at from ledger_entry`,
    touch: "(shop, at, visitor, creator_id, click_id) select shop, at, visitor || '-' || g, creator_id, click_id || '-' || g from touch",
  };
  for (const [table, columns] of Object.entries(tables)) {
    if (copies > 0) await pool().query(`insert into ${table} ${columns}, generate_series(1, $1::int) as g where shop = $2`, [copies, shop]);
    // As it would be where the rows had come one by one.
    await pool().query(`vacuum (analyze) ${table}`);
  }
}
