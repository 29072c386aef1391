// What the pre-flight finds about codes between the two sides, for one code and for many.
import { describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { chooseProgram, makeOwnProgram } from "#app/flow/connect.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { makePattern } from "#app/flow/pattern.ts";
import { openPreflight, preflight, preflightRows, type GiveRow, type Finding } from "#app/flow/preflight.ts";
import { adminFor } from "#app/shopify/admin.ts";
import { createDiscount } from "#app/shopify/discounts.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { createDiscount as makeInStore, OTHER_APP } from "#test/local/store/discounts.ts";
import { useDatabase } from "#test/support/database.ts";
import { account, connected, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } };
const row = (creatorId: string | null, code: string, more: Partial<GiveRow> = {}): GiveRow => ({ creatorId, code, policy: "always", startsAt: null, endsAt: null, ...more });

async function dealOf(programId: string | null, dates: { startsAt?: string; endsAt?: string } = {}) {
  return must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: dates.startsAt ?? null, endsAt: dates.endsAt ?? null })).dealId;
}

async function findings(dealId: string, given: GiveRow[], hyphens = false): Promise<Finding[][]> {
  return must(await preflight(SHOP, { dealId, rows: given, hyphens })).rows.map((one) => one.findings);
}

const keys = (found: Finding[][]) => found.map((some) => some.map((finding) => (finding.blocking ? "!" : "") + finding.key));

/** A discount with one code, made beside this app. */
async function beside(title: string, code: string, by: typeof OTHER_APP | null) {
  await createDiscount(adminFor(SHOP), { title: "first", reserveCode: `R${code}`, terms, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null });
  const { id: _, codes: __, ...like } = stage.store.discounts().at(-1)!;
  makeInStore(stage.store, { ...like, title, tags: [] }, code, by);
}

describe("a name that the store has", () => {
  test.each([
    ["a person", null, "!give.taken_by_merchant", { code: "HELLO10", discount: "Hello" }],
    ["another app", OTHER_APP, "!give.taken_by_app", { code: "HELLO10", discount: "Hello", app: "Loyalty Lane" }],
  ])("made by %s", async (_name, by, key, values) => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    await beside("Hello", "hello10", by);
    const [found] = await findings(dealId, [row(creatorIds.marie!, "HELLO10")]);
    expect(keys([found!])).toEqual([[key]]);
    expect(found![0]!.values).toEqual(values);
    expect(found![0]!.remedies).toContainEqual({ kind: "rename", suggestion: "HELLO10X2" });
    expect(found![0]!.remedies).toContainEqual({ kind: "adopt", href: "/app/adopt?q=HELLO10" });
  });

  test("many names cost few calls: fifty a call", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    await beside("Hello", "NAME077", null);
    stage.sent.length = 0;
    const checked = must(await preflightRows(SHOP, { dealId, rows: Array.from({ length: 120 }, (_, n) => row(creatorIds.marie!, `NAME${String(n).padStart(3, "0")}`)) }));
    expect(checked.rows.filter((one) => one.findings.some((finding) => finding.key === "give.taken_by_merchant")).map((one) => one.code)).toEqual(["NAME077"]);
    expect(stage.sent.filter((what) => what === "FindNames")).toHaveLength(3);
    expect(stage.sent.filter((what) => what === "FindMakers")).toHaveLength(1);
    expect(stage.sent.filter((what) => what.startsWith("GET PromoCodes"))).toHaveLength(2); // both programs, once each
  });
});

describe("a set-up of a Performance and a Creator program", () => {
  test("the creators' media source may have the name in the Performance program, a partner may not, though nobody chose that program here", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    stage.network.assignCode(account, { programId: stage.performance.id, partnerId: stage.performance.mediaSources[0]!.id, code: "MARIE10" });
    stage.network.addPartnerToProgram(account, stage.partners.leo, stage.performance.id, { state: "joined" });
    stage.network.assignCode(account, { programId: stage.performance.id, partnerId: stage.partners.leo, code: "ZOE10" });
    const found = await findings(dealId, [row(creatorIds.marie!, "MARIE10"), row(creatorIds.zoe!, "ZOE10")]);
    expect(keys(found)).toEqual([[], ["!give.in_both_programs"]]);
    expect(found[1]![0]!.values).toEqual({ code: "ZOE10", creator: "Zoë Müller", program: "Atelier Performance", partner: "Leo Left" });
  });

  test("an expired code of the network is in nobody's way", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { id } = stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "MARIE10" });
    stage.network.expireCode(account, id);
    expect(keys(await findings(await dealOf(programId), [row(creatorIds.marie!, "MARIE10")]))).toEqual([[]]);
  });
});

