import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { latencyMs } from "./network/submissions.ts";
import { DAY, idOf, iso, JONAS, MARIE, MINUTE, SID, startStage, type Stage } from "./network-calls.ts";

let stage: Stage;
beforeEach(async () => void (stage = await startStage()));
afterEach(() => stage.local.close());

describe("the queue", () => {
  test("a conversion is an action only when its submission completes, 4 to 21 minutes later", async () => {
    const id = await stage.convert();
    const latency = latencyMs(id);
    expect(latency).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(latency).toBeLessThanOrEqual(21 * MINUTE);
    stage.run(latency - 90_000);
    expect(await stage.submission(id)).toMatchObject({ Status: "Queued", CompletionDate: "", Type: "Conversion", OrderId: "5001" });
    expect(await stage.actions()).toEqual([]);
    stage.run(60_000);
    expect(await stage.submission(id)).toMatchObject({ Status: "In Progress" });
    stage.run(31_000);
    expect(await stage.submission(id)).toMatchObject({ Status: "Complete", ErrorType: "", ErrorReason: "", MediaPartnerId: MARIE });
    expect(await stage.actions()).toHaveLength(1);
  });

  test("a submission never names the action that it made", async () => {
    const done = await stage.settled();
    const [action] = await stage.actions();
    expect(JSON.stringify(done)).not.toContain(action!.Id);
  });

  test("an unknown submission is 404", async () => {
    expect((await stage.call("GET", "/APISubmissions/A-none")).status).toBe(404);
  });
});

describe("the action", () => {
  test("it has the items, their sum, the contract's payout and a locking date at midnight", async () => {
    await stage.settled();
    const [action] = await stage.actions();
    expect(action).toMatchObject({ Oid: "5001", PromoCode: "MARIE10", MediaPartnerId: MARIE, State: "PENDING", Amount: "119.00", Payout: "11.90", Currency: "EUR", DeltaAmount: "119.00", ClearedDate: "" });
    expect(action!.LockingDate).toMatch(/T00:00:00-0[78]:00$/);
    expect(Date.parse(action!.LockingDate) - Date.parse(action!.EventDate)).toBeGreaterThan(44 * DAY - 2 * 3_600_000);
    expect(await stage.items(action!.Id)).toMatchObject([{ Sku: "MUG", Quantity: "2", SaleAmount: "19.00", Payout: "1.90" }, { Sku: "LAMP", Quantity: "1", SaleAmount: "100.00" }]);
  });

  test("of two items with one SKU the later stays: who does not merge loses money", async () => {
    await stage.settled({ ItemSku2: "MUG" });
    const [action] = await stage.actions();
    expect(action!.Amount).toBe("100.00");
    expect(await stage.items(action!.Id)).toHaveLength(1);
  });

  test.each<[string, Record<string, string | null>, string]>([
    ["a price per piece", { ItemSubTotal1: null, ItemPrice1: "9.50" }, "119.00"],
    ["a line's own discount", { ItemTotalDiscount2: "10.00" }, "109.00"],
    ["a discount per piece", { ItemDiscount1: "1.00" }, "117.00"],
    ["the order's discount, shared over the items", { OrderDiscount: "11.90" }, "107.10"],
    ["shipping and tax, which do not count", { OrderShipping: "4.90", OrderTax: "19.00" }, "119.00"],
    ["no items but an order total", { ItemSku1: null, ItemName1: null, ItemQuantity1: null, ItemSubTotal1: null, ItemSku2: null, ItemName2: null, ItemQuantity2: null, ItemSubTotal2: null, OrderSubTotalPostDiscount: "50.00" }, "50.00"],
    ["no decimals in yen", { CurrencyCode: "JPY", ItemSubTotal1: "1900", ItemSubTotal2: "0" }, "11.68"],
  ])("%s", async (_, changes, amount) => {
    expect(await stage.settled(changes)).toMatchObject({ ErrorReason: "" });
    expect((await stage.actions())[0]!.Amount).toBe(amount);
  });

  test("an account without a currency of its own shows each order in the currency that was sent", async () => {
    stage.network.account(SID).currency = null;
    await stage.settled({ CurrencyCode: "KWD", ItemSubTotal1: "1.234", ItemSubTotal2: "0" });
    expect((await stage.actions())[0]).toMatchObject({ Amount: "1.234", Currency: "KWD" });
  });

  test("an order that arrives late is dated by its arrival", async () => {
    const sentMs = nowMs();
    await stage.settled({ EventDate: iso(sentMs - 3 * DAY) });
    const [action] = await stage.actions();
    expect(Math.abs(Date.parse(action!.EventDate) - sentMs)).toBeLessThan(5_000);
  });
});

