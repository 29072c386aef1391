// The merchant's first day: installs the app by opening it, connects the network, takes the creators over, makes deals, gives codes.
// The same functions that the pages call do it.
import { pool } from "#app/db.server.ts";
import { chooseProgram, connectNetwork, listNetworkPrograms, takeOverCreators } from "#app/flow/connect.ts";
import { editDeal, makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { nameCodes } from "#app/domain/naming.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN } from "#test/local/network/accounts.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { type ClickCodes, INVOLVED, WINNER } from "./clicks.ts";
import { advanceClock, inStore } from "./control.ts";
import type { SeedCode } from "./plan.ts";
import { until } from "./wait.ts";

/** The library takes anything that looks like a script for a bot, and answers it with 410. */
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const NO_MATTER = PLAIN_TERMS;

/** A creator as the app knows them, with their partner id in the network. */
export type SeedCreator = { id: string; name: string; handle: string | null; partnerId: string };

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
  const everybody = "ATELIER8";
  const rows = [
    { creatorId: creators[WINNER]!.id, code: winner, policy: "winner" },
    { creatorId: creators[INVOLVED]!.id, code: involved, policy: "involved" },
    { creatorId: null, code: everybody, policy: "always" },
  ];
  good(await giveCodes(DEMO_SHOP, { dealId, rows }));
  await untilPlaced();
  return { winner, involved, everybody };
}

export function nameFor(creator: SeedCreator, mark: string): string {
  const [named] = nameCodes({
    parts: [{ kind: "word", word: "FIRST", size: null }, { kind: "word", word: "AMOUNT", size: null }], whenTaken: "number", hyphens: false, longest: 20, taken: new Set(), seed: "", today: "2026-01-01",
    creators: [{ creatorId: creator.id, name: creator.name, handle: creator.handle, email: null }], deal: { name: "", mark }, program: null,
  });
  return named!.code;
}

/** Returns once store and networks are what deals and codes ask for, but for what a person is to assign there. Throws where one was refused. */
export async function untilPlaced(): Promise<void> {
  await until("the deals and codes stand in store and network", async () => {
    await placeOnce({ shop: DEMO_SHOP }); // beside the app's own loop, which rests between its turns
    await advanceClock(5_000); // the store's bulk creations take their time, and are looked at again after some
    const { rows } = await pool().query<{ open: number; refused: string | null }>(
      `select count(*) filter (where open)::int as open, min(problem) filter (where state = 'refused') as refused
       from (select state, problem, state in ('waiting', 'asked', 'leaving') or (state = 'live' and wanted = 'gone') as open from code_placement where shop = $1 and holder = 'partner'
             union all select p.state, p.problem, p.state = 'waiting' or p.version < d.version from deal_placement p join deal d on d.shop = p.shop and d.id = p.deal_id where p.shop = $1
             union all select store_state, store_problem, store_state = 'waiting' or store_version < version from deal where shop = $1) all_of_it`,
      [DEMO_SHOP],
    );
    if (rows[0]!.refused !== null) throw new Error(`a deal or code was refused: ${rows[0]!.refused}`);
    return rows[0]!.open === 0;
  });
}

/** The merchant lets the codes of the first deal hold for subscriptions too, renewals included. */
export async function openToSubscriptions(): Promise<void> {
  const { name, terms } = deals[0]!;
  const { rows } = await pool().query<{ id: string; version: number }>("select id, version from deal where shop = $1 and name = $2", [DEMO_SHOP, name]);
  good(await editDeal(DEMO_SHOP, rows[0]!.id, rows[0]!.version, { name, terms: { ...terms, purchase: { oneTime: true, subscription: true, cycles: null } }, startsAt: null, endsAt: null }));
  await untilPlaced();
}

/** What a flow answered, where it went well; throws with what it refused otherwise. */
export function good<T extends { ok: boolean }>(answer: T): Extract<T, { ok: true }> {
  if (!answer.ok) throw new Error(`the app refused: ${JSON.stringify(answer)}`);
  return answer as Extract<T, { ok: true }>;
}
