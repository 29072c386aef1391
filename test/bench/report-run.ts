// Fills the outbox of several accounts and empties it, as the app's loop does; then the bare control takes and marks as many rows of other shops.
import { setTestEnv } from "#test/support/env.ts";

setTestEnv();
const { nowMs } = await import("#app/clock.ts");
const { seal, sealingKeyId } = await import("#app/crypto.server.ts");
const { closeDatabase, pool, prisma } = await import("#app/db.server.ts");
const { reportOnce } = await import("#app/flow/report.ts");

/** The stand-in of the network, without what the tests' own detour (test/local/lead.ts) costs: two more Requests for each. */
const network = process.env.NETWORK!;
const direct = globalThis.fetch;
globalThis.fetch = (url, init) => direct(String(url).replace("https://api.impact.com", network), init);

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
}

async function checkDrained(): Promise<void> {
  const { rows } = await pool().query<{ left: number }>("select count(*)::int as left from conversion where shop like 'bench-%' and state <> 'queued'");
  if (rows[0]!.left > 0) throw new Error(`${rows[0]!.left} conversions were not told`);
  await pool().query("update conversion set next_at = null where shop like 'bench-%'"); // what becomes of them is not asked here
}

async function dueBare(): Promise<void> {
  await pool().query("update conversion set next_at = $1 where shop like 'bare-%' and state = 'waiting'", [new Date(nowMs() - 60_000)]);
  await pool().query("vacuum analyze conversion");
}

type Key = { shop: string; order_id: string; n: number };

/** On as many connections as the app may have: each batch is taken, and each of its rows marked, when its answer would be there, in a statement of its own. */
async function takeAndMark(): Promise<void> {
  for (;;) {
    const { rows } = await pool().query<Key>({
      name: "bare_take",
      text: `update conversion v set next_at = $2 from (select shop, order_id, n from conversion where next_at <= $1 order by next_at limit ${BATCH} for update skip locked) due
        where v.shop = due.shop and v.order_id = due.order_id and v.n = due.n returning v.shop, v.order_id, v.n`,
      values: [new Date(nowMs()), new Date(nowMs() + 600_000)],
    });
    if (rows.length === 0) return;
    await Promise.all(Array.from({ length: pool().options.max }, async () => {
      for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
        const { shop, order_id: order, n } = row;
        await pool().query({ name: "bare_mark", text: "update conversion set state = 'queued', submission_id = $4, next_at = null, changed_at = $5 where shop = $1 and order_id = $2 and n = $3", values: [shop, order, n, `A-${order}`, new Date(nowMs())] });
      }
    }));
  }
}

/** `cpu`: microseconds of this process for each conversion; on a busy machine it holds where the rate does not. */
async function timed(work: () => Promise<void>): Promise<{ seconds: number; cpu: number }> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - began) / 1_000, cpu: Math.round((user + system) / conversions) };
}

await openAccounts();
for (let round = 0; round <= rounds; round++) {
  await fill(round);
  const { seconds, cpu } = await timed(drain);
  await checkDrained();
  await dueBare();
  const { seconds: controlSeconds, cpu: controlCpu } = await timed(takeAndMark);
  process.stdout.write(`${JSON.stringify({ told: conversions, seconds, controlSeconds, cpu, controlCpu, peakMb: Math.round(process.resourceUsage().maxRSS / 1_024) })}\n`);
}
await closeDatabase();
process.exit(0);