describe("a pattern that catches the code", () => {
  test("of another creator here, or of another partner in the network; the creator's own is none", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    const whose = { programId, policy: "always", startsAt: null, endsAt: null };
    must(await makePattern(SHOP, { ...whose, pattern: "^MARIE", creatorId: creatorIds.zoe! }));
    must(await makePattern(SHOP, { ...whose, pattern: "^ZOE", creatorId: creatorIds.zoe! }));
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.marie, code: "^(?i)LUK.*", type: "RE" });
    stage.network.addPartnerToProgram(account, stage.partners.leo, stage.performance.id, { state: "joined" });
    stage.network.assignCode(account, { programId: stage.performance.id, partnerId: stage.partners.leo, code: "^MAR", type: "RE" });
    stage.network.assignCode(account, { programId: stage.performance.id, partnerId: stage.performance.mediaSources[0]!.id, code: "^(ZOE|LUK)", type: "RE" });
    const found = await findings(dealId, [row(creatorIds.marie!, "MARIE10"), row(creatorIds.zoe!, "ZOE10"), row(creatorIds.lukas!, "LUKASZ10")]);
    expect(keys(found)).toEqual([["give.pattern_catches", "give.network_pattern"], [], ["give.network_pattern"]]);
    expect(found[0]![1]!.values).toMatchObject({ pattern: "^MAR", partner: "Leo Left", program: "Atelier Performance" });
    expect(found[0]![0]!.values).toEqual({ code: "MARIE10", creator: "Marie Dupont", pattern: "^MARIE", other: "Zoë Müller" });
    expect(found[2]![0]!.values).toMatchObject({ pattern: "^(?i)LUK.*", partner: "Marie Dupont", program: "Atelier Creators" });
  });
});

describe("a code that is too like another one", () => {
  test("of the shop, or of a row before; not where both are one creator's", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    must(await giveCodes(SHOP, { dealId, rows: [row(creatorIds.marie!, "MARIE10")] }));
    const found = await findings(dealId, [row(creatorIds.zoe!, "MAR1E1O"), row(creatorIds.lukas!, "MARLIE10"), row(creatorIds.marie!, "MARIEE10"), row(creatorIds.zoe!, "ZOELLA"), row(creatorIds.lukas!, "ZOELA")]);
    expect(keys(found)).toEqual([["give.looks_like_code"], ["give.one_slip_code"], ["give.has_code"], [], ["give.one_slip_row"]]);
    expect(found[0]![0]!.values).toEqual({ code: "MAR1E1O", other: "MARIE10", creator: "Marie Dupont" });
    expect(found[4]![0]!.values).toEqual({ code: "ZOELA", other: "ZOELLA", creator: "Zoë Müller", row: 4 });
  });
});

