// A deal that is edited, paused, ended: the one discount follows, whatever dies in between, and nobody overwrites another's edit without knowing.
import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { findDeal } from "#app/db/deal.ts";
import { editsSince } from "#app/db/deal-edit.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { mergeDeals } from "#app/domain/deal-edit.ts";
import { differsFrom, storeWindow, type SeenDiscount } from "#app/domain/deal-seen.ts";
import { type DealInput, editDeal, endDeal, makeDeal, pauseDeal, resumeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { tryAgain } from "#app/flow/place.ts";
import { variationFor } from "#app/flow/variation.ts";
import { activateDiscount, deleteDiscount } from "#test/local/store/discounts.ts";
import { useDatabase } from "#test/support/database.ts";
import { killAt } from "./killed.ts";
import { SHOP, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const DAY_MS = 86_400_000;
const ten: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };
const inDays = (days: number) => new Date(now().getTime() + days * DAY_MS).toISOString();
const plain = (change: Partial<DealInput> = {}): DealInput => ({ name: "Spring", terms: ten, startsAt: inDays(-1), endsAt: inDays(30), ...change });
const discounts = () => stage.store.discounts();
const deal = async (id: string) => (await findDeal(SHOP, id))!;

async function made(change: Partial<DealInput> = {}): Promise<string> {
  const { dealId } = must(await makeDeal(SHOP, { ...plain(change), programId: null }));
  await placeAll(stage);
  return dealId;
}

/** The one discount is what the deal is, as it was read back. */
async function expectInStore(dealId: string, state: string): Promise<void> {
  const kept = await deal(dealId);
  expect({ storeState: kept.storeState, storeProblem: kept.storeProblem, at: kept.storeVersion }).toEqual({ storeState: state, storeProblem: null, at: kept.version });
  expect(discounts()).toHaveLength(1);
  expect(differsFrom({ title: kept.name, terms: kept.terms, ...storeWindow(kept) }, kept.storeSeen as unknown as SeenDiscount)).toEqual([]);
  const { title, startsAt, endsAt } = discounts()[0]!;
  expect({ title, startsAt: new Date(startsAt), endsAt: endsAt === null ? null : new Date(endsAt) }).toEqual({ title: kept.name, ...storeWindow(kept) });
}

describe("an edit", () => {
  test("changes the one discount and leaves its codes in it", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { startsAt } = plain();
    const { dealId } = must(await makeDeal(SHOP, { ...plain({ startsAt }), programId }));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    const { id } = discounts()[0]!;
    const then: DealTerms = { ...ten, value: { kind: "fixed_order", amount: "505" }, minimum: { kind: "subtotal", amount: "5000" }, usageLimit: 10, oncePerCustomer: true };
    expect(must(await editDeal(SHOP, dealId, 1, plain({ name: "Summer", terms: then, startsAt, endsAt: null })))).toEqual({ ok: true, version: 2, changed: true });
    await placeAll(stage);
    await expectInStore(dealId, "live");
    expect(discounts()[0]).toMatchObject({ id, value: { kind: "amount", onEachItem: false }, usageLimit: 10, endsAt: null, codes: [expect.anything(), { code: "MARIE10" }] });

    must(await editDeal(SHOP, dealId, 2, plain({ name: "Summer", terms: { ...then, usageLimit: null }, startsAt })));
    await placeAll(stage);
    await expectInStore(dealId, "live");
    expect(discounts()[0]!.usageLimit).toBeNull();
    expect((await editsSince(SHOP, dealId, 1)).map(({ version, what, deal: kept }) => [version, what, kept.name])).toEqual([[1, "made", "Spring"], [2, "edited", "Summer"], [3, "edited", "Summer"]]);
    expect((await rows("select what, detail->>'parts' as parts from shop_log where shop = $1 and what like 'deal.%' order by id"))).toEqual([
      { what: "deal.made", parts: null }, { what: "deal.edited", parts: "name, value, minimum, oncePerCustomer, usageLimit, endsAt" }, { what: "deal.edited", parts: "usageLimit, endsAt" },
    ]);
  });

  test("that changes nothing makes no version, and asks the store for nothing", async () => {
    const dealId = await made();
    const input = { ...plain(), startsAt: (await deal(dealId)).startsAt.toISOString(), endsAt: (await deal(dealId)).endsAt!.toISOString() };
    stage.sent.length = 0;
    expect(must(await editDeal(SHOP, dealId, 1, input))).toEqual({ ok: true, version: 1, changed: false });
    await placeAll(stage);
    expect(stage.sent).toEqual([]);
  });

  test.each<[string, Partial<DealInput>, string[]]>([
    ["another kind of discount", { terms: { ...ten, value: { kind: "free_shipping", countries: null, highestRate: null } } }, ["value.kind: deal.kind_fixed"]],
    ["an end before the start", { startsAt: "2026-06-02T00:00:00Z", endsAt: "2026-06-01T00:00:00Z" }, ["endsAt: deal.ends_before_start"]],
    ["no name", { name: " " }, ["name: deal.name_missing"]],
    ["the name of another deal", { name: "other" }, ["name: deal.name_taken"]],
  ])("to %s is refused at its field", async (_what, change, errors) => {
    must(await makeDeal(SHOP, { ...plain({ name: "Other" }), programId: null }));
    const { dealId } = must(await makeDeal(SHOP, { ...plain(), programId: null }));
    expect(errorsOf((await editDeal(SHOP, dealId, 1, plain(change))) as { ok: false; errors: [] })).toEqual(errors);
    expect((await deal(dealId)).version).toBe(1);
  });

  test("of another shop's deal finds none", async () => {
    const dealId = await made();
    expect(errorsOf((await editDeal("other.myshopify.com", dealId, 1, plain())) as { ok: false; errors: [] })).toEqual(["deal: deal.not_found"]);
  });

  test("that the store refuses is told by the part, the old terms stay there, and the next edit mends it", async () => {
    const dealId = await made();
    const gone = { id: "gid://shopify/Collection/1", title: "Gone" };
    must(await editDeal(SHOP, dealId, 1, plain({ terms: { ...ten, appliesTo: { kind: "collections", collections: [gone] } } })));
    await placeAll(stage);
    expect(await deal(dealId)).toMatchObject({ storeState: "refused", storeVersion: 1, storeProblem: expect.stringContaining("store.refused_items") });
    expect(discounts()[0]).toMatchObject({ items: { kind: "all" } });
    must(await editDeal(SHOP, dealId, 2, plain({ name: "Spring again" })));
    await placeAll(stage);
    await expectInStore(dealId, "live");
  });

  test("leaves what somebody changed in the store alone until it is an edit of ours", async () => {
    const dealId = await made();
    discounts()[0]!.title = "Theirs";
    stage.forward(31 * DAY_MS);
    await placeAll(stage);
    expect([discounts()[0]!.title, ((await deal(dealId)).storeSeen as unknown as SeenDiscount).title]).toEqual(["Theirs", "Theirs"]);
  });
});

