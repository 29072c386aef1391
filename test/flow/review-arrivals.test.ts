// Whatever becomes known of an order's clicks first, and however often it is settled in between, the accounts end alike, and verifying agrees.
import fc from "fast-check";
import { expect, test } from "vitest";
import { customerHash } from "#app/crypto.server.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { noteOwner } from "#app/db/click-owner.ts";
import { lockClicks, nameOfTie, namesOf, noteTies, noteTouches, type NewTie, type NewTouch } from "#app/db/touch.ts";
import { touchKey, writeEntry, type Entry } from "#app/domain/touch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { line, orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const RUNS = 30;
const ORDERED = Date.parse("2026-06-10T08:00:00Z");
const HEARD = new Date("2026-06-12T00:00:00Z");
const PHONE = "vPhonePhonePhone0001";
const LAPTOP = "vLaptopLaptopLap0001";
const HOUR = 3_600_000;

let shop = "";
let shops = 0;

/** Each history has a shop of its own. */
async function anew(): Promise<void> {
  shops += 1;
  shop = `arrivals-${shops}.myshopify.com`;
  await makeMariesShop(shop);
  await makeCreator("c2", { shop, name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { shop, code: "ZOE10", creator: "c2", program: "p1", policy: "winner" });
  await makeCode("k3", { shop, code: "INVOLVED", creator: "c1", program: "p1", policy: "involved" });
  await makeCode("k4", { shop, code: "FORALL", creator: null, program: "p1" });
  await pool().query("insert into click_owner (shop, parameter, click_id, at, asks_at) values ($1, 'irclickid', 'of-zoe', $2, $2), ($1, 'irclickid', 'of-marie', $2, $2)", [shop, HEARD]);
}

type Happening = { name: string; happen: () => Promise<unknown> };

const word = (value: string, atMs: number): Entry => ({ atMs, kind: "link", parameter: "creator", value });
const click = (value: string, atMs: number): Entry => ({ atMs, kind: "click_id", parameter: "irclickid", value });

function touch(visitor: string, entry: Entry, creatorId: string | null): Happening {
  const isClick = entry.kind === "click_id";
  const one: NewTouch = { at: new Date(Math.min(entry.atMs, HEARD.getTime())), visitor, kind: entry.kind, parameter: entry.parameter, word: isClick ? null : entry.value, clickId: isClick ? entry.value : null, creatorId, source: "pixel", key: touchKey(visitor, entry) };
  return {
    name: `touch ${writeEntry(entry)} of ${visitor}`,
    happen: () => inTransaction(async (client) => {
      await lockClicks(client, shop, namesOf(one));
      return noteTouches(client, shop, [one], HEARD);
    }),
  };
}

function tie(kind: NewTie["kind"], value: string, visitor: string): Happening {
  const one: NewTie = { kind, value, visitor, orderId: null, codes: [], at: HEARD };
  return {
    name: `tie ${kind} of ${visitor}`,
    happen: () => inTransaction(async (client) => {
      await lockClicks(client, shop, [nameOfTie(one), visitor]);
      return noteTies(client, shop, [one], HEARD);
    }),
  };
}

const owner = (clickId: string, partnerId: string): Happening => ({
  name: `owner of ${clickId}`,
  happen: () => noteOwner({ shop, parameter: "irclickid", clickId, tries: 0, matters: false, at: HEARD, lease: HEARD }, { programId: "p1", partnerId }, HEARD),
});

type Drawn = { code: string; cart: string[]; visitor: string | null; named: string | null; landing: string | null; late: boolean; embed: boolean; pixel: boolean };

/** Two states of one order, the second with a piece given back, and all that may become known of how it came about. */
function happeningsOf({ code, cart, visitor, named, landing, late, embed, pixel }: Drawn): Happening[] {
  const entries: Record<string, Entry> = { zoe: word("ZOE10", ORDERED - 5 * HOUR), marie: word("MARIE10", ORDERED - 3 * HOUR), clicked: click("of-zoe", ORDERED - 2 * HOUR), ahead: word("MARIE10", ORDERED + 2 * HOUR) };
  const attributes = !embed ? [] : [
    ...(visitor === null ? [] : [{ name: "creator_visitor", value: visitor }]),
    ...(named === null ? [] : [{ name: "irclickid", value: named }]),
    ...(cart.length === 0 ? [] : [{ name: "creator_clicks", value: cart.map((each) => writeEntry(entries[each]!)).join("~") }]),
  ];
  const base = { id: "801", codes: [code], note_attributes: attributes, checkout_token: "chk801", customer: { id: 88, admin_graphql_api_id: "gid://shopify/Customer/88", email: "buyer@mail.example" }, landing_site: landing };
  const order = (name: string, fields: Record<string, unknown>, triggeredAt: string): Happening => ({ name, happen: () => note({ ...orderBody(base), ...fields }, { triggeredAt, shop }) });
  return [
    order("order", {}, "2026-06-10T08:00:05Z"),
    order("order, given back in part", { updated_at: "2026-06-11T10:00:00+02:00", line_items: [line({ id: "1", price: "50.00", quantity: 2, currentQuantity: 1, off: [[0, "10.00"]] })] }, "2026-06-11T08:00:01Z"),
    touch(PHONE, entries.zoe!, "c2"),
    touch(PHONE, entries.clicked!, null),
    touch(LAPTOP, late ? entries.ahead! : entries.marie!, "c1"),
    touch(LAPTOP, click("of-marie", ORDERED - HOUR), null),
    tie("checkout", pixel ? "chk801" : "chk802", LAPTOP),
    tie("customer", customerHash(pixel ? "88" : "89"), PHONE),
    owner("of-zoe", "1002"),
    owner("of-marie", "1001"),
  ];
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function accounts(): Promise<unknown> {
  await settleAll();
  const balances = await pool().query("select code_id, creator_id, line_id, sum(amount)::text as amount from ledger_entry where shop = $1 group by 1, 2, 3 having sum(amount) <> 0 order by 1, 2, 3", [shop]);
  const decisions = await pool().query("select code_id, creator_id, outcome, reason, clicked from decision where shop = $1 order by 1", [shop]);
  const told = await pool().query("select code_id, creator_id, click_id, click_parameter, target from conversion where shop = $1 order by n", [shop]);
  const states = await pool().query("select outcome, reason, evidence from order_state where shop = $1", [shop]);
  return { balances: balances.rows, decisions: decisions.rows, told: told.rows, states: states.rows };
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  code: fc.constantFrom("MARIE10", "ZOE10", "INVOLVED", "FORALL"),
  cart: fc.subarray(["zoe", "marie", "clicked", "ahead"]),
  visitor: fc.constantFrom(null, PHONE, LAPTOP),
  named: fc.constantFrom(null, "of-zoe", "of-marie"),
  landing: fc.constantFrom(null, "/?creator=ZOE10", "/?irclickid=of-marie", "/discount/MARIE10?redirect=%2F"),
  late: fc.boolean(),
  embed: fc.boolean(),
  pixel: fc.boolean(),
});

test("in any order, settled at any time", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(drawn, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10, maxLength: 10 }), fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), async (history, places, settles) => {
      const happenings = happeningsOf(history);
      await anew();
      for (const one of happenings) await one.happen();
      const due = await accounts();
      await anew();
      for (const [at, place] of places.entries()) {
        await happenings[place]!.happen();
        if (settles[at]) await settleAll();
      }
      expect(await accounts()).toEqual(due);
      expect((await verifyLedger({ shop })).differences).toEqual([]);
      for (const { evidence } of (due as { states: { evidence: string | null }[] }).states) seen.add(String(evidence));
    }),
    { numRuns: RUNS, seed: 6 },
  );
  expect([...seen].sort()).toEqual(["attributes", "landing", "null", "pixel"]);
}, 240_000);
