import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { DAY, idOf, iso, MINUTE, SID, startStage, type Answer, type Stage } from "./network-calls.ts";

let stage: Stage;
let actionId: string;
let trackerId: string;

beforeEach(async () => {
  stage = await startStage();
  await stage.settled();
  actionId = (await stage.actions())[0]!.Id;
  trackerId = stage.creator.eventTypes[0]!.id;
});
afterEach(() => stage.local.close());

async function end(answer: Answer): Promise<Record<string, any>> {
  expect(answer.body).toMatchObject({ Status: "QUEUED" });
  stage.run(22 * MINUTE);
  return stage.submission(idOf(answer));
}

const put = (form: Record<string, string>) => stage.call("PUT", "/Actions", { ActionId: actionId, Reason: "ORDER_UPDATE", ...form });
const read = async () => (await stage.call("GET", `/Actions/${actionId}`)).body;
const amounts = async () => Object.fromEntries((await stage.items(actionId)).map((each) => [each.Sku, `${each.Quantity} ${each.SaleAmount}`]));

describe("edits of items", () => {
  test("values are absolute, several items go in one call, and the sum follows", async () => {
    const done = await end(await put({ Sku: "MUG", Quantity: "1", Amount: "9.50", Sku2: "LAMP", Quantity2: "1", Amount2: "90.00" }));
    expect(done).toMatchObject({ Type: "Modification", Status: "Complete", ErrorReason: "" });
    expect(await amounts()).toEqual({ MUG: "1 9.50", LAMP: "1 90.00" });
    expect(await read()).toMatchObject({ Amount: "99.50", DeltaAmount: "-19.50", IntendedAmount: "119.00", Payout: "9.95", DeltaPayout: "-1.95", State: "PENDING" });
    await end(await put({ Sku: "MUG", Quantity: "2", Amount: "19.00" }));
    expect(await amounts()).toEqual({ MUG: "2 19.00", LAMP: "1 90.00" });
  });

  test("nothing changes before the submission completes", async () => {
    const answer = await put({ Sku: "MUG", Quantity: "1", Amount: "9.50" });
    expect(await amounts()).toEqual({ MUG: "2 19.00", LAMP: "1 100.00" });
    expect(await stage.submission(idOf(answer))).toMatchObject({ Status: "Queued" });
  });

  test.each<[string, Record<string, string>, string]>([
    ["a quantity of 0 returns the item", { Quantity: "0" }, "0 0.00"],
    ["an amount beside it is what stays", { Quantity: "0", Amount: "1.00" }, "0 1.00"],
    ["a delta is relative", { ItemSubTotalDelta: "-5.00" }, "2 14.00"],
    ["a quantity alone leaves the amount", { Quantity: "1" }, "1 19.00"],
  ])("%s", async (_, form, mug) => {
    await end(await put({ Sku: "MUG", ...form }));
    expect(await amounts()).toEqual({ MUG: mug, LAMP: "1 100.00" });
  });

  test.each<[string, Record<string, string>, string]>([
    ["an item without the action's id", { ActionId: "", ActionTrackerId: "TRACKER", OrderId: "5001", Sku: "MUG", Quantity: "1" }, "ActionId"],
    ["an item for another reason", { Sku: "MUG", Quantity: "0", Reason: "ITEM_RETURNED" }, "Reason"],
    ["an unknown reason", { Amount: "1.00", Reason: "BECAUSE" }, "Reason"],
    ["no reason", { Amount: "1.00", Reason: "" }, "Reason"],
    ["no action", { ActionId: "", Amount: "1.00" }, "ActionId"],
    ["half a piece", { Sku: "MUG", Quantity: "0.5" }, "Quantity"],
    ["a negative amount", { Sku: "MUG", Amount: "-1.00" }, "Amount"],
    ["a tenth of a cent", { Sku: "MUG", Amount: "1.001" }, "Amount"],
    ["Sku1, which is not the name of the first", { Sku1: "MUG", Quantity1: "1" }, "Amount"],
  ])("refused at once: %s", async (_, form, field) => {
    const answer = await put(Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value === "TRACKER" ? trackerId : value])));
    expect(answer.status).toBe(400);
    expect(answer.body.Errors.map((each: { Field: string }) => each.Field)).toContain(field);
  });

  test("a SKU that the action does not have fails the whole edit", async () => {
    expect(await end(await put({ Sku: "MUG", Quantity: "1", Amount: "9.50", Sku2: "NEW", Quantity2: "1", Amount2: "5.00" }))).toMatchObject({ ErrorType: "Validation", ErrorReason: "NO_ITEM" });
    expect(await amounts()).toEqual({ MUG: "2 19.00", LAMP: "1 100.00" });
  });

  test("an unknown action fails in the queue", async () => {
    expect(await end(await put({ ActionId: "1.2.3", Amount: "1.00" }))).toMatchObject({ ErrorReason: "ACTION_REF_NOT_FOUND" });
  });

  test("the change log has a row for each item that changed", async () => {
    await end(await put({ Sku: "MUG", Quantity: "1", Amount: "9.50" }));
    const { ActionUpdates } = (await stage.call("GET", `/ActionUpdates?CampaignId=${stage.creator.id}`)).body;
    expect(ActionUpdates.map((each: Record<string, string>) => [each.Disposition, each.Sku, each.DeltaAmount])).toEqual([["ORDER_UPDATE", "MUG", "-9.50"], ["IR_BLANK", "LAMP", "100.00"], ["IR_BLANK", "MUG", "19.00"]]);
    const { body } = await stage.call("GET", `/ActionUpdates/${ActionUpdates[0].Id}`);
    expect(body).toMatchObject({ ActionId: actionId, Quantity: "1", DeltaPayout: "-0.95" });
  });

  test("an action takes a thousand modifications and no more", async () => {
    stage.network.account(SID).actions[0]!.modifications = 1000;
    expect((await put({ Amount: "1.00" })).status).toBe(402);
  });
});

