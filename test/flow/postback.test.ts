// A network's call is a hint: it makes the sale read again, at once, and nothing it says is believed. Who does not know the address writes nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { sendersWarnings } from "#app/db/reads/senders.ts";
import { makePostback, postbackAddress } from "#app/flow/postback.ts";
import { newReaderState, readBack } from "#app/flow/read-back.ts";
import { addAction, editAction, removeAction } from "#test/local/network/by-hand.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { useDatabase } from "#test/support/database.ts";
import { item, openScene, pass, row, SHOP, SID, wanted, workFor, type Scene } from "./reporting.ts";

useDatabase();
const route = () => import("#app/routes/networks.$network.postback.$connection.$secret.ts");

let scene: Scene;
let orderId: string;
let actionId: string;

beforeAll(async () => {
  scene = await openScene();
  orderId = "7300000000001";
  await wanted(scene, orderId, [item("A", 1, "5000")]);
  await workFor(60);
  actionId = (await row(orderId)).action_id!;
});
beforeEach(async () => {
  await pool().query("delete from network_action");
  await pool().query("update program set actions_to = $1, actions_at = $1", [new Date(nowMs())]);
  await pool().query("update network_connection set postback_at = null");
});
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

async function address(renew = false): Promise<URL> {
  const made = await makePostback(SHOP, "net", renew);
  if (!made.ok || made.url === null) throw new Error("no address");
  return new URL(made.url);
}

/** Calls the address as the network does. */
async function call(url: URL, options: { body?: string; query?: string } = {}): Promise<number> {
  const { loader, action } = await route();
  const [, , network, , connection, secret] = url.pathname.split("/");
  const params = { network: network!, connection: decodeURIComponent(connection!), secret: secret! };
  const asked = `${url.origin}${url.pathname}?${options.query ?? `ActionId=${actionId}&CampaignId=${scene.programId}`}`;
  const answer = options.body === undefined ? await loader({ request: new Request(asked), params, context: {} }) : await action({ request: new Request(asked, { method: "POST", body: options.body }), params, context: {} });
  return answer.status;
}

async function written(): Promise<{ actions: number; called: boolean }> {
  const { rows } = await pool().query("select (select count(*) from network_action)::int as actions, (select bool_or(postback_at is not null) from network_connection) as called");
  return rows[0];
}

describe("the address that a network calls", () => {
  it("is made once on demand, cannot be guessed, is kept sealed, and is replaced at a person's word", async () => {
    expect(await postbackAddress(SHOP, "net")).toEqual({ ok: true, url: null, calledAt: null });
    const [first, second] = [await address(), await address()];
    expect([first.href === second.href, first.pathname.split("/").at(-1)!.length, decodeURIComponent(first.search)]).toEqual([true, 43, "?ActionId={ActionId}&CampaignId={CampaignId}&Status={Status}"]);
    const { rows } = await pool().query("select postback from network_connection");
    expect(rows[0].postback).not.toContain(first.pathname.split("/").at(-1));
    const third = await address(true);
    expect([await call(first), await call(third)]).toEqual([404, 204]);
    expect([await postbackAddress("other.myshopify.com", "net"), await makePostback("other.myshopify.com", "net", true)]).toEqual([{ ok: false }, { ok: false }]);
  });

  it("makes the sale read again at once, whatever the call says of it", async () => {
    editAction(scene.local.network, SID, actionId, [{ sku: "A", quantity: 1, amount: "4000" }]);
    const url = await address();
    pass(1);
    expect(await call(url, { query: "x=1", body: JSON.stringify({ ActionId: actionId, Amount: "1000000.00", State: "REVERSED" }) })).toBe(204);
    expect(await readBack({ shop: SHOP, state: newReaderState() })).toBe(1);
    const { rows } = await pool().query("select state, amount::text, problem, wanted_at from network_action");
    expect(rows).toEqual([{ state: "pending", amount: "4000", problem: "amount", wanted_at: null }]);
    const shown = await postbackAddress(SHOP, "net");
    expect(shown.ok && shown.calledAt !== null).toBe(true);
    editAction(scene.local.network, SID, actionId, [{ sku: "A", quantity: 1, amount: "5000" }]);
  });

  it("answers that it took what it does not understand, and writes nothing for it, nor for whoever guesses", async () => {
    const url = await address();
    const before = await written();
    for (const body of ["", "nonsense", '{"a": 1}', "x".repeat(100_000), "\0", `<a>${"9.".repeat(1_000)}</a>`]) expect(await call(url, { query: "ActionId={ActionId}", body })).toBe(204);
    const wrong = new URL(url.href.replace(/[^/?]{43}/, "A".repeat(43)));
    const stranger = new URL(url.href.replace("/net/", "/other%27%20or%201=1/"));
    const elsewhere = new URL(url.href.replace("/impact/", "/awin/"));
    for (const one of [wrong, stranger, elsewhere]) expect(await call(one)).toBe(404);
    expect([before, await written()]).toEqual([{ actions: 0, called: false }, { actions: 0, called: false }]);
  });

  it("notes one action once within a few seconds, and not one more beyond what it would ever read", async () => {
    const url = await address();
    await Promise.all(Array.from({ length: 20 }, () => call(url)));
    const { rows } = await pool().query("select action_id, state, wanted_at from network_action");
    expect(rows).toMatchObject([{ action_id: actionId, state: "unread" }]);
    await call(url);
    expect((await pool().query("select wanted_at from network_action")).rows[0].wanted_at).toEqual(rows[0].wanted_at);
    // One that the network does not have is forgotten again.
    await call(url, { query: "ActionId=1.2.3" });
    pass(1);
    for (let turns = 0; turns < 5 && (await readBack({ shop: SHOP, state: newReaderState() })) > 0; turns++);
    expect((await pool().query("select action_id, state from network_action")).rows).toEqual([{ action_id: actionId, state: "pending" }]);
    for (let id = 0; id < 700; id++) await call(url, { query: `ActionId=1.2.${id}` });
    expect((await written()).actions).toBeLessThan(620);
  });

  it("of a program that is not chosen here is read once, and keeps nothing else waiting", async () => {
    const elsewhere = scene.local.network.addProgram(SID, { name: "Another of the account", type: "Performance" });
    const partner = scene.local.network.addPartner(SID, { name: "Pia" });
    scene.local.network.addPartnerToProgram(SID, partner.id, elsewhere.id, { joinedMs: nowMs() - 86_400_000 });
    const { id } = addAction(scene.local.network, SID, { programId: elsewhere.id, partnerId: partner.id, orderId: "1", items: [{ sku: "A", quantity: 1, amount: "100" }] });
    pass(2);
    await call(await address(), { query: `ActionId=${id}&CampaignId=${elsewhere.id}` });
    expect((await written()).actions).toBe(1);
    pass(1);
    scene.local.network.state.exchanges = [];
    for (let turns = 0; turns < 5; turns++) await readBack({ shop: SHOP, state: newReaderState() });
    const asked = scene.local.network.state.exchanges.filter(({ path }) => path.includes(id));
    expect([asked.length, (await written()).actions]).toEqual([1, 0]);
    removeAction(scene.local.network, SID, id);
  });

  it("of an account that was disconnected is nobody's", async () => {
    const url = await address();
    await pool().query("update network_connection set state = 'disconnected'");
    expect([await call(url), await postbackAddress(SHOP, "net")]).toEqual([404, { ok: false }]);
    await pool().query("update network_connection set state = 'connected'");
  });
});

