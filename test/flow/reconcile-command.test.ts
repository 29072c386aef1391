// npm run reconcile as a process of its own, against the local store: what it prints, its exit codes, and that it mends nothing unless it is told to.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { seal } from "#app/crypto.server.ts";
import { pool } from "#app/db.server.ts";
import { wallTime } from "#app/domain/zone.ts";
import { newReaderState, readBack } from "#app/flow/read-back.ts";
import { LAMP } from "#test/local/store/testing.ts";
import { insert } from "#test/routes/atelier.ts";
import { useDatabase } from "#test/support/database.ts";
import { testEnv } from "#test/support/env.ts";
import { CODE, pass, SHOP, useScene, workFor } from "./reporting.ts";
import { useSelling } from "./selling.ts";

const database = useDatabase();
const turn = useScene();
const selling = useSelling(turn);
const root = join(import.meta.dirname, "..", "..");
const MOST_MS = 120_000;

type Ran = { code: number | null; out: string; told: string };

/** Beside this process: the stand-ins that it asks are here. */
function run(words: string[], env: Record<string, string> = {}): Promise<Ran> {
  const running = spawn(process.execPath, ["--import", join(root, "test", "local", "lead.ts"), "app/reconcile.ts", ...words], {
    cwd: root, env: { PATH: process.env.PATH, ...testEnv, LOG_LEVEL: "silent", DATABASE_URL: database.url, LOCAL_STORE_URL: selling.store.url, LOCAL_NETWORK_URL: turn.scene.local.url, ...env },
  });
  const ran: Ran = { code: null, out: "", told: "" };
  running.stdout.on("data", (data: Buffer) => (ran.out += data.toString()));
  running.stderr.on("data", (data: Buffer) => (ran.told += data.toString()));
  return new Promise((resolve) => running.on("close", (code) => resolve({ ...ran, code })));
}

function period(): string[] {
  return ["--shop", SHOP, "--from", wallTime(new Date(nowMs() - 3 * 86_400_000), "Europe/Berlin").date];
}

describe("the command", () => {
  it("prints what differs, mends it only when it is told to, and then says that all agree", { timeout: MOST_MS }, async () => {
    await insert(`"Session"`, { id: `offline_${SHOP}`, shop: SHOP, state: "", isOnline: false, scope: testEnv.SCOPES ?? "", accessToken: seal(selling.store.token), expires: new Date(Date.now() + 3_600_000) });
    // The process's clock is the machine's: what is sold here was sold some hours ago.
    pass(-6 * 60);
    await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }] });
    const missed = selling.store.store.checkout({ codes: [CODE], items: [{ variantId: LAMP, quantity: 1 }] });
    if (!missed.ok) throw new Error(missed.reason);
    await workFor(60);
    await readBack({ shop: SHOP, state: newReaderState() });

    const found = await run(period());
    expect(found).toMatchObject({ code: 1 });
    expect(found.out.split("\n")[0]).toContain("1 difference for ");
    expect(found.out).toContain(`  ${missed.order.name}`);
    expect((await pool().query("select from order_state where fetch_at is not null")).rowCount).toBe(0);

    const json = await run([...period(), "--json"]);
    expect([json.code, JSON.parse(json.out)]).toMatchObject([1, { shop: SHOP, agrees: false, differenceCount: 1, needYou: 1, unexplained: 0, store: { orders: 2 }, app: { orders: 1 }, causes: { never_seen: 1 }, asked: null, differences: [{ cause: "never_seen", order: missed.order.name, repair: "fetch" }] }]);

    const mended = await run([...period(), "--repair"]);
    expect([mended.code, mended.out.includes("The store is asked for 1 order now")]).toEqual([1, true]);
    await pool().query("update order_state set fetch_at = null where facts is null");
    await selling.say(String(missed.order.id));
    await workFor(60);
    await readBack({ shop: SHOP, state: newReaderState() });
    const after = await run([...period(), "--read", "--json"]);
    expect([after.code, JSON.parse(after.out)]).toMatchObject([0, { agrees: true, store: { orders: 2 }, app: { orders: 2 }, sums: [{ currency: "EUR", credited: { count: 2 }, held: { count: 2 } }] }]);
  });

  it("cannot be done without a token, and says what to do", { timeout: MOST_MS }, async () => {
    await pool().query(`delete from "Session"`);
    expect(await run(period())).toMatchObject({ code: 2, out: "", told: expect.stringContaining("somebody has to open the app in the admin") });
  });

  it.each<{ name: string; words: string[]; env?: Record<string, string>; told: RegExp }>([
    { name: "without a shop", words: ["--from", "2026-06-01"], told: /^usage: / },
    { name: "with an option that is not known", words: ["--shop", SHOP, "--from", "2026-06-01", "--fix"], told: /^usage: / },
    { name: "for a shop that is not known", words: ["--shop", "nobody.myshopify.com", "--from", "2026-06-01"], told: /no shop nobody\.myshopify\.com/ },
    { name: "for a day that is none", words: ["--shop", SHOP, "--from", "June"], told: /period cannot be read/ },
    { name: "without its environment", words: ["--shop", SHOP, "--from", "2026-06-01"], env: { HASH_KEYS: "" }, told: /HASH_KEYS: is missing/ },
  ])("$name ends with 2", { timeout: MOST_MS }, async ({ words, env, told }) => {
    const ran = await run(words, env);
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.told).toMatch(told);
  });
});
