// What a person does to discounts and segments in the local admin, over HTTP: as it stands afterwards, and what the app is told of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeJson } from "#test/local/store/json.ts";
import { instantOf, localMoment } from "#test/local/store/pages/words.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { emptyState } from "#test/local/store/store.ts";
import type { Discount } from "#test/local/store/types.ts";

let local: LocalStore;
beforeEach(async () => {
  local = await startStore({ appUrl: "http://127.0.0.1:9" });
  local.store.state.faults.hold = true; // nobody listens for webhooks here
});
afterEach(() => local.close());

async function post(path: string, form: Record<string, string>): Promise<string> {
  const answer = await fetch(`${local.url}/admin/${path}`, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "/none", local.url).search;
}
const page = async (path: string) => (await fetch(`${local.url}/admin/${path}`)).text();
async function made(form: Record<string, string> = {}): Promise<Discount> {
  await post("discounts/new/create", { title: "By hand", code: "HAND10", kind: "percentage", value: "12.5", by: "merchant", ...form });
  return local.store.discounts().at(-1)!;
}

describe("a discount", () => {
  test.each([
    ["merchant", "percentage", { kind: "percentage", percentage: 0.125 }, null],
    ["other_app", "amount", { kind: "amount", amount: "12.5", onEachItem: false }, "Loyalty Lane"],
    ["merchant", "free_shipping", { kind: "free_shipping", maximum: null, countries: null }, null],
  ])("made by %s gives a %s", async (by, kind, value, title) => {
    const discount = await made({ by, kind });
    expect(discount).toMatchObject({ title: "By hand", value, codes: [{ code: "HAND10" }] });
    expect(discount.codes[0]!.createdBy?.title ?? null).toBe(title);
    expect(await page("discounts")).toContain(title ?? "a person");
  });

  test("is refused in the store's own words, and nothing is made", async () => {
    await made();
    expect(decodeURIComponent(await post("discounts/new/create", { title: "Again", code: "hand10", kind: "percentage", value: "10" }))).toContain("Code must be unique. Please try a different code.");
    expect(decodeURIComponent(await post("discounts/new/create", { title: "Again", code: "OTHER", kind: "percentage", value: "ten" }))).toContain("is not a percentage");
    expect(local.store.discounts()).toHaveLength(1);
  });

  test("changes its title, value and dates; what was not touched stays to the second", async () => {
    const discount = await made();
    const { startsAt } = discount;
    const { shop } = local.store;
    await post(`discounts/${discount.id}/edit`, { title: "Changed", value: "15", startsAt: localMoment(startsAt, shop), endsAt: "2031-07-01T10:00" });
    expect(discount).toMatchObject({ title: "Changed", value: { percentage: 0.15 }, startsAt, endsAt: "2031-07-01T08:00:00Z" }); // Berlin, in summer
    expect(await page(`discounts/${discount.id}`)).toContain('value="2031-07-01T10:00"');
  });

  test("ends, holds again, and is gone", async () => {
    const discount = await made();
    const path = `discounts/${discount.id}`;
    await post(`${path}/deactivate`, {});
    expect(await page(path)).toContain("Expired");
    await post(`${path}/activate`, {});
    expect([discount.endsAt, (await page(path)).includes("Active")]).toEqual([null, true]);
    await post(`${path}/delete`, {});
    expect([local.store.discounts(), (await fetch(`${local.url}/admin/${path}`)).status]).toEqual([[], 404]);
  });

  test("gets codes and loses them, at once; a taken one is named", async () => {
    const discount = await made();
    const path = `discounts/${discount.id}`;
    await post(`${path}/add-codes`, { codes: "MARIE10\n\n JONAS15 \n", by: "other_app" });
    expect(discount.codes.map(({ code, createdBy }) => [code, createdBy?.title ?? null])).toEqual([["HAND10", null], ["MARIE10", "Loyalty Lane"], ["JONAS15", "Loyalty Lane"]]);
    expect(decodeURIComponent(await post(`${path}/add-codes`, { codes: "marie10" })).replaceAll("+", " ")).toContain("marie10 must be unique");
    await post(`${path}/remove-code`, { code: discount.codes[1]!.id });
    expect(discount.codes.map(({ code }) => code)).toEqual(["HAND10", "JONAS15"]);
    expect(await page(path)).toContain("Loyalty Lane");
  });
});

test("each change is told to the app", async () => {
  await local.close();
  local = await startStore({ appUrl: "http://127.0.0.1:9", appToml: `${import.meta.dirname}/../../shopify.app.toml` });
  local.store.state.faults.hold = true;
  const discount = await made();
  await post(`discounts/${discount.id}/add-codes`, { codes: "MARIE10" });
  await post(`discounts/${discount.id}/deactivate`, {});
  await post(`discounts/${discount.id}/delete`, {});
  expect(local.store.deliveries().map(({ topic }) => topic)).toEqual(["discounts/delete", "discounts/update", "discounts/redeemcode_added", "discounts/create"]);
});

test("what an older version of this store kept is read with everything that it did not know", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "store-test-"));
  const old = { id: "1", title: "Old", value: { kind: "free_shipping", maximum: null }, items: { kind: "all" }, codes: [{ id: "2", code: "OLD", usageCount: 3 }], startsAt: "2020-01-01T00:00:00Z", endsAt: null, minimum: { kind: "none" } };
  const { segments: _, markets: __, apiFaults: ___, grantedScopes: ____, ...kept } = emptyState();
  writeFileSync(join(dataDir, "store.json"), writeJson({ ...kept, discounts: [old] }));
  const again = await startStore({ dataDir, appUrl: "http://127.0.0.1:9" });
  expect(again.store.discounts()[0]).toMatchObject({ context: { kind: "all" }, value: { countries: null }, codes: [{ code: "OLD", usageCount: 3, createdBy: { title: "Creator Codes" } }] });
  expect([again.store.state.segments.length, again.store.state.markets.length, again.store.state.apiFaults]).toEqual([5, 5, []]);
  await again.close();
  rmSync(dataDir, { recursive: true });
});

test("a buyer is put into a segment and taken out of it", async () => {
  const segment = local.store.state.segments[2]!;
  await post(`segments/${segment.id}`, { email: "Ines@mail.example" });
  expect(await page("segments")).toContain("ines@mail.example");
  await post(`segments/${segment.id}`, { remove: "ines@mail.example" });
  expect(segment.members).toEqual([]);
});

test.each([["2031-01-15T09:30", "2031-01-15T08:30:00Z"], ["2031-07-15T09:30", "2031-07-15T07:30:00Z"], ["2031-03-30T03:30", "2031-03-30T01:30:00Z"], ["soon", null]])("%s in Berlin is %s", (local_, instant) => {
  const { shop } = local.store;
  expect(instantOf(local_, shop)).toBe(instant);
  if (instant !== null) expect(localMoment(instant, shop)).toBe(local_);
});