describe("two people edit one deal", () => {
  test("the later one is told what either changed, nothing is overwritten, and both edits can be had", async () => {
    const dealId = await made();
    const { startsAt, endsAt } = await deal(dealId);
    const input = plain({ startsAt: startsAt.toISOString(), endsAt: endsAt!.toISOString() });
    must(await editDeal(SHOP, dealId, 1, { ...input, name: "Theirs", terms: { ...ten, usageLimit: 5 } }, "Anna"));
    const late = await editDeal(SHOP, dealId, 1, { ...input, name: "Mine", terms: { ...ten, oncePerCustomer: true } }, "Ben");
    if (late.ok || !("conflict" in late)) throw new Error("it was taken");
    const { conflict } = late;
    expect(conflict).toMatchObject({ version: 2, who: "Anna", base: { name: "Spring" }, theirs: { name: "Theirs" }, mine: { name: "Mine" } });
    expect(conflict.parts).toEqual([{ part: "name", changedBy: "both" }, { part: "oncePerCustomer", changedBy: "me" }, { part: "usageLimit", changedBy: "them" }]);
    expect(await deal(dealId)).toMatchObject({ name: "Theirs", version: 2 });

    expect(mergeDeals(conflict, [])).toMatchObject({ name: "Theirs", terms: { usageLimit: 5, oncePerCustomer: true } });
    must(await editDeal(SHOP, dealId, conflict.version, mergeDeals(conflict, ["name"]), "Ben"));
    await placeAll(stage);
    await expectInStore(dealId, "live");
    expect(await deal(dealId)).toMatchObject({ name: "Mine", version: 3, terms: { usageLimit: 5, oncePerCustomer: true } });
  });

  test("at the same moment: one edit is taken, the other is told", async () => {
    const dealId = await made();
    const answers = await Promise.all(["A", "B", "C"].map((name) => editDeal(SHOP, dealId, 1, plain({ name }), name)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => "conflict" in answer)).toHaveLength(2);
    expect((await deal(dealId)).version).toBe(2);
  });

  test("a pause that others made is theirs in the difference", async () => {
    const dealId = await made();
    must(await pauseDeal(SHOP, dealId, 1, "Anna"));
    const late = await editDeal(SHOP, dealId, 1, plain({ name: "Mine" }));
    expect("conflict" in late && late.conflict.parts.filter(({ part }) => part === "name" || part === "pausedAt")).toEqual([{ part: "name", changedBy: "me" }, { part: "pausedAt", changedBy: "them" }]);
  });
});

