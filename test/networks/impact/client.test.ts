import { afterEach, describe, expect, it } from "vitest";
import { readRate } from "#app/networks/impact/client.ts";
import { SID, stubNetwork, TOKEN, type Reply, type Stub } from "./stub.ts";

let stub: Stub;
afterEach(() => stub.restore());

const conversion = {
  orderId: "42", eventTypeId: "51800", eventAt: "2026-06-10T08:00:00.000Z", currency: "EUR", attribution: { code: "MARIE10" }, partnerId: null,
  items: [{ sku: "A", name: "Lamp", category: "Lamps", quantity: 1, amount: "9000" }, { sku: "B", name: "Rug", category: null, quantity: 0, amount: "5" }],
};
const week = { from: "2026-06-01T00:00:00.000Z", to: "2026-06-08T00:00:00.000Z" };

const written: Reply = { body: { Status: "QUEUED", Uri: "/Advertisers/IRx/Things/7", QueuedUri: "/Advertisers/IRx/APISubmissions/A-1", TrackingURL: "https://x.sjv.io/c/1/2/3" } };

describe("requests", () => {
  it("the log knows no secret", async () => {
    stub = stubNetwork([written]);
    await stub.network.report("1", conversion);
    expect(stub.exchanges).toMatchObject([{ status: 200, outcome: "ok" }]);
    expect(JSON.stringify(stub.exchanges)).not.toContain(TOKEN);
    expect(JSON.stringify(stub.exchanges)).not.toContain("Basic ");
  });

  it("a list is read over all its pages, and an empty one in any writing is empty", async () => {
    stub = stubNetwork([{ body: { "@numpages": "2", Campaigns: [{ Id: "1" }] } }, { body: { "@numpages": "2", Campaigns: [{ Id: "2" }] } }]);
    expect(await stub.network.programs()).toMatchObject({ ok: true, value: [{ externalId: "1" }, { externalId: "2" }] });
    expect(stub.sent.map(({ url }) => [url.searchParams.get("Page"), url.searchParams.get("PageSize")])).toEqual([["1", "1000"], ["2", "1000"]]);
    for (const Campaigns of [[], {}, null, ""]) {
      stub.restore();
      stub = stubNetwork([{ body: { Campaigns } }]);
      expect(await stub.network.programs()).toEqual({ ok: true, value: [] });
    }
  });

  it("a list of more pages than an hour is worth is not begun", async () => {
    stub = stubNetwork([{ body: { "@numpages": "51", Campaigns: [{ Id: "1" }] } }]);
    expect(await stub.network.programs()).toMatchObject({ ok: false, fault: { kind: "unreadable" } });
    expect(stub.sent).toHaveLength(1);
  });

  it("partners are asked for in each state that one can have to a program, and each is named once", async () => {
    const partner = (Id: string, State: string) => ({ Id, State, Name: Id });
    stub = stubNetwork([{ body: { Partners: [partner("1", "ACTIVE")] } }, { body: { Partners: [partner("2", "PENDING")] } }, { body: { Partners: [partner("1", "ACTIVE"), partner("3", "EXPIRED")] } }, { body: { Partners: {} } }]);
    expect(await stub.network.partners("7")).toMatchObject({ ok: true, value: [{ partnerId: "1", state: "joined" }, { partnerId: "2", state: "pending" }, { partnerId: "3", state: "left" }] });
    expect(stub.sent.map(({ url }) => url.searchParams.get("State"))).toEqual(["ACTIVE", "PENDING", "EXPIRED", "DECLINED"]);
  });

  it("actions are read by the largest pages", async () => {
    stub = stubNetwork([{ body: { "@numpages": "7", Actions: [] } }]);
    expect(await stub.network.actions("1", { by: "updated", ...week }, 3)).toEqual({ ok: true, value: { actions: [], pages: 7 } });
    expect(stub.sent[0]!.url.searchParams.get("Page")).toBe("3");
    expect(stub.sent[0]!.url.searchParams.get("PageSize")).toBe("20000");
  });

  it("without budget nothing is sent", async () => {
    stub = stubNetwork([written], async () => ({ ok: false, resetSeconds: 77 }));
    expect(await stub.network.report("1", conversion)).toEqual({ ok: false, fault: { kind: "limited", resetSeconds: 77 } });
    expect(stub.sent).toEqual([]);
  });
});

