// Which clicks an order has, and where they are known from: one table of cases, and what holds of all.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evidenceOf, ownIds, ownWords, type EvidenceOrder, type KnownClicks } from "#app/domain/evidence.ts";
import { landingOf, mergeOrigin, namedClicks, type Landing, type Origin } from "#app/domain/origin.ts";
import type { Touch } from "#app/domain/rule-book.ts";
import { CLICKS_NAME, touchKey, writeClicks, type Entry } from "#app/domain/touch.ts";
import "#test/support/drawn.ts";

const ORDERED = Date.parse("2026-06-10T08:00:00Z");
const HOUR = 3_600_000;
const V = "vAAAAAAAAAA";
const PHONE = "vBBBBBBBBBB";

type Sketch = {
  visitor?: string | null; clickId?: string | null; clickIds?: { parameter: string; value: string }[]; entries?: Entry[];
  token?: string | null; customer?: string | null; site?: Partial<Landing> | null; visit?: (Partial<Landing> & { at: string }) | null;
};

const page = (part: Partial<Landing>): Landing => ({ clicks: [], word: null, code: null, ...part });

function order({ visitor = null, clickId = null, clickIds, entries, token = null, customer = null, site = null, visit = null }: Sketch): EvidenceOrder {
  const origin: Origin = { checkoutToken: token, customer, site: site && page(site), visit: visit && { ...page(visit), at: visit.at } };
  return { facts: { createdAt: "2026-06-10T08:00:00.000Z", visitor, clickId, ...(clickIds ? { clickIds } : {}), ...(entries ? { entries } : {}) }, beside: { origin } };
}

type World = { touches?: Touch[]; checkout?: Record<string, string[]>; customer?: Record<string, string[]>; owners?: Record<string, string> };

function known({ touches = [], checkout = {}, customer = {}, owners = {} }: World = {}): KnownClicks {
  return {
    touchesOf: (visitor) => touches.filter((touch) => touch.visitor === visitor),
    tiedBy: (kind, value) => (kind === "checkout" ? checkout : customer)[value] ?? [],
    touchesWith: ({ parameter, value }) => touches.filter((touch) => touch.clickId === value && (touch.parameter ?? "irclickid") === parameter),
    ownerOf: ({ parameter, value }) => owners[`${parameter} ${value}`] ?? null,
    creatorOf: (word) => ({ MARIE10: "c1", JONAS15: "c2", marie: "c1" })[word] ?? null,
    networks: new Map([["irclickid", "impact"], ["awc", null]]),
  };
}

const entry = (hoursBefore: number, kind: Entry["kind"], value: string, parameter: string | null = kind === "click_id" ? "irclickid" : kind === "link" ? "creator" : null): Entry => ({ atMs: ORDERED - hoursBefore * HOUR, kind, parameter, value });

const touch = (visitor: string, hoursBefore: number, creatorId: string | null, more: Partial<Touch> = {}): Touch => ({ atMs: ORDERED - hoursBefore * HOUR, visitor, creatorId, clickId: null, from: "pixel", ...more });

/** As a line: "c1 -5h", with what is special about it. Hours count from the order. */
function line(click: Touch): string {
  const hours = (click.atMs - ORDERED) / HOUR;
  return [click.creatorId ?? "?", `${hours > 0 ? "+" : ""}${hours}h`, ...(click.clickId ? [`${click.parameter ?? "-"}=${click.clickId}`] : []), ...(click.from === "pixel" || click.from === "embed" ? [] : [click.from]), ...(click.undated ? ["undated"] : [])].join(" ");
}

