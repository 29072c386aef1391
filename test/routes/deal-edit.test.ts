import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import type { DealFields } from "#app/domain/deal-form.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = () => import("#app/routes/app.deals_.$id.edit.tsx");
const deal = () => import("#app/routes/app.deals.$id.tsx");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
  await pool().query(`insert into deal_edit (shop, deal_id, version, at, who, what, deal)
    select shop, id, 1, created_at, 'merchant', 'made', jsonb_build_object('name', name, 'terms', terms, 'startsAt', starts_at, 'endsAt', ends_at, 'pausedAt', null) from deal`);
});

const params = { id: "autumn" };
const open = async () => (await page()).loader(ask(SHOP, "/app/deals/autumn/edit", undefined, params));

async function save(version: number, fields: DealFields, changes: Partial<DealFields>, known: { startsAt: string; endsAt: string | null }, shop = SHOP) {
  return (await page()).action(ask(shop, "/app/deals/autumn/edit", { json: { version, known, fields: { ...fields, ...changes } } }, params));
}

describe("Edit deal", () => {
  it("begins with the deal as it is, and a save that changes nothing makes no version", async () => {
    const { deal: begun, fields } = await open();
    expect(fields).toMatchObject({ name: "Autumn 10", kind: "percentage", percent: "10", programId: "creators", ends: true, endDate: "2026-12-31", endTime: "23:59" });
    const answer = await save(begun.version, fields, {}, begun.state);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/app/deals/autumn?done=unchanged"]);
    expect((await open()).deal).toMatchObject({ version: 1, state: begun.state });
  });

  it("saves what was typed as the next version, and tells a later save what either changed", async () => {
    const { deal: begun, fields } = await open();
    const first = await save(begun.version, fields, { percent: "12,5" }, begun.state);
    expect(first.headers.get("location")).toBe("/app/deals/autumn?done=edited");
    const second = await save(begun.version, fields, { percent: "8", oncePerCustomer: !fields.oncePerCustomer }, begun.state);
    expect(second.status).toBe(409);
    const { conflict } = (await second.json()) as { conflict: { version: number; parts: unknown } };
    expect(conflict).toMatchObject({ version: 2, parts: [{ part: "value", changedBy: "both" }, { part: "oncePerCustomer", changedBy: "me" }] });
    expect((await open()).fields).toMatchObject({ percent: "12.5", oncePerCustomer: fields.oncePerCustomer });
  });

  it.each<[string, Partial<DealFields>, string[]]>([
    ["a field that is wrong", { percent: "101" }, ["percent deal.percentage_range"]],
    ["another kind of discount", { kind: "free_shipping", combinesShipping: false }, ["kind deal.kind_fixed"]],
    ["the name of another deal", { name: "spring" }, ["name deal.name_taken"]],
  ])("refuses %s at its field", async (_what, changes, found) => {
    const { deal: begun, fields } = await open();
    const answer = await save(begun.version, fields, changes, begun.state);
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { field: string; key: string }[] };
    expect(errors.map(({ field, key }) => `${field} ${key}`)).toEqual(found);
  });

  it("is not found in another shop, and changes nothing there", async () => {
    const { deal: begun, fields } = await open();
    expect((await thrown((await page()).loader(ask(OTHER_SHOP, "/app/deals/autumn/edit", undefined, params)))).status).toBe(404);
    const answer = await save(begun.version, fields, { name: "Taken" }, begun.state, OTHER_SHOP);
    expect(await answer.json()).toMatchObject({ errors: [{ field: "deal", key: "deal.not_found" }] });
    expect((await open()).deal.state.name).toBe("Autumn 10");
  });
});

describe("the page of a deal", () => {
  const act = async (form: Record<string, string>, shop = SHOP) => (await (await deal()).action(ask(shop, "/app/deals/autumn", { form }, params))).json();
  const shown = async () => (await deal()).loader(ask(SHOP, "/app/deals/autumn", undefined, params));

  it("pauses, resumes and ends it, by the version that the person saw; its history says so", async () => {
    const { version } = (await shown()).deal;
    expect(await act({ intent: "pause", version: String(version - 1) })).toMatchObject({ errors: [], conflict: { who: "Camille Martin" } });
    expect((await shown()).deal.phase).not.toBe("paused");
    expect(await act({ intent: "pause", version: String(version) })).toMatchObject({ errors: [], conflict: null });
    expect((await shown()).deal).toMatchObject({ phase: "paused", version: version + 1 });
    await act({ intent: "resume", version: String(version + 1) });
    await act({ intent: "end", version: String(version + 2) });
    const { deal: ended, versions } = await shown();
    expect(ended.phase).toBe("ended");
    expect(versions.map(({ what }) => what)).toEqual(["ended", "resumed", "paused", "edited", "made"]);
    expect(versions.map(({ changes }) => changes)).toEqual([["endsAt"], ["pausedAt"], ["pausedAt"], ["value"], []]);
    expect(await act({ intent: "pause", version: String(version + 3) })).toMatchObject({ errors: [{ key: "deal.over" }] });
  });

  it("does nothing to another shop's deal", async () => {
    expect(await act({ intent: "end", version: "1" }, OTHER_SHOP)).toMatchObject({ errors: [{ key: "deal.not_found" }] });
  });
});