describe("what is refused at once", () => {
  test.each<[string, Record<string, string | null>, string]>([
    ["no program", { CampaignId: null }, "CampaignId"],
    ["a program that is no number", { CampaignId: "creator" }, "CampaignId"],
    ["no event type", { EventTypeId: null }, "ActionTrackerId"],
    ["no order id", { OrderId: null }, "OrderId"],
    ["an order id of 65 characters", { OrderId: "x".repeat(65) }, "OrderId"],
    ["a date without an offset", { EventDate: "2026-01-01T10:00:00" }, "EventDate"],
    ["nothing to attribute by", { OrderPromoCode: null }, "ClickId"],
    ["amounts without a currency", { CurrencyCode: null }, "CurrencyCode"],
    ["more decimals than the currency has", { ItemSubTotal1: "19.001" }, "ItemSubTotal1"],
    ["decimals in yen", { CurrencyCode: "JPY", ItemSubTotal1: "19.50" }, "ItemSubTotal1"],
    ["a negative amount", { ItemSubTotal1: "-1.00" }, "ItemSubTotal1"],
    ["a line with a total and a price", { ItemPrice1: "9.50" }, "ItemSubTotal1"],
    ["a line with neither", { ItemSubTotal1: null }, "ItemSubTotal1"],
    ["a line without SKU", { ItemSku1: null }, "ItemSku1"],
    ["half a piece", { ItemQuantity1: "1.5" }, "ItemQuantity1"],
    ["an order total beside items", { OrderSubTotalPostDiscount: "119.00" }, "OrderSubTotalPostDiscount"],
    ["an e-mail in the clear", { CustomerEmail: "a@example.com" }, "CustomerEmail"],
    ["a customer status that the event type does not know", { CustomerStatus: "VIP" }, "CustomerStatus"],
    ["two forced partners", { MediaId: "1001", MediaPartnerId: "1001" }, "MediaPartnerId"],
  ])("%s", async (_, changes, field) => {
    const form = { CampaignId: stage.creator.id, EventTypeId: stage.creator.eventTypes[0]!.id, EventDate: iso(nowMs()), OrderId: "1", OrderPromoCode: "MARIE10", CurrencyCode: "EUR", ItemSku1: "A", ItemQuantity1: "1", ItemSubTotal1: "19.00", ...changes };
    const answer = await stage.call("POST", "/Conversions", Object.fromEntries(Object.entries(form).filter(([, value]) => value !== null)) as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((each: { field: string }) => each.field)).toContain(field);
    expect(stage.network.account(SID).submissions).toHaveLength(0);
  });
});

