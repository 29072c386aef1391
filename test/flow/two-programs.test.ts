// The two-program set-up as one act: a code goes to the creator in the Creator program and to the creators' media source in the Performance program.
import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { listDueInNetworks } from "#app/db/placement-network.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { readSteps } from "#app/domain/network-steps.ts";
import { makeThere } from "#app/flow/code-change.ts";
import { actOnCodes, replaceCode } from "#app/flow/code-life.ts";
import { chooseProgram } from "#app/flow/connect.ts";
import { editDeal, makeDeal } from "#app/flow/deal.ts";
import { compareConnection, compareOnce } from "#app/flow/drift-network.ts";
import { giveCodes } from "#app/flow/give.ts";
import { networkFor } from "#app/flow/networks.ts";
import { wantedOf } from "#app/flow/place-codes-network.ts";
import { choosePair, lookAtSteps, previewPair, tryMediaSource } from "#app/flow/pair.ts";
import { repairDrifts } from "#app/flow/repair.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, account, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } };

/** Both programs, a pair unless told otherwise, and a deal of the creator program. */
async function atelier({ paired = true } = {}) {
  const { programId, connectionId, creatorIds } = await connected(stage);
  const { programId: performanceId } = must(await chooseProgram(SHOP, { connectionId, externalId: stage.performance.id }));
  if (paired) must(await choosePair(SHOP, programId, performanceId, "Ada"));
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  const give = async (codes: Record<string, string>) => must(await giveCodes(SHOP, { dealId, rows: Object.entries(codes).map(([name, code]) => ({ creatorId: creatorIds[name]!, code, policy: "always" })) })).codes.map((one) => one.codeId);
  return { programId, performanceId, connectionId, creatorIds, dealId, give };
}

type Placed = { code: string; holder: string; wanted: string; state: string; problem: string | null; steps: unknown };

const inNetwork = () =>
  rows<Placed>(
    `select c.code, p.holder, p.wanted, p.state, p.problem, p.steps from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 and p.target <> 'store' order by c.position, p.holder desc`,
  );
const states = async () => (await inNetwork()).map(({ code, holder, state }) => `${code} ${holder}: ${state}`);
const openSteps = async () => (await inNetwork()).flatMap(({ steps }) => readSteps(steps).flatMap((step) => (step.doneAt === null ? [step.key] : [])));

const source = () => stage.performance.mediaSources[0]!;
/** What the network's Performance program has, as "code>holder policy state". */
const performance = () =>
  stage.network.account(account).codes.filter((code) => code.programId === stage.performance.id).map((code) => `${code.code}>${code.partnerId === source().id ? "source" : code.partnerId} ${code.policy}${code.expiredMs === null ? "" : " expired"}`);
/** A person takes the step in the network's own pages. */
const assign = (code: string, more: { policy?: "ALWAYS" | "WINNER"; partnerId?: string } = {}) =>
  stage.network.assignCode(account, { programId: stage.performance.id, partnerId: source().id, code, ...more });

const QUARTER = 15 * 60_000;