const cases: { name: string; order: Sketch; world?: World; by: string | null; clicks: string[] }[] = [
  { name: "nothing is known", order: {}, by: null, clicks: [] },
  { name: "the cart names a browser, which clicked", order: { visitor: V }, world: { touches: [touch(V, 5, "c1")] }, by: "visitor", clicks: ["c1 -5h"] },
  { name: "the cart names a browser, which never clicked", order: { visitor: V }, by: "visitor", clicks: [] },
  { name: "the cart goes before the pixel", order: { visitor: V, token: "t1" }, world: { touches: [touch(V, 50, "c1"), touch(PHONE, 1, "c2")], checkout: { t1: [PHONE] } }, by: "visitor", clicks: ["c1 -50h"] },
  { name: "the cart's browser never clicked, and the checkout's did", order: { visitor: V, token: "t1" }, world: { touches: [touch(PHONE, 1, "c2")], checkout: { t1: [V, PHONE] } }, by: "checkout", clicks: ["c2 -1h"] },
  { name: "the cart's browser clicked only after the order, so it said nothing of it", order: { visitor: V, token: "t1" }, world: { touches: [touch(V, -1, "c1"), touch(PHONE, 1, "c2")], checkout: { t1: [PHONE] } }, by: "checkout", clicks: ["c2 -1h"] },
  { name: "a click of an unknown owner speaks as well", order: { visitor: V, token: "t1" }, world: { touches: [touch(V, 3, null, { clickId: "x", parameter: "irclickid" }), touch(PHONE, 1, "c2")], checkout: { t1: [PHONE] } }, by: "visitor", clicks: ["? -3h irclickid=x"] },
  { name: "the checkout goes before the customer's account", order: { token: "t1", customer: "h1" }, world: { touches: [touch(V, 9, "c1"), touch(PHONE, 1, "c2")], checkout: { t1: [V] }, customer: { h1: [PHONE] } }, by: "checkout", clicks: ["c1 -9h"] },
  { name: "two devices of one account", order: { visitor: V, token: "t1", customer: "h1" }, world: { touches: [touch(PHONE, 30, "c1")], checkout: { t1: [V] }, customer: { h1: [V, PHONE] } }, by: "customer", clicks: ["c1 -30h"] },
  { name: "two devices in one checkout", order: { token: "t1" }, world: { touches: [touch(PHONE, 30, "c1"), touch(V, 2, "c2")], checkout: { t1: [V, PHONE] } }, by: "checkout", clicks: ["c2 -2h", "c1 -30h"] },
  { name: "another customer's browser is nobody's here", order: { customer: "h2" }, world: { touches: [touch(PHONE, 30, "c1")], customer: { h1: [PHONE] } }, by: null, clicks: [] },
  { name: "none of the browsers clicked: the first that is named is kept", order: { visitor: V, token: "t1" }, world: { checkout: { t1: [PHONE] } }, by: "visitor", clicks: [] },
  { name: "the landing page of the journey, with its time", order: { visit: { at: "2026-06-10T06:00:00.000Z", word: "MARIE10" } }, by: "landing", clicks: ["c1 -2h landing"] },
  { name: "the landing page that the webhook tells has no time", order: { site: { code: "MARIE10" } }, by: "landing", clicks: ["c1 0h landing undated"] },
  { name: "what both landing pages name counts once, at its time", order: { site: { code: "MARIE10", clicks: [{ parameter: "awc", value: "a1" }] }, visit: { at: "2026-06-10T06:00:00.000Z", code: "MARIE10", clicks: [{ parameter: "awc", value: "a1" }] } }, by: "landing", clicks: ["c1 -2h landing", "? -2h awc=a1 landing"] },
  { name: "a landing page that names nobody says nothing", order: { site: { code: "SUMMER" } }, by: null, clicks: [] },
  { name: "a browser that clicked goes before the landing page", order: { token: "t1", site: { word: "JONAS15" } }, world: { touches: [touch(V, 4, "c1")], checkout: { t1: [V] } }, by: "checkout", clicks: ["c1 -4h"] },
  { name: "a browser that never clicked does not", order: { visitor: V, site: { word: "JONAS15" } }, by: "landing", clicks: ["c2 0h landing undated"] },
  { name: "the cart's own clicks where none was noted", order: { visitor: V, entries: [entry(6, "code", "MARIE10"), entry(2, "click_id", "x1")] }, by: "clicks", clicks: ["c1 -6h cart", "? -2h irclickid=x1 cart"] },
  { name: "a click id whose owner is known", order: { entries: [entry(2, "click_id", "x1")] }, world: { owners: { "irclickid x1": "c2" } }, by: "clicks", clicks: ["c2 -2h irclickid=x1 cart"] },
  { name: "the same id under another parameter is another's", order: { clickIds: [{ parameter: "awc", value: "x1" }] }, world: { owners: { "irclickid x1": "c2" } }, by: "clicks", clicks: ["? 0h awc=x1 cart undated"] },
  { name: "a parameter that brings no click ids here", order: { clickIds: [{ parameter: "xclickid", value: "x1" }], entries: [entry(1, "click_id", "x2", "xclickid")] }, by: null, clicks: [] },
  { name: "a word that names nobody", order: { entries: [entry(2, "link", "somebody")] }, by: null, clicks: [] },
  { name: "what was noted and stands in the cart counts once", order: { visitor: V, clickId: "x1", entries: [entry(2, "click_id", "x1")] }, world: { touches: [touch(V, 2, "c1", { clickId: "x1", parameter: "irclickid", key: touchKey(V, entry(2, "click_id", "x1")) })] }, by: "visitor", clicks: ["c1 -2h irclickid=x1"] },
  { name: "a browser whose clock is ahead: what came with the order was before it", order: { visitor: V, entries: [entry(-3, "code", "MARIE10")] }, world: { touches: [touch(V, -2, "c1", { key: touchKey(V, entry(-3, "code", "MARIE10")) })] }, by: "visitor", clicks: ["c1 0h"] },
  { name: "the same, where it was not noted", order: { visitor: V, entries: [entry(-3, "code", "MARIE10")] }, by: "clicks", clicks: ["c1 0h cart"] },
  { name: "a click id alone counts at the order's own instant", order: { clickId: "x1" }, by: "clicks", clicks: ["? 0h irclickid=x1 cart undated"] },
  { name: "a click id alone that another browser noted has its time", order: { clickId: "x1" }, world: { touches: [touch(PHONE, 7, "c1", { clickId: "x1", parameter: "irclickid" })] }, by: "clicks", clicks: ["c1 -7h irclickid=x1"] },
  { name: "what is no click id", order: { clickId: "x 1" }, by: null, clicks: [] },
  { name: "several networks' clicks", order: { visitor: V, clickId: "x1", clickIds: [{ parameter: "awc", value: "a1" }] }, world: { touches: [touch(V, 8, null, { clickId: "a1", parameter: "awc" })], owners: { "irclickid x1": "c1" } }, by: "visitor", clicks: ["? -8h awc=a1", "c1 0h irclickid=x1 cart undated"] },
];

