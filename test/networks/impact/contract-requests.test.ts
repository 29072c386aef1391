// Every request that the client can make, with drawn arguments, against the provider's own OpenAPI files.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { drawnAnswers } from "./contract-answers.ts";
import { CALLS } from "./contract-calls.ts";
import { faultsOf, hasContract } from "./contract.ts";
import { SID, stubNetwork, TOKEN, type Stub } from "./stub.ts";

let stub: Stub = stubNetwork([]);
afterEach(() => stub.restore());

/** The calls that the client offers, whoever added them. */
const methods = Object.entries(stub.network).filter(([, value]) => typeof value === "function").map(([name]) => name).sort();
stub.restore();

const calls = methods.filter((name) => name in CALLS) as (keyof typeof CALLS & string)[];

async function ask(name: string, args: readonly unknown[]): Promise<{ ok: boolean }> {
  return (stub.network as unknown as Record<string, (...args: readonly unknown[]) => Promise<{ ok: boolean }>>)[name]!(...args);
}

describe("requests", () => {
  it("each call of the client is in the table; a new one is added to CALLS in contract-calls.ts, by its name, with what draws its arguments: fc.tuple(number, …)", () => {
    expect(methods.filter((name) => !(name in CALLS))).toEqual([]);
    expect(Object.keys(CALLS).filter((name) => !methods.includes(name))).toEqual([]);
  });

  it.skipIf(!hasContract).each(calls)("%s is as the provider's files have it, whatever it is called with (skipped where ../shared is absent)", async (name) => {
    await fc.assert(fc.asyncProperty(CALLS[name] as fc.Arbitrary<unknown[]>, drawnAnswers({ scalars: "texts" }), async (args, answer) => {
      stub = stubNetwork((method, path) => ({ body: answer(method, path) }));
      try {
        expect(await ask(name, args)).toMatchObject({ ok: true });
        expect(stub.sent.length).toBeGreaterThan(0);
        expect(stub.sent.flatMap(faultsOf)).toEqual([]);
        for (const { url, headers } of stub.sent) {
          expect(url.origin).toBe("https://api.impact.com");
          expect(url.pathname.startsWith(`/Advertisers/${SID}/`)).toBe(true);
          expect(headers.get("authorization")).toBe(`Basic ${Buffer.from(`${SID}:${TOKEN}`).toString("base64")}`);
        }
        expect(stub.exchanges).toHaveLength(stub.sent.length);
      } finally {
        stub.restore();
      }
    }), { numRuns: 20 });
  }, 60_000);

  it.skipIf(!hasContract)("the check finds what is wrong: a field, a value, what is missing, an operation that the files do not have", () => {
    const url = (path: string) => new URL(`https://api.impact.com/Advertisers/IRx/${path}`);
    const form = { CampaignId: "x", EventDate: "2026-06-10T08:00:00Z", EventTypeId: "1", ClickId: "c".repeat(65), Surprise: "1", ItemSku2: "A", ItemSubTotal2: "1.00" };
    expect(faultsOf({ method: "POST", url: url("Conversions"), form })).toEqual([
      expect.stringContaining("CampaignId=x"), expect.stringContaining("is longer than 64"), "field Surprise is not documented", "field OrderId is missing", "item 2 is not the next one", "ItemQuantity2 is missing", "amounts without a currency",
    ]);
    expect(faultsOf({ method: "PATCH", url: url("Deals/1"), form: {} })).toEqual(["no such operation: PATCH /Advertisers/IRx/Deals/1"]);
    expect(faultsOf({ method: "GET", url: url("Deals/one"), form: {} })).toEqual([expect.stringContaining("DealId=one")]);
    expect(faultsOf({ method: "GET", url: url("Actions?State=DONE"), form: {} })).toEqual([expect.stringContaining("State=DONE"), "query CampaignId is missing"]);
    expect(faultsOf({ method: "PUT", url: url("Actions"), form: { ActionId: "1.2.3", Reason: "OTHER", Sku2: "A" } })).toEqual(["items are edited as ORDER_UPDATE alone", "the first item has no index"]);
    const headers = new Headers({ "content-type": "application/json", "ir-version": "13", accept: "application/json" });
    expect(faultsOf({ method: "PUT", url: url("Deals/1"), form: {}, body: "{}", headers })).toEqual([expect.stringContaining("the body is application/json"), "version 14 is not asked for"]);
  });
});