describe("a code of a paired program", () => {
  test("stands in the creator program by itself, and in the other once a person has assigned it to the media source and it was read back", async () => {
    const { give } = await atelier();
    await give({ marie: "MARIE10" });
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: by_hand"]);
    expect(await openSteps()).toEqual(["assign"]);
    expect(performance()).toEqual([]);

    assign("marie10");
    stage.forward(QUARTER);
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: live"]);
    expect(await openSteps()).toEqual([]);
    expect(readSteps((await inNetwork())[1]!.steps)).toMatchObject([{ key: "assign", doneAt: expect.any(String) }]);
    expect(await rows("select media_source_id, media_source_name from program where shop = $1 and kind = 'performance'")).toEqual([{ media_source_id: source().id, media_source_name: "Creator" }]);
  });

  test("is tried once over the API where the media source is known; after a refusal it and all others wait for a person, who reads one list for all", async () => {
    const { give, performanceId } = await atelier();
    assign("OLD10");
    await give({ marie: "OLD10" });
    await placeAll(stage);
    expect(await states()).toEqual(["OLD10 partner: live", "OLD10 media_source: live"]);

    await give({ lukas: "LUKAS10", zoe: "ZOE10" });
    stage.sent.length = 0;
    await placeAll(stage);
    expect((await states()).slice(2)).toEqual(["LUKAS10 partner: live", "LUKAS10 media_source: by_hand", "ZOE10 partner: live", "ZOE10 media_source: by_hand"]);
    expect(stage.sent.filter((what) => what === "POST PromoCodes")).toHaveLength(3); // one of them was refused
    expect((await inNetwork())[3]!.problem).toContain("Not a partner of this program");

    // The network takes them by now, and a person asks for it.
    stage.performance.mediaSourcesOverApi = true;
    expect(await tryMediaSource(SHOP, performanceId, "Ada")).toBe(2);
    await placeAll(stage);
    expect((await states()).filter((state) => state.includes("source"))).toEqual(["OLD10 media_source: live", "LUKAS10 media_source: live", "ZOE10 media_source: live"]);
    expect(performance()).toEqual(["OLD10>source ALWAYS", "LUKAS10>source ALWAYS", "ZOE10>source ALWAYS"]);
  });

  test("many that wait for a person are read with one list, when one asks for it", async () => {
    const { creatorIds, dealId, performanceId } = await atelier();
    const names = Array.from({ length: 12 }, (_, n) => `MARIE${n}`);
    must(await giveCodes(SHOP, { dealId, rows: names.map((code) => ({ creatorId: creatorIds.marie!, code, policy: "winner" })) }));
    await placeAll(stage, 20);
    expect(await openSteps()).toHaveLength(12);
    for (const name of names) assign(name, { policy: "WINNER" });
    stage.sent.length = 0;
    expect(await lookAtSteps(SHOP, performanceId)).toBe(12);
    await placeAll(stage);
    expect(stage.sent.filter((what) => what === "GET PromoCodes")).toHaveLength(1);
    expect(await openSteps()).toEqual([]);
  });

  test("that was assigned under another policy or end is said to be, until that is set right", async () => {
    const { give, performanceId } = await atelier();
    await give({ marie: "MARIE10" });
    await placeAll(stage);
    const wrong = stage.network.assignCode(account, { programId: stage.performance.id, partnerId: source().id, code: "MARIE10", policy: "WINNER", endMs: Date.now() + 40 * 86_400_000 });
    await lookAtSteps(SHOP, performanceId);
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: by_hand"]);
    expect(await openSteps()).toEqual(["policy", "dates"]);
    wrong.policy = "ALWAYS";
    wrong.endMs = null;
    await lookAtSteps(SHOP, performanceId);
    await placeAll(stage);
    expect(await openSteps()).toEqual([]);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: live"]);
  });

  test("is paused, resumed, replaced and retired in both", async () => {
    stage.performance.mediaSourcesOverApi = true;
    const { give } = await atelier();
    assign("FIRST10");
    await give({ lukas: "FIRST10" });
    const [marie] = await give({ marie: "MARIE10" });
    await placeAll(stage);
    const of = (code: string) => stage.network.codesNamed(account, code).map((one) => `${one.programId === stage.performance.id ? "performance" : "creators"}${one.expiredMs === null ? "" : " expired"}`).sort();
    expect(of("MARIE10")).toEqual(["creators", "performance"]);
    await actOnCodes(SHOP, "pause", [marie!], "Ada");
    await placeAll(stage);
    expect(of("MARIE10")).toEqual(["creators expired", "performance expired"]);
    await actOnCodes(SHOP, "resume", [marie!], "Ada");
    await placeAll(stage);
    expect(of("MARIE10")).toEqual(["creators", "creators expired", "performance", "performance expired"]);

    const { codeId } = must(await replaceCode(SHOP, marie!, "MARIE15", "Ada"));
    await placeAll(stage, 20);
    expect(of("MARIE15")).toEqual(["creators", "performance"]);
    expect(of("MARIE10").filter((one) => !one.endsWith("expired"))).toEqual([]);
    await actOnCodes(SHOP, "retire", [codeId], "Ada");
    await placeAll(stage);
    expect(of("MARIE15")).toEqual(["creators expired", "performance expired"]);
  });

  test("follows an edit of its deal's dates in the program that has no such deal: over the API, or as a step", async () => {
    stage.performance.mediaSourcesOverApi = true;
    const { give, dealId } = await atelier();
    assign("FIRST10");
    await give({ lukas: "FIRST10" });
    await give({ marie: "MARIE10" });
    await placeAll(stage);
    const edit = async (version: number, endsAt: Date) => {
      must(await editDeal(SHOP, dealId, version, { name: "Spring", terms, startsAt: new Date(Date.now() - 3_600_000).toISOString(), endsAt: endsAt.toISOString() }));
      await placeAll(stage);
    };
    const endsOf = (code: string) => stage.network.codesNamed(account, code).filter((one) => one.programId === stage.performance.id && one.expiredMs === null).map((one) => one.endMs);
    const first = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 20 * 86_400_000);
    await edit(1, first);
    expect(endsOf("MARIE10")).toEqual([first.getTime()]);
    // What a person assigned, the app does not expire for a change that the API may refuse.
    expect(endsOf("FIRST10")).toEqual([null]);
    expect((await states()).filter((state) => !state.endsWith("live"))).toEqual(["FIRST10 media_source: by_hand"]);

    // By now the network takes none for the media source any more.
    stage.performance.mediaSourcesOverApi = false;
    await rows("update program set media_source_refused_at = now() where shop = $1 and kind = 'performance'");
    await edit(2, new Date(first.getTime() + 10 * 86_400_000));
    expect(endsOf("MARIE10")).toEqual([first.getTime()]); // it stands there as it was
    expect(await openSteps()).toEqual(["dates", "dates"]);
  });

  test("that is retired before anybody took the step is nowhere; one that a person assigned meanwhile is expired there", async () => {
    const { give } = await atelier();
    const [marie, lukas] = await give({ marie: "MARIE10", lukas: "LUKAS10" });
    await placeAll(stage);
    assign("LUKAS10");
    await actOnCodes(SHOP, "retire", [marie!, lukas!], "Ada");
    await placeAll(stage);
    expect((await states()).every((state) => state.endsWith("expired"))).toBe(true);
    expect(performance()).toEqual(["LUKAS10>source ALWAYS expired"]);
  });
});

