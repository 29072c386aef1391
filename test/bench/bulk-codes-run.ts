// Places the codes of a filled database in the local store, in simulated time: the app's own loop, gate and database, the store's own cost model. Then
// the bare control: the same calls, each sent the moment that the same bucket covers it, by somebody with nothing else to do.
import { closeDatabase, pool } from "#app/db.server.ts";
import { nowMs } from "#app/clock.ts";
import { placeOnce } from "#app/flow/place.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { readJobsDocument } from "#app/shopify/bulk-codes.graphql.ts";
import { ADD_REDEEM_CODES } from "#app/shopify/discounts.graphql.ts";
import { AdminApi, type Answer, loadSchema } from "#test/local/store/graphql.ts";
import { emptyState, Store } from "#test/local/store/store.ts";
import { inSimulatedTime, simulatedRest, simulateTime } from "./simulated.ts";

const [shop = "", maximum = "2000", restore = "100"] = process.argv.slice(2);
const bucket = { maximum: Number(maximum), restorePerSecond: Number(restore) };
const SCOPES = new Set(["read_discounts", "write_discounts", "read_products"]);
/** As the app's loop rests when nothing is due. */
const REST_MS = 400;

/** What the store says of its budget, from the first moment that the bucket was empty: that it held no more than this. */
type Spent = { emptyAt: number; calls: number; throttled: number; points: number; sinceMs: number | null; endMs: number };
/** A call's points, and what the app keeps for calls that a person waits for. */
const EMPTY = 12;
const KEPT = bucket.maximum * 0.1;

function note(spent: Spent, answer: Answer): void {
  const cost = answer.extensions?.cost;
  spent.calls += 1;
  if (JSON.stringify(answer.errors ?? "").includes("THROTTLED")) spent.throttled += 1;
  if (!cost) return;
  if (spent.sinceMs !== null) spent.points += cost.actualQueryCost ?? 0;
  else if (cost.throttleStatus.currentlyAvailable <= spent.emptyAt) spent.sinceMs = nowMs();
  spent.endMs = nowMs();
}

const nothing = (emptyAt: number): Spent => ({ emptyAt, calls: 0, throttled: 0, points: 0, sinceMs: null, endMs: 0 });
/** Of what came back since then, so much was used. */
const share = ({ points, sinceMs, endMs }: Spent) => (sinceMs === null ? 0 : points / (((endMs - sinceMs) / 1_000) * bucket.restorePerSecond));

let drawn = 1;
/** The way there and back takes between 40 and 200 ms each. */
function onTheWay(): Promise<void> {
  drawn = (drawn * 48_271) % 2_147_483_647;
  return simulatedRest(40 + (drawn % 160));
}

function store(): { api: AdminApi; store: Store } {
  const one = new Store({ bucket, appToml: null } as never, emptyState({ domain: shop }));
  return { api: new AdminApi(one), store: one };
}

async function app(): Promise<Spent> {
  const { api } = store();
  const spent = nothing(KEPT + EMPTY);
  globalThis.fetch = async (_input, init) => {
    const asked = JSON.parse(String(init?.body)) as { query: string; variables: Record<string, unknown> };
    await onTheWay();
    const answer = await api.answer(asked, SCOPES);
    note(spent, answer);
    await onTheWay();
    return new Response(JSON.stringify(answer), { status: 200 });
  };
  setTokenSource(async () => "bench");
  const until = async () => (await pool().query("select 1 from code_placement where shop = $1 and state in ('waiting', 'asked') limit 1", [shop])).rowCount;
  for (let idle = 0; ; ) {
    const done = await placeOnce({ shop });
    if (done > 0) continue;
    if ((idle += 1) % 10 === 0 && !(await until())) break;
    await simulatedRest(REST_MS);
  }
  return spent;
}

async function control(calls: number): Promise<Spent> {
  const { api } = store();
  const spent = nothing(EMPTY);
  const send = async (query: string, variables: Record<string, unknown>, points: number) => {
    for (;;) {
      const answer = await api.answer({ query, variables }, SCOPES);
      if (!JSON.stringify(answer.errors ?? "").includes("THROTTLED")) return note(spent, answer);
      const has = answer.extensions!.cost.throttleStatus.currentlyAvailable;
      await simulatedRest(Math.max(1, ((points - has) / bucket.restorePerSecond) * 1_000));
    }
  };
  const job = readJobsDocument(1);
  for (let n = 0; n < calls / 2; n++) {
    await send(ADD_REDEEM_CODES, { discountId: "gid://shopify/DiscountCodeNode/1", codes: [{ code: `C${n}` }] }, 10);
    await send(job, { i0: "gid://shopify/DiscountRedeemCodeBulkCreation/1" }, 1);
  }
  return spent;
}

await loadSchema();
simulateTime();
const said = await inSimulatedTime(async () => {
  const began = nowMs();
  const ours = await app();
  const { rows } = await pool().query<{ live: number }>("select count(*)::int as live from code_placement where shop = $1 and target = 'store' and state = 'live'", [shop]);
  const tookMs = nowMs() - began;
  return { live: rows[0]!.live, seconds: tookMs / 1_000, calls: ours.calls, throttled: ours.throttled, share: share(ours), control: share(await control(Math.min(ours.calls, 8_000))) };
});
await closeDatabase();
process.stdout.write(`${JSON.stringify(said)}\n`);