describe("what is refused in the queue", () => {
  const noItems = { ItemSku1: null, ItemName1: null, ItemQuantity1: null, ItemSubTotal1: null, ItemSku2: null, ItemName2: null, ItemQuantity2: null, ItemSubTotal2: null };
  test.each<[string, Record<string, string | null>, string]>([
    ["CAMPAIGN_NOT_FOUND", { CampaignId: "999" }, "Validation"],
    ["ACTIONTRACKER_NOT_FOUND", { EventTypeId: "999" }, "Validation"],
    ["ACTIONTRACKER_CAMPAIGN_MISMATCH", { EventTypeId: "51800" }, "Validation"],
    ["OID_MISSING", { OrderId: "  " }, "Validation"],
    ["NO_ITEM", noItems, "Validation"],
    ["MALFORMED", { ClickId: "a b" }, "Validation"],
    ["ACTION_REF_NOT_FOUND UNCLAIMED", { OrderPromoCode: "UNKNOWN" }, "Validation"],
    ["ACTION_REF_NOT_FOUND UNCLAIMED", { OrderPromoCode: "MARIE10,JONAS10" }, "Validation"],
    ["ACTION_REF_NOT_FOUND UNCLAIMED", { OrderPromoCode: null, PromoCode: "MARIE10" }, "Validation"],
    ["BLOCKED_BY_PROMOCODE", { MediaPartnerId: JONAS }, "Contract Error"],
    ["PARTNER_NOT_ACTIVE", { OrderPromoCode: null, MediaPartnerId: "4242" }, "Contract Error"],
  ])("%s: %o", async (reason, changes, type) => {
    expect(await stage.settled(changes)).toMatchObject({ Status: "Complete", ErrorType: type, ErrorReason: reason });
    expect(await stage.actions()).toEqual([]);
  });

  test("the same order id in one event type is a duplicate, even of a reversed action", async () => {
    await stage.settled();
    expect(await stage.settled({ ItemSubTotal1: "1.00" })).toMatchObject({ ErrorReason: "CONV_DUPLICATE" });
    const [action] = await stage.actions();
    await stage.call("DELETE", "/Actions", { ActionId: action!.Id, DispositionCode: "ITEM_RETURNED" });
    stage.run(22 * MINUTE);
    expect(await stage.settled()).toMatchObject({ ErrorReason: "CONV_DUPLICATE" });
    expect(await stage.actions()).toHaveLength(1);
    expect(await stage.settled({ OrderId: "5001-2" })).toMatchObject({ ErrorReason: "" });
  });

  test("of two of one order that wait together, the first to complete stands", async () => {
    const ids = [await stage.convert(), await stage.convert({ ItemSubTotal1: "1.00" })];
    stage.run(22 * MINUTE);
    const reasons = await Promise.all(ids.map(async (id) => (await stage.submission(id)).ErrorReason));
    expect(reasons.toSorted()).toEqual(["", "CONV_DUPLICATE"]);
    expect(await stage.actions()).toHaveLength(1);
  });

  test("a refused order id can be sent again", async () => {
    await stage.settled({ OrderPromoCode: "UNKNOWN" });
    expect(await stage.settled()).toMatchObject({ ErrorReason: "" });
  });

  test("a creator whose contract has ended keeps the code, and his sales are refused", async () => {
    stage.network.addPartnerToProgram(SID, MARIE, stage.creator.id, { state: "left" });
    expect(await stage.settled()).toMatchObject({ ErrorType: "Contract Error", ErrorReason: "CONTRACT_NOT_FOUND" });
    stage.network.addPartnerToProgram(SID, MARIE, stage.creator.id, { state: "pending" });
    expect(await stage.settled()).toMatchObject({ ErrorReason: "CONTRACT_NOT_FOUND" });
  });

  test("a contract that does not pay for the event type", async () => {
    stage.network.addPartnerToProgram(SID, MARIE, stage.creator.id, { eventTypeIds: [] });
    expect(await stage.settled()).toMatchObject({ ErrorReason: "ACTIONTERMS_NOT_FOUND" });
  });

  test("a media source's code makes the sale that channel's", async () => {
    stage.network.assignCode(SID, { programId: stage.performance.id, partnerId: stage.performance.mediaSources[0]!.id, code: "SOURCE" });
    const changes = { CampaignId: stage.performance.id, EventTypeId: stage.performance.eventTypes[0]!.id, OrderPromoCode: "source" };
    expect(await stage.settled(changes)).toMatchObject({ ErrorReason: "RESTRICTED_PROMOCODE" });
  });
});

