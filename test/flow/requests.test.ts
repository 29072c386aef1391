// Creators' requests for a code, from the network's list to a code that stands on both sides.
import { beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { actOnCodes } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { carryRequests } from "#app/flow/requests-carry.ts";
import { readRequests } from "#app/flow/requests-read.ts";
import { approveRequests, checkGrants, keepCodeOfRequest, rejectRequests, retryRequest, takeOutRequestCode } from "#app/flow/requests.ts";
import type { NewRequest } from "#test/local/network/network.ts";
import { useDatabase } from "#test/support/database.ts";
import { killAt } from "./killed.ts";
import { account, connected, errorsOf, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
beforeEach(() => pool().query("truncate code_request"));

const MINUTE_MS = 60_000;
const terms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } };
const requests = () => stage.network.account(account).requests;
const codesThere = () => stage.network.account(account).codes.map(({ code, partnerId, policy, dealId, expiredMs }) => ({ code, partnerId, policy, deal: dealId !== null, expired: expiredMs !== null }));
const codesInStore = () => stage.store.discounts().flatMap((discount) => discount.codes.map((code) => code.code)).filter((code) => !code.startsWith("RESERVE"));
const kept = (id: string) => rows<{ state: string; stage: string | null; problem: string | null; creator_id: string | null; program_id: string | null; code: string | null }>("select state, stage, problem, creator_id, program_id, code from code_request where shop = $1 and request_id = $2", [SHOP, id]).then((found) => found[0]!);
const problemOf = async (id: string) => JSON.parse((await kept(id)).problem ?? "{}").key as string | undefined;

async function begun(asked: Partial<NewRequest> = {}, dealInput: Record<string, unknown> = {}) {
  const shop = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId: shop.programId, terms, startsAt: null, endsAt: null, ...dealInput }));
  await placeAll(stage);
  const { id } = ask(asked);
  must({ ok: (await readRequests()) === 1 });
  const key = { connectionId: shop.connectionId, requestId: id };
  const grant = (code: string, policy = "always") => approveRequests(SHOP, { dealId, policy, rows: [{ ...key, code }] });
  return { ...shop, dealId, id, key, grant };
}

function ask(asked: Partial<NewRequest> = {}) {
  return stage.network.addRequest(account, { programId: stage.creators.id, partnerId: stage.partners.marie, code: "MARIE10", instructions: "For my reel <b>soon</b>", ...asked });
}

/** Runs both loops until nothing is left to do. */
async function carryAll(turns = 14): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await placeOnce();
    await carryRequests();
    stage.forward(2_500);
  }
}

describe("reading requests", () => {
  test("they are matched to program and creator, and read again every quarter of an hour", async () => {
    const { id, programId, creatorIds } = await begun();
    const stranger = ask({ partnerId: stage.partners.zoe, programId: stage.performance.id, code: "ZOE5" }).id;
    expect(await readRequests()).toBe(0);
    stage.forward(16 * MINUTE_MS);
    expect(await readRequests()).toBe(1);
    expect(await kept(id)).toMatchObject({ state: "new", stage: null, creator_id: creatorIds.marie, program_id: programId });
    expect(await kept(stranger)).toMatchObject({ state: "new", creator_id: null, program_id: null });
  });

  test.each<[string, (id: string) => void, string]>([
    ["declined in the network's own pages", (id) => Object.assign(requests().find((one) => one.id === id)!, { state: "DECLINED" }), "declined"],
    ["approved there", (id) => Object.assign(requests().find((one) => one.id === id)!, { state: "APPROVED", approved: "MARIE10" }), "approved"],
    ["in a state that nobody knows", (id) => Object.assign(requests().find((one) => one.id === id)!, { state: "ON_HOLD" }), "other"],
    ["withdrawn", (id) => stage.network.withdrawRequest(account, id), "gone"],
  ])("one that is %s meanwhile is seen as that, and cannot be decided here", async (_name, change, state) => {
    const { id, grant, key } = await begun();
    change(id);
    stage.forward(16 * MINUTE_MS);
    await readRequests();
    expect(await kept(id)).toMatchObject({ state, stage: null });
    expect(errorsOf(await grant("MARIE10"))).toContain("rows.0.code: request.decided");
    expect(errorsOf(await rejectRequests(SHOP, [key], "No"))).toEqual(["form: request.decided_here"]);
  });

  test("a token that may not read them is said, and asked again a quarter of an hour later only", async () => {
    await begun();
    stage.network.addFault({ kind: "403", endpoint: "/TrackingValueRequests" });
    stage.forward(16 * MINUTE_MS);
    await readRequests();
    expect(await rows("select requests_problem from network_connection where shop = $1")).toEqual([{ requests_problem: expect.stringContaining("network.forbidden") }]);
    expect(await readRequests()).toBe(0);
    stage.network.clearFaults();
    stage.forward(16 * MINUTE_MS);
    await readRequests();
    expect(await rows("select requests_problem from network_connection where shop = $1")).toEqual([{ requests_problem: null }]);
  });
});