describe("edits of the whole", () => {
  test("a new total is shared over the items to the cent", async () => {
    await end(await put({ Amount: "100.00" }));
    expect(await amounts()).toEqual({ MUG: "2 15.97", LAMP: "1 84.03" });
  });

  test("a total of nothing reverses", async () => {
    await end(await put({ Amount: "0" }));
    expect(await read()).toMatchObject({ State: "REVERSED", Amount: "0.00" });
  });

  test("it may be named by its event type and order", async () => {
    await end(await put({ ActionId: "", ActionTrackerId: trackerId, OrderId: "5001", CustomerStatus: "EXISTING" }));
    expect(await read()).toMatchObject({ CustomerStatus: "EXISTING", Amount: "119.00" });
  });
});

describe("reversals", () => {
  const reverse = (form: Record<string, string>) => stage.call("DELETE", "/Actions", form);

  test("a reversed action has nothing left, keeps what was intended, and cannot be changed", async () => {
    expect(await end(await reverse({ ActionId: actionId, DispositionCode: "ITEM_RETURNED" }))).toMatchObject({ Type: "Reversal", ErrorReason: "" });
    expect(await read()).toMatchObject({ State: "REVERSED", Amount: "0.00", Payout: "0.00", IntendedAmount: "119.00" });
    expect(await end(await put({ Sku: "MUG", Quantity: "1", Amount: "9.50" }))).toMatchObject({ ErrorReason: "NO_VALID_ACTION_REF" });
    expect(await end(await reverse({ ActionId: actionId, DispositionCode: "OTHER" }))).toMatchObject({ ErrorReason: "NO_VALID_ACTION_REF" });
  });

  test("RESET brings it back as it was", async () => {
    await end(await reverse({ ActionTrackerId: trackerId, OrderId: "5001", DispositionCode: "ORDER_ERROR" }));
    await end(await put({ Reason: "RESET" }));
    expect(await read()).toMatchObject({ State: "PENDING", Amount: "119.00" });
  });

  test("a code is required, and must be known", async () => {
    expect((await reverse({ ActionId: actionId })).status).toBe(400);
    expect((await reverse({ ActionId: actionId, DispositionCode: "ORDER_UPDATE" })).status).toBe(400);
    stage.creator.customDispositions = ["STORE_CANCELLED"];
    expect((await reverse({ ActionId: actionId, DispositionCode: "STORE_CANCELLED" })).status).toBe(200);
  });
});

