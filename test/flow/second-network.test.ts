// A network that is nothing but a folder: everything from connecting it to taking a sale back goes through the same flow, with no change in the app.
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { chooseProgram, connectNetwork, listNetworkPrograms, takeOverCreators } from "#app/flow/connect.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { compareOnce } from "#app/flow/drift-network.ts";
import { giveCodes } from "#app/flow/give.ts";
import { keepInStep } from "#app/flow/keep-in-step.ts";
import { connectAccount, networkChoices, permissionLines } from "#app/flow/permissions.ts";
import { readBack } from "#app/flow/read-back.ts";
import { reportOnce } from "#app/flow/report.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { addNetworks, listNetworks, networksIn } from "#app/networks/registry.ts";
import { clearTiny, tiny } from "#test/networks/tiny/shop.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { line, money, orderBody } from "#test/support/orders.ts";
import { SHOP, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const ACCOUNT = "12345";

beforeAll(async () => {
  const found = await networksIn(join(import.meta.dirname, "..", "networks"));
  expect([...found.keys()]).toEqual(["tiny"]);
  addNetworks(found);
});
beforeEach(() => {
  clearTiny();
  tiny.partners.push({ no: 1, name: "Marie", mail: "marie@example.com", since: nowMs() - 86_400_000, until: null }, { no: 2, name: "Jo", mail: "jo@example.com", since: nowMs() - 86_400_000, until: null });
});

/** Connected, its program in use, Marie's code placed. */
async function stageTiny(): Promise<{ connectionId: string; programId: string; codeId: string }> {
  const { connectionId } = must(await connectAccount(SHOP, { network: "tiny", accountSid: ACCOUNT, token: tiny.key }));
  const { programId } = must(await chooseProgram(SHOP, { connectionId, externalId: "5" }));
  must(await takeOverCreators(SHOP, programId));
  const [marie] = await rows<{ id: string }>("select id from creator where shop = $1 and name = 'Marie'");
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms: { value: { kind: "percentage", basisPoints: 1_000 }, ...PLAIN_TERMS }, startsAt: null, endsAt: null }));
  const { codes } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: marie!.id, code: "MARIE10", policy: "always" }] }));
  await placeAll(stage);
  return { connectionId, programId, codeId: codes[0]!.codeId };
}

/** An order with the code; `back`: how many of its two pieces came back. */
async function order(back: number): Promise<void> {
  const at = new Date(created).toISOString();
  const refunds = Array.from({ length: back }, (_, index) => ({
    id: 900 + index, created_at: at, order_adjustments: [],
    refund_line_items: [{ id: 950 + index, line_item_id: 1, quantity: 1, subtotal: "45.00", subtotal_set: money("45.00"), total_tax: "0.00", total_tax_set: money("0.00"), line_item: line({ id: "1", price: "50.00", quantity: 2 }) }],
  }));
  updated += 1_000;
  const lines = [{ id: "1", price: "50.00", quantity: 2, currentQuantity: 2 - back, off: [[0, "10.00"]] as [number, string][] }];
  await note(orderBody({ id: String(orderId), codes: ["MARIE10"], lines, created_at: at, updated_at: new Date(updated).toISOString(), refunds }), { shop: SHOP, triggeredAt: new Date(updated).toISOString() });
  while ((await settleOnce()) > 0);
  for (let turn = 0; turn < 30; turn++) {
    while ((await reportOnce({ shop: SHOP })) > 0);
    stage.forward(180_000);
  }
}

let orderId = 7_000;
let created = 0;
let updated = 0;

async function sold(): Promise<void> {
  orderId += 1;
  stage.forward(60_000);
  created = nowMs() - 1_000;
  updated = created;
  await order(0);
}

test("it is offered beside the others, with a form of its own", async () => {
  expect(listNetworks().map(({ id }) => id)).toContain("tiny");
  expect(networkChoices().find(({ id }) => id === "tiny")).toEqual({ id: "tiny", examples: { accountSid: "12345", token: "tk_…" } });
  expect(errorsOf(await connectNetwork(SHOP, { network: "tiny", accountSid: "IR123", token: "" }))).toEqual(["accountSid: tiny:credentials.accountSid.form", "token: tiny:credentials.token.missing"]);
  expect(errorsOf(await connectNetwork(SHOP, { network: "tiny", accountSid: ACCOUNT, token: "tk_another" }))).toEqual(["token: network.unauthorized"]);
  expect(errorsOf(await connectNetwork(SHOP, { network: "unheard", accountSid: ACCOUNT, token: tiny.key }))).toEqual(["network: connect.no_network"]);
});

