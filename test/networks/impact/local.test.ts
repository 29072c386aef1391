// The client against the local network, by the demo's account: what one of them gets wrong about the other shows here.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { impact } from "#app/networks/impact/index.ts";
import { dealChange, NO_END } from "#app/domain/network-deal.ts";
import type { Answer, Network, NewDeal } from "#app/networks/port.ts";
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

/** A busy machine answers late: only the test that waits for no answer waits for a short one. */
function networkOf(token = DEMO_ACCOUNT_TOKEN, accountSid = DEMO_ACCOUNT_SID, timeoutMs = 10_000): Network {
  return impact({ accountSid, token, takeBudget: async () => ({ ok: true }), noteBudget: async () => {}, onExchange: async () => {}, timeoutMs });
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
    expect(await reader.reverse("1.2.3", "other")).toEqual({ ok: false, fault: { kind: "forbidden", permission: "Actions: DELETE /Actions" } });
  });
});

describe("deals and codes", () => {
  const autumn: NewDeal = { name: "Autumn", description: "10 % off", discount: { kind: "percent", percent: "12.5" }, applies: { scope: "product", names: "Lamp, Rug" }, startsAt: "2026-09-01T00:00:00.000Z", endsAt: null, syncs: true };

  it("a deal that was made is found by its name, and reads back as it was told", async () => {
    const network = networkOf();
    expect(value(await network.findDeal(DEMO_CREATOR_PROGRAM_ID, "Autumn"))).toBeNull();
    const { externalId } = value(await network.createDeal(DEMO_CREATOR_PROGRAM_ID, autumn));
    const found = value(await network.findDeal(DEMO_CREATOR_PROGRAM_ID, "Autumn"));
    expect(found).toMatchObject({ ...autumn, externalId, type: "general_sale", minimum: null, maximumSavings: null, defaultCode: null, restrictedPartners: [], perOrder: null });
    expect(dealChange(autumn, found!)).toBeNull();
    expect(value(await network.deal(externalId))).toEqual(found);
    expect(value(await network.deals(DEMO_CREATOR_PROGRAM_ID))).toContainEqual(found);
  });

  const side = (name: string) => ({ quantity: 2, scope: "category" as const, name });
  it.each<[string, NewDeal["discount"]]>([
    ["fixed", { kind: "fixed", amount: "500", currency: "EUR" }],
    ["free shipping", { kind: "free_shipping" }],
    ["buy two, get two free", { kind: "buy_get", buys: side("Lamps"), gets: side("Rugs"), effect: { kind: "free" } }],
    ["buy two, get two for less", { kind: "buy_get", buys: side("Lamps"), gets: side("Rugs"), effect: { kind: "percent", percent: "50" } }],
  ])("%s: what it changes from and to is told and reads back", async (name, discount) => {
    const network = networkOf();
    const deal: NewDeal = { ...autumn, name, discount, applies: { scope: "entire_store" } };
    const { externalId } = value(await network.createDeal(DEMO_CREATOR_PROGRAM_ID, deal));
    expect(dealChange(deal, value(await network.deal(externalId)))).toBeNull();
    const edited: NewDeal = { ...deal, name: `${name}, edited`, applies: { scope: "category", names: "Lamps" }, startsAt: "2026-10-01T00:00:00.000Z", endsAt: "2026-12-01T00:00:00.000Z" };
    const change = dealChange(edited, value(await network.deal(externalId)));
    expect(Object.keys(change!).sort()).toEqual(["applies", "endsAt", "name", "startsAt"]);
    expect(value(await network.updateDeal(externalId, change!))).toBeNull();
    expect(dealChange(edited, value(await network.deal(externalId)))).toBeNull();
    // An end is taken back by one that is never reached.
    const open = dealChange({ ...edited, endsAt: null }, value(await network.deal(externalId)));
    expect(value(await network.updateDeal(externalId, open!))).toBeNull();
    expect(value(await network.deal(externalId))).toMatchObject({ state: "active", endsAt: NO_END });
    expect(dealChange({ ...edited, endsAt: null }, value(await network.deal(externalId)))).toBeNull();
  });

  it("what a person changed there is read: minimum, savings, restrictions, a default code", async () => {
    const network = networkOf();
    const { externalId } = value(await network.createDeal(DEMO_CREATOR_PROGRAM_ID, { ...autumn, name: "By hand" }));
    local.network.changeDeal(DEMO_ACCOUNT_SID, externalId, { MinimumPurchaseAmount: "50.00", MinimumPurchaseAmountCurrency: "EUR", MaximumSavingsAmount: "20", MaximumSavingsCurrency: "EUR", RestrictedMediaPartners: "2552801,2552802", DefaultPromoCode: "ALL10", PurchaseLimitQuantity: "3" });
    const seen = { minimum: { amount: "5000", currency: "EUR" }, maximumSavings: { amount: "2000", currency: "EUR" }, restrictedPartners: ["2552801", "2552802"], defaultCode: "ALL10", perOrder: 3 };
    expect(value(await network.deal(externalId))).toMatchObject(seen);
  });

  it("all codes of a program are read, and each by its id", async () => {
    const network = networkOf();
    const { externalId } = value(await network.placeCode(DEMO_CREATOR_PROGRAM_ID, { code: "READ10", match: "exact", policy: "winner", partnerId: "2552801", dealExternalId: null, startsAt: null, endsAt: null }));
    const one = value(await network.code(externalId));
    expect(one).toMatchObject({ externalId, code: "READ10", policy: "winner", partnerId: "2552801", active: true });
    const all = value(await network.codes(DEMO_CREATOR_PROGRAM_ID));
    expect(all).toContainEqual(one);
    expect(value(await network.codes(DEMO_PERFORMANCE_PROGRAM_ID))).not.toContainEqual(one);
    expect(await network.code("1")).toEqual({ ok: false, fault: { kind: "not_found" } });
  });

  it("a partner's tracking link leads where it is asked to; of who has not joined there is none", async () => {
    const network = networkOf();
    const { url } = value(await network.trackingLink(DEMO_CREATOR_PROGRAM_ID, "2552801", { landing: "https://shop.example/discount/MARIE10?redirect=/lamps" }));
    expect(new URL(url).searchParams.get("u")).toBe("https://shop.example/discount/MARIE10?redirect=/lamps");
    expect(await network.trackingLink(DEMO_CREATOR_PROGRAM_ID, "1", { landing: "https://shop.example/" })).toMatchObject({ ok: false, fault: { kind: "invalid" } });
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
    const answer = await networkOf(DEMO_ACCOUNT_TOKEN, DEMO_ACCOUNT_SID, kind === "timeout" ? 300 : undefined).programs();
    const kinds = { timeout: "timeout", 429: "limited", 500: "unavailable", reset: "unavailable" };
    expect(answer).toMatchObject({ ok: false, fault: { kind: kinds[kind] } });
  });
});
