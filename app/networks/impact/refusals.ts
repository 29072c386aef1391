// Which of the network's errors say whose a sale is. All others are about the conversion or the account.
import type { Refusal } from "../../domain/verdict.ts";

const SAID: Record<string, Refusal> = {
  CREDITING_RULE_MISMATCH: "rule",
  OTHER_REF_PRIORITIZED: "priority",
  BLOCKED_BY_PROMOCODE: "others",
  UNCLAIMED: "nobody",
  NO_VALID_ACTION_REF: "nobody",
  OUTSIDE_ASSOCIATION_WINDOW: "late",
};
/** Says by itself that an id was not found; beside one of these, that there was no click. */
const BESIDE = "ACTION_REF_NOT_FOUND";

/** Why the sale is not the partner's whose code was told; null: an error says something else as well. */
export function refusalIn(errors: readonly string[]): Refusal | null {
  const said = errors.filter((error) => error !== BESIDE);
  return said.every((error) => error in SAID) ? (SAID[said[0] ?? ""] ?? null) : null;
}
