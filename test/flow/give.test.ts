import { describe, expect, test } from "vitest";
import { addCreator, makeOwnProgram } from "#app/flow/connect.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes, preflight } from "#app/flow/give.ts";
import { adminFor } from "#app/shopify/admin.ts";
import { createDiscount } from "#app/shopify/discounts.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import type { DealTerms } from "#app/domain/deal.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, account, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = {
  value: { kind: "percentage", basisPoints: 1000 },
  ...PLAIN_TERMS,
};

async function dealOf(programId: string | null, name = "Spring") {
  return must(await makeDeal(SHOP, { name, programId, terms, startsAt: null, endsAt: null })).dealId;
}

/** The findings of each row, the blocking ones with "!". */
async function findings(dealId: string, given: { creatorId: string; code: string; policy?: string }[]) {
  const checked = must(await preflight(SHOP, { dealId, rows: given.map((row) => ({ policy: "always", ...row })) }));
  return checked.rows.map((row) => row.findings.map((finding) => (finding.blocking ? "!" : "") + finding.key));
}

describe("the pre-flight", () => {
  test("finds nothing about free names of joined creators, and writes nothing", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    expect(await findings(dealId, [{ creatorId: creatorIds.marie!, code: " MARIE10 " }, { creatorId: creatorIds.zoe!, code: "ZOE10" }])).toEqual([[], []]);
    expect(await rows("select id from code where shop = $1")).toEqual([]);
    expect(stage.store.discounts()).toEqual([]);
  });

  test("names what is wrong with a name, and with whom it is for", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    const { creatorId: outside } = must(await addCreator(SHOP, { name: "Ada", email: null, handle: null, programId: null }));
    expect(
      await findings(dealId, [
        { creatorId: creatorIds.marie!, code: "MARIE-10" },
        { creatorId: creatorIds.zoe!, code: "SAME10" },
        { creatorId: creatorIds.lukas!, code: "same10" },
        { creatorId: creatorIds.pia!, code: "PIA10" },
        { creatorId: creatorIds.leo!, code: "LEO10" },
        { creatorId: outside, code: "ADA10" },
        { creatorId: "nobody", code: "NOBODY10" },
        { creatorId: creatorIds.marie!, code: "MARIE11", policy: "sometimes" },
      ]),
    ).toEqual([
      ["!code.network_hyphens"],
      [],
      ["!give.twice_here"],
      ["!give.not_joined_pending"],
      ["!give.not_joined_left"],
      ["!give.not_in_program"],
      ["!give.creator_not_found"],
      ["!give.policy_unknown"],
    ]);
  });

  test("says who has the name in the store, in the network, and here", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    const other = { title: "Summer sale", reserveCode: "SUMMER", terms, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null };
    expect((await createDiscount(adminFor(SHOP), other)).ok).toBe(true);
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "LUKAS10" });
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.zoe, code: "ZOE10" });
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));

    const checked = must(
      await preflight(SHOP, {
        dealId,
        rows: ["summer", "lukas10", "marie10", "zoe10"].map((code, index) => ({ creatorId: index === 0 ? creatorIds.lukas! : creatorIds.zoe!, code, policy: "always" })),
      }),
    );
    expect(checked.blocking).toBe(true);
    expect(checked.rows.map((row) => row.findings)).toMatchObject([
      [{ field: "code", key: "give.taken_by_this_app", values: { code: "summer", discount: "Summer sale" }, blocking: true, remedies: [{ kind: "rename", suggestion: "SUMMER2" }, { kind: "adopt" }] }],
      [{ field: "code", key: "give.taken_in_network", values: { code: "lukas10", creator: "Zoë Müller", program: "Atelier Creators", partner: "Łukasz Nowak" }, blocking: true, remedies: [{ kind: "rename", suggestion: "LUKAS10X2" }, { kind: "open_network" }] }],
      [{ field: "code", key: "give.taken_here", values: { code: "marie10", creator: "Marie Dupont", deal: "Spring" }, blocking: true, remedies: [{ kind: "rename", suggestion: "MARIE10X2" }, { kind: "open_code" }] }],
      [{ field: "code", key: "give.already_in_network", values: { code: "zoe10", creator: "Zoë Müller", program: "Atelier Creators" }, blocking: false, remedies: [] }],
    ]);
  });

  test("knows the reserve codes of deals, and codes that were added to a discount by hand", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    await dealOf(programId, "Autumn");
    await placeAll(stage);
    const [own, other] = await rows<{ reserve_code: string }>("select reserve_code from deal where shop = $1 order by name desc");
    expect(await findings(dealId, [{ creatorId: creatorIds.marie!, code: own!.reserve_code }])).toEqual([["code.long", "!give.reserve_code"]]);
    expect(await findings(dealId, [{ creatorId: creatorIds.marie!, code: other!.reserve_code }])).toEqual([["code.long", "!give.reserve_code"]]);
  });

  test("tells of the same code in another program of the account", async () => {
    const { programId, connectionId, creatorIds } = await connected(stage);
    const { chooseProgram } = await import("#app/flow/connect.ts");
    must(await chooseProgram(SHOP, { connectionId, externalId: stage.performance.id }));
    stage.network.addPartnerToProgram(account, stage.partners.leo, stage.performance.id, { state: "joined" });
    stage.network.assignCode(account, { programId: stage.performance.id, partnerId: stage.partners.leo, code: "MARIE10" });
    expect(await findings(await dealOf(programId), [{ creatorId: creatorIds.marie!, code: "MARIE10" }])).toEqual([["!give.in_both_programs"]]);
  });

  test.each([
    ["the network fails", () => stage.network.addFault({ kind: "503", endpoint: "*" }), "!network.unavailable"],
    ["the network's budget is used up", () => stage.network.addFault({ kind: "429", endpoint: "*" }), "!network.limited"],
    ["the store refuses the token", () => stage.store.uninstall(), "!store.unauthorized"],
  ])("what cannot be asked is not taken for free: %s", async (_name, breakIt, key) => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    breakIt();
    expect((await findings(dealId, [{ creatorId: creatorIds.marie!, code: "MARIE10" }]))[0]).toContain(key);
  });

  test.each([
    ["no rows", 0, ["rows: give.no_rows"]],
    ["too many rows", 101, ["rows: give.too_many_rows"]],
  ])("refuses %s as a whole", async (_name, count, errors) => {
    const dealId = await dealOf(null);
    const many = Array.from({ length: count }, (_, index) => ({ creatorId: "x", code: `C${index}`, policy: "always" }));
    expect(errorsOf(await preflight(SHOP, { dealId, rows: many }))).toEqual(errors);
    expect(errorsOf(await preflight(SHOP, { dealId: "none", rows: [{ creatorId: "x", code: "C", policy: "always" }] }))).toEqual(["dealId: give.deal_not_found"]);
  });
});