describe("dates", () => {
  test.each([
    ["end before they begin", { startsAt: "2027-03-01T00:00:00Z", endsAt: "2027-02-01T00:00:00Z" }, ["!give.ends_before_start"]],
    ["have ended", { startsAt: null, endsAt: "2026-01-02T00:00:00Z" }, ["!give.ends_in_past"]],
    ["are no dates", { startsAt: "soon", endsAt: null }, ["!give.date_form"]],
    ["begin before the deal", { startsAt: "2026-12-01T00:00:00Z", endsAt: "2027-02-01T00:00:00Z" }, ["give.starts_before_deal"]],
    ["end after the deal", { startsAt: null, endsAt: "2027-09-01T00:00:00Z" }, ["give.ends_after_deal"]],
    ["begin when the deal has ended", { startsAt: "2027-07-01T00:00:00Z", endsAt: null }, ["give.starts_after_deal"]],
    ["fit", { startsAt: "2027-02-01T00:00:00Z", endsAt: "2027-03-01T00:00:00Z" }, []],
  ])("that %s", async (_name, dates, expected) => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId, { startsAt: "2027-01-01T00:00:00Z", endsAt: "2027-06-01T00:00:00Z" });
    expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE10", dates)]))).toEqual([expected]);
  });

  test("a contract that ends before the code does, and one that has ended", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    await pool().query("update membership set left_at = '2099-01-31T11:00:00Z' where shop = $1 and creator_id = $2", [SHOP, creatorIds.marie]);
    await pool().query("update membership set left_at = '2026-01-31T11:00:00Z' where shop = $1 and creator_id = $2", [SHOP, creatorIds.zoe]);
    const found = await findings(dealId, [row(creatorIds.marie!, "MARIE10"), row(creatorIds.marie!, "MARIE11", { endsAt: "2099-02-02T12:00:00Z" }), row(creatorIds.marie!, "MARIE12", { endsAt: "2098-02-02T12:00:00Z" }), row(creatorIds.zoe!, "ZOE10")]);
    expect(keys(found)).toEqual([["give.contract_ends_first"], ["give.contract_ends_before"], [], ["!give.not_joined_left"]]);
    expect(found[1]![0]!.values).toEqual({ creator: "Marie Dupont", program: "Atelier Creators", contractTo: "2099-01-31", to: "2099-02-02" });
  });

  test("who is in no program of the shop's own is put into it here, not invited in a network", async () => {
    const { creatorIds } = await connected(stage);
    const { programId } = must(await makeOwnProgram(SHOP, { name: "Friends" }));
    const dealId = await dealOf(programId);
    expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE10")]))).toEqual([["!give.not_in_own_program"]]);
  });

  test("a discount that ends earlier in the store than its deal does", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    await placeAll(stage);
    expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE10")]))).toEqual([[]]);
    await pool().query("update deal set store_seen = jsonb_set(store_seen, '{endsAt}', '\"2098-05-01T10:00:00Z\"') where shop = $1", [SHOP]);
    const found = await findings(dealId, [row(creatorIds.marie!, "MARIE10"), row(creatorIds.zoe!, "ZOE10", { endsAt: "2098-06-01T10:00:00Z" })]);
    expect(keys(found)).toEqual([["give.discount_ends"], []]);
    expect(found[0]![0]!.values).toEqual({ deal: "Spring", discountTo: "2098-05-01" });
  });

  test("with many codes the network is asked whose contract has ended since", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    stage.network.addPartnerToProgram(account, stage.partners.marie, stage.creators.id, { state: "left" });
    const many = Array.from({ length: 25 }, (_, n) => row(n === 0 ? creatorIds.marie! : creatorIds.zoe!, `CODE${n}`));
    expect(keys(await findings(dealId, many)).map((some) => some.filter((key) => key.startsWith("!")))).toEqual(many.map((_, n) => (n === 0 ? ["!give.not_joined_left"] : [])));
  });

  test("codes with dates of their own stand in a discount of their own", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    must(await giveCodes(SHOP, { dealId, rows: [row(creatorIds.marie!, "MARIE10"), row(creatorIds.zoe!, "ZOE10", { endsAt: "2099-02-02T12:00:00Z" })] }));
    expect(await rows("select c.code, c.deal_id = $2 as own, d.parent_id, t.ends_at from code c join deal d on d.shop = c.shop and d.id = c.deal_id join code_term t on t.shop = c.shop and t.code_id = c.id where c.shop = $1 order by c.code", [SHOP, dealId])).toEqual([
      { code: "MARIE10", own: true, parent_id: null, ends_at: null },
      { code: "ZOE10", own: false, parent_id: dealId, ends_at: new Date("2099-02-02T12:00:00Z") },
    ]);
  });
});

