// How PostgreSQL finds what settling asks for, in a shop with many orders: each order's rows by its own keys, whatever is known of the tables' sizes.
import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { inPipeline, pool } from "#app/db.server.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const MANY = 20_000;
const BIG = ["order_state", "delivery", "decision", "ledger_entry", "conversion", "order_click", "hand_act", "network_verdict", "touch", "visitor_tie"];

async function fill(): Promise<void> {
  const rows: Record<string, string> = {
    order_state: "(shop, order_id, name, created_at, facts, outcome, settled_at, checkout_token, customer_hash) select $1, n::text, '#' || n, now(), '{}', 'credited', now(), md5('checkout' || n), md5('customer' || n)",
    delivery: "(shop, webhook_id, topic, received_at, order_id, body_hash, state) select $1, md5(n::text), 'orders/create', now(), n::text, '', 'done'",
    decision: "(shop, order_id, code_id, outcome) select $1, n::text, 'k1', 'credited'",
    ledger_entry: "(shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at) select $1, n::text, 'k1', 'c1', 'p1', '1', 'credit', 1, 'EUR', '', '{}', now()",
    conversion: "(shop, order_id, n, network_order_id, program_id, code_id, creator_id, currency, event_at, target, sent, state, created_at, changed_at) select $1, n::text, 1, n::text, 'p1', 'k1', 'c1', 'EUR', now(), '[]', '[]', 'reported', now(), now()",
    order_click: "(shop, parameter, click_id, order_id) select $1, 'irclickid', 'click' || n, n::text",
    hand_act: "(shop, order_id, at, who, act, reason) select $1, n::text, now(), 'who', 'withdraw', ''",
    network_verdict: "(shop, order_id, code_id, program_id, verdict, at) select $1, n::text, 'k1', 'p1', 'credited', now()",
    touch: "(shop, at, visitor, kind, click_id, source, key) select $1, now(), 'v' || n, 'click_id', 'click' || n, 'pixel', 'key' || n",
    visitor_tie: "(shop, kind, value, visitor, at, received_at) select $1, 'checkout', md5('checkout' || n), 'v' || n, now(), now()",
  };
  for (const [table, insert] of Object.entries(rows)) await pool().query(`insert into ${table} ${insert} from generate_series(1, $2::int) n`, [SHOP, MANY]);
}

type Plan = { "Node Type": string; "Relation Name"?: string; "Index Name"?: string; "Index Cond"?: string; Plans?: Plan[] };

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

type Sent = { name: string; text: string; values: unknown[] };

/** The named statements that settling sends, each once. */
async function sentBySettling(): Promise<Sent[]> {
  const sent = new Map<string, Sent>();
  const query = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config] = args as [Partial<Sent>];
    if (config.name !== undefined) sent.set(config.name, { values: [], ...config } as Sent);
    return Reflect.apply(query, this, args) as unknown;
  } as typeof query;
  try {
    while ((await settleOnce()) > 0);
  } finally {
    pg.Client.prototype.query = query;
  }
  return [...sent.values()];
}

/** As the connections of settling plan them. */
function plansOf(sent: readonly Sent[]): Promise<{ name: string; nodes: Plan[] }[]> {
  return inPipeline(async (client) => {
    const found = await Promise.all(sent.map(({ text, values }) => client.query<{ "QUERY PLAN": { Plan: Plan }[] }>(`explain (format json) ${text}`, values)));
    return { value: found.map(({ rows }, at) => ({ name: sent[at]!.name, nodes: nodesOf(rows[0]!["QUERY PLAN"][0]!.Plan) })), writes: [] };
  });
}

let sent: Sent[] = [];

beforeAll(async () => {
  await makeMariesShop();
  const body = { checkout_token: "chk", customer: { id: 7 }, note_attributes: [{ name: "irclickid", value: "click1" }, { name: "creator_visitor", value: "v1" }] };
  await note(orderBody({ id: "900001", ...body }));
  const first = await sentBySettling();
  await note(orderBody({ id: "900001", ...body, updated_at: "2026-06-10T11:00:00+02:00", lines: [{ id: "1", price: "50.00" }] }));
  sent = [...new Map([...first, ...(await sentBySettling())].map((one) => [one.name, one])).values()];
  await fill();
}, 120_000);

test.each(["nothing is known of their sizes", "they were analyzed"])("every row is found by its own keys: %s", async (known) => {
  if (known === "they were analyzed") await pool().query("analyze");
  const plans = await plansOf(sent);
  expect(plans.map(({ name }) => name)).toEqual(expect.arrayContaining(["take_deliveries", "hold_known_orders", "balances_of", "kept_decisions", "held_conversions", "insert_orders", "save_orders", "append_entries", "finish_deliveries", "ties_of", "hand_acts_of", "verdicts_of", "touches_for"]));
  const isBig = (node: Plan) => BIG.some((table) => node["Relation Name"] === table || node["Index Name"]?.startsWith(table));
  for (const { name, nodes } of plans) {
    const looked = nodes.filter((node) => isBig(node) && node["Node Type"] !== "ModifyTable" && node["Node Type"] !== "LockRows");
    for (const node of looked) {
      expect({ name, type: node["Node Type"] }).toEqual({ name, type: expect.stringMatching(/^(Index|Bitmap)/) });
      if (node["Node Type"] !== "Bitmap Heap Scan") expect({ name, by: node["Index Cond"] }).toEqual({ name, by: expect.stringMatching(/\b(order_id|webhook_id|seq|value|visitor|click_id)\b/) });
    }
  }
}, 120_000);
