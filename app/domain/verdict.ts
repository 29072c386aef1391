// Where the network holds the clicks, a program can leave the verdict to it (rules in force: clicks "network"): whether a click of the creator
// is behind a code whose policy asks for one. The newest verdict holds, and settling is done again with it.

/** `reason`: of a refusal, the network's error codes, "REVERSED", or PARTNER with the id of who was credited instead (partnerReason). `at`: ISO 8601, when it became known. */
export type Verdict = { verdict: "credited" | "refused"; reason: string | null; at: string };

/**
 * The answers to a conversion that say of whom the sale is: nobody's whom the network knows, another partner's, or another code's. All other
 * errors are about the conversion or the account, and a person is asked.
 */
const REFUSALS: ReadonlySet<string> = new Set(["CREDITING_RULE_MISMATCH", "OTHER_REF_PRIORITIZED", "BLOCKED_BY_PROMOCODE"]);
/** Found nobody: a refusal only where the network knew the code. */
const NOBODY: ReadonlySet<string> = new Set(["UNCLAIMED", "NO_VALID_ACTION_REF", "OUTSIDE_ASSOCIATION_WINDOW"]);
/** Says by itself that an id was not found; beside a refusal, that there was no click. */
const BESIDE: ReadonlySet<string> = new Set(["ACTION_REF_NOT_FOUND"]);

/** The refusal that a creation's errors are, as a verdict's reason; null: they are no verdict. `knewCode`: the network had the code when the order was made. */
export function refusalOf(errors: readonly string[], knewCode: boolean): string | null {
  const refuses = (error: string) => REFUSALS.has(error) || (knewCode && NOBODY.has(error));
  return errors.some(refuses) && errors.every((error) => refuses(error) || BESIDE.has(error)) ? errors.join(" ") : null;
}

/** The action was there and was reversed by others. */
export const REVERSED_THERE = "REVERSED";

const PARTNER = "PARTNER ";

/** The reason of a refusal where somebody else was credited: the network's id of that partner. */
export function partnerReason(partnerId: string): string {
  return `${PARTNER}${partnerId}`;
}

export type RefusalWords = { kind: "partner"; partnerId: string } | { kind: "codes"; codes: string[] };

/** A refusal's reason, taken apart for people's words. */
export function readRefusal(reason: string | null): RefusalWords {
  if (reason?.startsWith(PARTNER)) return { kind: "partner", partnerId: reason.slice(PARTNER.length) };
  return { kind: "codes", codes: (reason ?? "").split(" ").filter((code) => code !== "") };
}