test("a code is placed without a deal, a sale is told, read back, and taken back whole", async () => {
  const { connectionId, programId, codeId } = await stageTiny();
  expect(must(await listNetworkPrograms(SHOP, connectionId)).programs).toMatchObject([{ name: "Tiny friends", programId }]);
  expect(tiny.codes).toMatchObject([{ word: "MARIE10", partner: 1, open: true }]);
  expect(await rows("select state, problem, partner_id, external_id from code_placement where shop = $1 and target <> 'store'")).toEqual([{ state: "live", problem: null, partner_id: "1", external_id: String(tiny.codes[0]!.no) }]);
  expect(await rows("select deal_id from deal_placement where shop = $1")).toEqual([]);

  await sold();
  expect(tiny.sales).toMatchObject([{ order: String(orderId), partner: 1, cents: 9_000, back: false, lines: [{ article: "SKU-1", pieces: 2, cents: 9_000 }] }]);
  expect(await rows("select state, problem, action_id, code_id from conversion where shop = $1 and order_id = $2", [SHOP, String(orderId)])).toEqual([{ state: "reported", problem: null, action_id: String(tiny.sales[0]!.no), code_id: codeId }]);

  await readBack({ shop: SHOP });
  expect(await rows("select payout::text as payout, payout_currency from conversion where shop = $1 and order_id = $2", [SHOP, String(orderId)])).toEqual([{ payout: "900", payout_currency: "EUR" }]);

  await order(2);
  expect(tiny.sales).toMatchObject([{ order: String(orderId), back: true }]);
  expect(await rows("select state, problem from conversion where shop = $1 and order_id = $2", [SHOP, String(orderId)])).toEqual([{ state: "reversed", problem: null }]);
  expect(tiny.calls.filter((call) => call.startsWith("sales"))).toEqual(["sales add", "sales back"]);
});

test("what is left of a sale waits for a person where the network changes none; when the rest comes back too it is taken back", async () => {
  await stageTiny();
  await sold();
  await order(1);
  expect(await rows("select state, problem from conversion where shop = $1 and order_id = $2", [SHOP, String(orderId)])).toEqual([{ state: "stuck", problem: "no_edits" }]);
  expect(tiny.sales).toMatchObject([{ back: false, cents: 9_000 }]);
  await order(2);
  expect(await rows("select state, problem from conversion where shop = $1 and order_id = $2", [SHOP, String(orderId)])).toEqual([{ state: "reversed", problem: null }]);
  expect(tiny.sales).toMatchObject([{ back: true }]);
});

test("it is kept in step, compared, and asked for nothing that it cannot do", async () => {
  const { programId } = await stageTiny();
  tiny.partners[1]!.until = nowMs();
  tiny.partners.push({ no: 3, name: "New", mail: "new@example.com", since: nowMs(), until: null });
  tiny.campaign.title = "Tiny family";
  expect(await keepInStep({ shop: SHOP })).toBe(1);
  expect(await rows("select c.name, m.state from membership m join creator c on c.shop = m.shop and c.id = m.creator_id where m.shop = $1 order by c.name")).toEqual([
    { name: "Jo", state: "left" }, { name: "Marie", state: "joined" }, { name: "New", state: "joined" },
  ]);
  expect(await rows("select name, network from program where shop = $1 and id = $2", [SHOP, programId])).toEqual([{ name: "Tiny family", network: "tiny" }]);
  tiny.codes[0]!.open = false;
  await compareOnce();
  expect(await rows("select kind from drift where shop = $1 and closed_at is null")).toEqual([{ kind: "expired" }]);
});

test("its own names say what its key may not do", async () => {
  tiny.forbidden.add("words");
  const { connectionId } = await stageTiny();
  const [row] = await rows<{ permissions: { id: string; state: "allowed" | "lacking" | "untried"; at: string | null }[]; state: string }>("select permissions, state from network_connection where shop = $1");
  expect(row!.state).toBe("connected");
  expect(permissionLines("tiny", row!.permissions).map(({ name, state }) => `${name}: ${state}`)).toEqual(["Reading: allowed", "Words: lacking", "Sales: untried"]);
  expect(await rows("select state, problem from code_placement where shop = $1 and target <> 'store'")).toEqual([{ state: "refused", problem: '{"key":"network.forbidden","values":{"permission":"Words"}}' }]);
  expect(connectionId).toBeTruthy();
  expect(now()).toBeInstanceOf(Date);
});

test("its hour is its own", async () => {
  await stageTiny();
  expect(await rows('select account, "limit" from rate_budget order by account', [])).toEqual([{ account: `tiny:${ACCOUNT}`, limit: 240 }]);
});