describe("codes that were there before the pair", () => {
  test("is not told to the network any more once the pair was taken back, though it was due a moment ago", async () => {
    const { give, programId, connectionId } = await atelier();
    await give({ marie: "MARIE10" });
    await placeAll(stage);
    stage.forward(QUARTER);
    const [row] = await listDueInNetworks(SHOP, now(), 10, "media_source");
    must(await choosePair(SHOP, programId, "", "Ada"));
    stage.sent.length = 0;
    expect(await makeThere(SHOP, await networkFor(SHOP, connectionId), row!, wantedOf(row!, source().id))).toEqual({ ok: true });
    expect([stage.sent, performance()]).toEqual([[], []]);
  });

  test("are counted before it is chosen, and come to the other program then; taking the pair back drops what nobody assigned yet", async () => {
    const { give, programId, performanceId } = await atelier({ paired: false });
    await give({ marie: "MARIE10", lukas: "LUKAS10" });
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "LUKAS10 partner: live"]);
    expect(await previewPair(SHOP, programId, performanceId)).toEqual({ ok: true, count: 2 });
    must(await choosePair(SHOP, programId, performanceId, "Ada"));
    await placeAll(stage);
    assign("MARIE10");
    await lookAtSteps(SHOP, performanceId);
    await placeAll(stage);
    expect((await states()).filter((state) => state.includes("source"))).toEqual(["MARIE10 media_source: live", "LUKAS10 media_source: by_hand"]);
    expect(await previewPair(SHOP, programId, performanceId)).toEqual({ ok: true, count: 0 });

    must(await choosePair(SHOP, programId, "", "Ada"));
    await placeAll(stage);
    expect((await states()).filter((state) => state.includes("source"))).toEqual(["MARIE10 media_source: live"]);
    expect(errorsOf(await choosePair(SHOP, performanceId, programId, "Ada"))).toEqual(["programId: program.not_found"]);
    expect(errorsOf(await choosePair(SHOP, programId, programId, "Ada"))).toEqual(["pairId: program.no_pair"]);
  });
});

describe("a partner who has the name in the Performance program", () => {
  test("is found after the placing, and by the sweep; once his is expired, the code comes there", async () => {
    const { give, connectionId } = await atelier();
    await give({ marie: "MARIE10" });
    // Between the pre-flight and the placing.
    stage.network.addPartnerToProgram(account, stage.partners.lukas, stage.performance.id, { state: "joined" });
    const his = assign("MARIE10", { partnerId: stage.partners.lukas });
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: refused"]);
    expect(JSON.parse((await inNetwork())[1]!.problem!)).toMatchObject({ key: "problem.partner_in_performance", values: { partner: "Łukasz Nowak" } });
    const found = () => rows<{ id: string; kind: string; theirs: { externalId: string } }>("select id::text as id, kind, theirs from drift where shop = $1 and closed_at is null");
    expect(await found()).toMatchObject([{ kind: "in_performance", theirs: { externalId: his.id } }]);
    expect(await compareConnection(SHOP, connectionId)).toBe(true);
    const [drift] = await found();
    expect(await found()).toHaveLength(1);

    expect(await repairDrifts(SHOP, [drift!.id], "ours", "Ada")).toMatchObject({ done: 1 });
    await compareOnce();
    expect(await found()).toEqual([]);
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: by_hand"]);
    expect(performance()).toEqual([`MARIE10>${stage.partners.lukas} ALWAYS expired`]);
  });

  test("who gave it up himself leaves room at the next sweep", async () => {
    const { give, connectionId } = await atelier();
    await give({ marie: "MARIE10" });
    stage.network.addPartnerToProgram(account, stage.partners.lukas, stage.performance.id, { state: "joined" });
    const his = assign("MARIE10", { partnerId: stage.partners.lukas });
    await placeAll(stage);
    stage.network.expireCode(account, his.id);
    assign("MARIE10");
    expect(await compareConnection(SHOP, connectionId)).toBe(true);
    await placeAll(stage);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: live"]);
  });

  test("the media source's code that was expired over there is missing, and waits for a person again when that is asked for", async () => {
    const { give, connectionId } = await atelier();
    const mine = assign("MARIE10");
    await give({ marie: "MARIE10" });
    await placeAll(stage);
    stage.network.expireCode(account, mine.id);
    stage.forward(1_000);
    expect(await compareConnection(SHOP, connectionId)).toBe(true);
    expect(await states()).toEqual(["MARIE10 partner: live", "MARIE10 media_source: missing"]);
    const [drift] = await rows<{ id: string }>("select id::text as id from drift where shop = $1 and closed_at is null");
    expect(await repairDrifts(SHOP, [drift!.id], "ours", "Ada")).toMatchObject({ done: 1 });
    await placeAll(stage);
    expect(await openSteps()).toEqual(["assign"]);
  });
});
