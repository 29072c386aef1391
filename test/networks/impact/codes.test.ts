// Every error code that a request of ours can end with is said in words, with what to do, in each language.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { submissionInfo } from "#app/networks/impact/transform.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const provided = join(root, "..", "shared", "contracts", "impact", "impact-brand-submissions-v14.yaml");

/** As the provider names them; the file itself is read where it is there. */
const CODES = [
  "ACTION_REF_NOT_FOUND", "ACTIONTERMS_NOT_FOUND", "ACTIONTRACKER_CAMPAIGN_MISMATCH", "ACTIONTRACKER_NOT_ACTIVE", "ACTIONTRACKER_NOT_FOUND", "BLACKLISTED_SOURCE_IP", "BLOCKED_BY_PROMOCODE", "CALL_DUPLICATE",
  "CALL_DURATION_TOO_SHORT", "CALL_FOR_CALL_PER_CONV_AT", "CALL_INCOMPLETE", "CALL_OUTSIDE_DAILY_RANGE", "CAMPAIGN_NOT_FOUND", "CONTRACT_NOT_FOUND", "CONV_DUPLICATE", "CREDITING_RULE_MISMATCH", "MALFORMED",
  "MAX_RECURRENCES_REACHED", "NO_ITEM", "NO_VALID_ACTION_REF", "OID_MISSING", "OTHER_REF_PRIORITIZED", "OUTSIDE_ASSOCIATION_WINDOW", "PARTNER_NOT_ACTIVE", "REFTYPE_NOT_ACCEPTED", "RESTRICTED_PROMOCODE", "UNCLAIMED",
];

type Words = Record<string, { what: string; do: string }>;

describe.each(["en", "zh-CN", "fr"])("in %s", (language) => {
  const { code } = JSON.parse(readFileSync(join(root, "app", "networks", "impact", "locales", `${language}.json`), "utf8")) as { code: Words };

  it("every code has words, and says what to do", () => {
    const types = ["Validation", "Contract Error"].flatMap((ErrorType) => submissionInfo({ Status: "Complete", ErrorType, ErrorReason: "" }).errors);
    expect(types).toHaveLength(2);
    expect([...CODES, ...types].filter((name) => !code[name]?.what || !code[name].do)).toEqual([]);
  });

  it.skipIf(!existsSync(provided))("and so has every code of the provider's file", () => {
    const listed = [...readFileSync(provided, "utf8").matchAll(/^\s+- ([A-Z]+(?:_[A-Z]+)*)$/gm)].map((match) => match[1]!).filter((name) => name.length > 5);
    expect(listed).toContain("CONV_DUPLICATE");
    expect([...new Set(listed)].filter((name) => !(name in code) && name !== "CONVERSION")).toEqual([]);
  });
});
