import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addDemoAccount, DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN, DEMO_CREATOR_PROGRAM_ID } from "./network/accounts.ts";
import { conversionsOf } from "./network/control.ts";
import { startNetwork } from "./network/server.ts";
import { MARIE, MINUTE, SID, startStage, type Stage } from "./network-calls.ts";

let stage: Stage;
beforeEach(async () => void (stage = await startStage()));
afterEach(() => stage.local.close());

describe("faults", () => {
  test.each(["429", "500", "502", "503", "504", "401", "402", "403"] as const)("%s before acting: nothing is done", async (kind) => {
    stage.network.addFault({ kind, endpoint: "POST /Conversions", count: 1 });
    await expect(stage.convert()).rejects.toThrow();
    expect(stage.network.account(SID).submissions).toHaveLength(0);
    await stage.convert();
  });

  test("an error after acting hides that it was done", async () => {
    stage.network.addFault({ kind: "503", when: "after", endpoint: "POST /Conversions", count: 1 });
    await expect(stage.convert()).rejects.toThrow();
    stage.run(22 * MINUTE);
    expect(await stage.actions()).toHaveLength(1);
  });

  test("no answer: the call hangs, and was done or not", async () => {
    stage.network.addFault({ kind: "timeout", when: "after", endpoint: "POST /Conversions", count: 1 });
    const form = new URLSearchParams({ CampaignId: stage.creator.id, EventTypeId: "51801", EventDate: new Date().toISOString(), OrderId: "1", OrderPromoCode: "MARIE10" });
    const headers = { authorization: `Basic ${Buffer.from(`${SID}:secret:with-colon`).toString("base64")}`, accept: "application/json" };
    const asked = fetch(`${stage.local.url}/Advertisers/${SID}/Conversions`, { method: "POST", headers, body: form, signal: AbortSignal.timeout(150) });
    await expect(asked).rejects.toThrow(/timeout/);
    expect(stage.network.account(SID).submissions).toHaveLength(1);
  });

  test("a connection that is cut is an error of the fetch", async () => {
    stage.network.addFault({ kind: "reset", endpoint: "/Conversions", count: 1 });
    await expect(stage.convert()).rejects.toThrow("fetch failed");
    expect(stage.network.account(SID).submissions).toHaveLength(0);
  });

  test("a lost submission never completes; a slow one later", async () => {
    stage.network.addFault({ kind: "lose", endpoint: "POST /Conversions", count: 1 });
    stage.network.addFault({ kind: "slow", endpoint: "POST /Conversions", minutes: 120 });
    const [lost, slow] = [await stage.convert({ OrderId: "1" }), await stage.convert({ OrderId: "2" })];
    stage.run(60 * MINUTE);
    expect([(await stage.submission(lost)).Status, (await stage.submission(slow)).Status]).toEqual(["Queued", "Queued"]);
    stage.run(90 * MINUTE);
    expect([(await stage.submission(lost)).Status, (await stage.submission(slow)).Status]).toEqual(["Queued", "Complete"]);
    expect((await stage.actions()).map((each) => each.Oid)).toEqual(["2"]);
  });

  test("a fault strikes only its endpoint, as often as told, and the same calls for the same seed", async () => {
    const strikes = async () => {
      stage.network.addFault({ kind: "503", endpoint: "GET /Deals", probability: 0.5, seed: 7, count: 5 });
      const statuses: number[] = [];
      for (let at = 0; at < 20; at += 1) statuses.push((await stage.call("GET", "/Deals")).status);
      expect((await stage.call("GET", "/Campaigns")).status).toBe(200);
      stage.network.clearFaults();
      return statuses.join(" ");
    };
    const first = await strikes();
    expect(first.match(/503/g)).toHaveLength(5);
    expect(first.startsWith("503 503 503 503 503")).toBe(false);
    expect(await strikes()).toBe(first);
  });
});

