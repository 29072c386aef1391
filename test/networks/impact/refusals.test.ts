import { expect, test } from "vitest";
import { refusalIn } from "#app/networks/impact/refusals.ts";

test.each([
  [["CREDITING_RULE_MISMATCH"], "rule"],
  [["OTHER_REF_PRIORITIZED"], "priority"],
  [["BLOCKED_BY_PROMOCODE"], "others"],
  [["ACTION_REF_NOT_FOUND", "UNCLAIMED"], "nobody"],
  [["NO_VALID_ACTION_REF"], "nobody"],
  [["OUTSIDE_ASSOCIATION_WINDOW"], "late"],
  [["ACTION_REF_NOT_FOUND"], null],
  [["CONV_DUPLICATE"], null],
  [["RESTRICTED_PROMOCODE"], null],
  [["CREDITING_RULE_MISMATCH", "MALFORMED"], null],
  [["A_WORD_OF_TOMORROW"], null],
  [[], null],
])("the errors %j say of whose sale it is: %s", (errors, refusal) => expect(refusalIn(errors)).toBe(refusal));
