import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MARIE, SID, startStage, TOKEN, type Stage } from "./network-calls.ts";

let stage: Stage;
beforeEach(async () => void (stage = await startStage()));
afterEach(() => stage.local.close());

describe("who may call", () => {
  test.each([
    ["a wrong token", { token: "wrong" }],
    ["an unknown account", { sid: "IRother" }],
    ["no credentials", { headers: { authorization: "" } }],
    ["a bearer token", { headers: { authorization: `Bearer ${TOKEN}` } }],
  ])("%s is 401", async (_, options) => {
    const answer = await stage.call("GET", "/Campaigns", undefined, options);
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ Status: "ERROR" });
  });

  test("the token of another account does not open this one", async () => {
    stage.network.addAccount({ sid: "IRother", token: "theirs" });
    expect((await stage.call("GET", "/Campaigns", undefined, { sid: "IRother", token: "theirs" })).status).toBe(401);
  });

  test("a scoped token is refused with 403 where it lacks the endpoint, and served elsewhere", async () => {
    stage.network.addToken(SID, "scoped", ["POST /PromoCodes", "/Deals"]);
    const options = { token: "scoped" };
    expect((await stage.call("POST", "/PromoCodes", {}, options)).status).toBe(403);
    expect((await stage.call("GET", "/Deals", undefined, options)).status).toBe(403);
    expect((await stage.call("GET", "/Deals/1", undefined, options)).status).toBe(403);
    expect((await stage.call("GET", "/PromoCodes", undefined, options)).status).toBe(200);
  });
});

describe("what a call looks like", () => {
  test("a resource that is not there is 404, a method that it does not take 405", async () => {
    expect((await stage.call("GET", "/Nothing")).status).toBe(404);
    expect((await stage.call("PUT", "/PromoCodes/7777000", { Code: "X" })).status).toBe(405);
    expect((await stage.call("POST", "/Actions", {})).status).toBe(405);
  });

  test("versions 11 to 14 are served, by header or query; a program's type came with 14", async () => {
    const type = async (path: string, headers = {}) => (await stage.call("GET", path, undefined, { headers })).body.Campaigns?.[0].Type;
    expect(await type("/Campaigns")).toBe("Performance");
    expect(await type("/Campaigns", { "IR-Version": "14" })).toBe("Performance");
    expect(await type("/Campaigns", { "IR-Version": "13" })).toBeUndefined();
    expect(await type("/Campaigns?IrVersion=11")).toBeUndefined();
    expect((await stage.call("GET", "/Campaigns", undefined, { headers: { "IR-Version": "15" } })).status).toBe(400);
  });

  test("without an Accept for JSON the answer is XML under the provider's root", async () => {
    const answer = await stage.call("GET", "/Campaigns", undefined, { headers: { accept: "*/*" } });
    expect(answer.headers.get("content-type")).toContain("xml");
    expect(answer.text).toContain("<ImpactRadiusResponse><Campaigns page=\"1\"");
    expect(answer.text).toContain("<Campaign><Id>");
  });

  test("a JSON body to an endpoint that takes forms has no fields, one of /Conversions no less", async () => {
    const fields = { CampaignId: stage.creator.id, Name: "X", Scope: "ENTIRE_STORE", Type: "GENERAL_SALE" };
    const refused = await stage.call("POST", "/Deals", undefined, { json: fields });
    expect(refused.status).toBe(400);
    expect(refused.body.Errors.map((each: { Field: string }) => each.Field)).toEqual(["CampaignId", "Name", "Scope", "Type"]);
    expect((await stage.call("POST", "/Deals", fields)).status).toBe(200);
    const conversion = { CampaignId: Number(stage.creator.id), EventTypeId: 1, EventDate: new Date().toISOString(), OrderId: "1", OrderPromoCode: "MARIE10" };
    expect((await stage.call("POST", "/Conversions", undefined, { json: conversion })).status).toBe(400);
  });

  test.each([
    "/Deals?State=DONE", "/Deals?Type=SALE", "/Deals?CampaignId=all", "/MediaPartners?State=JOINED", "/MediaPartners?startDate=yesterday", "/TrackingValueRequests?State=OPEN", "/Actions?CampaignId=1&State=LOCKED", "/Campaigns/PROGRAM/Contracts?Status=OPEN",
    "/Campaigns/PROGRAM/Contracts?StartDateAfter=2026",
  ])("a filter with a value that the contract does not know is refused: %s", async (path) => {
    expect((await stage.call("GET", path.replace("PROGRAM", stage.creator.id))).status).toBe(400);
  });

  test("a list of codes never answers with an error, whatever it is asked for", async () => {
    expect((await stage.call("GET", "/PromoCodes?State=OPEN&CampaignId=none&StartDate=soon")).body).toMatchObject({ "@total": "0", PromoCodes: [] });
  });

  test("every scalar is a string and what is blank is empty", async () => {
    const { body } = await stage.call("GET", "/PromoCodes");
    const scalars: unknown[] = [];
    JSON.stringify(body, (_, value) => (typeof value === "object" && value !== null ? value : (scalars.push(value), value)));
    expect(scalars.length).toBeGreaterThan(30);
    expect(scalars.every((each) => typeof each === "string")).toBe(true);
    expect(body.PromoCodes[0]).toMatchObject({ DealId: "", EndDate: "", SynchAdsPromoCodes: "false" });
  });

  test("errors are spelled in the manner of their endpoint", async () => {
    const general = await stage.call("POST", "/PromoCodes", {});
    expect(general.body).toMatchObject({ Status: "ERROR", Message: "Validation Failed", Errors: expect.arrayContaining([{ Field: "Code", Message: expect.any(String) }]) });
    const lower = await stage.call("POST", "/Conversions", {});
    expect(lower.status).toBe(400);
    expect(lower.body.errors).toContainEqual({ field: "CampaignId", level: "ERROR", message: expect.any(String) });
  });
});

