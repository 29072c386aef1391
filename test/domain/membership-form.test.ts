import { describe, expect, it } from "vitest";
import { readMembershipForm } from "#app/domain/membership-form.ts";

const now = new Date("2026-06-10T22:30:00Z"); // the eleventh in Berlin
const read = (fields: Record<string, string>) => readMembershipForm((name) => fields[name] ?? "", { now, timezone: "Europe/Berlin" });

describe("from when on somebody is in a program", () => {
  it.each<[string, string, string | null]>([
    ["today in the shop's time zone is from now on", "2026-06-11", null],
    ["nothing is from now on", "", null],
    ["a day before counts from its start there", "2026-06-10", "2026-06-09T22:00:00.000Z"],
    ["in winter time as well", "2026-01-10", "2026-01-09T23:00:00.000Z"],
  ])("%s", (_name, since, at) => {
    expect(read({ since, programId: "p", creatorIds: "a,b,", newName: " X " })).toEqual({ ok: true, input: { programId: "p", newName: "X", creatorIds: ["a", "b"], at: at === null ? null : new Date(at) } });
  });

  it.each(["soon", "2026-02-30", "10.06.2026"])("what is no day is refused: %s", (since) => {
    expect(read({ since })).toEqual({ ok: false, errors: [{ field: "at", key: "membership.date_form" }] });
  });
});
