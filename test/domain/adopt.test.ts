import { describe, expect, it } from "vitest";
import { guessCreators } from "#app/domain/adopt.ts";

const people = [
  { id: "marie", words: ["MARIE", "DUPONT", "MARIESTYLE"] },
  { id: "marianne", words: ["MARIANNE", "BOS"] },
  { id: "lilei", words: ["LILEI"] },
  { id: "zoe", words: ["ZOE", "MULLER"] },
  { id: "zoe2", words: ["ZOE", "LANG"] },
];

describe("whose a code may be", () => {
  it.each([
    ["MARIE10", "marie"],
    ["MARIESTYLE15", "marie"],
    ["MARIANNE20", "marianne"],
    ["MARIEDUPONT", "marie"],
    ["LILEI-XMAS", "lilei"],
    ["10LILEI", "lilei"],
    ["ZOE10", null], // two have that name
    ["ZOEMULLER", "zoe"],
    ["WELCOME5", null],
    ["BO10", null], // two letters say nothing
    ["", null],
  ])("%s: %s", (key, id) => {
    expect(guessCreators([key], people).get(key) ?? null).toBe(id);
  });
});
