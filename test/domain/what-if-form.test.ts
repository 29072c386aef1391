import { describe, expect, test } from "vitest";
import { chosenOf, fieldsToUndo, firstFields, readWhatIfForm, whatIfFields, type WhatIfFields } from "#app/domain/what-if-form.ts";

const ZONE = "Europe/Berlin";
const NOW = new Date("2026-11-21T10:00:00Z");
const GOOD: WhatIfFields = { ...whatIfFields({}), programId: "p1", fromDate: "2026-10-01", toDate: "2026-10-31", scope: "discounted_lines" };

function errorsOf(fields: Partial<WhatIfFields>): string[] {
  const read = readWhatIfForm({ ...GOOD, ...fields }, ZONE, NOW);
  return read.ok ? [] : read.errors.map((error) => `${error.field}: ${error.key}`);
}

describe("the period", () => {
  test("is from the first day's beginning to the last day's end, in the shop's zone, over a change of the clocks too", () => {
    expect(readWhatIfForm(GOOD, ZONE, NOW)).toEqual({ ok: true, whatIf: { programId: "p1", fromAt: new Date("2026-09-30T22:00:00Z"), toAt: new Date("2026-10-31T23:00:00Z"), settings: { scope: "discounted_lines" } } });
  });

  test("that ends today ends now", () => {
    expect(readWhatIfForm({ ...GOOD, toDate: "2026-11-21" }, ZONE, NOW)).toMatchObject({ ok: true, whatIf: { toAt: NOW } });
  });

  test("today is the shop's day", () => {
    const late = new Date("2026-11-21T23:30:00Z");
    expect(readWhatIfForm({ ...GOOD, toDate: "2026-11-22" }, ZONE, late)).toMatchObject({ ok: true, whatIf: { toAt: late } });
    expect(readWhatIfForm({ ...GOOD, toDate: "2026-11-22" }, "UTC", late)).toMatchObject({ ok: false });
  });

  test.each<[string, Partial<WhatIfFields>, string[]]>([
    ["ends before it begins", { fromDate: "2026-10-02", toDate: "2026-10-01" }, ["toDate: what_if.ends_before_start"]],
    ["is one day", { fromDate: "2026-10-01", toDate: "2026-10-01" }, []],
    ["begins in the future", { fromDate: "2026-11-22", toDate: "2026-11-23" }, ["fromDate: what_if.in_future"]],
    ["ends in the future", { toDate: "2026-11-22" }, ["toDate: what_if.in_future"]],
    ["is three years", { fromDate: "2023-11-21", toDate: "2026-11-20" }, []],
    ["is longer", { fromDate: "2023-11-21", toDate: "2026-11-21" }, ["toDate: what_if.too_long"]],
    ["has a day that is none", { fromDate: "2026-02-30" }, ["fromDate: what_if.date_form"]],
    ["is empty", { fromDate: "", toDate: "" }, ["fromDate: what_if.date_form", "toDate: what_if.date_form"]],
    ["is no date", { toDate: "yesterday" }, ["toDate: what_if.date_form"]],
  ])("%s", (_name, fields, errors) => {
    expect(errorsOf(fields)).toEqual(errors);
  });
});

describe("the settings", () => {
  test("are those that were chosen, and no other", () => {
    const all = { stackingRule: "split", creditPolicy: "winner", scope: "order", creditOn: "created", window: "days", clickWindowDays: " 7 ", selfReferral: "blocked", renewals: "none" };
    const read = readWhatIfForm({ ...GOOD, ...all }, ZONE, NOW);
    expect(read.ok && read.whatIf.settings).toEqual({ stackingRule: "split", creditPolicy: "winner", scope: "order", creditOn: "created", clickWindowDays: 7, blockSelfReferral: true, renewals: "none" });
    expect(read.ok && chosenOf(read.whatIf.settings).map(({ name, value, days }) => [name, value, days])).toEqual([
      ["stackingRule", "split", null], ["creditPolicy", "winner", null], ["scope", "order", null], ["creditOn", "created", null], ["window", "days", 7], ["selfReferral", "blocked", null], ["renewals", "none", null],
    ]);
  });

  test.each<[string, Partial<WhatIfFields>, string[]]>([
    ["none is chosen", { scope: "" }, ["settings: what_if.nothing_chosen"]],
    ["one is unknown", { scope: "everything" }, ["scope: rules.choice_unknown"]],
    ["a window of 0 days", { window: "days", clickWindowDays: "0" }, ["clickWindowDays: rules.window_range"]],
    ["a window of 366 days", { window: "days", clickWindowDays: "366" }, ["clickWindowDays: rules.window_range"]],
    ["a window of one and a half", { window: "days", clickWindowDays: "1.5" }, ["clickWindowDays: rules.window_range"]],
    ["days that are not asked for", { clickWindowDays: "many" }, []],
    ["no program", { programId: "" }, ["programId: what_if.program_missing"]],
  ])("%s", (_name, fields, errors) => {
    expect(errorsOf(fields)).toEqual(errors);
  });
});

test("at first it shows the last full month, and every setting as it is", () => {
  expect(firstFields(new Date("2026-03-01T00:30:00Z"), "America/New_York", "p1")).toMatchObject({ fromDate: "2026-01-01", toDate: "2026-01-31", scope: "", stackingRule: "" });
  expect(firstFields(NOW, ZONE, "p1")).toMatchObject({ fromDate: "2026-10-01", toDate: "2026-10-31" });
});

test("the form that undoes one puts back what it chose, for the same days", () => {
  const read = readWhatIfForm({ ...GOOD, window: "days", clickWindowDays: "7", selfReferral: "allowed" }, ZONE, NOW);
  if (!read.ok) throw new Error("not read");
  expect(fieldsToUndo(read.whatIf, ZONE)).toEqual({ ...GOOD, scope: "history", window: "history", clickWindowDays: "30", selfReferral: "history" });
  const undone = readWhatIfForm(fieldsToUndo(read.whatIf, ZONE), ZONE, NOW);
  expect(undone).toEqual({ ok: true, whatIf: { ...read.whatIf, settings: { scope: null, clickWindowDays: null, blockSelfReferral: null } } });
});
