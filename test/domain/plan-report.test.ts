import { describe, expect, it } from "vitest";
import { backoffMs, hasMoneyWithoutPieces, lookDelayMs, planNext, REPORTING, sameHeld, total, UNKNOWN_AMOUNT, type PlannedConversion, type Step } from "#app/domain/plan-report.ts";
import type { ReportItem } from "#app/domain/report.ts";

const NOW = Date.parse("2026-06-10T12:00:00Z");
const MINUTE = 60_000;

function item(sku: string, quantity: number, amount: string): ReportItem {
  return { sku, name: sku, category: null, quantity, amount };
}

const A2 = item("A", 2, "2000");
const A1 = item("A", 1, "1000");
const A0 = item("A", 0, "0");
const B1 = item("B", 1, "500");
const B0 = item("B", 0, "0");

const waiting: PlannedConversion = {
  state: "waiting", op: null, opAtMs: null, submissionId: null, actionId: null, lockAtMs: null, target: [A2, B1], sent: null, hasEventType: true, hasAttribution: true,
};
const reported: PlannedConversion = { ...waiting, state: "reported", actionId: "1.2.3", lockAtMs: NOW + 1, sent: [A2, B1] };

function under(op: "create" | "edit" | "reverse", ageMinutes: number, submissionId: string | null, state: "sending" | "queued" | "stuck" = "queued"): PlannedConversion {
  return { ...(op === "create" ? waiting : reported), state, op, opAtMs: NOW - ageMinutes * MINUTE, submissionId };
}

