import { describe, expect, it } from "vitest";
import { campaignFields, conflictingFields, emptyCampaign, keptNaming, mergedCampaign, readCampaign, writeNaming } from "#app/domain/campaign.ts";
import type { CampaignFields } from "#app/domain/campaign.ts";
import { campaignText, fillWords, namesInList, peopleInList } from "#app/domain/campaign-text.ts";
import { USUAL_NAMING } from "#app/domain/naming-pattern.ts";

const hosts = ["shop.example", "petit.myshopify.com"];
const filled: CampaignFields = { ...emptyCampaign("p1"), name: "Autumn", title: "Show our lamps", description: "Post a story.", dealId: "d1", landing: "/collections/lamps" };

describe("what a form of a campaign holds", () => {
  it("is trimmed, and its page becomes a path of the store", () => {
    const read = readCampaign({ ...filled, name: "  Autumn \n lamps ", landing: "https://shop.example/collections/lamps?x=1", description: "One\r\ntwo " }, hosts);
    expect(read).toMatchObject({ ok: true, campaign: { name: "Autumn lamps", landing: "/collections/lamps?x=1", description: "One\ntwo" } });
  });

  it.each<[string, Partial<CampaignFields>, string[]]>([
    ["no name", { name: " " }, ["name: campaign.name_missing"]],
    ["no program", { programId: "" }, ["programId: campaign.program_missing"]],
    ["too long", { title: "x".repeat(256), description: "x".repeat(10_001) }, ["title: campaign.too_long", "description: campaign.too_long"]],
    ["a policy that is none", { policy: "sometimes" as never }, ["policy: give.policy_unknown"]],
    ["a pattern that is none", { naming: { ...USUAL_NAMING, pattern: "{FIRST" } }, ["naming: campaign.naming_wrong"]],
    ["a page elsewhere", { landing: "https://elsewhere.example/" }, ["landing: share.landing_elsewhere"]],
  ])("is refused at its field: %s", (_name, change, errors) => {
    const read = readCampaign({ ...filled, ...change }, hosts);
    expect(read.ok ? [] : read.errors.map((error) => `${error.field}: ${error.key}`)).toEqual(errors);
  });

  it.each([null, 1, "x", [], { codes: "none", naming: 7, policy: {} }])("whatever is sent (%j) is read as fields", (sent) => {
    expect(Object.keys(campaignFields(sent)).sort()).toEqual(Object.keys(filled).sort());
  });

  it("its naming is kept in one text, and a bare pattern is read too", () => {
    const naming = { ...USUAL_NAMING, pattern: "{HANDLE}-{DEAL}", hyphens: true, longest: 12 };
    expect(keptNaming(writeNaming(naming))).toEqual(naming);
    expect(keptNaming("{LAST}{AMOUNT}")).toEqual({ ...USUAL_NAMING, pattern: "{LAST}{AMOUNT}" });
    expect(keptNaming("")).toEqual(USUAL_NAMING);
  });
});

describe("two people who edit one campaign", () => {
  const theirs = { ...filled, title: "Theirs", landing: "/theirs", name: "Same" };
  const mine = { ...filled, title: "Mine", policy: "winner" as const, name: "Same" };
  const fields = conflictingFields(filled, theirs, mine);

  it("each field that differs says who changed it; what both changed alike is left out", () => {
    expect(fields).toEqual([{ field: "title", changedBy: "both" }, { field: "policy", changedBy: "me" }, { field: "landing", changedBy: "them" }]);
  });

  it("theirs is kept with what only I changed, and mine of what both did where it is wished", () => {
    expect(mergedCampaign({ theirs, mine, fields }, false)).toEqual({ ...theirs, policy: "winner" });
    expect(mergedCampaign({ theirs, mine, fields }, true)).toEqual({ ...theirs, policy: "winner", title: "Mine" });
  });
});

describe("the instructions as one creator reads them", () => {
  const lines = { code: (code: string) => `Your code: ${code}`, link: (link: string) => `Your link: ${link}` };
  const marie = { name: "Marie Dupont", code: "MARIE10", link: "https://shop.example/discount/MARIE10" };

  it("name, code and link stand where they were written, and are not said twice", () => {
    expect(campaignText({ title: "Hello {first}", description: "Use {CODE} here: {LINK}" }, marie, lines)).toBe("Hello Marie\n\nUse MARIE10 here: https://shop.example/discount/MARIE10");
  });

  it("what they do not name is said behind them", () => {
    expect(campaignText({ title: "Lamps", description: "" }, marie, lines)).toBe("Lamps\n\nYour code: MARIE10\nYour link: https://shop.example/discount/MARIE10");
    expect(campaignText({ title: "Lamps", description: "Use {CODE}." }, marie, lines)).toBe("Lamps\n\nUse MARIE10.\n\nYour link: https://shop.example/discount/MARIE10");
  });

  it("without a code yet it says so little; other braces stay; a name of signs breaks nothing", () => {
    expect(campaignText({ title: "Lamps", description: "{CODE} {AMOUNT}" }, { ...marie, code: null, link: null }, lines)).toBe("Lamps\n\n… {AMOUNT}");
    expect(fillWords("{NAME}", { name: "$& $1", code: null, link: null })).toBe("$& $1");
  });
});

describe("people in a pasted list", () => {
  const people = [
    { id: "1", name: "Marie Dupont", email: "Marie@example.com", handle: "marie.sews" },
    { id: "2", name: "Zoë Müller", email: null, handle: "@zoe" },
    { id: "3", name: "Sam Lee", email: "sam@example.com", handle: null },
    { id: "4", name: "Sam Lee", email: "lee@example.com", handle: null },
  ];

  it.each<[string, string[], string[]]>([
    ["marie@EXAMPLE.com\n@zoe", ["1", "2"], []],
    ["Marie.Sews; zoë müller", ["1", "2"], []],
    ["marie@example.com, marie.sews", ["1"], []],
    ["Sam Lee\tlee@example.com", ["4"], ["Sam Lee"]],
    ['"nobody@example.com"\r\n\r\n', [], ["nobody@example.com"]],
  ])("%j", (text, ids, unknown) => {
    expect(peopleInList(namesInList(text), people)).toEqual({ ids, unknown });
  });
});
