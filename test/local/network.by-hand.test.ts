// What a person or another integration does to actions in the local network, and the call that goes out about it.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startNetwork, type LocalNetwork } from "./network/server.ts";

let local: LocalNetwork;
let listener: Server;
const called: string[] = [];

beforeAll(async () => {
  local = await startNetwork();
  listener = createServer((request, response) => {
    called.push(request.url!);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => listener.listen(0, resolve));
});
afterAll(async () => {
  await new Promise((resolve) => listener.close(resolve));
  await local.close();
});

async function act<T = Record<string, unknown>>(name: string, asked: Record<string, unknown>): Promise<T> {
  const answer = await fetch(`${local.url}/_local/${name}`, { method: "POST", body: JSON.stringify({ sid: "IRbyhand000001", ...asked }) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

async function shown(actionId: string): Promise<Record<string, string>> {
  const answer = await fetch(`${local.url}/Advertisers/IRbyhand000001/Actions/${actionId}`, { headers: { authorization: `Basic ${Buffer.from("IRbyhand000001:secret").toString("base64")}`, accept: "application/json" } });
  return answer.status === 404 ? { State: "gone" } : ((await answer.json()) as Record<string, string>);
}

describe("an action", () => {
  it("is added, edited, moved, reversed, shown in any state and removed by hand, and each time the address is called", async () => {
    await act("add-account", { token: "secret", currency: "EUR" });
    const program = await act<{ id: string }>("add-program", { name: "Creators" });
    const [marie, bertrand] = [await act<{ id: string }>("add-partner", { name: "Marie" }), await act<{ id: string }>("add-partner", { name: "Bertrand" })];
    await act("add-partner-to-program", { partnerId: marie.id, programId: program.id });
    await act("set-account", { postback: `http://localhost:${(listener.address() as AddressInfo).port}/hint?a={ActionId}&amount={Amount}&x={Unknown}` });
    const { id } = await act<{ id: string }>("add-action", { programId: program.id, partnerId: marie.id, orderId: "42", items: [{ sku: "A", quantity: 1, amount: "5000" }] });
    expect(await shown(id)).toMatchObject({ Oid: "42", Amount: "50.00", Payout: "5.00", State: "PENDING", MediaPartnerName: "Marie" });
    await act("edit-action", { actionId: id, sku: "B", quantity: 2, amount: "1000" });
    expect(await shown(id)).toMatchObject({ Amount: "60.00", Payout: "6.00" });
    await act("move-action", { actionId: id, partnerId: bertrand.id });
    expect(await shown(id)).toMatchObject({ MediaPartnerName: "Bertrand" });
    await act("show-state", { actionId: id, state: "ON_HOLD" });
    expect(await shown(id)).toMatchObject({ State: "ON_HOLD" });
    await act("show-state", { actionId: id, state: "" });
    await act("reverse-action", { actionId: id });
    expect(await shown(id)).toMatchObject({ Amount: "0.00", State: "REVERSED" });
    await act("remove-action", { actionId: id });
    expect(await shown(id)).toEqual({ State: "gone" });
    await expect.poll(() => called.length, { timeout: 10_000 }).toBe(6);
    expect(called.filter((path) => path.includes("amount=60.00")).at(-1)).toBe(`/hint?a=${id}&amount=60.00&x={Unknown}`);
  });
});
