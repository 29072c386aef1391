// The parameters of a shop's address in which clicks come: which may be added, whose ids they bring, and what a network is told.
import { describe, expect, it } from "vitest";
import { allClickParameters, clickNetworksOf, isForeignSale, isOwnClick, judgeClickParameters, MOST_CLICK_PARAMETERS, readClickParameters, readTypedParameters } from "#app/domain/click-parameter.ts";

const OWN = [{ name: "irclickid", network: "impact" }];

describe("what a merchant types", () => {
  it.each<[string, string, string | null, string | null]>([
    ["a parameter of a network that is not connected", "awc", null, null],
    ["another one of a connected network", "im_ref", "impact", null],
    ["white space around it", "  clickref ", null, null],
    ["letters of both cases, digits, hyphens and underscores", "Tt-Click_2", null, null],
    ["a dot", "click.id", null, "form"],
    ["a space", "click id", null, "form"],
    ["another script", "点击", null, "form"],
    ["41 letters", "a".repeat(41), null, "form"],
    ["the app's own", "creator", null, "reserved"],
    ["the app's own cookie", "creator_clicks", null, "reserved"],
    ["the store's own", "discount", null, "reserved"],
    ["the store's own, in capitals", "Discount", null, "reserved"],
    ["what names a campaign", "utm_source", null, "reserved"],
    ["an advertisement's", "gclid", null, "reserved"],
    ["a search's", "_pos", null, "reserved"],
    ["what is looked for already", "irclickid", null, "own"],
    ["the same in other letters", "IRClickId", "impact", "own"],
    ["a network that is not there", "awc", "unheard", "network"],
  ])("%s: %j", (_, name, network, wrong) => {
    const judged = judgeClickParameters([{ name, network }], OWN, ["impact"]);
    if (wrong === null) expect(judged).toEqual({ ok: true, parameters: [{ name: name.trim(), network }] });
    else expect(judged).toMatchObject({ ok: false, errors: [{ field: "parameters.0", key: `click_parameters.${wrong}` }] });
  });

  it("blank rows are passed over, a name twice is refused in its own row, and there is a most", () => {
    expect(judgeClickParameters([{ name: " ", network: null }, { name: "awc", network: null }], OWN, [])).toEqual({ ok: true, parameters: [{ name: "awc", network: null }] });
    expect(judgeClickParameters([{ name: "awc", network: null }, { name: "", network: null }, { name: "AWC", network: null }], OWN, [])).toMatchObject({ ok: false, errors: [{ field: "parameters.2", key: "click_parameters.twice" }] });
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `click${n}`, network: null }));
    expect(judgeClickParameters(many(MOST_CLICK_PARAMETERS), OWN, [])).toMatchObject({ ok: true });
    expect(judgeClickParameters(many(MOST_CLICK_PARAMETERS + 1), OWN, [])).toMatchObject({ ok: false, errors: [{ field: "parameters", key: "click_parameters.too_many" }] });
  });

  it.each<[string, unknown, number | null]>([
    ["rows", [{ name: "awc", network: null }, { name: "x", network: "impact" }], 2],
    ["none", [], 0],
    ["no list", { name: "awc" }, null],
    ["a row that is none", [null], null],
    ["a name that is no text", [{ name: 7, network: null }], null],
    ["no network", [{ name: "awc" }], null],
    ["a very long name", [{ name: "a".repeat(201), network: null }], null],
    ["too many rows to be a form of ours", Array.from({ length: 201 }, () => ({ name: "a", network: null })), null],
  ])("what a browser sends: %s", (_, sent, rows) => {
    expect(readTypedParameters(sent)?.length ?? null).toBe(rows);
  });
});

describe("the parameters of a shop", () => {
  it("are those of its networks first; a name counts once, for the network that was first", () => {
    expect(allClickParameters(OWN, [{ name: "awc", network: null }, { name: "irclickid", network: null }])).toEqual([{ name: "irclickid", network: "impact" }, { name: "awc", network: null }]);
  });

  it("are read from what is kept; what is no parameter is left out", () => {
    expect(readClickParameters([{ name: "awc", network: null }, { name: "x y", network: null }, { name: "tt", network: 7 }, null, "awc", { network: "impact" }])).toEqual([{ name: "awc", network: null }, { name: "tt", network: null }]);
    expect(readClickParameters("nothing")).toEqual([]);
  });
});

describe("a network is told", () => {
  const networks = clickNetworksOf([...OWN, { name: "tt", network: "tiny" }, { name: "awc", network: null }]);
  it.each<[string, string | null, string, boolean]>([
    ["of its own click", "irclickid", "impact", true],
    ["of none of another's", "tt", "impact", false],
    ["of none of a network that is not connected", "awc", "impact", false],
    ["of none under a name that is not known any more", "gone", "impact", false],
    ["of one that was noted before parameters were kept", null, "impact", true],
  ])("%s", (_, parameter, network, told) => {
    expect(isOwnClick(parameter, network, networks)).toBe(told);
  });

  it.each<[string, Parameters<typeof isForeignSale>[0], boolean]>([
    ["a code for everybody by its own click", { toldCode: null, clickId: "c", clickParameter: "irclickid" }, false],
    ["a code for everybody whose click has no id: the partner is named", { toldCode: null, clickId: null, clickParameter: null }, false],
    ["nothing of a code for everybody that came by another network's click", { toldCode: null, clickId: null, clickParameter: "awc" }, true],
    ["a creator's code, whatever its click", { toldCode: "MARIE10", clickId: null, clickParameter: "awc" }, false],
  ])("%s", (_, by, foreign) => {
    expect(isForeignSale(by)).toBe(foreign);
  });
});