describe("a pause", () => {
  test("ends the discount in the store, and resuming gives it its own dates again", async () => {
    const dealId = await made();
    must(await pauseDeal(SHOP, dealId, 1));
    await placeAll(stage);
    await expectInStore(dealId, "ended");
    expect(must(await pauseDeal(SHOP, dealId, null))).toMatchObject({ changed: false });
    must(await editDeal(SHOP, dealId, 2, plain({ name: "Renamed while paused" })));
    await placeAll(stage);
    await expectInStore(dealId, "ended");
    must(await resumeDeal(SHOP, dealId, 3));
    await placeAll(stage);
    await expectInStore(dealId, "live");
  });

  test("of a deal that has not begun holds it back past its start", async () => {
    const dealId = await made({ startsAt: inDays(2) });
    must(await pauseDeal(SHOP, dealId, 1));
    await placeAll(stage);
    await expectInStore(dealId, "ended");
    stage.forward(3 * DAY_MS);
    await placeAll(stage);
    await expectInStore(dealId, "ended");
    must(await resumeDeal(SHOP, dealId, 2));
    await placeAll(stage);
    await expectInStore(dealId, "live");
  });

  test("ending is for good until a person gives another end", async () => {
    const dealId = await made({ endsAt: null });
    must(await endDeal(SHOP, dealId, 1));
    await placeAll(stage);
    await expectInStore(dealId, "ended");
    stage.forward(1_000);
    expect(errorsOf((await pauseDeal(SHOP, dealId, null)) as { ok: false; errors: [] })).toEqual(["deal: deal.over"]);
    must(await editDeal(SHOP, dealId, 2, plain({ endsAt: null })));
    await placeAll(stage);
    await expectInStore(dealId, "live");
  });

  test("a deal that has not begun can be ended", async () => {
    const dealId = await made({ startsAt: inDays(2) });
    must(await endDeal(SHOP, dealId, 1));
    await placeAll(stage);
    await expectInStore(dealId, "ended");
  });
});

