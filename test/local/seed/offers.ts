// What the merchant does in the sixty days after the first one: deals of every kind, codes with a life, a program of friends. The pages' own functions do it.
import { pool } from "#app/db.server.ts";
import { type DealTerms, type ItemChoice, PLAIN_TERMS } from "#app/domain/deal.ts";
import type { NewBatchRow } from "#app/domain/code-batch.ts";
import { USUAL_NAMING } from "#app/domain/naming-pattern.ts";
import { createBatch } from "#app/flow/batch.ts";
import { actOnCodes, makeVoid, replaceCode } from "#app/flow/code-life.ts";
import { makeDeal, pauseDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { nameForCreators } from "#app/flow/naming.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { catalogue } from "#test/local/store/catalogue.ts";
import { autumnCampaign, winterCampaign } from "./campaigns.ts";
import { advanceClock, inStore } from "./control.ts";
import { askStore } from "./found.ts";
import { gatherFriends, welcomeNewcomers } from "./people.ts";
import type { Step } from "./plan.ts";
import { runThrough } from "./runs.ts";
import { good, type SeedCreator, untilPlaced } from "./setup.ts";

const DAY_MS = 86_400_000;
const WHO = "merchant";
/** Before the shop's first buyers are awake. */
const EARLY_MS = 4.5 * 3_600_000;
export const FRIENDLY_BUYERS = ["martha.klee@example.com", "gaspard.thiel@example.com"];

/** What an act needs to know. Days are those of the history, `creators` the joined ones. */
type Scene = { programId: string; creators: SeedCreator[]; dayMs: (day: number) => number };

const [MARIE, JONAS, XIAOYU, CHIARA, BEN, ANAIS] = [0, 1, 2, 3, 4, 5];

const ACTS: [day: number, act: (scene: Scene) => Promise<void>][] = [
  [2, threeEurosOffStoneware],
  [10, aFourthTea],
  [16, replaceWhatLeaked],
  [18, ({ programId }) => welcomeNewcomers(programId)],
  [20, friendsOfTheAtelier],
  [22, async ({ programId }) => autumnCampaign(programId, await dealIdOf("Eight for those who come by a link"))],
  [28, forSomeBuyers],
  [33, linenDays],
  [44, aWeekOfHisOwn],
  [48, pauseSome],
  [52, advent],
  [54, winterTable],
  [58, changesInTheStore],
];

/** These acts as steps, each early in the morning of its day. `fromMs`: when the history begins. */
export function merchantSteps(programId: string, creators: SeedCreator[], fromMs: number): Step[] {
  const dayMs = (day: number) => fromMs - (fromMs % DAY_MS) + day * DAY_MS;
  return ACTS.map(([day, act]) => ({ atMs: dayMs(day) + EARLY_MS, ref: -1, kind: "act", act: () => act({ programId, creators, dayMs }) }));
}

/** It ended on the fourteenth day. */
async function threeEurosOffStoneware(scene: Scene): Promise<void> {
  const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "fixed_item", amount: "300" }, appliesTo: collection("table"), combinesWith: { order: true, product: false, shipping: true } };
  await offer(scene, "Three euros off each piece of stoneware", terms, [[CHIARA, "CHIARA3"], [BEN, "BEN3"]], { endsAt: scene.dayMs(14) });
}

async function aFourthTea(scene: Scene): Promise<void> {
  const tea = collection("tea");
  const value = { kind: "buy_get" as const, buys: { by: "quantity" as const, quantity: 3, items: tea }, gets: { quantity: 1, items: tea, effect: { kind: "free" as const } }, usesPerOrder: 1 };
  await offer(scene, "Three teas and a fourth", { ...PLAIN_TERMS, value, combinesWith: { order: false, product: false, shipping: true }, tags: ["tea"] }, [[MARIE, "MARIETEA"], [XIAOYU, "XIAOYUTEE"]]);
}

