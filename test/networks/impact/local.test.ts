// The client against the local network, by the demo's account: what one of them gets wrong about the other shows here.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { impact } from "#app/networks/impact/index.ts";
import type { Answer, Network } from "#app/networks/port.ts";
import { leadFetch } from "#test/local/lead.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN, DEMO_CREATOR_PROGRAM_ID, DEMO_CREATORS, DEMO_PERFORMANCE_PROGRAM_ID, DEMO_READING_TOKEN } from "#test/local/network/accounts.ts";
import { startNetwork, type LocalNetwork } from "#test/local/network/server.ts";

let local: LocalNetwork;
let undo: () => void;
beforeAll(async () => {
  local = await startNetwork({ demo: true });
  undo = leadFetch({ network: local.url });
});
afterAll(async () => {
  undo();
  await local.close();
});

function networkOf(token = DEMO_ACCOUNT_TOKEN, accountSid = DEMO_ACCOUNT_SID): Network {
  return impact({ accountSid, token, takeBudget: async () => ({ ok: true }), noteBudget: async () => {}, onExchange: async () => {}, timeoutMs: 300 });
}

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.fault));
  return answer.value;
}

describe("an account", () => {
  it("lets in who has its credentials, and nobody else", async () => {
    expect(await networkOf().check()).toMatchObject({ ok: true });
    expect(await networkOf("wrong").check()).toEqual({ ok: false, fault: { kind: "unauthorized" } });
  });

  it("has its programs, with their event types", async () => {
    const programs = value(await networkOf().programs());
    expect(programs).toEqual([
      { externalId: DEMO_PERFORMANCE_PROGRAM_ID, name: "Petit Atelier Performance", kind: "performance", active: true, takesPromoCodes: true },
      { externalId: DEMO_CREATOR_PROGRAM_ID, name: "Petit Atelier Creators", kind: "creator", active: true, takesPromoCodes: true },
    ]);
    expect(value(await networkOf().eventTypes(DEMO_CREATOR_PROGRAM_ID))).toMatchObject([{ name: "Online Sale" }]);
  });

  it("has its creators, each as he stands, with e-mail and handle", async () => {
    const partners = value(await networkOf().partners(DEMO_CREATOR_PROGRAM_ID));
    const seen = partners.map(({ partnerId, name, email, handle, state }) => ({ id: partnerId, name, email, handle, state })).sort((a, b) => a.id.localeCompare(b.id));
    expect(seen).toEqual(DEMO_CREATORS.map(({ id, name, email, handle, state }) => ({ id, name, email, handle, state })));
    expect(partners.filter((partner) => partner.state === "joined").every((partner) => partner.joinedAt !== null)).toBe(true);
  });

  it("names the permission that a scoped token lacks", async () => {
    const reader = networkOf(DEMO_READING_TOKEN);
    expect(await reader.programs()).toMatchObject({ ok: true });
    expect(await reader.reverse("1.2.3", "other")).toEqual({ ok: false, fault: { kind: "forbidden", permission: "DELETE Actions" } });
  });
});

describe("deals and codes", () => {
  it("a deal that was made is found by its name", async () => {
    const network = networkOf();
    expect(value(await network.findDeal(DEMO_CREATOR_PROGRAM_ID, "Autumn"))).toBeNull();
    const made = value(await network.createDeal(DEMO_CREATOR_PROGRAM_ID, { name: "Autumn", description: "10 % off", discount: { kind: "percent", percent: "10" }, startsAt: null, endsAt: null }));
    expect(value(await network.findDeal(DEMO_CREATOR_PROGRAM_ID, "Autumn"))).toEqual({ externalId: made.externalId, name: "Autumn", state: "active" });
  });

  it("a code is placed once, found in any case, refused to another partner, and expired", async () => {
    const network = networkOf();
    const code = { code: "JONAS10", match: "exact", policy: "always", partnerId: "2552802", dealExternalId: null, startsAt: null, endsAt: null } as const;
    const { externalId } = value(await network.placeCode(DEMO_CREATOR_PROGRAM_ID, code));
    expect(value(await network.findCodes(DEMO_CREATOR_PROGRAM_ID, "jonas10"))).toMatchObject([{ externalId, code: "JONAS10", match: "exact", policy: "always", partnerId: "2552802", active: true }]);
    expect(await network.placeCode(DEMO_CREATOR_PROGRAM_ID, { ...code, partnerId: "2552801" })).toMatchObject({ ok: false, fault: { kind: "invalid" } });
    expect(value(await network.expireCode(externalId))).toBeNull();
    expect(value(await network.findCodes(DEMO_CREATOR_PROGRAM_ID, "JONAS10"))).toMatchObject([{ externalId, active: false }]);
  });
});

describe("what is not there, and what does not answer", () => {
  it("has no such thing", async () => {
    const network = networkOf();
    for (const answer of [await network.action("1.2.3"), await network.actionItems("1.2.3", "EUR"), await network.submission("A-none")]) expect(answer).toEqual({ ok: false, fault: { kind: "not_found" } });
    expect(value(await network.actions(DEMO_CREATOR_PROGRAM_ID, { by: "event", from: new Date(nowMs() - 86_400_000).toISOString(), to: new Date(nowMs()).toISOString() }, 1))).toEqual({ actions: [], pages: 1 });
  });

  it.each(["timeout", "429", "500", "reset"] as const)("a fault that was set: %s", async (kind) => {
    local.network.addFault({ endpoint: "GET /Campaigns", kind, count: 1 });
    const answer = await networkOf().programs();
    const kinds = { timeout: "timeout", 429: "limited", 500: "unavailable", reset: "unavailable" };
    expect(answer).toMatchObject({ ok: false, fault: { kind: kinds[kind] } });
  });
});
