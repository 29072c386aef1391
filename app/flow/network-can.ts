// A network is asked only for what it can do. What reads a part that it does not have finds nothing there; what would change something in it is refused
// without a call, as any refusal is.
import type { Answer, Capabilities, Network } from "../networks/port.ts";

const NOTHING: Capabilities = { deals: false, patterns: false, edits: false, mediaSources: false, requests: false, contracts: false, links: false, clickOwners: false };

/** Of a network that this version does not have. */
export function cannotDoAnything(): Capabilities {
  return NOTHING;
}

/** The methods of each part. What is found where the part is missing: nothing. */
const PARTS: Partial<Record<keyof Network, { part: keyof Capabilities; found?: unknown }>> = {
  deals: { part: "deals", found: [] },
  findDeal: { part: "deals", found: null },
  deal: { part: "deals" },
  createDeal: { part: "deals" },
  updateDeal: { part: "deals" },
  contracts: { part: "contracts", found: [] },
  codeRequests: { part: "requests", found: [] },
  codeRequest: { part: "requests" },
  approveRequest: { part: "requests" },
  rejectRequest: { part: "requests" },
  trackingLink: { part: "links" },
  clickOwner: { part: "clickOwners" },
  edit: { part: "edits" },
};

/** What is answered in place of a call that the network cannot take; null: it can. */
export function answerWithout(can: Capabilities, method: string, args: readonly unknown[]): Answer<unknown> | null {
  const of = PARTS[method as keyof Network];
  if (method === "placeCode" && !can.patterns && (args[1] as { match?: string } | undefined)?.match === "regex") return refused("patterns");
  if (of === undefined || can[of.part]) return null;
  return "found" in of ? { ok: true, value: of.found } : refused(of.part);
}

function refused(part: keyof Capabilities): Answer<unknown> {
  return { ok: false, fault: { kind: "invalid", errors: [{ field: null, message: `${part}: not part of this network` }] } };
}
