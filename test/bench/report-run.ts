// Fills the outbox of several accounts and empties it, as the app's loop does; then the bare control takes and marks as many rows of other shops.
import { setTestEnv } from "#test/support/env.ts";

setTestEnv();
const { nowMs } = await import("#app/clock.ts");
const { seal, sealingKeyId } = await import("#app/crypto.server.ts");
const { closeDatabase, pool, prisma } = await import("#app/db.server.ts");
const { reportOnce } = await import("#app/flow/report.ts");

const conversions = Number(process.env.CONVERSIONS);
const rounds = Number(process.env.ROUNDS);
const ACCOUNTS = 8;
const BATCH = 100;

async function openAccounts(): Promise<void> {
  const at = new Date(nowMs());
  for (let n = 0; n < ACCOUNTS; n++) {
    const shop = `bench-${n}.myshopify.com`;
    await prisma().shop.create({ data: { shop, createdAt: at } });
    await prisma().networkConnection.create({ data: { shop, id: "net", network: "impact", accountSid: `IRbench${n}`, token: seal("token-of-the-bench"), keyId: sealingKeyId(), state: "connected", createdAt: at } });
    await prisma().program.create({ data: { shop, id: "p1", connectionId: "net", network: "impact", externalId: "1000", eventTypeId: "2000", name: shop, kind: "creator", createdAt: at } });
  }
}

/** Twice as many rows: half are the app's, half the control's, in the same table. */
async function fill(round: number): Promise<void> {
  const target = JSON.stringify([{ sku: "A", name: "Thing", category: null, quantity: 1, amount: "1000" }, { sku: "B", name: "Other", category: null, quantity: 2, amount: "3000" }]);
  for (const [name, isBare] of [["bench", false], ["bare", true]] as const) {
    await pool().query(
      `insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, currency, event_at, target, state, next_at, created_at, changed_at)
       select $1 || '-' || (n % ${ACCOUNTS}) || '.myshopify.com', $5 || '-' || n, 1, $5 || '-' || n, 'p1', 'k1', 'c1', '77', 'MARIE10', 'EUR', $2::timestamptz, $3, 'waiting', ${isBare ? "'infinity'::timestamptz" : "$2::timestamptz - interval '1 minute'"}, $2, $2 from generate_series(1, $4::int) n`,
      [name, new Date(nowMs()), target, conversions, String(round)],
    );
  }
  await pool().query("vacuum analyze conversion, exchange, rate_budget");
}

async function drain(): Promise<void> {
  while ((await reportOnce()) > 0);
  const { rows } = await pool().query<{ left: number }>("select count(*)::int as left from conversion where shop like 'bench-%' and state <> 'queued'");
  if (rows[0]!.left > 0) throw new Error(`${rows[0]!.left} conversions were not told`);
  await pool().query("update conversion set next_at = null where shop like 'bench-%'"); // what becomes of them is not asked here
}

/** As many at once as there are accounts: each batch is taken, and each of its rows marked, when its answer would be there, in a statement of its own. */
async function drainBare(): Promise<void> {
  await pool().query("update conversion set next_at = $1 where shop like 'bare-%' and state = 'waiting'", [new Date(nowMs() - 60_000)]);
  await pool().query("vacuum analyze conversion");
}

type Key = { shop: string; order_id: string; n: number };

async function takeAndMark(): Promise<void> {
  for (;;) {
    const { rows } = await pool().query<Key>({
      name: "bare_take",
      text: `update conversion v set next_at = $2 from (select shop, order_id, n from conversion where next_at <= $1 order by next_at limit ${BATCH} for update skip locked) due
        where v.shop = due.shop and v.order_id = due.order_id and v.n = due.n returning v.shop, v.order_id, v.n`,
      values: [new Date(nowMs()), new Date(nowMs() + 600_000)],
    });
    if (rows.length === 0) return;
    const accounts = [...Map.groupBy(rows, ({ shop }) => shop).values()];
    await Promise.all(accounts.map(async (own) => {
      for (const { shop, order_id: order, n } of own) {
        await pool().query({ name: "bare_mark", text: "update conversion set state = 'queued', submission_id = $4, next_at = null, changed_at = $5 where shop = $1 and order_id = $2 and n = $3", values: [shop, order, n, `A-${order}`, new Date(nowMs())] });
      }
    }));
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

await openAccounts();
for (let round = 0; round <= rounds; round++) {
  await fill(round);
  const seconds = await timed(async () => void (await drain()));
  await drainBare();
  const controlSeconds = await timed(takeAndMark);
  process.stdout.write(`${JSON.stringify({ told: conversions, seconds, controlSeconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1_024) })}\n`);
}
await closeDatabase();
process.exit(0);