describe("the evidence of an order", () => {
  test.each(cases)("$name", ({ order: sketch, world, by, clicks }) => {
    const found = evidenceOf(order(sketch), known(world));
    expect(found.by).toBe(by);
    expect(found.clicks.map(line)).toEqual(clicks);
    expect(found.source).toBe(by === null ? null : { visitor: "attributes", clicks: "attributes", checkout: "pixel", customer: "pixel", landing: "landing" }[by]);
  });

  test("clicks of one instant stand as a browser writes them down, whichever was noted first", () => {
    const made = [entry(2, "code", "MARIE10"), entry(2, "link", "JONAS15"), entry(2, "click_id", "x1")];
    const touches = made.map((one) => touch(V, 2, "c1", { kind: one.kind, key: touchKey(V, one) }));
    fc.assert(
      fc.property(fc.shuffledSubarray(touches, { minLength: 3 }), fc.subarray(made), (noted, inCart) => {
        expect(evidenceOf(order({ visitor: V, entries: inCart }), known({ touches: noted })).clicks.map(({ kind }) => kind)).toEqual(["code", "link", "click_id"]);
      }),
    );
  });

  test("a click that was noted late changes nothing about what the cart said itself, but its place: the same click, at the same time", () => {
    const drawn = fc.uniqueArray(fc.record({ hours: fc.integer({ min: 0, max: 40 }), kind: fc.constantFrom("code" as const, "link" as const), word: fc.constantFrom("MARIE10", "JONAS15") }), { selector: ({ hours, kind, word }) => `${hours} ${kind} ${word}`, maxLength: 5 });
    fc.assert(
      fc.property(drawn.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all))), ([all, noted]) => {
        const entries = all.map(({ hours, kind, word }) => entry(hours, kind, word));
        const touches = noted.map(({ hours, kind, word }) => touch(V, hours, known().creatorOf(word, 0), { kind, key: touchKey(V, entry(hours, kind, word)) }));
        const said = (world: World) => evidenceOf(order({ visitor: V, entries }), known(world)).clicks.map(({ atMs, creatorId }) => `${atMs} ${creatorId}`);
        expect(said({ touches })).toEqual(said({}));
      }),
    );
  });
});