describe("a code for everybody", () => {
  test("needs a program, may have hyphens, and is told of a partner who has its name", async () => {
    const { programId } = await connected(stage);
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "ATELIER10" });
    expect(keys(await findings(await dealOf(null), [row(null, "ATELIER-10")]))).toEqual([["!give.everybody_no_program"]]);
    expect(keys(await findings(must(await makeDeal(SHOP, { name: "Autumn", programId, terms, startsAt: null, endsAt: null })).dealId, [row(null, "ATELIER-10"), row(null, "ATELIER10")]))).toEqual([[], ["give.looks_like_row", "give.everybody_in_network"]]);
  });

  test("is written with no owner and is placed in the store alone", async () => {
    const { programId } = await connected(stage);
    const dealId = await dealOf(programId);
    must(await giveCodes(SHOP, { dealId, rows: [row(null, "ATELIER10")] }));
    await placeAll(stage);
    expect(await rows("select t.creator_id, t.program_id, p.target, p.state from code c join code_term t on t.shop = c.shop and t.code_id = c.id join code_placement p on p.shop = c.shop and p.code_id = c.id where c.shop = $1")).toEqual([
      { creator_id: null, program_id: programId, target: "store", state: "live" },
    ]);
  });
});

test("hyphens go through where the merchant allows them", async () => {
  const { programId, creatorIds } = await connected(stage);
  const dealId = await dealOf(programId);
  expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE-10")]))).toEqual([["!code.network_hyphens"]]);
  expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE-10")], true))).toEqual([[]]);
});

describe("many codes", () => {
  test("are compared across chunks, and progress is told", async () => {
    const { programId } = must(await makeOwnProgram(SHOP, { name: "Friends" }));
    await pool().query("insert into creator (shop, id, name, created_at) select $1, 'c' || n, 'Creator ' || n, now() from generate_series(0, 599) n", [SHOP]);
    await pool().query("insert into membership (shop, program_id, creator_id, joined_at) select $1, $2, 'c' || n, now() from generate_series(0, 599) n", [SHOP, programId]);
    const dealId = await dealOf(programId);
    const many = Array.from({ length: 600 }, (_, n) => row(`c${n}`, n === 599 ? "code0007" : `CODE${String(n).padStart(4, "0")}`));
    const told: number[] = [];
    const checked = must(await preflightRows(SHOP, { dealId, rows: many }, { onProgress: (done) => told.push(done) }));
    expect(told).toEqual([250, 500, 600]);
    expect(checked.rows.flatMap((one) => one.findings.map((finding) => [one.index, finding.key, finding.values]))).toEqual([[599, "give.twice_here", { code: "code0007", row: 8 }]]);
  });

  test("what cannot be asked for a while says so, and is asked again at the next time", async () => {
    const { programId, creatorIds } = await connected(stage);
    const opened = must(await openPreflight(SHOP, await dealOf(programId)));
    stage.network.addFault({ kind: "503", endpoint: "*" });
    const [first] = await opened.check([row(creatorIds.marie!, "MARIE10")], 0);
    expect(first!.findings).toMatchObject([{ key: "network.unavailable", blocking: true, later: true }]);
    stage.network.clearFaults();
    const [second] = await opened.check([row(creatorIds.zoe!, "ZOE10")], 1);
    expect(second!.findings).toEqual([]);
    opened.close();
  });

  test("a store that asks to slow down is waited for", async () => {
    const { programId, creatorIds } = await connected(stage);
    const dealId = await dealOf(programId);
    stage.store.troubleApi("throttled", 2, "codeDiscountNodeByCode");
    expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE10")]))).toEqual([[]]);
    expect(stage.throttled).toBeGreaterThan(0);
  });

  test("a program that is chosen here as well is looked into once", async () => {
    const { programId, connectionId, creatorIds } = await connected(stage);
    must(await chooseProgram(SHOP, { connectionId, externalId: stage.performance.id }));
    const dealId = await dealOf(programId);
    stage.sent.length = 0;
    expect(keys(await findings(dealId, [row(creatorIds.marie!, "MARIE10")]))).toEqual([[]]);
    expect(stage.sent.filter((what) => what.startsWith("GET PromoCodes"))).toHaveLength(2);
  });
});