describe("the locking date", () => {
  test("past it the action is approved, and no edit or reversal takes effect", async () => {
    stage.run(46 * DAY);
    expect(await read()).toMatchObject({ State: "APPROVED", Amount: "119.00" });
    expect(await end(await put({ Sku: "MUG", Quantity: "0" }))).toMatchObject({ ErrorReason: "NO_VALID_ACTION_REF" });
    expect(await end(await stage.call("DELETE", "/Actions", { ActionId: actionId, DispositionCode: "OTHER" }))).toMatchObject({ ErrorReason: "NO_VALID_ACTION_REF" });
    expect(await read()).toMatchObject({ State: "APPROVED", Amount: "119.00" });
  });

  test("what was sent in time but completes too late has no effect", async () => {
    stage.run(stage.network.account(SID).actions[0]!.lockMs - nowMs() - MINUTE);
    expect(await end(await put({ Amount: "1.00" }))).toMatchObject({ ErrorReason: "NO_VALID_ACTION_REF" });
  });
});

describe("reading in windows", () => {
  const list = (query: string) => stage.call("GET", `/Actions?CampaignId=${stage.creator.id}${query}`);
  const window = (name: string, from: number, to: number) => `&${name}Start=${iso(nowMs() + from * DAY)}&${name}End=${iso(nowMs() + to * DAY)}`;
  const dates = (from: number, to: number) => `&StartDate=${iso(nowMs() + from * DAY)}&EndDate=${iso(nowMs() + to * DAY)}`;

  test("with no window the last 7 days by the last change", async () => {
    expect((await list("")).body.Actions).toHaveLength(1);
    stage.run(8 * DAY);
    expect((await list("")).body.Actions).toHaveLength(0);
    expect((await list(dates(-10, 0))).body.Actions).toHaveLength(1);
    await end(await put({ Sku: "MUG", Quantity: "1", Amount: "9.50" }));
    expect((await list("")).body.Actions).toHaveLength(1);
  });

  test("by the event's or the locking date", async () => {
    stage.run(20 * DAY);
    expect((await list(window("ActionDate", -30, 0))).body.Actions).toHaveLength(1);
    expect((await list(window("ActionDate", -10, 0))).body.Actions).toHaveLength(0);
    expect((await list(window("LockingDate", 10, 40))).body.Actions).toHaveLength(1);
    expect((await list(`${window("LockingDate", 10, 40)}&State=APPROVED`)).body.Actions).toHaveLength(0);
  });

  test.each<[string, () => string]>([
    ["a range of 46 days", () => dates(-46, 0)],
    ["a range of 46 days by event", () => window("ActionDate", -46, 0)],
    ["a start without an end", () => `&StartDate=${iso(nowMs())}`],
    ["an end without a start", () => `&ActionDateEnd=${iso(nowMs())}`],
    ["more than three years ago", () => dates(-1200, -1190)],
    ["a date without a time", () => "&StartDate=2026-01-01&EndDate=2026-01-02"],
  ])("refused: %s", async (_, query) => {
    expect((await list(query())).status).toBe(400);
  });

  test("a program is required, and an order id is no filter", async () => {
    expect((await stage.call("GET", "/Actions")).status).toBe(400);
    expect((await list("&OrderId=none&Oid=none")).body.Actions).toHaveLength(1);
  });

  test("one item by its SKU", async () => {
    expect((await stage.call("GET", `/Actions/${actionId}/Items/LAMP`)).body).toMatchObject({ Sku: "LAMP", SaleAmount: "100.00", SaleAmountCurrency: "EUR" });
    expect((await stage.call("GET", `/Actions/${actionId}/Items/NONE`)).status).toBe(404);
  });
});
