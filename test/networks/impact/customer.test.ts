// What a program refuses of a customer is left out, and costs no sale.
import { afterEach, beforeEach, expect, test } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import type { NewConversion } from "#app/networks/port.ts";
import { stubNetwork, type Reply, type Stub } from "./stub.ts";

const HASH = "a".repeat(64);
const conversion: NewConversion = {
  orderId: "5659122728000", eventTypeId: "2240", eventAt: "2026-06-10T08:00:00Z", currency: "EUR", attribution: { code: "MARIE10" }, partnerId: "1001",
  items: [{ sku: "A", name: "Lamp", category: "Lamps", quantity: 1, amount: "900" }], customer: { status: "new", emailHash: HASH },
};
const QUEUED: Reply = { body: { Status: "QUEUED", QueuedUri: "/Advertisers/IRx/APISubmissions/A-1" } };
const refusal = (...errors: { field?: string; message: string }[]): Reply => ({ status: 400, body: { Status: "ERROR", errors } });

let stub: Stub;
let program = 100;
/** What was refused is remembered by program: each test has its own. */
beforeEach(() => void (program += 1));
afterEach(() => {
  stub.restore();
  setClockOffsetMs(0);
});

function sent(): (string | undefined)[][] {
  return stub.sent.map(({ form }) => [form.CustomerStatus, form.CustomerEmail]);
}

test("both are told where they are taken", async () => {
  stub = stubNetwork([QUEUED]);
  expect(await stub.network.report(String(program), conversion)).toEqual({ ok: true, value: { submissionId: "A-1" } });
  expect(sent()).toEqual([["NEW", HASH]]);
});

test.each([
  ["named by its field", { field: "CustomerStatus", message: "Not a status of the event type" }],
  ["named in words", { message: "The customer status is not configured" }],
])("a status that is refused, %s, is left out at once, and of those that follow for a day", async (_how, error) => {
  stub = stubNetwork([refusal(error), QUEUED]);
  expect(await stub.network.report(String(program), conversion)).toMatchObject({ ok: true });
  await stub.network.report(String(program), { ...conversion, customer: { status: "existing", emailHash: null } });
  expect(sent()).toEqual([["NEW", HASH], [undefined, HASH], [undefined, undefined]]);
  expect(stub.exchanges.map(({ outcome }) => outcome)).toEqual(["invalid", "ok", "ok"]);
  expect(JSON.stringify(stub.exchanges)).not.toContain(HASH);
  // Another program may be set up for it, and this one may be by tomorrow.
  await stub.network.report(String(program + 1_000), conversion);
  setClockOffsetMs(25 * 3_600_000);
  expect(nowMs()).toBeGreaterThan(Date.now());
  await stub.network.report(String(program), conversion);
  expect(sent().slice(3)).toEqual([["NEW", HASH], ["NEW", HASH]]);
});

test("an address that is refused likewise, and both together", async () => {
  stub = stubNetwork([refusal({ field: "CustomerEmail", message: "Not a hash" }), QUEUED]);
  expect(await stub.network.report(String(program), conversion)).toMatchObject({ ok: true });
  expect(sent()).toEqual([["NEW", HASH], ["NEW", undefined]]);
  stub.restore();
  stub = stubNetwork([refusal({ field: "CustomerEmail", message: "no" }, { field: "CustomerStatus", message: "no" }), QUEUED]);
  expect(await stub.network.report(String(program + 2_000), conversion)).toMatchObject({ ok: true });
  expect(sent()).toEqual([["NEW", HASH], [undefined, undefined]]);
});

test("a refusal for anything else stands as it is, and nothing is sent again", async () => {
  stub = stubNetwork([refusal({ field: "CustomerStatus", message: "no" }, { field: "OrderId", message: "missing" })]);
  expect(await stub.network.report(String(program), conversion)).toMatchObject({ ok: false, fault: { kind: "invalid" } });
  expect(stub.sent).toHaveLength(1);
  stub.restore();
  stub = stubNetwork([{ status: 503 }]);
  expect(await stub.network.report(String(program), conversion)).toMatchObject({ ok: false, fault: { kind: "unavailable" } });
  expect(stub.sent).toHaveLength(1);
});