const cases: [string, PlannedConversion, Step][] = [
  ["a new conversion is created", waiting, { do: "create" }],
  ["one that was refused is created once it is due again", { ...waiting, state: "stuck" }, { do: "create" }],
  ["nothing to hold, and nothing told: it rests as it was", { ...waiting, target: [] }, { do: "rest", state: "waiting", problem: null }],
  ["items that sum to nothing are not told", { ...waiting, target: [A0] }, { do: "rest", state: "waiting", problem: null }],
  ["without an event type a person is asked", { ...waiting, hasEventType: false }, { do: "rest", state: "stuck", problem: "no_event_type" }],
  ["without anybody to credit a person is asked", { ...waiting, hasAttribution: false }, { do: "rest", state: "stuck", problem: "no_partner" }],
  ["without a click of this network's own a code for everybody is not told", { ...waiting, hasAttribution: false, isForeign: true }, { do: "rest", state: "stuck", problem: "foreign_click" }],
  ["nobody to credit does not matter where nothing is told", { ...waiting, target: [], hasAttribution: false }, { do: "rest", state: "waiting", problem: null }],
  ["a code that is on its way into the network is waited for", { ...waiting, holdUntilMs: NOW + 1 }, { do: "hold" }],
  ["but not for ever", { ...waiting, holdUntilMs: NOW }, { do: "create" }],
  ["nothing to tell waits for no code", { ...waiting, target: [], holdUntilMs: NOW + 1 }, { do: "rest", state: "waiting", problem: null }],
  ["a request under way and a change wait for no code", { ...reported, target: [A1, B1], holdUntilMs: NOW + 1 }, { do: "edit", items: [A1], holds: [A1, B1] }],

  ["a creation that lost its answer is looked for, and waited for", under("create", 3, null, "sending"), { do: "look", missing: "wait" }],
  ["it is not sent again before the doubt is over", under("create", 44, null, "sending"), { do: "look", missing: "wait" }],
  ["without a trace it is sent again when the doubt is over", under("create", 45, null, "sending"), { do: "look", missing: "send" }],
  ["a queued creation is looked for among the actions first", under("create", 5, "S"), { do: "look", missing: "wait" }],
  ["one that takes long is asked for by its submission", under("create", 21, "S"), { do: "look", missing: "poll" }],
  ["its submission is believed for two hours", under("create", 119, "S"), { do: "look", missing: "poll" }],
  ["a submission that never ends is lost, and sent again", under("create", 120, "S"), { do: "look", missing: "send" }],
  ["a creation that was given up is looked for before all else", under("create", 600, null, "stuck"), { do: "look", missing: "send" }],
  ["a creation without a trace that is not wanted any more is not sent again, but watched for", { ...under("create", 45, null, "sending"), target: [] }, { do: "look", missing: "linger" }],
  ["a lost one that is not wanted any more likewise", { ...under("create", 120, "S"), target: [] }, { do: "look", missing: "linger" }],
  ["after a day without a trace it never was", { ...under("create", 24 * 60, null, "sending"), target: [] }, { do: "look", missing: "forget" }],
  ["a change of target does not disturb a request under way", { ...under("create", 5, "S"), target: [] }, { do: "look", missing: "wait" }],

  ["a queued edit is asked for", under("edit", 5, "S"), { do: "poll" }],
  ["a queued reversal is asked for", under("reverse", 5, "S"), { do: "poll" }],
  ["an edit without an answer is compared with the action", under("edit", 5, null, "sending"), { do: "compare", undone: "wait" }],
  ["an edit without effect is not sent again while the first may still end, after the second", under("edit", 119, null, "sending"), { do: "compare", undone: "wait" }],
  ["an edit without effect is sent again when the first can only be lost", under("edit", 120, null, "sending"), { do: "compare", undone: "send" }],
  ["a reversal without effect is sent again when the doubt is over", under("reverse", 45, null, "sending"), { do: "compare", undone: "send" }],
  ["a reversal whose submission was lost is compared, then sent again", under("reverse", 120, "S"), { do: "compare", undone: "send" }],

  ["in step: nothing to do", reported, { do: "rest", state: "reported", problem: null }],
  ["in step again after a problem: the problem is gone", { ...reported, state: "stuck" }, { do: "rest", state: "reported", problem: null }],
  ["an item at nothing and an item that is gone are the same", { ...reported, target: [A2], sent: [A2, B0] }, { do: "rest", state: "reported", problem: null }],
  ["nothing left: reversed", { ...reported, target: [] }, { do: "reverse" }],
  ["items at nothing are nothing: reversed", { ...reported, target: [A0] }, { do: "reverse" }],
  ["a returned piece is an edit of its item alone", { ...reported, target: [A1, B1] }, { do: "edit", items: [A1], holds: [A1, B1] }],
  ["an item that is gone is edited to nothing", { ...reported, target: [A2] }, { do: "edit", items: [B0], holds: [A2, B0] }],
  ["an item that came back is edited up", { ...reported, target: [A2, B1], sent: [A2, B0] }, { do: "edit", items: [B1], holds: [A2, B1] }],
  ["only a quantity changed: an edit too", { ...reported, target: [{ ...A2, quantity: 1 }, B1] }, { do: "edit", items: [{ ...A2, quantity: 1 }], holds: [{ ...A2, quantity: 1 }, B1] }],
  ["money without pieces is told with quantity 0", { ...reported, target: [{ ...A2, quantity: 0 }, B1] }, { do: "edit", items: [{ ...A2, quantity: 0 }], holds: [{ ...A2, quantity: 0 }, B1] }],
  ["added items in place of all that is held need a person: to take the rest away would reverse the sale for good", { ...reported, target: [item("C", 1, "300")] }, { do: "rest", state: "stuck", problem: "added_item" }],
  ["an added item alone needs a person", { ...reported, target: [A2, B1, item("C", 1, "300")] }, { do: "rest", state: "stuck", problem: "added_item" }],
  ["an added item does not keep the others back", { ...reported, target: [A1, B1, item("C", 1, "300")] }, { do: "edit", items: [A1], holds: [A1, B1] }],
  ["an amount that is not known is set", { ...reported, sent: [{ ...A2, amount: UNKNOWN_AMOUNT }, B1] }, { do: "edit", items: [A2], holds: [A2, B1] }],
  ["after the lock nothing is sent", { ...reported, lockAtMs: NOW, target: [A1, B1] }, { do: "rest", state: "stuck", problem: "after_lock" }],
  ["after the lock nothing is reversed", { ...reported, lockAtMs: NOW - 1, target: [] }, { do: "rest", state: "stuck", problem: "after_lock" }],
  ["after the lock, but in step: no problem", { ...reported, lockAtMs: NOW - 1 }, { do: "rest", state: "reported", problem: null }],
  ["an open lock date locks nothing", { ...reported, lockAtMs: null, target: [] }, { do: "reverse" }],

  ["reversed is final", { ...reported, state: "reversed", sent: [] }, { do: "rest", state: "reversed", problem: null }],
  ["what the network refused is dropped, once it is not wanted any more", { ...waiting, state: "stuck", target: [], refused: true }, { do: "rest", state: "dropped", problem: null }],
  ["and never reversed: the action is another's by now", { ...reported, target: [], refused: true }, { do: "rest", state: "dropped", problem: null }],
  ["also where its answer was kept, and the process died before it was noted", { ...under("create", 300, "S"), target: [], refused: true }, { do: "rest", state: "dropped", problem: null }],
  ["where a person decided otherwise, it is told again", { ...waiting, refused: true }, { do: "create" }],
  ["an edit under way ends first", { ...under("edit", 5, "S"), target: [], refused: true }, { do: "poll" }],
  ["dropped is final", { ...waiting, state: "dropped" }, { do: "rest", state: "dropped", problem: null }],
];

