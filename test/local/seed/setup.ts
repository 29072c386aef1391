// The merchant's first day: installs the app by opening it, connects the network, takes the creators over, makes deals, gives codes.
// The same functions that the pages call do it; only the code for everybody, which no page makes yet, is written from here.
import { randomUUID } from "node:crypto";
import { now } from "#app/clock.ts";
import { insertCodes } from "#app/db/code.ts";
import { STORE } from "#app/db/placement.ts";
import { pool } from "#app/db.server.ts";
import { chooseProgram, connectNetwork, listNetworkPrograms, takeOverCreators } from "#app/flow/connect.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { nameCodes } from "#app/domain/naming.ts";
import { codeKey } from "#app/domain/code.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN } from "#test/local/network/accounts.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { SeedCreator } from "./beside.ts";
import { type ClickCodes, INVOLVED, WINNER } from "./clicks.ts";
import { advanceClock, inStore } from "./control.ts";
import type { SeedCode } from "./plan.ts";
import { until } from "./wait.ts";

/** The library takes anything that looks like a script for a bot, and answers it with 410. */
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const NO_MATTER = PLAIN_TERMS;

type SeedDeal = { name: string; terms: DealTerms; mark: string; kind: SeedCode["kind"]; minimum: bigint; creators: number[] };

/** `creators`: places in the list of joined creators, best sellers first. */
const deals: SeedDeal[] = [
  {
    name: "Autumn at the atelier", mark: "10", kind: "percentage", minimum: 5_000n, creators: [0, 1, 2, 3, 4, 5],
    terms: { ...NO_MATTER, value: { kind: "percentage", basisPoints: 1_000 }, minimum: { kind: "subtotal", amount: "5000" }, combinesWith: { order: false, product: false, shipping: true } },
  },
  {
    name: "On the house: shipping", mark: "FREE", kind: "free_shipping", minimum: 0n, creators: [1, 3, 4],
    terms: { ...NO_MATTER, value: { kind: "free_shipping", countries: null, highestRate: null }, minimum: { kind: "none" }, combinesWith: { order: true, product: true, shipping: false } },
  },
  {
    name: "Five euros off", mark: "5", kind: "fixed_order", minimum: 4_000n, creators: [0, 2],
    terms: { ...NO_MATTER, value: { kind: "fixed_order", amount: "500" }, minimum: { kind: "subtotal", amount: "4000" }, combinesWith: { order: false, product: false, shipping: false } },
  },
];

/** Opens the app as the admin does; Shopify's library exchanges the session token and keeps the shop's access. */
export async function installApp(): Promise<void> {
  const { token } = await inStore<{ token: string }>("session-token");
  const address = new URL("/app", process.env.APP_URL);
  const host = Buffer.from(`admin.shopify.com/store/${DEMO_SHOP.split(".")[0]}`).toString("base64url"); // no other host is taken
  address.search = new URLSearchParams({ embedded: "1", shop: DEMO_SHOP, host, id_token: token, locale: "en" }).toString();
  const response = await fetch(address, { headers: { "user-agent": BROWSER, accept: "text/html" } });
  const page = await response.text();
  if (!response.ok || new URL(response.url).pathname !== "/app") throw new Error(`the app could not be opened: ${response.status} at ${response.url}\n${page.slice(0, 500)}`);
}

/** Connects the demo account, chooses its two programs and takes the creators over; returns our id of the creator program. */
export async function connectPrograms(): Promise<string> {
  const { connectionId } = good(await connectNetwork(DEMO_SHOP, { accountSid: DEMO_ACCOUNT_SID, token: DEMO_ACCOUNT_TOKEN }));
  const { programs } = good(await listNetworkPrograms(DEMO_SHOP, connectionId));
  let creatorProgram: string | null = null;
  for (const { externalId, kind } of programs) {
    if (kind === "other") continue;
    const { programId } = good(await chooseProgram(DEMO_SHOP, { connectionId, externalId }));
    if (kind === "creator") creatorProgram = programId;
  }
  if (creatorProgram === null) throw new Error("the demo account has no creator program");
  good(await takeOverCreators(DEMO_SHOP, creatorProgram));
  return creatorProgram;
}

/** The creators that are in the program now, in the order in which they were taken over. */
export async function joinedCreators(programId: string): Promise<SeedCreator[]> {
  const { rows } = await pool().query<SeedCreator>(
    `select c.id, c.name, c.handle, m.partner_id as "partnerId" from creator c join membership m on m.shop = c.shop and m.creator_id = c.id
     where c.shop = $1 and m.program_id = $2 and m.state = 'joined' and m.left_at is null order by c.position`,
    [DEMO_SHOP, programId],
  );
  return rows;
}