describe("whose code it is", () => {
  test.each<[string, string, string, boolean]>([
    ["an exact code in other case", "LI:JONAS15", "jonas15", true],
    ["an exact code is no part of another", "LI:JONAS15", "JONAS155", false],
    ["a pattern minds case", "RE:^(SUMMER).*", "summer24", false],
    ["a pattern that does not", "RE:^(?i)(SUMMER).*", "summer24", true],
    ["a pattern at the end", "RE:^.*(SUMMER)$", "HOTSUMMER", true],
  ])("%s", async (_, assigned, used, credited) => {
    const [type, code] = assigned.split(":") as ["LI" | "RE", string];
    stage.network.assignCode(SID, { programId: stage.creator.id, partnerId: JONAS, code, type });
    const done = await stage.settled({ OrderPromoCode: used });
    expect(done.MediaPartnerId).toBe(credited ? JONAS : "");
  });

  test("a code takes part from its start to its end, at the time of the sale", async () => {
    const startMs = nowMs() + DAY;
    stage.network.assignCode(SID, { programId: stage.creator.id, partnerId: JONAS, code: "LATER", startMs, endMs: startMs + DAY });
    expect((await stage.settled({ OrderPromoCode: "LATER", OrderId: "1" })).ErrorReason).toContain("ACTION_REF_NOT_FOUND");
    stage.run(DAY);
    const inside = iso(nowMs());
    expect((await stage.settled({ OrderPromoCode: "LATER", OrderId: "2", EventDate: inside })).ErrorReason).toBe("");
    stage.run(DAY);
    expect((await stage.settled({ OrderPromoCode: "LATER", OrderId: "3" })).ErrorReason).toContain("ACTION_REF_NOT_FOUND");
  });

  test.each<[string, "INVOLVED" | "WINNER", string[], boolean, string]>([
    ["involved, with a click of his own behind another's", "INVOLVED", [JONAS, MARIE], true, ""],
    ["involved, with clicks of others only", "INVOLVED", [MARIE], false, "BLOCKED_BY_PROMOCODE"],
    ["involved, with none", "INVOLVED", [], false, "CREDITING_RULE_MISMATCH"],
    ["winner, with the last click", "WINNER", [MARIE, JONAS], true, ""],
    ["winner, with an earlier click", "WINNER", [JONAS, MARIE], false, "CREDITING_RULE_MISMATCH"],
  ])("%s", async (_, policy, clicks, credited, reason) => {
    stage.network.account(SID).codes[0]!.policy = "INVOLVED"; // Marie's clicks are counted.
    stage.network.assignCode(SID, { programId: stage.creator.id, partnerId: JONAS, code: "JONAS15", policy });
    clicks.forEach((partnerId, at) => stage.network.addClick(SID, { programId: stage.creator.id, partnerId, atMs: nowMs() - (clicks.length - at) * MINUTE, profileId: "visitor" }));
    expect(await stage.settled({ OrderPromoCode: "JONAS15", CustomProfileId: "visitor" })).toMatchObject({ ErrorReason: reason, MediaPartnerId: credited ? JONAS : "" });
  });

  test("a forced partner holds against the policy of his own code", async () => {
    stage.network.assignCode(SID, { programId: stage.creator.id, partnerId: JONAS, code: "JONAS15", policy: "WINNER" });
    expect(await stage.settled({ OrderPromoCode: "JONAS15", MediaPartnerId: JONAS })).toMatchObject({ ErrorReason: "", MediaPartnerId: JONAS });
  });

  test("without a code the click decides, within its window and its program", async () => {
    const click = (at: number, programId = stage.creator.id) => stage.network.addClick(SID, { programId, partnerId: JONAS, atMs: nowMs() - at }).id;
    const by = async (ClickId: string, OrderId: string) => (await stage.settled({ OrderPromoCode: null, ClickId, OrderId })).ErrorReason;
    expect(await by(click(DAY), "1")).toBe("");
    expect(await by(click(31 * DAY), "2")).toBe("OUTSIDE_ASSOCIATION_WINDOW");
    expect(await by(click(DAY, stage.performance.id), "3")).toBe("NO_VALID_ACTION_REF");
    expect(await by("unknown", "4")).toBe("ACTION_REF_NOT_FOUND UNCLAIMED");
  });

  test("clicks of a partner with an ALWAYS code are not counted", async () => {
    expect(stage.network.addClick(SID, { programId: stage.creator.id, partnerId: MARIE }).counted).toBe(false);
    expect(stage.network.addClick(SID, { programId: stage.creator.id, partnerId: JONAS }).counted).toBe(true);
  });

  test("a code taken through the API belongs to its partner in the sale", async () => {
    const made = await stage.call("POST", "/PromoCodes", { CampaignId: stage.creator.id, AssignedPartnerId: JONAS, Code: "JONAS20", Type: "LI", CreditPolicy: "ALWAYS" });
    expect((await stage.settled({ OrderPromoCode: "Jonas20", OrderId: "1" })).MediaPartnerId).toBe(JONAS);
    await stage.call("DELETE", `/PromoCodes/${idOf(made)}`);
    expect((await stage.settled({ OrderPromoCode: "Jonas20", OrderId: "2" })).ErrorReason).toContain("ACTION_REF_NOT_FOUND");
  });
});