describe("the next step of a conversion", () => {
  it.each(cases)("%s", (_name, row, step) => {
    expect(planNext(row, NOW)).toEqual(step);
  });
});

describe("the parts of planning", () => {
  it.each([
    [[A2, B1], [B1, A2], true],
    [[A2], [A2, B0], true],
    [[A2, B0], [A2], true],
    [[A2], [A2, B1], false],
    [[A2, B1], [A2], false],
    [[item("A", 0, "0")], [item("A", 3, "0")], true],
    [[item("A", 0, "5")], [item("A", 1, "5")], false],
    [[item("A", 1, UNKNOWN_AMOUNT)], [], false],
    [[], [], true],
  ])("%j and %j say the same: %s", (a, b, same) => {
    expect(sameHeld(a, b)).toBe(same);
    expect(sameHeld(b, a)).toBe(same);
  });

  it("sums exactly beyond what a number holds, and takes an unknown amount for none", () => {
    expect(total([item("A", 1, "9007199254740993"), item("B", 1, UNKNOWN_AMOUNT), item("C", 1, "1")])).toBe(9007199254740994n);
  });

  it("sees money without pieces", () => {
    expect(hasMoneyWithoutPieces([A2, item("B", 0, "5")])).toBe(true);
    expect(hasMoneyWithoutPieces([A2, B0])).toBe(false);
  });

  it("looks together: whatever was sent within one step of the grid is looked for at one time, not before the first asking time", () => {
    const times = [0, 20_000, 90_000, 178_000].map((offset) => NOW + 61_000 + offset).map((at) => at + lookDelayMs(at));
    expect(new Set(times)).toEqual(new Set([NOW + 9 * MINUTE]));
    for (const offset of [0, 1, 59_999, 179_999]) expect(lookDelayMs(NOW + offset)).toBeGreaterThanOrEqual(REPORTING.firstAskMs);
    for (const offset of [0, 1, 59_999, 179_999]) expect(lookDelayMs(NOW + offset)).toBeLessThan(REPORTING.firstAskMs + REPORTING.gridMs);
  });

  it("waits longer after each fault, an hour at most", () => {
    expect([1, 2, 3, 8, 30].map(backoffMs)).toEqual([30_000, 60_000, 120_000, 3_600_000, 3_600_000]);
  });
});
