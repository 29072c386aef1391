// The stage of the tests of the order sweeps: Marie's shop, the local store over HTTP, a clock that runs forward, and a hand on each call.
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { forgetRates } from "#app/shopify/rate.ts";
import { leadFetch } from "#test/local/lead.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import type { StoreOptions } from "#test/local/store/types.ts";
import { installed } from "#test/replay/install.ts";
import { testEnv } from "#test/support/env.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

export type SweptStage = {
  store: LocalStore;
  /** What a call, by its text, is answered with instead; null: what the store answers. */
  before: ((text: string) => Response | Promise<Response> | null) | null;
  forward: (ms: number) => void;
  /** Lets the app into the store, as opening it does. */
  install: () => Promise<void>;
};

const BEGINS = Date.parse("2026-06-12T00:00:00Z");

/** Each test has a store and a shop of its own; the shop has had the app since 10 June. */
export function useSweptShop(options: StoreOptions = {}): SweptStage {
  const stage = { before: null } as unknown as SweptStage;
  let undo = () => {};
  let led: typeof fetch;

  beforeAll(() => {
    stage.forward = (ms) => setClockOffsetMs(nowMs() + ms - Date.now());
    stage.install = async () => {
      const token = await installed(SHOP, stage.store.store.sessionToken());
      setTokenSource(async () => token);
    };
  });
  beforeEach(async () => {
    setClockOffsetMs(BEGINS - Date.now());
    forgetRates();
    await pool().query("do $$ declare t text; begin set local session_replication_role = replica; for t in select tablename from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations' loop execute format('delete from %I', t); end loop; end $$");
    await makeMariesShop();
    await pool().query("update shop set created_at = '2026-06-10T00:00:00Z'");
    stage.store = await startStore({ shop: { domain: SHOP, currency: "EUR" }, apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, appUrl: testEnv.SHOPIFY_APP_URL, bucket: { maximum: 20_000, restorePerSecond: 10_000 }, ...options });
    stage.store.store.faults({ hold: true });
    const unlead = leadFetch({ store: stage.store.url });
    led = globalThis.fetch;
    globalThis.fetch = async (input, init) => (await stage.before?.(typeof init?.body === "string" ? init.body : String(input))) ?? led(input, init);
    undo = () => {
      globalThis.fetch = led;
      unlead();
    };
    await stage.install();
  });
  afterEach(async () => {
    stage.before = null;
    setTokenSource(null);
    undo();
    await stage.store.close();
  });
  afterAll(() => setClockOffsetMs(0));
  return stage;
}