describe("granting", () => {
  test.each([["Always", "always"], ["Involved", "involved"], ["Winner", "winner"]])("%s: the code is made in the store first, granted in the network, and stands there once, as ours", async (_name, policy) => {
    const { id, grant, dealId } = await begun();
    stage.sent.length = 0;
    expect(must(await grant("MARIE10", policy))).toMatchObject({ chosen: 1, late: 0 });
    await carryAll();
    expect(await kept(id)).toMatchObject({ state: "approved", stage: "done", problem: null });
    expect(requests()[0]).toMatchObject({ state: "APPROVED", approved: "MARIE10" });
    expect(codesInStore()).toEqual(["MARIE10"]);
    expect(codesThere()).toEqual([{ code: "MARIE10", partnerId: stage.partners.marie, policy: policy.toUpperCase(), deal: true, expired: false }]);
    expect(await rows("select p.target = 'store' as store, p.state, p.problem from code_placement p where p.shop = $1 order by 1")).toEqual([{ store: false, state: "live", problem: null }, { store: true, state: "live", problem: null }]);
    expect(stage.sent.filter((what) => /^(POST PromoCodes|PUT TrackingValueRequests)/.test(what))).toHaveLength(1);
    expect(stage.sent.findIndex((what) => what === "AddRedeemCodes")).toBeLessThan(stage.sent.findIndex((what) => what.startsWith("PUT Tracking")));
    expect(await rows("select distinct deal_id from code where shop = $1")).toEqual([{ deal_id: dealId }]);
  });

  test("a code other than the one that was wished for", async () => {
    const { id, grant } = await begun({ code: "marie ♥" });
    expect(errorsOf(await grant("marie ♥"))).toContain("rows.0.code: code.network_characters");
    must(await grant("MARIE15"));
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "done", code: "MARIE15" });
    expect(requests()[0]).toMatchObject({ approved: "MARIE15", requested: "marie ♥" });
  });

  test("of several creators at once with one deal; one that somebody decided meanwhile is told", async () => {
    const { dealId, key } = await begun();
    const zoe = ask({ partnerId: stage.partners.zoe, code: "ZOE10" }).id;
    stage.forward(16 * MINUTE_MS);
    await readRequests();
    const both = [{ ...key, code: "MARIE10" }, { ...key, requestId: zoe, code: "ZOE10" }];
    must(await rejectRequests(SHOP, [{ ...key }], "Twice asked"));
    expect(must(await approveRequests(SHOP, { dealId, policy: "always", rows: both }))).toMatchObject({ chosen: 1, late: 1 });
    expect(errorsOf(await approveRequests(SHOP, { dealId, policy: "always", rows: both }))).toEqual(["form: request.decided_here"]);
    await carryAll();
    expect(requests().map((one) => one.state)).toEqual(["DECLINED", "APPROVED"]);
  });

  test("two tabs: the second is told, and one code is made", async () => {
    const { grant } = await begun();
    const both = await Promise.all([grant("MARIE10"), grant("MARIE10")]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    await carryAll();
    expect(codesThere()).toHaveLength(1);
    expect(codesInStore()).toEqual(["MARIE10"]);
  });

  test.each<[string, Partial<NewRequest>, string]>([
    ["several codes in one request", { code: "MARIE1, MARIE2" }, "rows.0.code: request.several"],
    ["who has not joined", { get partnerId() { return stage.partners.pia; } }, "rows.0.creatorId: give.not_joined_pending"],
    ["of a program that is not chosen here", { get programId() { return stage.performance.id; } }, "rows.0.creatorId: request.no_program"],
  ])("%s is said beforehand", async (_name, asked, error) => {
    const { grant } = await begun(asked);
    expect(errorsOf(await grant("FREE123"))).toContain(error);
    expect(await carryRequests()).toBe(0);
  });

  test("a name that another partner has there is found, and a free one offered", async () => {
    const { dealId, key } = await begun();
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.zoe, code: "MARIE10" });
    const checked = must(await checkGrants(SHOP, { dealId, policy: "always", rows: [{ ...key, code: "MARIE10" }] }));
    const taken = checked.rows[0]!.findings.find((finding) => finding.key === "give.taken_in_network")!;
    expect(taken.remedies.find((remedy) => remedy.kind === "rename")?.suggestion).toMatch(/^MARIE10\w+$/);
  });

  test("a day that is past, by which it was needed, is shown and keeps nothing back", async () => {
    const { dealId, key, grant } = await begun({ neededMs: Date.UTC(2026, 0, 5) });
    const checked = must(await checkGrants(SHOP, { dealId, policy: "always", rows: [{ ...key, code: "MARIE10" }] }));
    expect(checked).toMatchObject({ blocking: false });
    expect(checked.rows[0]!.findings).toContainEqual(expect.objectContaining({ key: "request.needed_past", values: { day: "2026-01-05" }, blocking: false }));
    must(await grant("MARIE10"));
  });

  test("a deal whose codes do not follow its dates: the network's code, which has none, is made anew with them", async () => {
    const end = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const { grant } = await begun({}, { endsAt: end });
    for (const deal of stage.network.account(account).deals) deal.synch = false;
    await pool().query("update deal_placement set seen = jsonb_set(seen, '{syncs}', 'false') where shop = $1", [SHOP]);
    must(await grant("MARIE10"));
    await carryAll(20);
    const standing = stage.network.account(account).codes.filter((code) => code.expiredMs === null);
    expect(standing).toHaveLength(1);
    expect(standing[0]).toMatchObject({ code: "MARIE10", endMs: Date.parse(end) - (Date.parse(end) % 1_000) });
  });
});

