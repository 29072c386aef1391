import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DealTerms, PLAIN_TERMS } from "#app/domain/deal.ts";
import { conflictParts, editWarnings, mergeDeals } from "#app/domain/deal-edit.ts";
import { type DealState, differingParts } from "#app/domain/deal-parts.ts";
import { storeWindow } from "#app/domain/deal-seen.ts";
import { followed } from "#app/domain/deal-variations.ts";

const NOW = new Date("2026-11-21T10:00:00Z");
const ten: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };
const plain: DealState = { name: "Spring", terms: ten, startsAt: "2026-11-01T00:00:00.000Z", endsAt: "2026-12-31T00:00:00.000Z", pausedAt: null };
const with_ = (terms: Partial<DealTerms>, more: Partial<DealState> = {}): DealState => ({ ...plain, ...more, terms: { ...ten, ...terms } });

const states = fc.record({
  name: fc.constantFrom("Spring", "Summer"),
  terms: fc
    .record({
      value: fc.constantFrom<DealTerms["value"]>({ kind: "percentage", basisPoints: 1000 }, { kind: "fixed_order", amount: "500" }),
      usageLimit: fc.constantFrom(null, 5),
      tags: fc.constantFrom<string[]>([], ["a"]),
    })
    .map((drawn): DealTerms => ({ ...ten, ...drawn })),
  startsAt: fc.constant(plain.startsAt),
  endsAt: fc.constantFrom(plain.endsAt, null),
  pausedAt: fc.constantFrom(null, "2026-11-10T00:00:00.000Z"),
});

describe("two edits of one state", () => {
  test("what nobody changed, or both to the same, is no difference; each of the others is somebody's", () => {
    fc.assert(
      fc.property(states, states, states, (base, theirs, mine) => {
        const parts = conflictParts(base, theirs, mine);
        expect(parts.map(({ part }) => part)).toEqual(differingParts(theirs, mine));
        for (const { part, changedBy } of parts) {
          expect(differingParts(base, theirs).includes(part)).toBe(changedBy !== "me");
          expect(differingParts(base, mine).includes(part)).toBe(changedBy !== "them");
        }
      }),
    );
  });

  test("together keep what only one of them changed, and of the rest what is chosen", () => {
    fc.assert(
      fc.property(states, states, states, fc.boolean(), (base, theirs, mine, keep) => {
        const parts = conflictParts(base, theirs, mine);
        const both = parts.filter(({ changedBy }) => changedBy === "both").map(({ part }) => part);
        const merged = mergeDeals({ theirs, mine, parts }, keep ? both : []);
        const [fromTheirs, fromMine] = [differingParts(merged, theirs), differingParts(merged, mine)];
        for (const { part, changedBy } of parts) {
          const isMine = changedBy === "me" || (changedBy === "both" && keep);
          expect([fromTheirs.includes(part), fromMine.includes(part)]).toEqual([isMine, !isMine]);
        }
        expect([...fromTheirs, ...fromMine].every((part) => parts.some((each) => each.part === part))).toBe(true);
      }),
    );
  });
});