describe("who seems to send", () => {
  const at = (days: number) => new Date(nowMs() - days * 86_400_000);
  const rule = (mode: string) => prisma().programRule.create({ data: { shop: SHOP, programId: "p1", validFrom: new Date(0), mode, creditOn: "paid", scope: "order", clickWindowDays: 30, blockSelfReferral: true } });

  beforeEach(async () => {
    for (const table of ["program_rule", "ledger_entry"]) await pool().query(`delete from ${table}`);
  });

  async function extra(count: number, days: number): Promise<void> {
    for (let n = 0; n < count; n++) await pool().query("insert into network_action (shop, program_id, action_id, order_id, state, event_at, problem) values ($1, 'p1', $2, $3, 'pending', $4, 'extra')", [SHOP, `5.5.${days}${n}`, `9${n}`, at(days)]);
  }

  it("is both where sales stand there a second time, and nobody is warned of a few, or of old ones", async () => {
    await rule("full");
    await extra(2, 1);
    await extra(5, 40);
    expect(await sendersWarnings(SHOP, new Date(nowMs()))).toEqual([]);
    await extra(1, 2);
    expect(await sendersWarnings(SHOP, new Date(nowMs()))).toEqual([{ kind: "both", programId: "p1", program: "Creators", count: 3 }]);
    await pool().query("update program_rule set mode = 'codes_only'");
    expect(await sendersWarnings(SHOP, new Date(nowMs()))).toEqual([]);
  });

  it("is nobody where codes sell for days and the network shows no sale, once it was read", async () => {
    await rule("codes_only");
    for (const n of [1, 2, 3, 4]) {
      await prisma().ledgerEntry.create({ data: { shop: SHOP, orderId: `8${n}`, lineId: "1", codeId: "k1", creatorId: "c1", programId: "p1", kind: "credit", amount: 100n, currency: "EUR", cause: "", rules: {}, at: at(n === 4 ? 1 : 5) } });
    }
    expect(await sendersWarnings(SHOP, new Date(nowMs()))).toEqual([{ kind: "nobody", programId: "p1", program: "Creators", count: 3 }]);
    await pool().query("insert into network_action (shop, program_id, action_id, state, event_at) values ($1, 'p1', '7.7.7', 'pending', $2)", [SHOP, at(20)]);
    expect(await sendersWarnings(SHOP, new Date(nowMs()))).toEqual([]);
    await pool().query("delete from network_action");
    await pool().query("update program set actions_at = $1", [at(5)]);
    expect(await sendersWarnings(SHOP, new Date(nowMs()))).toEqual([]);
    expect(conversionsOf(scene.local.network)).toHaveLength(1);
  });
});