describe("pages", () => {
  beforeEach(() => {
    for (let at = 0; at < 6; at += 1) stage.network.assignCode(SID, { programId: stage.creator.id, partnerId: MARIE, code: `CODE${at}` });
  });

  test("the envelope counts from 1 in pages and from 0 in records, in strings", async () => {
    const { body } = await stage.call("GET", `/PromoCodes?CampaignId=${stage.creator.id}&PageSize=3&Page=2`);
    expect(body).toMatchObject({ "@page": "2", "@numpages": "3", "@pagesize": "3", "@total": "7", "@start": "3", "@end": "5" });
    expect(body.PromoCodes).toHaveLength(3);
    expect(body["@nextpageuri"]).toBe(`/Advertisers/${SID}/PromoCodes?CampaignId=${stage.creator.id}&PageSize=3&Page=3`);
  });

  test("following the next page reaches every record once", async () => {
    const codes: string[] = [];
    let path = "/PromoCodes?PageSize=2";
    while (path !== "") {
      const { body } = await stage.call("GET", path);
      codes.push(...body.PromoCodes.map((each: { Code: string }) => each.Code));
      path = body["@nextpageuri"].replace(`/Advertisers/${SID}`, "");
    }
    expect(codes.toSorted()).toEqual(["CODE0", "CODE1", "CODE2", "CODE3", "CODE4", "CODE5", "MARIE10"]);
  });

  test("actions come in pages of 2000 to 20000, and no more than ten of them", async () => {
    const path = `/Actions?CampaignId=${stage.creator.id}`;
    expect((await stage.call("GET", path)).body["@pagesize"]).toBe("20000");
    expect((await stage.call("GET", `${path}&PageSize=1999`)).status).toBe(400);
    await stage.settled();
    const account = stage.network.account(SID);
    account.actions.push(...Array.from({ length: 20_000 }, (_, at) => ({ ...account.actions[0]!, id: `x.${at}` })));
    expect((await stage.call("GET", `${path}&PageSize=2000`)).status).toBe(400);
    expect((await stage.call("GET", `${path}&PageSize=2001`)).body).toMatchObject({ "@numpages": "10", "@total": "20001" });
  });
});

describe("the hour's budget", () => {
  beforeEach(() => void (stage.network.account(SID).hourlyLimit = 3));

  test("three calls are served, the fourth is 429 until the hour is over by the clock", async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 4; at += 1) statuses.push((await stage.call("GET", "/Campaigns")).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { headers } = await stage.call("GET", "/Campaigns");
    expect(headers.get("x-ratelimit-limit")).toBe("3");
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
    expect(headers.get("retry-after")).toBeNull();
    const reset = Number(headers.get("x-ratelimit-reset"));
    expect(reset).toBeGreaterThan(3590);
    stage.run((reset - 5) * 1000);
    expect((await stage.call("GET", "/Campaigns")).status).toBe(429);
    stage.run(6_000);
    const after = await stage.call("GET", "/Campaigns");
    expect([after.status, after.headers.get("x-ratelimit-remaining")]).toEqual([200, "2"]);
  });

  test("a call that is over the budget does nothing", async () => {
    for (let at = 0; at < 3; at += 1) await stage.call("GET", "/Campaigns");
    await expect(stage.convert()).rejects.toThrow("The hour's requests are used up");
    expect(stage.network.account(SID).submissions).toHaveLength(0);
  });

  test("the budget belongs to the account, whichever token calls", async () => {
    stage.network.addToken(SID, "second", []);
    for (let at = 0; at < 3; at += 1) await stage.call("GET", "/Campaigns");
    expect((await stage.call("GET", "/Campaigns", undefined, { token: "second" })).status).toBe(429);
  });
});