describe("giving codes", () => {
  test("writes code, owner and what is to be placed", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    const { codes } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "Marie10", policy: "involved" }] }));
    expect(await rows("select id, code, key, match, deal_id from code where shop = $1")).toEqual([{ id: codes[0]!.codeId, code: "Marie10", key: "MARIE10", match: "exact", deal_id: dealId }]);
    expect(await rows("select creator_id, program_id, credit_policy, starts_at, ends_at from code_term where shop = $1")).toEqual([
      { creator_id: creatorIds.marie, program_id: programId, credit_policy: "involved", starts_at: null, ends_at: null },
    ]);
    expect(await rows("select target, partner_id, state from code_placement where shop = $1 order by target = 'store' desc")).toEqual([
      { target: "store", partner_id: null, state: "waiting" },
      { target: programId, partner_id: stage.partners.marie, state: "waiting" },
    ]);
    expect((await rows("select what, detail from shop_log where shop = $1 and what = 'codes.given'"))[0]!.detail).toEqual({ dealId, deal: "Spring", count: 1, codes: "Marie10" });
  });

  test("one blocked row keeps all of them from being written", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    const answer = await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }, { creatorId: creatorIds.pia!, code: "PIA10", policy: "always" }] });
    expect(errorsOf(answer as { ok: boolean; errors: { field: string; key: string }[] })).toEqual(["rows.1.creatorId: give.not_joined_pending"]);
    expect(await rows("select id from code where shop = $1")).toEqual([]);
  });

  test("two tabs that give the same name at once: one gets it, the other is told", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    const answers = await Promise.all([creatorIds.marie!, creatorIds.zoe!].map((creatorId) => giveCodes(SHOP, { dealId, rows: [{ creatorId, code: "SPRING10", policy: "always" }] })));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    const errors = answers.flatMap((answer) => (answer.ok ? [] : answer.errors));
    expect(["give.taken_meanwhile", "give.taken_here"]).toContain(errors[0]!.key);
    expect(errors[0]!.field).toBe("rows.0.code");
    expect(await rows("select key from code where shop = $1")).toEqual([{ key: "SPRING10" }]);
  });

  test("a program without a network needs no letters-only names and is placed in the store alone", async () => {
    const { programId } = must(await makeOwnProgram(SHOP, { name: "Friends" }));
    const { creatorId } = must(await addCreator(SHOP, { name: "Ada", email: null, handle: null, programId }));
    const dealId = await dealOf(null);
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId, code: "ADA-10", policy: "always" }] }));
    expect(await rows("select target from code_placement where shop = $1")).toEqual([{ target: "store" }]);
    expect(await rows("select program_id from code_term where shop = $1")).toEqual([{ program_id: programId }]);
  });
});
