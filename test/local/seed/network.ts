// What network and platform bring in the last days: the two-program set-up, clicks that it judges, requests for codes, and sales that it holds otherwise than the
// shop. The pages' own functions do the merchant's part; the local network's control calls do what happens in the network's pages.
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { readConnectionSoon } from "#app/db/connection.ts";
import { FIRST_SETTINGS } from "#app/db/program.ts";
import { giveCodes } from "#app/flow/give.ts";
import { choosePair, lookAtSteps } from "#app/flow/pair.ts";
import { placeOnce } from "#app/flow/place.ts";
import { readBack } from "#app/flow/read-back.ts";
import { changeProgramRule } from "#app/flow/rules.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID, DEMO_MEDIA_SOURCE_ID, DEMO_PERFORMANCE_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { catalogue } from "#test/local/store/catalogue.ts";
import type { CheckoutResult } from "#test/local/store/types.ts";
import { runWorkflows } from "./asked.ts";
import { inNetwork, inStore } from "./control.ts";
import type { Step } from "./plan.ts";
import { decideRequests } from "./requests.ts";
import { good, joinedCreators, type SeedCreator, untilPlaced } from "./setup.ts";
import { tellVisits } from "./storefront.ts";
import { cartAttributes, creatorsLink, visitOf, visitorOf } from "./visits.ts";
import { until } from "./wait.ts";

const WHO = "merchant";
const SID = DEMO_ACCOUNT_SID;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Their creators hold no other code: the network does not count the clicks of one who has a code of the policy "always". */
const JUDGED = [{ creator: "Łucja Nowak", code: "LUCJA8", policy: "winner" }, { creator: "Zoë Martens", code: "ZOEKOOKT8", policy: "involved" }];

const ACTS: [day: number, hour: number, act: (programId: string) => Promise<void>][] = [
  [55, 5.5, pairPrograms],
  [56, 5.5, letNetworkJudge],
  [57, 5.5, soldByClicks],
  [57, 5.6, refundsAndMore],
  [57, 5.7, toldByAnother],
  [57, 6, decideRequests],
  [58, 5.5, heldOtherwise],
  [58, 6, runWorkflows],
];

/** These acts as steps. `fromMs`: when the history begins. */
export function networkSteps(programId: string, fromMs: number): Step[] {
  return ACTS.map(([day, hour, act]) => ({ atMs: fromMs - (fromMs % DAY_MS) + day * DAY_MS + hour * HOUR_MS, ref: -1, kind: "act", act: () => act(programId) }));
}

/** What holds at the end: a sale that waits for the network's word, a contract that is to end, and what was read back last. */
export async function endOfHistory(programId: string): Promise<void> {
  await inNetwork("faults", { kind: "lose", endpoint: "POST /Conversions", count: 1 });
  await order({ name: "Henrike Falk", email: "henrike.falk@example.com", code: "LUCJA8", bought: "Théière Brume", clickOf: await creatorNamed(programId, "Łucja Nowak") });
  const { partnerId } = await creatorNamed(programId, "Anaïs Weber");
  await inNetwork("add-partner-to-program", { sid: SID, partnerId, programId: DEMO_CREATOR_PROGRAM_ID, state: "left", leftMs: now().getTime() + 12 * DAY_MS });
  const { rows } = await pool().query<{ id: string }>("select connection_id as id from program where shop = $1 and id = $2", [DEMO_SHOP, programId]);
  await readConnectionSoon(DEMO_SHOP, rows[0]!.id);
  await readBack({ shop: DEMO_SHOP });
}

