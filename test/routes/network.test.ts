import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = () => import("#app/routes/app.network.tsx");
const exchange = () => import("#app/routes/app.network_.exchange.$id.ts");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("Network", () => {
  it("shows accounts, programs, what is stuck and the log", async () => {
    const { loader } = await page();
    const shown = await loader(ask(SHOP, "/app/network?view=failed"));
    expect([shown.accounts.length, shown.programs.length, shown.work.total, shown.log.total]).toEqual([1, 3, 2, 2]);
    expect(JSON.stringify(shown)).not.toContain("sealed");
  });

  it("carries out what was shown of a sale that waits, for its own shop alone, and leaves one that was left", async () => {
    const { loader, action } = await import("#app/routes/app.network_.worklist.tsx");
    const shown = await loader(ask(SHOP, "/app/network/worklist?view=not_taken"));
    const [row] = shown.work.rows;
    expect([shown.work.total, row?.offers.map((offer) => offer.repair)]).toEqual([1, ["send_again", "accept"]]);
    const choose = async (shop: string, form: Record<string, string>) => (await action(ask(shop, "/app/network/worklist", { form }))).json();
    const chosen = { key: row!.key, version: row!.version, repair: "accept" };
    for (const [shop, form] of [[OTHER_SHOP, chosen], [SHOP, { ...chosen, version: "another" }], [SHOP, { ...chosen, repair: "edit" }], [SHOP, { ...chosen, key: "[1" }], [SHOP, {}]] as const) expect(await choose(shop, form)).toMatchObject({ done: null, stale: true });
    expect(await choose(SHOP, chosen)).toEqual({ repair: "accept", done: "accept", stale: false });
    expect((await loader(ask(SHOP, "/app/network/worklist"))).work.counts).toEqual({ all: 1, after_lock: 1, accepted: 1 });
    const { loader: log } = await import("#app/routes/app.settings.tsx");
    expect(JSON.stringify(await log(ask(SHOP, "/app/settings")))).toContain("worklist.accept");
    expect(await choose(SHOP, { ...chosen, repair: "take_up" })).toMatchObject({ stale: false });
    expect((await loader(ask(SHOP, "/app/network"))).work.total).toBe(2);
  });

  it("refuses an account at its field before anything is asked of the network", async () => {
    const { action } = await page();
    const answer = await (await action(ask(SHOP, "/app/network", { form: { intent: "connect", accountSid: "nonsense", token: "" } }))).json();
    expect(answer).toMatchObject({ ok: false, errors: [{ field: "accountSid", key: "impact:credentials.accountSid.form" }, { field: "token", key: "impact:credentials.token.missing" }] });
  });

  it("lists what the token may do by the names of the network's settings, what hinders a program, and asks only of its own shop's account", async () => {
    const { action, loader } = await page();
    await pool().query("update network_connection set permissions = $2 where shop = $1", [SHOP, JSON.stringify([{ id: "deals_read", state: "lacking", at: "2026-06-01T00:00:00.000Z" }])]);
    await pool().query("update program set takes_codes = false where shop = $1 and id = (select min(id) from program where shop = $1 and network <> 'none')", [SHOP]);
    const { accounts, networks, programs } = await loader(ask(SHOP, "/app/network"));
    expect(networks).toEqual([{ id: "impact", examples: { accountSid: "IR…", token: "" } }]);
    expect(accounts[0]!.permissions.find(({ id }) => id === "deals_read")).toEqual({ id: "deals_read", name: "Deals: GET /Deals", state: "lacking", at: "2026-06-01T00:00:00.000Z" });
    expect(accounts[0]!.permissions.filter(({ state }) => state === "untried").length).toBe(accounts[0]!.permissions.length - 1);
    expect(programs.flatMap((program) => program.troubles.map((trouble) => trouble.key))).toEqual(["no_codes"]);
    const tried = async (shop: string) => (await action(ask(shop, "/app/network", { form: { intent: "permissions", connectionId: "acc" } }))).json();
    expect(await tried(OTHER_SHOP)).toMatchObject({ ok: false, errors: [{ key: "connect.not_found" }] });
    expect(await tried(SHOP)).toMatchObject({ ok: false, errors: [{ key: "network.unauthorized" }] }); // the token of this shop does not open
    await pool().query("update network_connection set state = 'connected', problem = null where shop = $1", [SHOP]);
  });

  it("makes a program without a network, once", async () => {
    const { action, loader } = await page();
    const make = async () => (await action(ask(SHOP, "/app/network", { form: { intent: "own", name: "Ambassadors" } }))).json();
    expect(await make()).toMatchObject({ ok: true });
    expect(await make()).toMatchObject({ ok: false, errors: [{ field: "name", key: "program.name_taken" }] });
    expect((await loader(ask(SHOP, "/app/network"))).programs.find((program) => program.name === "Ambassadors")).toMatchObject({ network: "none", creators: { joined: 0, pending: 0, other: 0 } });
  });

  it("disconnects an account and keeps what it was; another shop cannot", async () => {
    const { action, loader } = await page();
    const disconnect = async (shop: string) => (await action(ask(shop, "/app/network", { form: { intent: "disconnect", connectionId: "acc" } }))).json();
    expect(await disconnect(OTHER_SHOP)).toMatchObject({ ok: false });
    expect((await loader(ask(SHOP, "/app/network"))).accounts[0]?.state).toBe("connected");
    expect(await disconnect(SHOP)).toMatchObject({ ok: true });
    const after = await loader(ask(SHOP, "/app/network"));
    expect([after.accounts[0]?.state, after.programs.length]).toEqual(["disconnected", 4]);
  });

  it("opens an exchange of this shop, and of no other", async () => {
    const { loader: list } = await page();
    const { loader } = await exchange();
    const id = (await list(ask(SHOP, "/app/network?view=code"))).log.rows[0]!.id;
    expect(await (await loader(ask(SHOP, `/app/network/exchange/${id}`, undefined, { id }))).json()).toMatchObject({ answer: { Status: "ERROR" } });
    expect((await thrown(loader(ask(OTHER_SHOP, `/app/network/exchange/${id}`, undefined, { id })))).status).toBe(404);
    expect((await thrown(loader(ask(SHOP, "/app/network/exchange/x", undefined, { id: "1; drop" })))).status).toBe(404);
  });
});