describe("what an order names itself", () => {
  const all = order({ clickId: "x1", clickIds: [{ parameter: "awc", value: "a1" }], entries: [entry(1, "click_id", "x2"), entry(2, "link", "MARIE10")], site: { code: "JONAS15", clicks: [{ parameter: "irclickid", value: "x1" }] }, visit: { at: "2026-06-10T06:00:00.000Z", word: "MARIE10", clicks: [{ parameter: "irclickid", value: "x3" }] } });

  test("each click id once", () => expect(ownIds(all).map(({ parameter, value }) => `${parameter} ${value}`).sort()).toEqual(["awc a1", "irclickid x1", "irclickid x2", "irclickid x3"]));
  test("each word once", () => expect(ownWords(all).sort()).toEqual(["JONAS15", "MARIE10"]));
});

describe("a landing page", () => {
  test.each<[string, Landing | null]>([
    ["/", null],
    ["/products/lamp?utm_source=x&variant=1", null],
    ["/?irclickid=2ZI.a~b_c-9", page({ clicks: [{ parameter: "irclickid", value: "2ZI.a~b_c-9" }] })],
    ["https://shop.example/collections/all?irclickid=x&awc=1_2_3#top", page({ clicks: [{ parameter: "awc", value: "1_2_3" }, { parameter: "irclickid", value: "x" }] })],
    ["/discount/MARIE10", page({ code: "MARIE10" })],
    ["/discount/MARIE%20%2B10/", page({ code: "MARIE +10" })],
    ["/discount/MARIE10?redirect=%2Fproducts%2Flamp%3Fcreator%3DMARIE10", page({ code: "MARIE10", word: "MARIE10" })],
    ["/products/lamp?creator=marie", page({ word: "marie" })],
    ["/?creator=@marie", page({ word: "@marie" })],
    ["/?creator=anna@mail.example&email=anna@mail.example", null],
    ["/?name=Anna&phone=0612345678", null],
    ["/?irclickid=%3Cscript%3E", null],
    ["/discount/%E5", null],
    ["http://[", null],
  ])("%s", (address, landing) => expect(landingOf(address)).toEqual(landing));

  test("any address is read, and what is kept of it is bounded", () => {
    fc.assert(fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string({ unit: "binary" }), fc.array(fc.stringMatching(/^[a-z]{1,6}clickid$/), { maxLength: 30 }).map((names) => `/?${names.map((name) => `${name}=1`).join("&")}`)), (address) => {
      expect(landingOf(address)?.clicks.length ?? 0).toBeLessThanOrEqual(8);
    }));
  });

  test.each([[null], [undefined], [7], [{}]])("%o is none", (address) => expect(landingOf(address)).toBeNull());
});

describe("what a cart's attributes say", () => {
  const read = (...pairs: [string, string][]) => namedClicks(pairs.map(([name, value]) => ({ name, value })), CLICKS_NAME);

  test("only clicks are kept, and no gift message", () => {
    expect(read(["gift_note", "Anna"], ["phone", "0612345678"], ["Delivery-Date", "2026-06-12"], ["click_and_collect_name", "Anna"], ["awc", "1_2"], ["partner_click_id", "p~1"], ["creator_visitor", V])).toEqual({ clickIds: [{ parameter: "awc", value: "1_2" }, { parameter: "partner_click_id", value: "p~1" }] });
  });

  test("the browser's newest clicks, but no address of a person", () => {
    const entries = [entry(3, "code", "MARIE10"), entry(2, "link", "anna@mail.example"), entry(1, "click_id", "x1")];
    expect(read([CLICKS_NAME, writeClicks(entries)])).toEqual({ entries: [entries[0], entries[2]] });
  });

  test("nothing where there is nothing", () => expect(read(["irclickid", "x"], ["a", "b"])).toEqual({}));
});

test("what ties an order together comes out the same in whatever order it became known", () => {
  const landing = fc.option(fc.constantFrom(page({ word: "MARIE10" }), page({ code: "JONAS15" })), { nil: null });
  const origin: fc.Arbitrary<Origin> = fc.record({
    checkoutToken: fc.option(fc.constantFrom("t1", "t2"), { nil: null }), customer: fc.option(fc.constantFrom("k:1", "k:2"), { nil: null }), site: landing,
    visit: landing.map((one) => one && { ...one, at: "2026-06-10T06:00:00.000Z" }),
  });
  fc.assert(fc.property(fc.array(origin, { minLength: 1, maxLength: 5 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([a, b]) => {
    const merged = (all: readonly Origin[]) => all.reduce<Origin | undefined>((known, word) => mergeOrigin(known, word), undefined);
    expect(merged(b)).toEqual(merged(a));
    expect(mergeOrigin(merged(a), a[0])).toEqual(merged(a));
  }));
});