describe("what goes wrong on the way", () => {
  test.each([["before", "timeout"], ["after", "reset"], ["before", "503"], ["after", "503"]] as const)("no answer to the approval, %s it was acted upon (%s): one approval, one code", async (when, kind) => {
    const { id, grant } = await begun();
    must(await grant("MARIE10"));
    if (kind === "timeout") {
      let struck = false;
      stage.before = (what) => {
        if (what.startsWith("PUT Tracking") && !struck) { struck = true; throw Object.assign(new Error("late"), { name: "TimeoutError" }); }
      };
    } else stage.network.addFault({ kind, when, endpoint: "PUT /TrackingValueRequests/*", count: 1 });
    await carryAll(24);
    expect(await kept(id)).toMatchObject({ stage: "done", state: "approved" });
    expect(codesThere()).toHaveLength(1);
    expect(await rows("select state from code_placement where shop = $1 and target <> 'store'")).toEqual([{ state: "live" }]);
  });

  test.each<[string, "before" | "after"]>(
    ["GET TrackingValueRequests/", "PUT TrackingValueRequests/", "GET PromoCodes"].flatMap((what) => (["before", "after"] as const).map((when): [string, "before" | "after"] => [what, when])),
  )("killed at %s, %s it: the same end", async (what, when) => {
    const { id, grant } = await begun();
    must(await grant("MARIE10"));
    const killed = await killAt(stage, what.endsWith("/") ? `${what}${id}` : what, when, async () => {
      await placeOnce();
      await carryRequests();
    });
    await carryAll();
    await killed.bury();
    expect(await kept(id)).toMatchObject({ stage: "done", state: "approved", problem: null });
    expect([codesInStore(), codesThere().length, requests()[0]!.approved]).toEqual([["MARIE10"], 1, "MARIE10"]);
  }, 30_000);

  test("dying once the code is made, before that is noted: it is made once", async () => {
    const { id, grant, dealId, creatorIds } = await begun();
    must(await grant("MARIE10"));
    const [{ code_id: codeId }] = (await rows<{ code_id: string }>("select code_id from code_request where shop = $1")) as [{ code_id: string }];
    must(await giveCodes(SHOP, { dealId, rows: [{ id: codeId, creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "done" });
    expect(await rows("select code from code where shop = $1")).toEqual([{ code: "MARIE10" }]);
  });

  test("refused by the network after the code was made: both sides are told, then tried again", async () => {
    const { id, key, grant } = await begun();
    must(await grant("MARIE10"));
    stage.network.addFault({ kind: "402", endpoint: "PUT /TrackingValueRequests/*", count: 1 });
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "failed", state: "new" });
    expect([codesInStore(), codesThere()]).toEqual([["MARIE10"], []]);
    const waiting = () => rows<{ state: string; problem: string | null }>("select state, problem from code_placement where shop = $1 and target <> 'store'");
    expect(await waiting()).toEqual([{ state: "waiting", problem: expect.stringContaining("request.waits") }]);
    must(await retryRequest(SHOP, key));
    expect(await waiting()).toEqual([{ state: "waiting", problem: null }]);
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "done", problem: null });
    expect(codesThere()).toHaveLength(1);
  });

  test("refused, and the code taken out: it is gone from the store, and the request can be granted with another", async () => {
    const { id, key, grant } = await begun();
    must(await grant("MARIE10"));
    stage.network.addFault({ kind: "402", endpoint: "PUT /TrackingValueRequests/*", count: 1 });
    await carryAll();
    expect(errorsOf(await grant("MARIE11"))).toEqual(["form: request.decided_here"]);
    must(await takeOutRequestCode(SHOP, key));
    await carryAll();
    expect(codesInStore()).toEqual([]);
    must(await grant("MARIE11"));
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "done", code: "MARIE11" });
    expect(codesThere()).toMatchObject([{ code: "MARIE11" }]);
  });

  test("granted without an answer, and the code taken out before that is known: it goes from the network too", async () => {
    const { id, grant } = await begun();
    must(await grant("MARIE10"));
    stage.network.addFault({ kind: "503", endpoint: "PUT /TrackingValueRequests/*", when: "after", count: 1 });
    for (let turn = 0; turn < 14 && requests()[0]!.state !== "APPROVED"; turn++) await carryAll(1);
    expect(await kept(id)).toMatchObject({ stage: "approving" });
    const [code] = await rows<{ id: string }>("select id from code where shop = $1");
    await actOnCodes(SHOP, "retire", [code!.id], "Camille");
    for (let turn = 0; turn < 4; turn++) {
      await carryAll(4);
      stage.forward(MINUTE_MS);
    }
    expect(await problemOf(id)).toBe("request.code_gone");
    expect(codesThere()).toMatchObject([{ code: "MARIE10", expired: true }]);
  });

  test.each<[string, (id: string) => void, string]>([
    ["withdrawn", (id) => stage.network.withdrawRequest(account, id), "request.withdrawn"],
    ["declined", (id) => Object.assign(requests().find((one) => one.id === id)!, { state: "DECLINED" }), "request.declined_there"],
    ["granted with another code", (id) => Object.assign(requests().find((one) => one.id === id)!, { state: "APPROVED", approved: "OTHER5" }), "request.granted_otherwise"],
  ])("%s in the network while the code is made: said, and the code is kept and placed like any other", async (_name, change, problem) => {
    const { id, key, grant } = await begun();
    must(await grant("MARIE10"));
    change(id);
    await carryAll();
    expect(await problemOf(id)).toBe(problem);
    expect([codesInStore(), codesThere()]).toEqual([["MARIE10"], []]);
    must(await keepCodeOfRequest(SHOP, key));
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "kept" });
    expect(codesThere()).toMatchObject([{ code: "MARIE10", partnerId: stage.partners.marie }]);
  });

  test("the name was given to somebody else between the decision and its making", async () => {
    const { id, grant, dealId, creatorIds } = await begun();
    must(await grant("MARIE10"));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.zoe!, code: "marie10", policy: "always" }] }));
    await carryAll();
    expect(await kept(id)).toMatchObject({ stage: "failed", state: "new" });
    expect(requests()[0]).toMatchObject({ state: "NEW" });
  });
});

