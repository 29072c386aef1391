import { describe, expect, it } from "vitest";
import { grantSeen, judgeRequest, type Standing, standingOf, type ToGrant } from "#app/domain/code-request.ts";

describe("where a request stands", () => {
  it.each<[string, string | null, string | null, Standing]>([
    ["new", null, null, "open"], ["approved", null, null, "elsewhere"], ["completed", null, null, "elsewhere"], ["declined", null, null, "elsewhere"], ["other", null, null, "unknown"], ["gone", null, null, "gone"],
    ["new", "making", "approve", "working"], ["new", "approving", "approve", "working"], ["new", "rejecting", "reject", "working"], ["new", "failed", "approve", "failed"], ["gone", "failed", "approve", "failed"],
    ["approved", "done", "approve", "approved"], ["declined", "done", "reject", "rejected"], ["declined", "kept", "approve", "kept"],
  ])("%s in the network, %s of %s here: %s", (state, stage, wanted, standing) => {
    expect(standingOf({ state, stage, wanted })).toBe(standing);
  });
});

describe("what the network says of a request whose grant may have arrived", () => {
  const asked = { approved: null };
  it.each<[string, string, { approved: string | null }[], string]>([
    ["it has not", "new", [asked], "open"],
    ["it has", "approved", [{ approved: "MARIE10" }], "granted"],
    ["it has, written otherwise", "completed", [{ approved: " marie10" }], "granted"],
    ["it names no code: the program's codes tell", "approved", [asked], "granted"],
    ["somebody granted another code", "approved", [{ approved: "OTHER5" }], "by_another_code"],
    ["somebody declined it", "declined", [asked], "declined"],
    ["a word that is new", "other", [{ approved: "MARIE10" }], "unknown"],
  ])("%s", (_name, state, codes, seen) => {
    expect(grantSeen({ state, codes }, "MARIE10")).toBe(seen);
  });
});

describe("what stands against granting", () => {
  const request: ToGrant = { state: "new", count: 1, partnerName: "Marie", creatorId: "c", programId: "p", programName: "Creators", neededPast: null };
  const granting = { programId: "p", dealId: "d", deal: "Spring" };
  it.each<[string, Partial<ToGrant>, Partial<typeof granting> | { programId: null }, string[]]>([
    ["nothing", {}, {}, []],
    ["nothing, by a deal of no program whose creator is in one alone", {}, { programId: null }, []],
    ["it is decided", { state: "declined" }, {}, ["!request.decided"]],
    ["it is for several codes", { count: 3 }, {}, ["!request.several"]],
    ["its program is not chosen here", { programId: null, creatorId: null }, {}, ["!request.no_program"]],
    ["its creator is not known here", { creatorId: null }, {}, ["!request.no_creator"]],
    ["the deal is of another program", {}, { programId: "q" }, ["!request.other_program"]],
    ["the day is past: to be seen, no more", { neededPast: "2026-01-05" }, {}, ["request.needed_past"]],
  ])("%s", (_name, change, by, keys) => {
    expect(judgeRequest({ ...request, ...change }, { ...granting, ...by }).map((finding) => `${finding.blocking ? "!" : ""}${finding.key}`)).toEqual(keys);
  });
});
