// Partners' links of the local network: a visit is a click, which the API shows some minutes later to the account and program that it is of.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startNetwork } from "#test/local/network/server.ts";
import { JONAS, MARIE, MINUTE, SID, startStage, type Stage } from "./network-calls.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.local.close());

async function visit(path: string, at = stage.local.url): Promise<{ status: number; to: URL | null }> {
  const response = await fetch(`${at}${path}`, { redirect: "manual" });
  const location = response.headers.get("location");
  return { status: response.status, to: location === null ? null : new URL(location) };
}

describe("a partner's link", () => {
  test("leads to its landing, with the click's id beside what stands there already", async () => {
    const made = await stage.call("POST", `/Programs/${stage.creator.id}/TrackingLinks?MediaPartnerId=${MARIE}`, { DeepLink: "https://shop.example/discount/MARIE10?redirect=/lamps%3Fa%3D1" });
    const { status, to } = await visit(new URL(made.body.TrackingURL).pathname + new URL(made.body.TrackingURL).search);
    expect(status).toBe(302);
    expect(to!.origin + to!.pathname).toBe("https://shop.example/discount/MARIE10");
    expect(Object.fromEntries(to!.searchParams)).toEqual({ redirect: "/lamps?a=1", irclickid: expect.stringMatching(/^\w{32}$/), irgwc: "1" });
  });

  test("without a landing leads to the program's own", async () => {
    const { to } = await visit(`/c/${JONAS}/1000000/${stage.creator.id}`);
    expect(to!.href).toMatch(/^https:\/\/shop\.example\/\?irclickid=\w{32}&irgwc=1$/);
  });

  test("leads to the storefront where that is somewhere else", async () => {
    const local = await startNetwork({ demo: true, storefront: "http://localhost:3001" });
    try {
      const { partners, programs } = local.network.state.accounts[0]!;
      const { to } = await visit(`/c/${partners[0]!.id}/1/${programs.at(-1)!.id}?u=${encodeURIComponent("https://petit-atelier.example/products/vase?size=2")}`, local.url);
      expect(to!.href).toMatch(/^http:\/\/localhost:3001\/products\/vase\?size=2&irclickid=\w{32}&irgwc=1$/);
    } finally {
      await local.close();
    }
  });

  test.each([["an unknown program", `/c/${MARIE}/1/1`], ["an unknown partner", "/c/77/1/PROGRAM"], ["something else", `/d/${MARIE}/1/PROGRAM`]])("of %s is none", async (_, path) => {
    const before = stage.network.account(SID).clicks.length;
    expect((await visit(path.replace("PROGRAM", stage.creator.id))).status).toBe(404);
    expect(stage.network.account(SID).clicks).toHaveLength(before);
  });
});

describe("a click", () => {
  test("is shown some minutes after it happened, with its partner, to its own program alone", async () => {
    const { to } = await visit(`/c/${MARIE}/1000000/${stage.creator.id}`);
    const id = to!.searchParams.get("irclickid")!;
    expect((await stage.call("GET", `/Campaigns/${stage.creator.id}/Clicks/${id}`)).status).toBe(404);
    stage.run(4 * MINUTE);
    const shown = await stage.call("GET", `/Campaigns/${stage.creator.id}/Clicks/${id}`);
    expect(shown).toMatchObject({ status: 200, body: { Id: id, CampaignId: stage.creator.id, MediaId: MARIE, MediaName: "Marie Martin" } });
    expect((await stage.call("GET", `/Campaigns/${stage.performance.id}/Clicks/${id}`)).status).toBe(404);
    expect((await stage.call("GET", `/Campaigns/${stage.creator.id}/Clicks/unheard`)).status).toBe(404);
  });

  test("takes a permission of its own", async () => {
    stage.network.addToken(SID, "no-clicks", ["GET /Campaigns/*/Clicks/*"]);
    expect((await stage.call("GET", `/Campaigns/${stage.creator.id}/Clicks/x`, undefined, { token: "no-clicks" })).status).toBe(403);
    expect((await stage.call("GET", `/Campaigns/${stage.creator.id}`, undefined, { token: "no-clicks" })).status).toBe(200);
  });
});
