// What a call of impact.com's event notifications names, in whichever form a brand has set it up.
import { describe, expect, it } from "vitest";
import { postback } from "#app/networks/impact/postback.ts";

const ID = "1000.4636.158133";

describe("a notification", () => {
  it.each<[string, string, string, ReturnType<typeof postback.read>]>([
    ["in the address", `ActionId=${ID}&CampaignId=1000&Status=APPROVED`, "", { actionId: ID, programExternalId: "1000" }],
    ["in the address, in other letters", `actionid=${ID}&campaign_id=7`, "", { actionId: ID, programExternalId: "7" }],
    ["as a form", "", `ActionId=${ID}&Amount=1.00`, { actionId: ID, programExternalId: null }],
    ["as JSON", "", JSON.stringify({ event: { ActionId: ID, CampaignId: 1000 } }), { actionId: ID, programExternalId: "1000" }],
    ["as a list in JSON", "", JSON.stringify([{ Id: ID }]), { actionId: ID, programExternalId: null }],
    ["as markup", "", `<action><id>${ID}</id></action>`, { actionId: ID, programExternalId: null }],
    ["with both, the address first", `ActionId=1.2.3`, `ActionId=${ID}`, { actionId: "1.2.3", programExternalId: null }],
    ["whose placeholders were not filled in", "ActionId={ActionId}&CampaignId={CampaignId}", "", null],
    ["with an id of another form", "ActionId=42", "", null],
    ["with a way out of the path", "ActionId=1.2.3/../../x", "", null],
    ["that is empty", "", "", null],
    ["of broken JSON", "", '{"ActionId": ', null],
    ["of an IP address in words", "", "from 10.0.0.1", null],
  ])("%s", (_, query, body, found) => {
    expect(postback.read(new URLSearchParams(query), body)).toEqual(found);
  });

  it("says nothing more where it is nested or long beyond use", () => {
    const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => ({ inner }), { ActionId: "x" });
    expect(postback.read(new URLSearchParams(), JSON.stringify(deep))).toBeNull();
    expect(postback.read(new URLSearchParams(), JSON.stringify(Array.from({ length: 100_000 }, () => ({ Id: "x" }))))).toBeNull();
  });
});