describe("declining", () => {
  test("needs a reason, which is kept here; the network is told without it", async () => {
    const { id, key } = await begun();
    expect(errorsOf(await rejectRequests(SHOP, [key], "  "))).toEqual(["reason: hand.reason_missing"]);
    must(await rejectRequests(SHOP, [key], "We have\nno budget left."));
    await carryAll(2);
    expect(await rows("select state, stage, reason from code_request where shop = $1")).toEqual([{ state: "declined", stage: "done", reason: expect.stringContaining("no budget left") }]);
    expect(requests().find((one) => one.id === id)).toMatchObject({ state: "DECLINED" });
  });

  test.each(["before", "after"] as const)("no answer, %s it was acted upon: declined once", async (when) => {
    const { id, key } = await begun();
    stage.network.addFault({ kind: "503", when, endpoint: "DELETE /TrackingValueRequests/*", count: 1 });
    must(await rejectRequests(SHOP, [key], "No"));
    await carryAll(8);
    expect(await kept(id)).toMatchObject({ state: "declined", stage: "done" });
  });

  test("granted there meanwhile: said, nothing is declined", async () => {
    const { id, key } = await begun();
    must(await rejectRequests(SHOP, [key], "No"));
    Object.assign(requests()[0]!, { state: "APPROVED", approved: "MARIE10" });
    await carryAll(2);
    expect([await problemOf(id), requests()[0]!.state]).toEqual(["request.granted_otherwise", "APPROVED"]);
  });
});