describe("before an edit of a deal that runs, a person is warned", () => {
  const edits: [string, DealState, DealState, number, string[]][] = [
    ["not where nothing is taken away", plain, with_({ value: { kind: "percentage", basisPoints: 2000 } }, { endsAt: null }), 0, []],
    ["that it ends at once", plain, { ...plain, endsAt: "2026-11-20T00:00:00.000Z" }, 0, ["ends_now"]],
    ["not where it had ended already", { ...plain, endsAt: "2026-11-20T00:00:00.000Z" }, { ...plain, endsAt: "2026-11-19T00:00:00.000Z" }, 0, []],
    ["that it ends sooner", plain, { ...plain, endsAt: "2026-12-01T00:00:00.000Z" }, 0, ["ends_sooner"]],
    ["that it has an end now", { ...plain, endsAt: null }, plain, 0, ["ends_sooner"]],
    ["that it stops until the new start", plain, { ...plain, startsAt: "2026-11-22T00:00:00.000Z" }, 0, ["starts_later"]],
    ["that fewer orders can use it", plain, with_({ usageLimit: 10 }), 9, ["fewer_uses"]],
    ["that as many have used it", with_({ usageLimit: 20 }), with_({ usageLimit: 10 }), 10, ["used_up"]],
    ["that others are turned away", plain, with_({ buyers: { kind: "segments", segments: [{ id: "gid://shopify/Segment/1", title: "VIP" }] } }), 0, ["narrower_buyers"]],
    ["that buyers get less", plain, with_({ value: { kind: "percentage", basisPoints: 999 } }), 0, ["less_off"]],
    ["that an amount counts once only", with_({ value: { kind: "fixed_item", amount: "500" } }), with_({ value: { kind: "fixed_order", amount: "500" } }), 0, ["less_off"]],
  ];
  test.each(edits)("%s", (_what, before, after, uses, warnings) => expect(editWarnings(before, after, { now: NOW, uses })).toEqual(warnings));
});

describe("the store's window", () => {
  const at = (text: string | null) => (text === null ? null : new Date(text));
  const windows: [string, [string, string | null, string | null], [string, string | null]][] = [
    ["is the deal's own", ["2026-11-01T00:00:00Z", null, null], ["2026-11-01T00:00:00Z", null]],
    ["ends with the pause", ["2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z", "2026-11-20T00:00:00Z"], ["2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z"]],
    ["lies before the pause of a deal that had not begun", ["2026-11-25T00:00:00Z", null, "2026-11-20T00:00:00Z"], ["2026-11-19T23:59:59Z", "2026-11-20T00:00:00Z"]],
    ["keeps an end before the pause", ["2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z", "2026-11-20T00:00:00Z"], ["2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z"]],
    ["begins before it ends, to the second", ["2026-11-01T00:00:00.500Z", "2026-11-01T00:00:00.900Z", null], ["2026-10-31T23:59:59.900Z", "2026-11-01T00:00:00.900Z"]],
  ];
  test.each(windows)("%s", (_what, [startsAt, endsAt, pausedAt], [from, to]) => {
    expect(storeWindow({ startsAt: new Date(startsAt), endsAt: at(endsAt), pausedAt: at(pausedAt) })).toEqual({ startsAt: new Date(from), endsAt: at(to) });
  });
});

describe("a variation", () => {
  const own: DealState = { ...plain, name: "Spring (– 2027-01-31)", endsAt: "2027-01-31T00:00:00.000Z" };
  const after: DealState = { ...with_({ usageLimit: 5 }), name: "Summer", endsAt: "2026-12-01T00:00:00.000Z" };
  test.each<[string, { ownTerms: boolean; ownDates: boolean }, boolean, Partial<DealState>]>([
    ["with dates of its own takes the terms and the name", { ownTerms: false, ownDates: true }, false, { name: "Summer (– 2027-01-31)", terms: after.terms, endsAt: own.endsAt }],
    ["with terms of its own takes the dates", { ownTerms: true, ownDates: false }, false, { terms: own.terms, endsAt: after.endsAt }],
    ["ends with its deal, whatever its dates say", { ownTerms: true, ownDates: true }, true, { terms: own.terms, endsAt: after.endsAt }],
  ])("%s", (_what, has, ended, expected) => expect(followed(own, has, plain, after, ended)).toMatchObject(expected));

  test("that was paused on its own stays so, until its deal is paused or resumed", () => {
    const paused = { ...own, pausedAt: "2026-11-10T00:00:00.000Z" };
    const has = { ownTerms: false, ownDates: true };
    expect(followed(paused, has, plain, after, false).pausedAt).toBe(paused.pausedAt);
    expect(followed(paused, has, { ...plain, pausedAt: "2026-11-12T00:00:00.000Z" }, plain, false).pausedAt).toBeNull();
  });
});