/** A site for coupons had it: another name takes its place, and what it sold since that day is not credited. */
async function replaceWhatLeaked({ dayMs }: Scene): Promise<void> {
  const id = await codeIdOf("XIAOYUTEE");
  good(await replaceCode(DEMO_SHOP, id, "XIAOYUTEA", WHO));
  await untilPlaced();
  good(await makeVoid(DEMO_SHOP, id, { from: new Date(dayMs(13)).toISOString().slice(0, 10), reason: "Posted on a coupon site on that day; agreed with Xiaoyu." }, WHO));
}

/** A run in the background: names from every script, and one that the merchant's own discount has already. */
async function friendsOfTheAtelier({ dayMs }: Scene): Promise<void> {
  const { programId, creatorIds } = await gatherFriends();
  const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1_200 }, minimum: { kind: "quantity", quantity: 2 }, combinesWith: { order: false, product: false, shipping: true } };
  const { dealId } = good(await makeDeal(DEMO_SHOP, { name: "A table for friends", programId, terms, startsAt: new Date(dayMs(20)).toISOString(), endsAt: null }));
  const told = good(await nameForCreators(DEMO_SHOP, { dealId, chosen: { kind: "creators", ids: creatorIds }, settings: USUAL_NAMING, seed: "friends" }));
  const last = creatorIds.at(-1);
  const rows = told.codes.map(({ creatorId, code }): NewBatchRow => ({ creatorId, code: creatorId === last ? "BONJOUR10" : code, policy: "always", startsAt: null, endsAt: null, fileRow: null }));
  const { batchId } = good(await createBatch(DEMO_SHOP, { dealId, campaignId: null, fileId: null, rows, who: WHO }));
  await runThrough(batchId);
}

/** One deal for a segment of the store's customers, one for a market. */
async function forSomeBuyers(scene: Scene): Promise<void> {
  const segment = (await inStore<{ id: string; name: string }[]>("segments")).find(({ name }) => name === "Friends of the atelier")!;
  for (const email of FRIENDLY_BUYERS) await inStore("member", { segment: segment.id, email, member: true });
  const friends: DealTerms = {
    ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1_500 }, buyers: { kind: "segments", segments: [{ id: `gid://shopify/Segment/${segment.id}`, title: segment.name }] },
    combinesWith: { order: false, product: false, shipping: true },
  };
  await offer(scene, "Fifteen for those who know us", friends, [[MARIE, "MARIE15"], [CHIARA, "CHIARA15"]]);
  const market = (await inStore<{ id: string; name: string }[]>("markets")).find(({ name }) => name.startsWith("Switzerland"))!;
  const abroad: DealTerms = {
    ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1_200 }, buyers: { kind: "markets", markets: [{ id: `gid://shopify/Market/${market.id}`, title: market.name }] },
    minimum: { kind: "subtotal", amount: "6000" },
  };
  await offer(scene, "Over the Rhine and the Channel", abroad, [[BEN, "BEN12"]]);
}

async function linenDays(scene: Scene): Promise<void> {
  const products = catalogue().products.filter(({ productType }) => productType === "Linen").map(({ id, title }) => ({ id: `gid://shopify/Product/${id}`, title, variants: [] }));
  const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 2_000 }, appliesTo: { kind: "products", products }, oncePerCustomer: true, usageLimit: 100, tags: ["linen", "autumn"] };
  await offer(scene, "Linen days", terms, [[ANAIS, "ANAIS20"], [JONAS, "JONAS20"]]);
}

/** A code with dates of its own: it has a discount of its own, too. */
async function aWeekOfHisOwn(scene: Scene): Promise<void> {
  const [startsAt, endsAt] = [scene.dayMs(46), scene.dayMs(64)].map((ms) => new Date(ms).toISOString());
  good(await giveCodes(DEMO_SHOP, { dealId: await dealIdOf("Five euros off"), rows: [{ creatorId: scene.creators[JONAS]!.id, code: "JONASWEEK", policy: "always", startsAt, endsAt }] }));
  await untilPlaced();
}

