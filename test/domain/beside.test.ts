import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Beside, type Dispute, isChargedBack, mergeBeside, NOTHING_BESIDE } from "#app/domain/beside.ts";

function disputed(...disputes: Dispute[]): Beside {
  return { ...NOTHING_BESIDE, disputes };
}

describe("a lost dispute", () => {
  test.each<[string, Dispute["kind"], string, boolean]>([
    ["a chargeback that is lost", "chargeback", "lost", true],
    ["one that the shop accepted", "chargeback", "accepted", true],
    ["one that is won", "chargeback", "won", false],
    ["one that is still looked at", "chargeback", "under_review", false],
    ["one that ended in a refund, which is told as such", "chargeback", "charge_refunded", false],
    ["an inquiry, which moves no money", "inquiry", "lost", false],
    ["one that began as an inquiry, of which the store tells no more", "unknown", "lost", true],
  ])("%s", (_name, kind, status, chargedBack) => {
    expect(isChargedBack(disputed({ id: "1", kind, status, triggeredNs: "5" }))).toBe(chargedBack);
  });

  test("nothing is known of any", () => {
    expect(isChargedBack(null)).toBe(false);
    expect(isChargedBack(NOTHING_BESIDE)).toBe(false);
  });
});

describe("words on disputes and customers, merged", () => {
  const dispute = fc.record<Dispute>({
    id: fc.constantFrom("1", "2"),
    kind: fc.constantFrom("chargeback", "inquiry", "unknown"),
    status: fc.constantFrom("needs_response", "under_review", "lost", "won", "accepted"),
    triggeredNs: fc.option(fc.bigInt({ min: 0n, max: 1n << 62n }).map(String), { nil: null }),
  });
  const word = fc.record<Beside>({ returning: fc.constantFrom(null, true, false), lines: fc.constant({}), disputes: fc.array(dispute, { maxLength: 3 }) });
  const merged = (words: readonly Beside[]) => words.reduce<Beside | null>((known, one) => mergeBeside(known, one), NOTHING_BESIDE);

  test("end alike in any order, and with repeats", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }).chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 }))), ([words, arrived]) => {
        expect(merged(arrived)).toEqual(merged(words));
      }),
    );
  });

  test("a customer who returned once did, whatever is said later", () => {
    expect(merged([{ ...NOTHING_BESIDE, returning: true }, { ...NOTHING_BESIDE, returning: false }])!.returning).toBe(true);
    expect(merged([{ ...NOTHING_BESIDE, returning: false }, NOTHING_BESIDE])!.returning).toBe(false);
  });

  test("a final status holds against a later one that is none; of two final ones the later holds", () => {
    const at = (triggeredNs: string, status: string): Beside => disputed({ id: "1", kind: "chargeback", status, triggeredNs });
    expect(merged([at("1", "lost"), at("2", "under_review")])!.disputes[0]!.status).toBe("lost");
    expect(merged([at("3", "won"), at("2", "lost")])!.disputes[0]!.status).toBe("won");
  });

  test("of a line the first word holds: what the product becomes later changes nothing", () => {
    const marked = (tags: string[]): Beside => ({ ...NOTHING_BESIDE, lines: { 1: { subscribed: false, type: null, tags } } });
    expect(merged([marked(["sample"]), marked([])])!.lines[1]!.tags).toEqual(["sample"]);
  });
});
