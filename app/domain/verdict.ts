// Where the network holds the clicks, a program can leave the verdict to it (rules in force: clicks "network"): whether a click of the creator
// is behind a code whose policy asks for one. The newest verdict holds, and settling is done again with it.

/**
 * Why a network gave a sale to nobody, or to somebody else: the code's crediting rule did not hold, another click or channel went first, all clicks are
 * others', it found nobody, the click was too long ago, or it took back what it had credited.
 */
export const REFUSALS = ["rule", "priority", "others", "nobody", "late", "reversed"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** `reason`: of a refusal, one of REFUSALS, or the id of the partner who was credited instead (partnerReason). `at`: ISO 8601, when it became known. */
export type Verdict = { verdict: "credited" | "refused"; reason: string | null; at: string };

/** Found nobody, or nothing recent: a verdict only where the network knew the code. */
const WITHOUT_CODE: ReadonlySet<Refusal> = new Set(["nobody", "late"]);

/** Whether a network's refusal of a creation is its verdict. `knewCode`: it had the code when the order was made. */
export function isVerdict(refusal: Refusal, knewCode: boolean): boolean {
  return knewCode || !WITHOUT_CODE.has(refusal);
}

const PARTNER = "partner ";

/** The reason of a refusal where somebody else was credited: the network's id of that partner. */
export function partnerReason(partnerId: string): string {
  return `${PARTNER}${partnerId}`;
}

/** A refusal's reason, taken apart for people's words; `refusal` null: none is known. */
export function readRefusal(reason: string | null): { partnerId: string } | { partnerId: null; refusal: Refusal | null } {
  if (reason?.startsWith(PARTNER)) return { partnerId: reason.slice(PARTNER.length) };
  return { partnerId: null, refusal: REFUSALS.find((one) => one === reason) ?? null };
}