describe("a variation", () => {
  test("follows its deal in what it has not of its own, and is paused and ended with it", async () => {
    const dealId = await made();
    const own = await variationFor(SHOP, dealId, { startsAt: null, endsAt: new Date(inDays(60)) });
    const twenty = { ...ten, value: { kind: "percentage" as const, basisPoints: 2000 } };
    const { startsAt, endsAt } = await deal(own);
    must(await editDeal(SHOP, dealId, 1, plain({ name: "Summer", terms: twenty })));
    expect(await deal(own)).toMatchObject({ terms: twenty, startsAt, endsAt, version: 2, name: expect.stringMatching(/^Summer \(/) });
    expect(errorsOf((await editDeal(SHOP, own, 2, { name: "Own", terms: ten, startsAt: startsAt.toISOString(), endsAt: endsAt!.toISOString() })) as { ok: false; errors: [] })).toEqual(["deal: deal.follows_parent"]);
    must(await pauseDeal(SHOP, dealId, 2));
    expect((await deal(own)).pausedAt).not.toBeNull();
    must(await endDeal(SHOP, dealId, 3));
    expect(await deal(own)).toMatchObject({ pausedAt: null, endsAt: (await deal(dealId)).endsAt });
    await placeAll(stage);
    expect(discounts().map(({ value, endsAt: end }) => [value, end !== null && Date.parse(end) <= now().getTime()])).toEqual([
      [{ kind: "percentage", percentage: 0.2 }, true], [{ kind: "percentage", percentage: 0.2 }, true],
    ]);
  });
});

describe("a discount that somebody deleted", () => {
  test("is missed, and made again with its codes when a person asks", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { dealId } = must(await makeDeal(SHOP, { ...plain(), programId }));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    deleteDiscount(stage.store, discounts()[0]!);
    must(await editDeal(SHOP, dealId, 1, plain({ name: "Summer" })));
    await placeAll(stage);
    expect(await deal(dealId)).toMatchObject({ storeState: "missing", name: "Summer" });
    expect(discounts()).toEqual([]);
    expect(await tryAgain(SHOP, { dealIds: [dealId] })).toBeGreaterThan(0);
    await placeAll(stage);
    await expectInStore(dealId, "live");
    expect(discounts()[0]!.codes.map(({ code }) => code)).toContain("MARIE10");
  });
});

describe("in the end the discount is what the deal is", () => {
  const boundaries: [string, string, "before" | "after"][] = [
    ["before the store is asked what it has", "ReadDiscount", "before"],
    ["after it said so", "ReadDiscount", "after"],
    ["before the change goes out", "UpdateBasicDiscount", "before"],
    ["after the store changed it, before we know", "UpdateBasicDiscount", "after"],
  ];
  test.each(boundaries)("when the process is killed %s", async (_name, what, when) => {
    const dealId = await made();
    must(await editDeal(SHOP, dealId, 1, plain({ name: "Summer", endsAt: null })));
    const killed = await killAt(stage, what, when);
    await placeAll(stage);
    await expectInStore(dealId, "live");
    await killed.bury();
  });

  test.each(boundaries)("when the connection breaks %s", async (_name, what, when) => {
    const dealId = await made();
    must(await editDeal(SHOP, dealId, 1, plain({ name: "Summer", endsAt: null })));
    let broken = false;
    stage[when] = (sent) => {
      if (broken || sent !== what) return;
      broken = true;
      throw new TypeError("fetch failed");
    };
    await placeAll(stage, 20);
    expect(broken).toBe(true);
    await expectInStore(dealId, "live");
  });

  test("when an edit comes while the store is being changed: it has its turn", async () => {
    const dealId = await made();
    must(await editDeal(SHOP, dealId, 1, plain({ name: "Summer", endsAt: null })));
    stage.after = async (sent) => {
      if (sent !== "UpdateBasicDiscount") return;
      stage.after = null;
      must(await editDeal(SHOP, dealId, 2, plain({ name: "Autumn" })));
    };
    await placeAll(stage);
    await expectInStore(dealId, "live");
    expect(discounts()[0]!.title).toBe("Autumn");
  });

  test("when somebody activates a paused one in the store's admin: what the store has is told", async () => {
    const dealId = await made();
    must(await pauseDeal(SHOP, dealId, 1));
    await placeAll(stage);
    activateDiscount(stage.store, discounts()[0]!);
    must(await editDeal(SHOP, dealId, 2, plain({ name: "Still paused" })));
    await placeAll(stage);
    await expectInStore(dealId, "ended");
  });
});
