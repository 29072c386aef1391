// A creator's request for a code: where it stands, and what is to be seen before it is granted. Pure.
import { codeKey } from "./code.ts";
import type { Finding, Remedy } from "./preflight.ts";

/**
 * open: it waits for a decision here; working: what was decided is being carried out; failed: it could not be; approved and rejected: done from here;
 * kept: its code stands without it; elsewhere: decided in the network's own pages; unknown: in a state that this version does not know; gone: withdrawn.
 */
export type Standing = "open" | "working" | "failed" | "approved" | "rejected" | "kept" | "elsewhere" | "unknown" | "gone";

export function standingOf({ state, stage, wanted }: { state: string; stage: string | null; wanted: string | null }): Standing {
  if (stage === "done") return wanted === "reject" ? "rejected" : "approved";
  if (stage === "kept" || stage === "failed") return stage;
  if (stage !== null) return "working";
  return state === "new" ? "open" : state === "gone" ? "gone" : state === "other" ? "unknown" : "elsewhere";
}

/** A request that is to be granted. Days as the shop writes them, 2026-12-01. */
export type ToGrant = {
  state: string;
  count: number;
  partnerName: string;
  creatorId: string | null;
  programId: string | null;
  programName: string | null;
  /** The day by which it is needed, where that is past; null: it is not, or none is named. */
  neededPast: string | null;
};
/** In which program the code would be credited, by its deal and its creator, and as whose. */
export type Granting = { programId: string | null; dealId: string; deal: string };

/** What stands against granting a request, beside what the pre-flight finds about the code. */
export function judgeRequest(request: ToGrant, granting: Granting): Finding[] {
  const findings: Finding[] = [];
  const no = (field: Finding["field"], key: string, values: Finding["values"], remedies: Remedy[]) => findings.push({ field, key, values, blocking: true, remedies });
  const partner = request.partnerName;
  if (request.state !== "new") no("code", "request.decided", {}, []);
  if (request.count > 1) no("code", "request.several", { count: request.count }, []);
  if (request.programId === null) no("creatorId", "request.no_program", {}, [{ kind: "open_network", href: "/app/network" }]);
  else if (request.creatorId === null) no("creatorId", "request.no_creator", { partner, program: request.programName ?? "" }, [{ kind: "open_network", href: "/app/network" }]);
  else if (granting.programId !== null && granting.programId !== request.programId) no("creatorId", "request.other_program", { deal: granting.deal, program: request.programName ?? "" }, [{ kind: "open_deal", href: `/app/deals/${granting.dealId}` }]);
  if (request.neededPast !== null) findings.push({ field: "dates", key: "request.needed_past", values: { day: request.neededPast }, blocking: false, remedies: [] });
  return findings;
}

/** What the network says of a request whose grant may have arrived: not yet; by this code; or otherwise. */
export type GrantSeen = "open" | "granted" | "by_another_code" | "declined" | "unknown";

export function grantSeen({ state, codes }: { state: string; codes: readonly { approved: string | null }[] }, code: string): GrantSeen {
  if (state === "new") return "open";
  if (state === "declined") return "declined";
  if (state !== "approved" && state !== "completed") return "unknown";
  const approved = codes.flatMap((one) => (one.approved === null ? [] : [codeKey(one.approved)]));
  // Where it does not name the code, the program's own codes tell.
  return approved.length === 0 || approved.includes(codeKey(code)) ? "granted" : "by_another_code";
}

export const LONGEST_REASON = 500;