/** Its codes come to the other program too; what a person has to assign there is done for all that there are, but with no dates where the network's deal has them. */
async function pairPrograms(programId: string): Promise<void> {
  const { rows } = await pool().query<{ id: string }>("select id from program where shop = $1 and external_id = $2", [DEMO_SHOP, DEMO_PERFORMANCE_PROGRAM_ID]);
  const pairId = rows[0]!.id;
  good(await choosePair(DEMO_SHOP, programId, pairId, WHO));
  let [before, left] = [0, 0];
  await until("the codes wait for a person in the other program", async () => {
    await placeOnce({ shop: DEMO_SHOP });
    const { rowCount } = await pool().query("select 1 from code_placement where shop = $1 and target = $2 and state = 'by_hand'", [DEMO_SHOP, pairId]);
    [before, left] = [left, rowCount ?? 0];
    return left > 0 && left === before; // codes of a deal that is paused come later
  });
  const { rows: waiting } = await pool().query<{ code: string; policy: string; startsAt: string | null; endsAt: string | null }>(
    `select c.code, p.told->>'policy' as policy, p.told->>'startsAt' as "startsAt", p.told->>'endsAt' as "endsAt" from code_placement s
     join code c on c.shop = s.shop and c.id = s.code_id join code_placement p on p.shop = s.shop and p.code_id = s.code_id and p.target = $3
     where s.shop = $1 and s.target = $2 and s.state = 'by_hand'`,
    [DEMO_SHOP, pairId, programId],
  );
  const ms = (instant: string | null) => (instant === null ? null : Date.parse(instant));
  for (const { code, policy, startsAt, endsAt } of waiting) {
    await inNetwork("assign-code", { sid: SID, programId: DEMO_PERFORMANCE_PROGRAM_ID, partnerId: DEMO_MEDIA_SOURCE_ID, code, policy: policy.toUpperCase(), startMs: ms(startsAt), endMs: ms(endsAt) });
  }
  await lookAtSteps(DEMO_SHOP, pairId);
  await placeOnce({ shop: DEMO_SHOP });
}

/** From now on its clicks decide; two who came later get codes that go by them. Nobody has assigned these in the other program yet. */
async function letNetworkJudge(programId: string): Promise<void> {
  good(await changeProgramRule(DEMO_SHOP, WHO, programId, { ...FIRST_SETTINGS, clicks: "network" }));
  const { rows } = await pool().query<{ id: string }>("select id from deal where shop = $1 and name = 'Eight for those who come by a link'", [DEMO_SHOP]);
  const codes = [];
  for (const { creator, code, policy } of JUDGED) codes.push({ creatorId: (await creatorNamed(programId, creator)).id, code, policy });
  good(await giveCodes(DEMO_SHOP, { dealId: rows[0]!.id, rows: codes }));
  await untilPlaced();
}

/** One that the network credits, and one for which it knows no click. */
async function soldByClicks(programId: string): Promise<void> {
  await order({ name: "Gesine Rabe", email: "gesine.rabe@example.com", code: "LUCJA8", bought: "Lampe Colline", clickOf: await creatorNamed(programId, "Łucja Nowak") });
  await order({ name: "Pascal Oberlin", email: "pascal.oberlin@example.com", code: "ZOEKOOKT8", bought: "Plaid Laine", clickOf: null });
}

/** Money back for a sale that is locked, and an item that is added to one which the network has. */
async function refundsAndMore(): Promise<void> {
  const [locked] = await sales("lock_at < $2", 1);
  await inStore("refund", { order: locked!.orderId, amount: "5.00", note: "a scratch in the glaze" });
  const [open] = await sales("lock_at > $2::timestamptz + interval '30 days'", 1);
  await inStore("edit", { order: open!.orderId, add: [{ variantId: variantOf("Tasse Aurore"), quantity: 1 }] });
}

/** Another integration was faster with this sale, and credits another creator: ours is refused as known. */
async function toldByAnother(programId: string): Promise<void> {
  const orderId = await order({ name: "Dorothea Lenz", email: "dorothea.lenz@example.com", code: "JONAS10", bought: "Pendelleuchte Nuage", clickOf: null });
  const { partnerId } = await creatorNamed(programId, "Chiara Conti");
  await inNetwork("add-action", { sid: SID, programId: DEMO_CREATOR_PROGRAM_ID, partnerId, orderId, items: [{ sku: "LUM-NUA", name: "Pendelleuchte Nuage", quantity: 1, amount: "15900" }] });
}

