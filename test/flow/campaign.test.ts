// A campaign from its making to the codes of its creators: who is asked, who gets a code, who is left, and what two people may do to it at once.
import { describe, expect, test } from "vitest";
import { findCampaign } from "#app/db/campaign.ts";
import { codeForAll, countCampaignCreators, listCampaignCreators, listCampaigns } from "#app/db/reads/campaigns.ts";
import { emptyCampaign } from "#app/domain/campaign.ts";
import { USUAL_NAMING } from "#app/domain/naming-pattern.ts";
import { startBatch } from "#app/flow/batch.ts";
import { batchOnce } from "#app/flow/batch-run.ts";
import { askCreators, askListed, editCampaign, fieldsOf, giveCampaignCodes, makeCampaign, turnCampaign } from "#app/flow/campaign.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { actOnCodes, makeVoid, replaceCode } from "#app/flow/code-life.ts";
import { applyFile } from "#app/flow/files-apply.ts";
import { filledFile } from "#app/flow/files-fill.ts";
import { fileDetail, takeFile } from "#app/flow/files.ts";
import { giveCodes } from "#app/flow/give.ts";
import { useDatabase } from "#test/support/database.ts";
import { connected, errorsOf, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const terms = { value: { kind: "percentage", basisPoints: 1000 } };

async function campaign(change: object = {}) {
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Autumn", programId, terms, startsAt: null, endsAt: null }));
  await placeAll(stage);
  await rows("delete from campaign where shop = $1");
  await rows("delete from campaign_creator where shop = $1");
  await rows("delete from code_batch where shop = $1");
  await rows("delete from code_batch_row where shop = $1");
  const { campaignId } = must(await makeCampaign(SHOP, { ...emptyCampaign(programId), name: "Autumn lamps", title: "Show our lamps", dealId, ...change }));
  const of = { campaignId, programId, dealId, codes: "each" as const };
  return { campaignId, programId, dealId, creatorIds, of };
}

async function make(batchId: string) {
  while ((await batchOnce()) > 0);
  must(await startBatch(SHOP, batchId, "merchant"));
  for (let turn = 0; turn < 6; turn++) {
    while ((await batchOnce()) > 0);
    await placeAll(stage);
  }
}

type Of = Awaited<ReturnType<typeof campaign>>["of"];
const shown = async (of: Of, view = "all") => (await listCampaignCreators(SHOP, of, { view, q: "", page: 1 })).rows.map(({ name, asked, joined, code }) => [name, joined, asked, code?.code ?? null]);

describe("a campaign", () => {
  test("gives each who accepted a code of their own, in store and network; the newly accepted get theirs by the next act", async () => {
    const { campaignId, creatorIds, of } = await campaign();
    expect(must(await askCreators(SHOP, campaignId, [creatorIds.marie!, creatorIds.lukas!, creatorIds.pia!, "nobody"], "accepted"))).toEqual({ ok: true, changed: 3, unknown: [] });
    must(await askCreators(SHOP, campaignId, [creatorIds.zoe!], "invited"));
    const { batchId } = must(await giveCampaignCodes(SHOP, campaignId));
    expect(must(await giveCampaignCodes(SHOP, campaignId)).batchId).toBe(batchId);
    await make(batchId);
    // Pia has not joined the program: nothing could be credited to her.
    expect(await shown(of)).toEqual([
      ["Marie Dupont", "joined", "accepted", "MARIE10"], ["Pia Pending", "pending", "accepted", null], ["Łukasz Nowak", "joined", "accepted", "LUKASZ10"],
      ["Zoë Müller", "joined", "invited", null], ["Leo Left", "left", null, null],
    ]);
    expect(await countCampaignCreators(SHOP, of)).toEqual({ all: 5, accepted: 3, waiting: 1, invited: 1, declined: 0, open: 1 });
    expect(await rows("select distinct target = 'store' as store, state from code_placement where shop = $1 order by 1")).toEqual([{ store: false, state: "live" }, { store: true, state: "live" }]);
    expect(errorsOf(await giveCampaignCodes(SHOP, campaignId))).toEqual(["codes: campaign.nobody_joined"]);

    must(await askCreators(SHOP, campaignId, [creatorIds.zoe!], "accepted"));
    await make(must(await giveCampaignCodes(SHOP, campaignId)).batchId);
    expect((await shown(of, "accepted")).map((row) => row[3])).toEqual(["MARIE10", null, "ZOE10", "LUKASZ10"]);
    expect(await rows("select count(*)::int as n, count(distinct campaign_id)::int as campaigns from code where shop = $1")).toEqual([{ n: 3, campaigns: 1 }]);
    expect(await listCampaigns(SHOP, { view: "all", q: "", page: 1 })).toMatchObject({ total: 1, rows: [{ name: "Autumn lamps", accepted: 4, invited: 0, dealName: "Autumn" }] });
  });

  test("leaves who has a code of its deal already", async () => {
    const { campaignId, dealId, creatorIds, of } = await campaign();
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIELAMPS", policy: "always" }] }));
    must(await askCreators(SHOP, campaignId, [creatorIds.marie!], "accepted"));
    expect(errorsOf(await giveCampaignCodes(SHOP, campaignId))).toEqual(["codes: campaign.nobody_waits"]);
    expect(await shown(of, "accepted")).toEqual([["Marie Dupont", "joined", "accepted", "MARIELAMPS"]]);
  });

  test("shows of several codes the one that can be used, and says of a code that is out of use that it is", async () => {
    const { campaignId, creatorIds, of } = await campaign();
    must(await askCreators(SHOP, campaignId, [creatorIds.marie!, creatorIds.lukas!], "accepted"));
    await make(must(await giveCampaignCodes(SHOP, campaignId)).batchId);
    const codes = async () => (await listCampaignCreators(SHOP, of, { view: "accepted", q: "", page: 1 })).rows.map(({ code }) => [code!.code, code!.usable, code!.store?.state]);
    expect(await codes()).toEqual([["MARIE10", true, "live"], ["LUKASZ10", true, "live"]]);
    const id = async (code: string) => (await rows<{ id: string }>("select id from code where shop = $1 and code = $2", [SHOP, code]))[0]!.id;
    must(await replaceCode(SHOP, await id("MARIE10"), "MARIE11", "Ada"));
    await actOnCodes(SHOP, "pause", [await id("LUKASZ10")], "Ada");
    for (let turn = 0; turn < 4; turn++) await placeAll(stage);
    expect(await codes()).toEqual([["MARIE11", true, "live"], ["LUKASZ10", false, "gone"]]);
    must(await makeVoid(SHOP, await id("MARIE11"), { from: "2020-01-01", reason: "Leaked" }, "Ada"));
    expect((await codes())[0]![1]).toBe(false);
  });

  test("has one code for all where it is to: in the store, in no network, and once", async () => {
    const { campaignId, creatorIds, of } = await campaign({ codes: "one", naming: { ...USUAL_NAMING, pattern: "LAMPS{AMOUNT}" } });
    must(await askCreators(SHOP, campaignId, [creatorIds.marie!, creatorIds.zoe!], "accepted"));
    await make(must(await giveCampaignCodes(SHOP, campaignId)).batchId);
    expect(await codeForAll(SHOP, { ...of, codes: "one" } as never)).toMatchObject({ code: "LAMPS10", store: { state: "live" }, networks: [] });
    expect(await rows("select target, state from code_placement where shop = $1")).toEqual([{ target: "store", state: "live" }]);
    expect((await listCampaignCreators(SHOP, { ...of, codes: "one" as const }, { view: "accepted", q: "", page: 1 })).rows.map(({ name, code }) => [name, code?.code])).toEqual([["Marie Dupont", "LAMPS10"], ["Zoë Müller", "LAMPS10"]]);
    expect(errorsOf(await giveCampaignCodes(SHOP, campaignId))).toEqual(["codes: campaign.has_code"]);
  });

  test("takes people from a list, says whom it does not know, and forgets who was asked by mistake", async () => {
    const { campaignId, creatorIds, of } = await campaign();
    expect(must(await askListed(SHOP, campaignId, "marie@example.com\n@łukasz\nNobody Here", "accepted"))).toEqual({ ok: true, changed: 2, unknown: ["Nobody Here"] });
    expect(must(await askListed(SHOP, campaignId, "marie@example.com", "accepted")).changed).toBe(0);
    must(await askCreators(SHOP, campaignId, [creatorIds.lukas!], "declined"));
    must(await askCreators(SHOP, campaignId, [creatorIds.marie!], "open"));
    expect((await shown(of)).filter((row) => row[2] !== null)).toEqual([["Łukasz Nowak", "joined", "declined", null]]);
    expect(errorsOf(await askListed(SHOP, campaignId, " \n", "accepted"))).toEqual(["list: campaign.list_empty"]);
  });

  test("takes who accepted from a file, with their codes, and begins with its own deal, names and policy", async () => {
    const { campaignId, dealId, of } = await campaign({ policy: "winner", naming: { ...USUAL_NAMING, pattern: "{HANDLE}{AMOUNT}" }, landing: "/collections/lamps" });
    const bytes = Buffer.from("E-mail,Promo Code,Affiliate Link\nmarie@example.com,,\nlukasz@example.com,,\nnobody@example.com,,\n");
    const taken = must(await takeFile(SHOP, { name: "orders.csv", bytes, who: "merchant", campaignId }));
    expect((await fileDetail(SHOP, taken.id))!.choices).toMatchObject({ purpose: "platform", campaignId, dealId, policy: "winner", naming: { pattern: "{HANDLE}{AMOUNT}" } });
    const { done } = must(await applyFile(SHOP, taken.id, "merchant"));
    for (const run of done.runs) await make(run.batchId);
    expect(await shown(of, "accepted")).toEqual([["Marie Dupont", "joined", "accepted", "MARIE10"], ["Łukasz Nowak", "joined", "accepted", "LUKASZ10"]]);
    expect(await rows("select distinct campaign_id from code_batch where shop = $1")).toEqual([{ campaign_id: campaignId }]);
    const filled = must(await filledFile(SHOP, taken.id).then((file) => file!));
    expect(filled.bytes.toString().split("\n").slice(1, 3)).toEqual(["marie@example.com,MARIE10", "lukasz@example.com,LUKASZ10"].map((row) => `${row},https://${SHOP}/discount/${row.split(",")[1]}?redirect=%2Fcollections%2Flamps%3Fcreator%3D${row.split(",")[1]}`));
    const elsewhere = must(await takeFile(SHOP, { name: "orders.csv", bytes, who: "merchant", campaignId: "none" }));
    expect((await fileDetail(SHOP, elsewhere.id))!.choices.campaignId).toBeNull();
  });

  test("a closed one asks and gives nothing, until it is opened again", async () => {
    const { campaignId, creatorIds } = await campaign();
    must(await turnCampaign(SHOP, campaignId, "closed"));
    expect(errorsOf(await askCreators(SHOP, campaignId, [creatorIds.marie!], "accepted"))).toEqual(["campaign: campaign.is_closed"]);
    expect(errorsOf(await giveCampaignCodes(SHOP, campaignId))).toEqual(["campaign: campaign.is_closed"]);
    must(await turnCampaign(SHOP, campaignId, "open"));
    expect(must(await askCreators(SHOP, campaignId, [creatorIds.marie!], "accepted")).changed).toBe(1);
  });
});

describe("editing", () => {
  test("the later of two people is told what the earlier one changed, and nothing is overwritten", async () => {
    const { campaignId } = await campaign();
    const before = (await findCampaign(SHOP, campaignId))!;
    const base = fieldsOf(before);
    expect(await editCampaign(SHOP, campaignId, { version: 1, base, fields: { ...base, title: "Theirs", landing: "/theirs" } })).toEqual({ ok: true, version: 2 });
    const mine = { ...base, title: "Mine", policy: "winner" as const };
    const answer = await editCampaign(SHOP, campaignId, { version: 1, base, fields: mine });
    expect(answer).toMatchObject({ ok: false, conflict: { version: 2, theirs: { title: "Theirs" }, mine: { title: "Mine" }, fields: [{ field: "title", changedBy: "both" }, { field: "policy", changedBy: "me" }, { field: "landing", changedBy: "them" }] } });
    expect(fieldsOf((await findCampaign(SHOP, campaignId))!)).toMatchObject({ title: "Theirs", policy: "always" });
    expect(await editCampaign(SHOP, campaignId, { version: 2, base, fields: mine })).toEqual({ ok: true, version: 3 });
  });

  test("of ten at once one is taken, and the others are told", async () => {
    const { campaignId } = await campaign();
    const base = fieldsOf((await findCampaign(SHOP, campaignId))!);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => editCampaign(SHOP, campaignId, { version: 1, base, fields: { ...base, title: `By ${n}` } })));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => "conflict" in answer)).toHaveLength(9);
  });

  test("what cannot be is refused at its field", async () => {
    const { campaignId, programId, dealId } = await campaign();
    const loose = must(await makeDeal(SHOP, { name: "Loose", programId: null, terms, startsAt: null, endsAt: null })).dealId;
    const base = fieldsOf((await findCampaign(SHOP, campaignId))!);
    const edited = async (change: object) => errorsOf((await editCampaign(SHOP, campaignId, { version: 1, base, fields: { ...base, ...change } })) as never);
    expect(await edited({ dealId: "none" })).toEqual(["dealId: give.deal_not_found"]);
    expect(await edited({ dealId: loose, codes: "one" })).toEqual(["dealId: give.everybody_no_program"]);
    expect(await edited({ name: "" })).toEqual(["name: campaign.name_missing"]);
    expect(errorsOf(await makeCampaign(SHOP, { ...base, programId: "none", dealId }))).toEqual(["programId: program.not_found"]);
    expect(errorsOf(await makeCampaign(SHOP, { ...base, programId, dealId }))).toEqual([]);
  });
});
