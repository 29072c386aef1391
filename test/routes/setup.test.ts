// The two-program set-up on its pages: pairing programs, the list of what waits for a person, and a code in its networks. Each shop sees its own only.
import { beforeAll, describe, expect, it } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { addToPairs } from "#app/db/pair.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();

const pair = () => import("#app/routes/app.network_.pair.ts");
const steps = () => import("#app/routes/app.network_.steps.$id.tsx");
const network = () => import("#app/routes/app.network.tsx");
const code = () => import("#app/routes/app.codes.$id.tsx");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

const choose = async (form: Record<string, string>, shop = SHOP): Promise<{ ok: boolean; count?: number }> => (await (await pair()).action(ask(shop, "/app/network/pair", { form }))).json();
const setUps = async () => (await (await network()).loader(ask(SHOP, "/app/network"))).setUps;
const waiting = async (id: string, shop = SHOP) => (await steps()).loader(ask(shop, `/app/network/steps/${id}`, undefined, { id }));

describe("a creator program beside a performance program", () => {
  it("is suggested as a pair until a person says otherwise; a preview changes nothing", async () => {
    expect((await setUps()).pairs).toEqual([{ programId: "creators", pairId: null, choices: [{ id: "performance", name: "Petit Atelier Performance" }], suggested: "performance" }]);
    const preview = await choose({ intent: "preview", programId: "creators", pairId: "performance" });
    expect(preview.count).toBeGreaterThan(0);
    expect(await choose({ intent: "choose", programId: "creators", pairId: "" })).toEqual({ ok: true, count: 0 });
    expect((await setUps()).pairs).toMatchObject([{ pairId: "", suggested: null }]);
    expect(await addToPairs(pool(), now())).toBe(0);
  });

  it("is no other shop's to pair, nor paired with what is none", async () => {
    expect(await choose({ intent: "choose", programId: "creators", pairId: "performance" }, OTHER_SHOP)).toMatchObject({ ok: false });
    expect(await choose({ intent: "choose", programId: "creators", pairId: "friends" })).toMatchObject({ ok: false, errors: [{ key: "program.no_pair" }] });
    expect((await setUps()).pairs).toMatchObject([{ pairId: "" }]);
  });

  it("brings its codes to the list of the other one; what waits for a person is on a page of its own, and on the code's", async () => {
    const { count } = await choose({ intent: "choose", programId: "creators", pairId: "performance" });
    expect(await addToPairs(pool(), now())).toBe(count);
    await pool().query("update code_placement set state = 'by_hand', steps = $2, next_at = now() + interval '1 hour' where shop = $1 and holder = 'media_source'", [SHOP, JSON.stringify([{ key: "assign", values: { code: "MARIE10" }, doneAt: null }])]);
    expect((await setUps()).steps).toMatchObject([{ programId: "performance", byHand: count, live: 0, source: null }]);
    const { steps: shown } = await waiting("performance");
    expect(shown).toMatchObject({ total: count, program: { name: "Petit Atelier Performance", network: "impact", source: null, refusedAt: null } });
    expect(shown.rows[0]).toMatchObject({ code: "MARIE10", policy: "always", match: "exact", creator: expect.stringContaining("Marie") });

    const page = await (await code()).loader(ask(SHOP, "/app/codes/c1", undefined, { id: "c1" }));
    expect(page.setup!.places.map(({ programId, holder, state }) => ({ programId, holder, state }))).toContainEqual({ programId: "performance", holder: "media_source", state: "by_hand" });
    expect(page.code.life.sides.find((side) => side.target === "performance")).toMatchObject({ word: "by_hand", stuck: true });

    const look = await (await steps()).action(ask(SHOP, "/app/network/steps/performance", { form: { intent: "look" } }, { id: "performance" }));
    expect(await look.json()).toMatchObject({ intent: "look", count });
    const due = await pool().query("select count(*)::int as n from code_placement where shop = $1 and state = 'by_hand' and next_at <= now()", [SHOP]);
    expect(due.rows[0]).toEqual({ n: count });
  });

  it("tells of the codes whose step was found done lately, apart from those that wait", async () => {
    const { steps: before } = await waiting("performance");
    const found = now().toISOString();
    const old = new Date(now().getTime() - 13 * 3_600_000).toISOString();
    const standAt = (codeId: string, doneAt: string) =>
      pool().query("update code_placement set state = 'live', steps = $3, read_at = $4 where shop = $1 and code_id = $2 and holder = 'media_source'", [SHOP, codeId, JSON.stringify([{ key: "assign", values: {}, doneAt }]), doneAt]);
    expect(before.done).toEqual([]);
    const [first, second] = before.rows;
    await standAt(first!.codeId, found);
    await standAt(second!.codeId, old);
    const { steps: after } = await waiting("performance");
    expect(after.done).toMatchObject([{ codeId: first!.codeId, code: first!.code, creator: first!.creator, doneAt: found }]);
    expect(after).toMatchObject({ total: before.total - 2, live: 2 });
  });

  it("shows its list to nobody else, and none for a program of another kind", async () => {
    for (const [id, shop] of [["performance", OTHER_SHOP], ["creators", SHOP], ["nothing", SHOP]] as const) expect((await thrown(waiting(id, shop))).status).toBe(404);
    const look = await (await steps()).action(ask(OTHER_SHOP, "/app/network/steps/performance", { form: { intent: "look" } }, { id: "performance" }));
    expect(await look.json()).toMatchObject({ intent: "look", count: 0 });
    await thrown((await steps()).loader(askAsStranger("/app/network/steps/performance", { id: "performance" })));
  });
});