describe("what it keeps", () => {
  test("the state is written, and found again at the next start", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "local-network-"));
    try {
      const first = await startNetwork({ dataDir, demo: true });
      first.network.assignCode(DEMO_ACCOUNT_SID, { programId: DEMO_CREATOR_PROGRAM_ID, partnerId: "2552801", code: "KEPT" });
      await first.close();
      expect(JSON.parse(readFileSync(join(dataDir, "network.json"), "utf8")).accounts).toHaveLength(1);
      const second = await startNetwork({ dataDir, demo: true });
      expect(second.network.codesNamed(DEMO_ACCOUNT_SID, "kept")).toHaveLength(1);
      expect(second.network.state.accounts).toHaveLength(1);
      await second.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });

  test("what it holds can be read in minor units of the currency that was sent", async () => {
    await stage.settled();
    expect(conversionsOf(stage.network)).toMatchObject([{ sid: SID, orderId: "5001", code: "MARIE10", partnerId: MARIE, state: "PENDING", currency: "EUR", total: "11900", items: [{ sku: "MUG", quantity: 2, amount: "1900" }, { sku: "LAMP", quantity: 1, amount: "10000" }] }]);
    const answer = await fetch(`${stage.local.url}/_local/conversions?sid=${SID}`);
    expect(((await answer.json()) as { conversions: unknown[] }).conversions).toHaveLength(1);
  });

  test("control calls do what the methods do, and say why they cannot", async () => {
    const post = async (name: string, asked: unknown) => fetch(`${stage.local.url}/_local/${name}`, { method: "POST", body: JSON.stringify(asked) });
    expect((await post("assign-code", { sid: SID, programId: stage.creator.id, partnerId: MARIE, code: "SECOND" })).status).toBe(200);
    expect((await post("assign-code", { sid: SID, programId: stage.creator.id, partnerId: MARIE, code: "second" })).status).toBe(400);
    expect((await post("nothing", {})).status).toBe(404);
    await stage.convert();
    await post("complete", {});
    expect(await stage.actions()).toHaveLength(1);
  });
});

describe("the demo", () => {
  test("its account has two programs and eight creators: six joined, one applied, one left", async () => {
    addDemoAccount(stage.network);
    addDemoAccount(stage.network);
    const options = { sid: DEMO_ACCOUNT_SID, token: DEMO_ACCOUNT_TOKEN };
    const read = async (path: string) => {
      const authorization = `Basic ${Buffer.from(`${options.sid}:${options.token}`).toString("base64")}`;
      const answer = await fetch(`${stage.local.url}/Advertisers/${DEMO_ACCOUNT_SID}${path}`, { headers: { authorization, accept: "application/json" } });
      return (await answer.json()) as Record<string, any>;
    };
    expect((await read("/Campaigns")).Campaigns.map((each: Record<string, string>) => [each.Name, each.Type])).toEqual([["Petit Atelier Performance", "Performance"], ["Petit Atelier Creators", "Creator"]]);
    expect((await read(`/MediaPartners?CampaignId=${DEMO_CREATOR_PROGRAM_ID}`)).Partners).toHaveLength(6);
    expect((await read(`/MediaPartners?CampaignId=${DEMO_CREATOR_PROGRAM_ID}&RelationshipState=INACTIVE`)).Partners.map((each: Record<string, string>) => each.State)).toEqual(["PENDING", "EXPIRED"]);
  });

  test("the page shows what is held, escaped, and says what it is", async () => {
    await stage.settled({ ItemName1: "<script>", ItemSku1: "<b>SKU</b>" });
    const text = await (await fetch(stage.local.url)).text();
    expect(text).toContain("It is not impact.com");
    expect(text).toContain("MARIE10");
    expect(text).toContain("119.00 EUR");
    expect(text).toContain("&#60;b&#62;SKU");
    expect(text).not.toContain("<b>SKU</b>");
  });
});
