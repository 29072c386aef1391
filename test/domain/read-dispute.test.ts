import { describe, expect, test } from "vitest";
import { parseJson } from "#app/domain/json.ts";
import { readDispute } from "#app/domain/read-dispute.ts";

const body = {
  id: 285332461850802, order_id: 5651510435931, type: "chargeback", amount: "11.50", currency: "EUR", reason: "fraudulent", network_reason_code: "4827", status: "needs_response",
  evidence_due_by: "2026-06-30T00:00:00+02:00", evidence_sent_on: null, finalized_on: null, initiated_at: "2026-06-20T10:00:00+02:00",
};

function read(change: Record<string, unknown> = {}) {
  return readDispute(parseJson(JSON.stringify({ ...body, ...change })) as Record<string, unknown>, 7n);
}

describe("a dispute that can be read", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["a chargeback", {}, {}],
    ["an inquiry that was won", { type: "inquiry", status: "won" }, { kind: "inquiry", status: "won" }],
    ["one that is lost", { status: "lost", finalized_on: "2026-07-20" }, { status: "lost" }],
    ["words in capitals", { type: "CHARGEBACK", status: "UNDER_REVIEW" }, { status: "under_review" }],
    ["a status that is new to us", { status: "waiting_for_bank" }, { status: "waiting_for_bank" }],
    ["no amount: it is not read", { amount: null, currency: null }, {}],
    ["an id of the Admin API", { id: null, admin_graphql_api_id: "gid://shopify/ShopifyPaymentsDispute/42" }, { id: "42" }],
  ])("%s", (_what, change, expected) => {
    const dispute = { id: "285332461850802", kind: "chargeback", status: "needs_response", triggeredNs: "7", ...expected };
    expect(read(change)).toEqual({ ok: true, orderId: "5651510435931", beside: { returning: null, lines: {}, disputes: [dispute] } });
  });

  test("ids past 2^53 keep their digits", () => {
    const text = JSON.stringify({ ...body, id: 0, order_id: 1 }).replace('"id":0', '"id":9223372036854775807').replace('"order_id":1', '"order_id":9007199254740993');
    expect(readDispute(parseJson(text) as Record<string, unknown>, 7n)).toMatchObject({ orderId: "9007199254740993", beside: { disputes: [{ id: "9223372036854775807" }] } });
  });

  test.each([[null], [undefined]])("order_id %s: the payment belongs to no order", (order_id) => {
    expect(read({ order_id })).toMatchObject({ ok: true, orderId: null });
  });
});

describe("a dispute that cannot be read says why", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["no id", { id: null }, "id is missing"],
    ["an id that is none", { id: 1.5 }, "id is missing"],
    ["a type that is new to us", { type: "arbitration" }, "type is neither chargeback nor inquiry"],
    ["no type", { type: null }, "type is neither chargeback nor inquiry"],
    ["no status", { status: null }, "status is missing"],
    ["an empty status", { status: "" }, "status is missing"],
    ["a status that is no word", { status: "lost\u0000" }, "status is missing"],
    ["an order id that is none", { order_id: "#1001" }, "order_id is no id"],
    ["an order id of more than 64 bits", { order_id: "1".repeat(30) }, "order_id is no id"],
  ])("%s", (_what, change, reason) => {
    expect(read(change)).toEqual({ ok: false, reason });
  });
});