/** A whole deal, and one creator's code of another. */
async function pauseSome(): Promise<void> {
  good(await pauseDeal(DEMO_SHOP, await dealIdOf("Linen days"), null));
  await actOnCodes(DEMO_SHOP, "pause", [await codeIdOf("MARIE15")], WHO);
  await untilPlaced();
}

/** It is still to come. */
async function advent(scene: Scene): Promise<void> {
  const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "free_shipping", countries: ["DE", "FR"], highestRate: "900" }, minimum: { kind: "subtotal", amount: "3000" }, combinesWith: { order: true, product: true, shipping: false } };
  await offer(scene, "Advent at the atelier", terms, [[MARIE, "MARIEADVENT"], [JONAS, "JONASADVENT"]], { startsAt: scene.dayMs(70), endsAt: scene.dayMs(94) });
}

async function winterTable(scene: Scene): Promise<void> {
  const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1_500 }, minimum: { kind: "subtotal", amount: "5000" }, combinesWith: { order: false, product: false, shipping: true } };
  await offer(scene, "The winter table", terms, []);
  await winterCampaign(scene.programId, await dealIdOf("The winter table"));
}

/** In the store's admin somebody sets an end to a deal, takes a creator's code out, and puts one in that the app does not know. */
async function changesInTheStore({ dayMs }: Scene): Promise<void> {
  const discounts = await inStore<{ id: string; title: string; codes: { id: string; code: string }[] }[]>("discounts");
  const discountOf = (name: string) => discounts.find(({ title }) => title === name)!;
  const gid = (name: string) => `gid://shopify/DiscountCodeNode/${discountOf(name).id}`;
  const [tea, abroad] = ["Three teas and a fourth", "Over the Rhine and the Channel"];
  await askStore("merchant", "mutation ($id: ID!, $input: DiscountCodeBxgyInput!) { done: discountCodeBxgyUpdate(id: $id, bxgyCodeDiscount: $input) { userErrors { message } } }", {
    id: gid(tea), input: { title: `${tea}, until Advent`, endsAt: new Date(dayMs(75)).toISOString() },
  });
  const taken = discountOf(abroad).codes.find(({ code }) => code === "BEN12")!;
  await askStore("merchant", "mutation ($id: ID!, $ids: [ID!]) { done: discountCodeRedeemCodeBulkDelete(discountId: $id, ids: $ids) { userErrors { message } } }", { id: gid(abroad), ids: [`gid://shopify/DiscountRedeemCode/${taken.id}`] });
  await askStore("merchant", "mutation ($id: ID!, $codes: [DiscountRedeemCodeInput!]!) { done: discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) { userErrors { message } } }", { id: gid(tea), codes: [{ code: "TEEZEIT" }] });
  await advanceClock(4_000);
}

type Dates = { startsAt?: number; endsAt?: number };

/** Makes a deal and gives these creators their codes in it; returns once both sides have them. */
async function offer({ programId, creators }: Scene, name: string, terms: DealTerms, codes: [creator: number | undefined, code: string][], { startsAt, endsAt }: Dates = {}): Promise<void> {
  const instant = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  const { dealId } = good(await makeDeal(DEMO_SHOP, { name, programId, terms, startsAt: instant(startsAt), endsAt: instant(endsAt) }));
  if (codes.length > 0) good(await giveCodes(DEMO_SHOP, { dealId, rows: codes.map(([creator, code]) => ({ creatorId: creators[creator!]!.id, code, policy: "always" })) }));
  await untilPlaced();
}

function collection(handle: string): ItemChoice {
  const { id, title } = catalogue().collections.find((each) => each.handle === handle)!;
  return { kind: "collections", collections: [{ id: `gid://shopify/Collection/${id}`, title }] };
}

async function dealIdOf(name: string): Promise<string> {
  return (await pool().query<{ id: string }>("select id from deal where shop = $1 and name = $2", [DEMO_SHOP, name])).rows[0]!.id;
}

async function codeIdOf(code: string): Promise<string> {
  return (await pool().query<{ id: string }>("select id from code where shop = $1 and code = $2", [DEMO_SHOP, code])).rows[0]!.id;
}