/** Makes the deals and gives the codes; returns them once they stand in the store and in the network. */
export async function makeDealsAndCodes(programId: string): Promise<SeedCode[]> {
  const creators = await joinedCreators(programId);
  const codes: SeedCode[] = [];
  for (const { name, terms, mark, kind, minimum, creators: places } of deals) {
    const { dealId } = good(await makeDeal(DEMO_SHOP, { name, programId, terms, startsAt: null, endsAt: null }));
    const given = places.flatMap((place) => (creators[place] ? [{ place, creator: creators[place] }] : []));
    const rows = given.map(({ creator }) => ({ creatorId: creator.id, code: nameFor(creator, mark), policy: "always" }));
    good(await giveCodes(DEMO_SHOP, { dealId, rows }));
    for (const [at, { code }] of rows.entries()) codes.push({ code, creator: given[at]!.place, kind, minimum, weight: (6 - given[at]!.place) * (kind === "percentage" ? 3 : 1) });
  }
  await untilPlaced();
  return codes;
}

/** A deal whose codes are credited by clicks: two of creators, and one that everybody may use. */
export async function makeClickCodes(programId: string, creators: SeedCreator[]): Promise<ClickCodes> {
  const terms: DealTerms = { ...NO_MATTER, value: { kind: "percentage", basisPoints: 800 }, minimum: { kind: "none" }, combinesWith: { order: false, product: false, shipping: true } };
  const { dealId } = good(await makeDeal(DEMO_SHOP, { name: "Eight for those who come by a link", programId, terms, startsAt: null, endsAt: null }));
  const [winner, involved] = [nameFor(creators[WINNER]!, "8"), nameFor(creators[INVOLVED]!, "8")];
  const rows = [{ creatorId: creators[WINNER]!.id, code: winner, policy: "winner" }, { creatorId: creators[INVOLVED]!.id, code: involved, policy: "involved" }];
  good(await giveCodes(DEMO_SHOP, { dealId, rows }));
  // No page makes a code for everybody yet: it is written as giving writes codes, and the placing loop takes it to the store. In the network it belongs to nobody.
  const everybody = "ATELIER8";
  const code = { id: randomUUID(), code: everybody, key: codeKey(everybody), dealId, creatorId: null, programId, creditPolicy: "always", placements: [{ target: STORE, partnerId: null }] };
  await insertCodes(DEMO_SHOP, [code], now());
  await untilPlaced();
  return { winner, involved, everybody };
}

function nameFor(creator: SeedCreator, mark: string): string {
  const [named] = nameCodes({
    parts: [{ kind: "word", word: "FIRST", size: null }, { kind: "word", word: "AMOUNT", size: null }], whenTaken: "number", hyphens: false, longest: 20, taken: new Set(), seed: "", today: "2026-01-01",
    creators: [{ creatorId: creator.id, name: creator.name, handle: creator.handle, email: null }], deal: { name: "", mark }, program: null,
  });
  return named!.code;
}

async function untilPlaced(): Promise<void> {
  await until("the deals and codes stand in store and network", async () => {
    await placeOnce({ shop: DEMO_SHOP }); // beside the app's own loop, which rests between its turns
    await advanceClock(2_000); // the store's bulk creations take their time, and are looked at again after some
    const { rows } = await pool().query<{ open: number; refused: string | null }>(
      `select count(*) filter (where state in ('waiting', 'asked'))::int as open, min(problem) filter (where state = 'refused') as refused
       from (select state, problem from code_placement where shop = $1 union all select state, problem from deal_placement where shop = $1
             union all select case when store_state = 'waiting' then 'waiting' when store_state = 'refused' then 'refused' else 'live' end, store_problem from deal where shop = $1) all_of_it`,
      [DEMO_SHOP],
    );
    if (rows[0]!.refused !== null) throw new Error(`a deal or code was refused: ${rows[0]!.refused}`);
    return rows[0]!.open === 0;
  });
}

/** In the store's own admin the merchant lets the codes of the first deal hold for subscriptions too, renewals included. */
export async function openToSubscriptions(): Promise<void> {
  const discounts = await inStore<{ id: string; title: string }[]>("discounts");
  const { id } = discounts.find(({ title }) => title === deals[0]!.name)!;
  const query = `mutation ($id: ID!, $input: DiscountCodeBasicInput!) { discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) { userErrors { message } } }`;
  const input = { customerGets: { appliesOnOneTimePurchase: true, appliesOnSubscription: true }, recurringCycleLimit: 0 };
  const answer = await inStore<{ data?: { discountCodeBasicUpdate: { userErrors: unknown[] } } }>("graphql", { query, variables: { id: `gid://shopify/DiscountCodeNode/${id}`, input } });
  if (answer.data?.discountCodeBasicUpdate.userErrors.length !== 0) throw new Error(`the deal could not be opened to subscriptions: ${JSON.stringify(answer)}`);
}

/** What a flow answered, where it went well; throws with what it refused otherwise. */
export function good<T extends { ok: boolean }>(answer: T): Extract<T, { ok: true }> {
  if (!answer.ok) throw new Error(`the app refused: ${JSON.stringify(answer)}`);
  return answer as Extract<T, { ok: true }>;
}