describe("answers", () => {
  const error = { Status: "ERROR", Message: "Validation Failed", Errors: [{ Field: "OrderId", Message: "missing" }] };
  it.each<[string, Reply, unknown]>([
    ["401", { status: 401, body: { Status: "ERROR", Message: "no" } }, { kind: "unauthorized" }],
    ["403", { status: 403, body: "" }, { kind: "forbidden", permission: expect.stringContaining("Conversions") }],
    ["404", { status: 404, body: "" }, { kind: "not_found" }],
    ["400, upper-case", { status: 400, body: error }, { kind: "invalid", errors: [{ field: "OrderId", message: "missing" }] }],
    ["400, lower-case", { status: 400, body: { Status: "ERROR", errors: [{ field: "OrderId", level: "E", message: "missing" }] } }, { kind: "invalid", errors: [{ field: "OrderId", message: "missing" }] }],
    ["400 without words", { status: 400, body: "<html>" }, { kind: "invalid", errors: [{ field: null, message: "HTTP 400" }] }],
    ["402", { status: 402, body: error }, { kind: "invalid", errors: [{ field: "OrderId", message: "missing" }] }],
    ["405", { status: 405, body: "" }, { kind: "invalid", errors: [{ field: null, message: "HTTP 405" }] }],
    ["409", { status: 409, body: { Message: "decided" } }, { kind: "invalid", errors: [{ field: null, message: "decided" }] }],
    ["200 that says ERROR", { body: error }, { kind: "invalid", errors: [{ field: "OrderId", message: "missing" }] }],
    ["429 with its reset", { status: 429, headers: { "x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1234" } }, { kind: "limited", resetSeconds: 1234 }],
    ["429 without a word", { status: 429, body: "" }, { kind: "limited", resetSeconds: 60 }],
    ["500", { status: 500, body: "" }, { kind: "unavailable", status: 500 }],
    ["502", { status: 502, body: "<html>" }, { kind: "unavailable", status: 502 }],
    ["503", { status: 503, body: "" }, { kind: "unavailable", status: 503 }],
    ["504", { status: 504, body: "" }, { kind: "unavailable", status: 504 }],
    ["200 that is no JSON", { body: "<xml/>" }, { kind: "unreadable", detail: "HTTP 200, and the body is no JSON" }],
    ["200 that names no submission", { body: { Status: "QUEUED" } }, { kind: "unreadable", detail: "the answer names no submission" }],
    ["no connection", new TypeError("fetch failed"), { kind: "unavailable", status: 0 }],
    ["no answer in time", new DOMException("timed out", "TimeoutError"), { kind: "timeout" }],
  ])("%s", async (_name, reply, fault) => {
    stub = stubNetwork([reply]);
    expect(await stub.network.report("21400", conversion)).toEqual({ ok: false, fault });
  });

  it("a queued write gives its submission, the older form none", async () => {
    stub = stubNetwork([{ body: { Status: "QUEUED", QueuedUri: "/Advertisers/IRx/APISubmissions/A-86b9" } }, { body: { ActionId: "1.2.3", ActionUri: "/Advertisers/IRx/Actions/1.2.3" } }]);
    expect(await stub.network.report("1", conversion)).toEqual({ ok: true, value: { submissionId: "A-86b9" } });
    expect(await stub.network.report("1", conversion)).toEqual({ ok: true, value: { submissionId: null } });
  });

  it("a submission that stands at ERROR is an answer like any other: its status is no refusal of the question", async () => {
    stub = stubNetwork([{ body: { BatchId: "A-1", Status: "Error", ErrorReason: "CONV_DUPLICATE" } }]);
    expect(await stub.network.submission("A-1")).toMatchObject({ ok: true, value: { errors: ["CONV_DUPLICATE"] } });
  });

  it("what was made is named by the end of its Uri alone", async () => {
    stub = stubNetwork([{ body: { Status: "OK", Uri: `/Advertisers/${SID}/PromoCodes/7777777` } }, { body: { Status: "OK" } }]);
    const code = { code: "A", match: "exact", policy: "always", partnerId: "1", dealExternalId: null, startsAt: null, endsAt: null } as const;
    expect(await stub.network.placeCode("1", code)).toEqual({ ok: true, value: { externalId: "7777777" } });
    expect(await stub.network.placeCode("1", code)).toMatchObject({ ok: false, fault: { kind: "unreadable" } });
  });

  it("the budget that the headers tell is passed on, whatever the answer", async () => {
    const headers = { "X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "993", "X-RateLimit-Reset": "3500" };
    stub = stubNetwork([{ headers, body: { Campaigns: [] } }, { status: 500, headers }]);
    await stub.network.check();
    await stub.network.check();
    expect(stub.budgets).toEqual(Array.from({ length: 2 }, () => ({ limit: 1000, remaining: 993, resetSeconds: 3500 })));
  });

  it.each<[Record<string, string>, unknown]>([
    [{}, null],
    [{ "x-ratelimit-limit": "1000", "x-ratelimit-remaining": "5" }, null],
    [{ "x-ratelimit-limit": "many", "x-ratelimit-remaining": "5", "x-ratelimit-reset": "1" }, null],
    [{ "x-ratelimit-limit-hour": "1000", "x-ratelimit-remaining-hour": "5", "x-ratelimit-reset": "9" }, { limit: 1000, remaining: 5, resetSeconds: 9 }],
  ])("rate headers %j", (headers, rate) => {
    expect(readRate(new Headers(headers))).toEqual(rate);
  });
});