/** What people did in the network's pages: another amount (one of it locks soon), another partner, a sale taken back, one that is there no more, and one of no order. */
async function heldOtherwise(programId: string): Promise<void> {
  const [soon] = await sales("lock_at between $2::timestamptz + interval '60 hours' and $2::timestamptz + interval '90 hours'", 1);
  const later = await sales("lock_at > $2::timestamptz + interval '12 days'", 5);
  for (const { actionId, items } of [soon!, later[0]!]) {
    const [item] = items;
    await inNetwork("edit-action", { sid: SID, actionId, sku: item!.sku, quantity: item!.quantity, amount: String(BigInt(item!.amount) - 300n) });
  }
  const other = later.find((sale) => sale.partnerId !== later[0]!.partnerId) ?? later[1]!;
  const others = later.filter((sale) => sale !== later[0] && sale !== other);
  await inNetwork("move-action", { sid: SID, actionId: other.actionId, partnerId: later[0]!.partnerId });
  await inNetwork("reverse-action", { sid: SID, actionId: others[0]!.actionId });
  await inNetwork("remove-action", { sid: SID, actionId: others[1]!.actionId });
  const { partnerId } = await creatorNamed(programId, "Chiara Conti");
  await inNetwork("add-action", { sid: SID, programId: DEMO_CREATOR_PROGRAM_ID, partnerId, orderId: "FAIR-2026-118", code: "CHIARA10", items: [{ sku: "FAIR", name: "Sold at the fair", quantity: 1, amount: "6400" }] });
}

type Sale = { orderId: string; actionId: string; partnerId: string; items: { sku: string; quantity: number; amount: string }[] };

/** Sales that the network has and in which nothing is open, the earliest to lock first. `where`: of their lock; $2 is now. */
async function sales(where: string, count: number): Promise<Sale[]> {
  const { rows } = await pool().query<Sale>(
    `select order_id as "orderId", action_id as "actionId", partner_id as "partnerId", sent as items from conversion
     where shop = $1 and ${where} and state = 'reported' and problem is null and next_at is null and not awaiting and n = 1 order by lock_at, event_at limit ${count}`,
    [DEMO_SHOP, now()],
  );
  if (rows.length < count) throw new Error(`of ${count} sales with ${where} there are ${rows.length}`);
  return rows;
}

async function creatorNamed(programId: string, name: string): Promise<SeedCreator> {
  return (await joinedCreators(programId)).find((creator) => creator.name === name)!;
}

type Bought = { name: string; email: string; code: string; bought: string; clickOf: SeedCreator | null };

/** Returns the order's id. `clickOf`: whose link the buyer came by, an hour before. */
async function order({ name, email, code, bought, clickOf }: Bought): Promise<string> {
  const of = `${code} of ${email}`;
  const visits = clickOf === null ? [] : [visitOf(of, visitorOf(of), now().getTime() - HOUR_MS, { by: "tracking", word: code, link: creatorsLink(clickOf.partnerId) })];
  await tellVisits(visits);
  const noteAttributes = clickOf === null ? [] : cartAttributes(visitorOf(of), visits);
  const made = await inStore<CheckoutResult>("checkout", { name, email, codes: [code], items: [{ variantId: variantOf(bought), quantity: 1 }], noteAttributes, landingSite: `/discount/${code}`, referringSite: "https://www.instagram.com/" });
  if (!made.ok) throw new Error(`an order was refused: ${made.reason}`);
  return String(made.order.id);
}

function variantOf(wanted: string): string {
  return catalogue().products.find(({ title }) => title === wanted)!.variants[0]!.id;
}
