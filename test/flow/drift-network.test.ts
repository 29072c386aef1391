import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { endCodes, pauseCodes, resumeCodes, setWindow } from "#app/db/code-life.ts";
import { pool } from "#app/db.server.ts";
import { compareConnection, compareOnce } from "#app/flow/drift-network.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { repairDrifts } from "#app/flow/repair.ts";
import { useDatabase } from "#test/support/database.ts";
import { account, connected, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const WHO = "merchant";

async function given(codes: Record<string, string> = { marie: "MARIE10" }) {
  const known = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId: known.programId, terms: { value: { kind: "percentage", basisPoints: 1000 } }, startsAt: null, endsAt: null }));
  must(await giveCodes(SHOP, { dealId, rows: Object.entries(codes).map(([name, code]) => ({ creatorId: known.creatorIds[name]!, code, policy: "always" })) }));
  await placeAll(stage);
  stage.forward(1_000);
  await compareConnection(SHOP, known.connectionId);
  expect(await open()).toEqual([]);
  return { ...known, dealId };
}

const open = () => rows<{ id: string; about: string; kind: string; how: string | null }>("select id::text as id, about, kind, how from drift where shop = $1 and closed_at is null order by id");
const ids = async () => (await open()).map((drift) => drift.id);
const placement = async () => (await rows<{ state: string; wanted: string; problem: string | null; partner_id: string }>("select state, wanted, problem, partner_id from code_placement where shop = $1 and target <> 'store' order by code_id"))[0]!;
const there = () => stage.network.account(account).codes;
const standing = () => there().filter((code) => code.expiredMs === null).map((code) => `${code.code} ${code.partnerId} ${code.policy}`);

async function settle(connectionId: string): Promise<void> {
  await placeAll(stage);
  stage.forward(1_000);
  await compareConnection(SHOP, connectionId);
}

