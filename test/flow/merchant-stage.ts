// The stage of the merchant's flow tests: the local store and the local network in this process, a shop, and ways to look at both sides.
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { placeOnce } from "#app/flow/place.ts";
import { chooseProgram, connectNetwork, takeOverCreators } from "#app/flow/connect.ts";
import { welcomeShop } from "#app/flow/shop.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { forgetRates } from "#app/shopify/rate.ts";
import { leadFetch } from "#test/local/lead.ts";
import { startNetwork, type LocalNetwork } from "#test/local/network/server.ts";
import { exchangeToken } from "#test/local/store/auth.ts";
import { startStore, type LocalStore } from "#test/local/store/server.ts";
import type { Program } from "#test/local/network/state.ts";
import type { StoreOptions } from "#test/local/store/types.ts";

export const SHOP = "petit-atelier.myshopify.com";
export const SID = "IRtest0000000000000001";
export const TOKEN = "test-token-0001";

export type Stage = {
  store: LocalStore["store"];
  network: LocalNetwork["network"];
  creators: Program;
  performance: Program;
  /** Partner ids by first name. */
  partners: Record<"marie" | "lukas" | "zoe" | "pia" | "leo", string>;
  /** Runs the clock forward. */
  forward: (ms: number) => void;
  /** Requests that went out, as "METHOD path-or-operation", newest last. */
  sent: string[];
  /** How many of the requests the store turned away for their cost. */
  throttled: number;
  /** Called with each request before it goes out; throwing breaks the connection. */
  before: ((what: string) => void | Promise<void>) | null;
  /** Called with each request after its answer came; throwing loses the answer. */
  after: ((what: string) => void | Promise<void>) | null;
};

/** Both stand-ins, a fresh shop and account for each test. */
export function useStage(options: Pick<StoreOptions, "bucket" | "appToml"> = {}): Stage {
  const stage = { sent: [] as string[], throttled: 0, before: null, after: null } as unknown as Stage;
  let store: LocalStore;
  let network: LocalNetwork;
  let undo: () => void = () => {};
  let n = 0;
  let offset = 0;

  beforeAll(async () => {
    network = await startNetwork({ port: 0 });
    stage.network = network.network;
  });
  beforeEach(async () => {
    n += 1;
    offset = 0;
    setClockOffsetMs(0);
    forgetRates();
    store = await startStore({ appToml: null, ...options, port: 0, scopes: "read_orders,read_discounts,write_discounts,read_products,read_customers,read_markets,read_shopify_payments_disputes,write_pixels,read_customer_events" });
    stage.store = store.store;
    const real = globalThis.fetch;
    leadFetch({ store: store.url, network: network.url });
    watchFetch(stage);
    undo = () => (globalThis.fetch = real);
    const access = exchangeToken(store.store, {
      client_id: store.store.apiKey,
      client_secret: store.store.apiSecret,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: store.store.sessionToken(),
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    }).body.access_token as string;
    setTokenSource(async () => access);
    await clear();
    seed(stage, network.network, n);
    await welcomeShop(SHOP);
    stage.sent.length = stage.throttled = 0;
  });
  afterEach(async () => {
    stage.before = stage.after = null;
    network.network.clearFaults();
    undo();
    setTokenSource(null);
    setClockOffsetMs(0);
    await store.close();
  });
  afterAll(async () => {
    await network.close();
  });
  stage.forward = (ms) => {
    offset += ms;
    setClockOffsetMs(offset);
  };
  return stage;
}

/** The account of the running test. */
export let account = SID;

function seed(stage: Stage, network: LocalNetwork["network"], n: number): void {
  account = `${SID}${n}`;
  network.addAccount({ sid: account, token: TOKEN, name: "Petit Atelier" });
  stage.performance = network.addProgram(account, { name: "Atelier Performance", type: "Performance", mediaSources: ["Creator"] });
  stage.creators = network.addProgram(account, { name: "Atelier Creators", type: "Creator" });
  const add = (name: string, email: string | undefined, state: "joined" | "pending" | "left") => {
    const { id } = network.addPartner(account, { name, ...(email && { email }), handle: name.split(" ")[0]!.toLowerCase() });
    network.addPartnerToProgram(account, id, stage.creators.id, { state });
    return id;
  };
  stage.partners = {
    marie: add("Marie Dupont", "marie@example.com", "joined"),
    lukas: add("Łukasz Nowak", "lukasz@example.com", "joined"),
    zoe: add("Zoë Müller", undefined, "joined"),
    pia: add("Pia Pending", "pia@example.com", "pending"),
    leo: add("Leo Left", "leo@example.com", "left"),
  };
}

async function clear(): Promise<void> {
  await pool().query(`truncate shop, shop_rule, network_connection, program, program_rule, creator, membership, deal, deal_placement, code, code_term, code_batch, code_batch_row,
    code_placement, exchange, rate_budget, shop_log, store_discount, store_code, store_sweep, drift, deal_edit, contract, storefront`);
}

function watchFetch(stage: Stage): void {
  const led = globalThis.fetch;
  globalThis.fetch = async function watched(input, init) {
    const request = new Request(input, init);
    const body = request.body === null ? "" : await request.clone().text();
    const path = new URL(request.url).pathname;
    const operation = /(?:mutation|query) (\w+)/.exec(body)?.[1];
    const what = operation ?? `${request.method} ${path.replace(/^\/Advertisers\/\w+\//, "")}`;
    await stage.before?.(what);
    const answer = await led(request);
    stage.sent.push(what);
    if ((await answer.clone().text()).includes('"THROTTLED"')) stage.throttled += 1;
    await stage.after?.(what);
    return answer;
  };
}

/** Connects the account, chooses the creator program and takes its creators over. */
export async function connected(stage: Stage): Promise<{ connectionId: string; programId: string; creatorIds: Record<string, string> }> {
  const connection = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
  const program = must(await chooseProgram(SHOP, { connectionId: connection.connectionId, externalId: stage.creators.id }));
  must(await takeOverCreators(SHOP, program.programId));
  const { rows } = await pool().query<{ creator_id: string; partner_id: string }>("select creator_id, partner_id from membership where shop = $1 and program_id = $2", [SHOP, program.programId]);
  const creatorIds = Object.fromEntries(Object.entries(stage.partners).map(([name, id]) => [name, rows.find((row) => row.partner_id === id)!.creator_id]));
  return { connectionId: connection.connectionId, programId: program.programId, creatorIds };
}

/** Places until nothing is due, running the clock over the short waits. */
export async function placeAll(stage: Stage, turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    const done = await placeOnce();
    stage.forward(2_000);
    if (done === 0 && turn > 3) return;
  }
}

/** The value of a result, or a fault that says why there is none. */
export function must<T extends { ok: boolean }>(result: T): Extract<T, { ok: true }> {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result as Extract<T, { ok: true }>;
}

/** The keys of a result's errors, each with its field. */
export function errorsOf(result: { ok: boolean; errors?: { field: string; key: string }[] }): string[] {
  return (result.errors ?? []).map((error) => `${error.field}: ${error.key}`);
}

export async function rows<T extends Record<string, unknown>>(sql: string, values: unknown[] = [SHOP]): Promise<T[]> {
  return (await pool().query<T>(sql, values)).rows;
}
