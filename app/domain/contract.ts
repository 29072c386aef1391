// What contracts say that matters here: which event types they pay for, and when a partner's time in a program ends. Pure.
import type { Values } from "./problem.ts";

type Term = { eventTypeId: string; eventTypeName: string; level: string };
type Contract = { partnerId: string; state: string; endsAt: string | null; payouts: readonly Term[] };

/** Paid for something that is no sale. */
const NO_SALES = ["click", "call"];

/** The event types that contracts in force or to come pay sales for, each once, in the order in which they are named. */
export function eventTypesIn(contracts: readonly Contract[]): { eventTypeId: string; name: string }[] {
  const found = new Map<string, string>();
  for (const { state, payouts } of contracts) {
    if (state === "expired") continue;
    for (const { eventTypeId, eventTypeName, level } of payouts) if (eventTypeId !== "" && !NO_SALES.includes(level) && !found.has(eventTypeId)) found.set(eventTypeId, eventTypeName);
  }
  return [...found].map(([eventTypeId, name]) => ({ eventTypeId, name }));
}

/** The event type that sales are reported to where nobody chose: the one that is named for sales, else the first. */
export function usualEventType(types: readonly { eventTypeId: string; name: string }[]): string | null {
  return (types.find((type) => /sale|order|purchase/i.test(type.name)) ?? types[0])?.eventTypeId ?? null;
}

/** Until when each partner has a contract that is in force or to come: the latest end, null where one is open. Who has none is not in it. */
export function contractEnds(contracts: readonly Contract[]): Map<string, string | null> {
  const ends = new Map<string, string | null>();
  for (const { partnerId, state, endsAt } of contracts) {
    if (state !== "active" && state !== "pending") continue;
    const known = ends.get(partnerId);
    if (known === null) continue;
    ends.set(partnerId, endsAt === null || known === undefined || Date.parse(endsAt) > Date.parse(known) ? endsAt : known);
  }
  return ends;
}

export type ProgramFacts = { state: string; takesCodes: boolean; eventTypeId: string | null; eventTypes: readonly { eventTypeId: string; name: string }[]; network: string };

/** What hinders a program's sales, as keys of locales/<language>/network.json under "programs.trouble", the gravest first. */
export function programTroubles({ state, takesCodes, eventTypeId, eventTypes, network }: ProgramFacts): { key: string; values: Values }[] {
  if (network === "none") return [];
  if (state === "ended") return [{ key: "ended", values: {} }];
  const troubles: { key: string; values: Values }[] = [];
  if (!takesCodes) troubles.push({ key: "no_codes", values: {} });
  // Without any contract read nothing is known of its event types.
  if (eventTypeId !== null && eventTypes.length > 0 && !eventTypes.some((type) => type.eventTypeId === eventTypeId)) {
    troubles.push({ key: "event_type_gone", values: { others: eventTypes.map((type) => type.name).join(", ") } });
  }
  return troubles;
}

const DAY_MS = 86_400_000;
/** So long before its creator's contract ends a code is shown among those that need a look. */
export const CONTRACT_LOOK_AHEAD_DAYS = 30;

export type ContractEnd = { endsAt: string; ended: boolean; soon: boolean };

/** Does a code outlive its creator's contract? `codeEndsAt` null: it has no end. null: it does not, or nothing is known of an end. */
export function contractEndOf(contractEndsAt: string | null, codeEndsAt: string | null, nowMs: number): ContractEnd | null {
  if (contractEndsAt === null) return null;
  const endMs = Date.parse(contractEndsAt);
  if (codeEndsAt !== null && Date.parse(codeEndsAt) <= Math.max(endMs, nowMs)) return null;
  return { endsAt: contractEndsAt, ended: endMs <= nowMs, soon: endMs <= nowMs + CONTRACT_LOOK_AHEAD_DAYS * DAY_MS };
}