describe("drift of a network", () => {
  test("nothing differs while a code is on its way", async () => {
    const { connectionId } = await given();
    there()[0]!.policy = "WINNER";
    await pool().query("update code_placement set state = 'asked' where shop = $1 and target <> 'store'", [SHOP]);
    await compareConnection(SHOP, connectionId);
    expect(await open()).toEqual([]);
  });

  test("a code ended there is marked, and comes back, or is given up there and stays in the store", async () => {
    const { connectionId } = await given();
    stage.network.expireCode(account, there()[0]!.id);
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    expect(await open()).toMatchObject([{ about: "code", kind: "expired" }]);
    expect(await placement()).toMatchObject({ state: "missing", wanted: "live" });
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    await settle(connectionId);
    expect(await open()).toEqual([]);
    expect(standing()).toEqual([`MARIE10 ${stage.partners.marie} ALWAYS`]);

    stage.network.expireCode(account, there().find((code) => code.expiredMs === null)!.id);
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    await repairDrifts(SHOP, await ids(), "theirs", WHO);
    await settle(connectionId);
    expect(await placement()).toMatchObject({ state: "expired", wanted: "gone" });
    expect(standing()).toEqual([]);
    expect(stage.store.discounts().flatMap((discount) => discount.codes.map((code) => code.code))).toContain("MARIE10");
    expect(await open()).toEqual([]);
  });

  test("a code that slips between two pages of the list is asked for by name, and is not missing", async () => {
    const { connectionId } = await given();
    const hidden = [...there()];
    let lists = 0;
    stage.before = (what) => {
      if (what === "GET PromoCodes" && (lists += 1) === 1) there().length = 0;
    };
    stage.after = () => {
      if (lists === 1 && there().length === 0) there().push(...hidden);
    };
    expect(await compareConnection(SHOP, connectionId)).toBe(true);
    expect(lists).toBeGreaterThan(0);
    expect(await open()).toEqual([]);
    expect(await placement()).toMatchObject({ state: "live", problem: null });
  });

  test("where many are missing, some are asked for by name in a turn, and the rest stays as it is known until the next", async () => {
    const { connectionId } = await given();
    await pool().query("insert into code (shop, id, code, key, match, created_at) select $1, 'more' || n, 'MORE' || n, 'MORE' || n, 'exact', now() from generate_series(1, 30) n", [SHOP]);
    await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select $1, 'more' || n, t.valid_from, t.creator_id, t.program_id, t.credit_policy from code_term t, generate_series(1, 30) n where t.shop = $1 limit 30", [SHOP]);
    await pool().query("insert into code_placement (shop, code_id, target, partner_id, external_id, state, next_at) select $1, 'more' || n, p.target, p.partner_id, '77000' || n, 'live', p.next_at from code_placement p, generate_series(1, 30) n where p.shop = $1 and p.target <> 'store'", [SHOP]);
    expect(await compareConnection(SHOP, connectionId)).toBe("rest");
    expect(await open()).toHaveLength(25);
    expect(await rows("select count(*)::int as n from code_placement where shop = $1 and target <> 'store' and state = 'missing'")).toEqual([{ n: 25 }]);
    stage.forward(1_000);
    expect(await compareConnection(SHOP, connectionId)).toBe(true);
    expect(await open()).toHaveLength(30);
  });

  test("a code that was given up there stays out of that network, whatever is done with it", async () => {
    const { connectionId, dealId } = await given();
    const [code] = await rows<{ id: string }>("select id from code where shop = $1");
    stage.network.expireCode(account, there()[0]!.id);
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    await repairDrifts(SHOP, await ids(), "theirs", WHO);
    const act = () => ({ at: now(), who: WHO });
    const inStore = () => stage.store.discounts().flatMap((discount) => discount.codes.map((one) => one.code)).includes("MARIE10");
    await pauseCodes(SHOP, [code!.id], act());
    await settle(connectionId);
    expect(inStore()).toBe(false);
    await resumeCodes(SHOP, [code!.id], act());
    await settle(connectionId);
    expect(inStore()).toBe(true);
    expect(standing()).toEqual([]);
    expect(await placement()).toMatchObject({ state: "expired", wanted: "gone" });
    await endCodes(SHOP, [code!.id], act());
    await settle(connectionId);
    await setWindow(SHOP, code!.id, { dealId, startsAt: null, endsAt: null }, act());
    await settle(connectionId);
    expect(inStore()).toBe(true);
    expect(standing()).toEqual([]);
  });

  test("another policy there: written anew, or taken over from now on", async () => {
    const { connectionId } = await given();
    there()[0]!.policy = "WINNER";
    await compareConnection(SHOP, connectionId);
    expect(await open()).toMatchObject([{ kind: "policy" }]);
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    await settle(connectionId);
    expect(standing()).toEqual([`MARIE10 ${stage.partners.marie} ALWAYS`]);
    expect(await open()).toEqual([]);

    there().find((code) => code.expiredMs === null)!.policy = "INVOLVED";
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    await repairDrifts(SHOP, await ids(), "theirs", WHO);
    stage.sent.length = 0;
    await settle(connectionId);
    expect(stage.sent.filter((what) => /^(POST|DELETE)/.test(what))).toEqual([]);
    expect(await rows("select credit_policy from code_term where shop = $1 order by valid_from desc limit 1")).toEqual([{ credit_policy: "involved" }]);
    expect(await open()).toEqual([]);
  });

  test("another partner's there: freed and placed anew, or the code is that creator's from now on", async () => {
    const { connectionId, creatorIds } = await given();
    there()[0]!.partnerId = stage.partners.zoe;
    await compareConnection(SHOP, connectionId);
    expect(await open()).toMatchObject([{ kind: "partner" }]);
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    await settle(connectionId);
    expect(standing()).toEqual([`MARIE10 ${stage.partners.marie} ALWAYS`]);
    expect(await open()).toEqual([]);

    there().find((code) => code.expiredMs === null)!.partnerId = stage.partners.zoe;
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    await repairDrifts(SHOP, await ids(), "theirs", WHO);
    await settle(connectionId);
    expect(standing()).toEqual([`MARIE10 ${stage.partners.zoe} ALWAYS`]);
    expect(await rows("select creator_id from code_term where shop = $1 order by valid_from desc limit 1")).toEqual([{ creator_id: creatorIds.zoe }]);
    expect(await open()).toEqual([]);
  });

  test("the code as a partner's in a performance program is found, whether or not that program is chosen, and expired there; with the media source it may stand", async () => {
    const { connectionId } = await given();
    const { id } = stage.network.addPartner(account, { name: "Coupon Site" });
    stage.network.addPartnerToProgram(account, id, stage.performance.id, { state: "joined" });
    const code = stage.network.keepCode(stage.network.account(account), {
      code: "marie10", type: "LI", policy: "ALWAYS", programId: stage.performance.id, partnerId: id, dealId: null, createdMs: 0, startMs: null, endMs: null, expiredMs: null,
    });
    await compareConnection(SHOP, connectionId);
    expect(await open()).toMatchObject([{ about: "code", kind: "in_performance" }]);
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    await compareOnce();
    expect(code.expiredMs).not.toBeNull();
    expect(await open()).toEqual([]);

    stage.network.keepCode(stage.network.account(account), { ...code, partnerId: stage.performance.mediaSources[0]!.id, expiredMs: null });
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    expect(await open()).toEqual([]);
  });

  test("a code that nobody here knows is shown, and left", async () => {
    const { connectionId } = await given();
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "OLD20", policy: "ALWAYS", type: "LI" } as never);
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    expect(await open()).toMatchObject([{ about: "program", kind: "extra_code" }]);
    await repairDrifts(SHOP, await ids(), "leave", WHO);
    await compareConnection(SHOP, connectionId);
    expect(await open()).toEqual([]);
  });

  test("a deal that was changed there is brought back", async () => {
    const { connectionId, dealId } = await given();
    const [deal] = stage.network.account(account).deals;
    stage.network.changeDeal(account, deal!.id, { Name: "Something else" });
    stage.forward(1_000);
    await compareConnection(SHOP, connectionId);
    expect(await open()).toMatchObject([{ about: "deal", kind: "edited" }]);
    expect(await repairDrifts(SHOP, await ids(), "theirs", WHO)).toMatchObject({ done: 0, refused: [{ key: "drift.no_such_choice" }] });
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    await settle(connectionId);
    expect(await open()).toEqual([]);
    expect(stage.network.account(account).deals[0]!.fields.Name).toBe("Spring");
    expect(await rows("select state from deal_placement where shop = $1 and deal_id = $2", [SHOP, dealId])).toEqual([{ state: "live" }]);
  });

  test("a network that does not answer leaves everything as it was known", async () => {
    const { connectionId } = await given();
    stage.before = (what) => {
      if (what.startsWith("GET")) throw new Error("cut");
    };
    expect(await compareConnection(SHOP, connectionId)).toBe(false);
    stage.before = null;
    expect(await open()).toEqual([]);
    expect(await placement()).toMatchObject({ state: "live" });
    expect(await placeOnce()).toBe(0);
  });
});
