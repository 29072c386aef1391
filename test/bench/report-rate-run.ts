// Two accounts with more conversions than can be told, in simulated time: in one the outbox is alone, in the other codes and reading ask all the time as
// well. Then the bare control: an account of its own, asked one request after the other by somebody with nothing else to do.
import { nowMs } from "#app/clock.ts";
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { closeDatabase, pool, prisma } from "#app/db.server.ts";
import { openConnection } from "#app/flow/networks.ts";
import { reportOnce } from "#app/flow/report.ts";
import type { Answer, Network } from "#app/networks/port.ts";
import { leadFetch } from "#test/local/lead.ts";
import { startNetwork } from "#test/local/network/server.ts";
import { atWork, inSimulatedTime, simulatedRest, simulateTime } from "./simulated.ts";

const hours = Number(process.argv[2] ?? "5");
const LIMIT = 1_000;
const HOUR_MS = 3_600_000;
const ACCOUNTS = ["shared", "alone", "control"] as const;
type Account = (typeof ACCOUNTS)[number];
/** As the app's loops rest at most when nothing is due. */
const REST_MS = 5_000;

let drawn = 1;
/** The way there and back takes between 40 and 200 ms each. */
function onTheWay(): Promise<void> {
  drawn = (drawn * 48_271) % 2_147_483_647;
  return simulatedRest(40 + (drawn % 160));
}

const shopOf = (account: Account) => `${account}.myshopify.com`;
const sidOf = (account: Account) => `IRbench${account}`;
/** When requests reached the network, by account. */
const arrivals: Record<Account, number[]> = { shared: [], alone: [], control: [] };
let turnedAway = 0;

function leadThroughTime(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    await onTheWay();
    const account = ACCOUNTS.find((one) => String(input).includes(sidOf(one)))!;
    arrivals[account].push(nowMs());
    const answer = await atWork(real(input, init).then(async (response) => new Response(await response.text(), { status: response.status, headers: response.headers })));
    if (answer.status === 429) turnedAway += 1;
    await onTheWay();
    return answer;
  };
}

async function fill(account: Account, network: Awaited<ReturnType<typeof startNetwork>>["network"], conversions: number): Promise<string> {
  const [shop, sid] = [shopOf(account), sidOf(account)];
  network.addAccount({ sid, token: "token-of-the-bench", currency: null, hourlyLimit: LIMIT });
  const program = network.addProgram(sid, { name: account, type: "Creator" });
  const partner = network.addPartner(sid, { name: "Marie" });
  network.addPartnerToProgram(sid, partner.id, program.id, { joinedMs: 0 });
  network.assignCode(sid, { programId: program.id, partnerId: partner.id, code: "MARIE10", createdMs: 0 });
  const at = new Date(nowMs());
  await prisma().networkConnection.create({ data: { shop, id: "net", network: "impact", accountSid: sid, token: seal("token-of-the-bench"), keyId: sealingKeyId(), state: "connected", createdAt: at } });
  await prisma().program.create({ data: { shop, id: "p1", connectionId: "net", network: "impact", externalId: program.id, eventTypeId: program.eventTypes[0]!.id, name: account, kind: "creator", createdAt: at } });
  const target = JSON.stringify([{ sku: "A", name: "Thing", category: null, quantity: 1, amount: "1000" }]);
  await pool().query(
    `insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, currency, event_at, target, state, next_at, created_at, changed_at)
     select $1, n::text, 1, n::text, 'p1', 'k1', 'c1', $2, 'MARIE10', 'EUR', $3::timestamptz, $4, 'waiting', $3::timestamptz + n * interval '1 millisecond' - interval '1 minute', $3, $3 from generate_series(1, $5::int) n`,
    [shop, partner.id, at, target, conversions],
  );
  return program.id;
}

/** Asks all the time: one request after the other, and when it is turned away again when it was told to. */
async function demand(account: Account, about: "code" | "account", ask: (network: Network) => Promise<Answer<unknown>>, untilMs: number): Promise<void> {
  const connection = await openConnection(shopOf(account), "net");
  while (nowMs() < untilMs) {
    const answer = await ask(connection.about({ about, aboutId: "bench" }));
    if (!answer.ok && answer.fault.kind === "limited") await simulatedRest(answer.fault.resetSeconds * 1_000);
    else if (!answer.ok) throw new Error(JSON.stringify(answer.fault));
  }
}

async function outbox(untilMs: number): Promise<void> {
  while (nowMs() < untilMs) if ((await reportOnce()) === 0) await simulatedRest(REST_MS);
}

/** Requests of each whole hour as the network counts it: from the first request after the last hour ended. */
function byHour(account: Account): { fromMs: number; toMs: number; used: number }[] {
  const windows: { fromMs: number; toMs: number; used: number }[] = [];
  for (const at of arrivals[account]) {
    if (windows.length === 0 || at >= windows.at(-1)!.toMs) windows.push({ fromMs: at, toMs: at + HOUR_MS, used: 0 });
    windows.at(-1)!.used += 1;
  }
  return windows.slice(0, hours);
}

async function kindsByHour(account: "shared" | "alone") {
  const { rows } = await pool().query<{ at: Date; about: string; what: string }>("select at, about, what from exchange where shop = $1", [shopOf(account)]);
  return byHour(account).map(({ fromMs, toMs, used }) => {
    const of = rows.filter(({ at }) => at.getTime() >= fromMs && at.getTime() < toMs);
    const codes = of.filter(({ about }) => about === "code").length;
    const reads = of.filter(({ about, what }) => about === "account" && !what.includes("Actions")).length;
    return { used, codes, reads, reports: used - codes - reads };
  });
}

const local = await startNetwork();
leadFetch({ network: local.url });
simulateTime();
const said = await inSimulatedTime(async () => {
  leadThroughTime();
  const programId = await atWork(fill("shared", local.network, (hours + 1) * LIMIT));
  await atWork(fill("alone", local.network, (hours + 2) * LIMIT));
  await atWork(fill("control", local.network, 0));
  // A little longer than the whole hours, so that the last of them is over.
  const untilMs = nowMs() + hours * HOUR_MS + 60_000;
  await Promise.all([
    outbox(untilMs),
    demand("shared", "code", (network) => network.findCodes(programId, "MARIE10"), untilMs),
    demand("shared", "account", (network) => network.programs(), untilMs),
    demand("control", "account", (network) => network.programs(), nowMs() + HOUR_MS),
  ]);
  return { hours: { shared: await kindsByHour("shared"), alone: await kindsByHour("alone") }, limit: LIMIT, turnedAway, control: byHour("control")[0]!.used };
});
await local.close();
await closeDatabase();
process.stdout.write(`${JSON.stringify(said)}\n`);
