// What a pre-flight says about codes that are to be made: what was found, between which two sides, and what can be done. Pure.
import { storeWindow } from "./deal-seen.ts";
import type { Values } from "./problem.ts";

/** What a person can do about a finding; the words are in locales/<language>/codes.json under give.remedy. `suggestion`: a name that seems free; `href`: the page where it is done; `network`: where a creator is invited, in which program. */
export type Remedy = { kind: "rename" | "open_code" | "open_creator" | "invite" | "change_dates" | "open_deal" | "adopt" | "open_network"; href?: string; suggestion?: string; network?: { id: string; program: string } };

/**
 * `key` of locales/<language>/errors.json; its values name the two sides. A blocking finding keeps the code from being made, the others are to be
 * seen. `later`: it is not about the code but about who was asked (a limit, a failure): the same question may be answered later.
 */
export type Finding = { field: "code" | "creatorId" | "policy" | "dates"; key: string; values: Values; blocking: boolean; remedies: Remedy[]; later?: true };

/** A finding about a code's name. */
export function aboutCode(key: string, values: Values, blocking: boolean, remedies: Remedy[] = [{ kind: "rename" }]): Finding {
  return { field: "code", key, values, blocking, remedies };
}

export type DatesOfRow = { startsAt: Date | null; endsAt: Date | null };
/** `discount`: its window in the store as it was last read, ISO 8601; null: not known, or about to be changed. */
export type DealForCodes = { id: string; name: string; startsAt: Date; endsAt: Date | null; pausedAt: Date | null; discount: { startsAt: string; endsAt: string | null } | null };
/** Until when the creator is under contract in the program; null: no end is known. */
export type Contract = { creator: string; program: string; endsAt: Date | null; href: string };

/** Do the dates of code, deal, discount and contract fit? `day` writes an instant as the shop's day. */
export function judgeDates(row: DatesOfRow, deal: DealForCodes, contract: Contract | null, at: Date, day: (at: Date) => string): Finding[] {
  const findings: Finding[] = [];
  const href = `/app/deals/${deal.id}`;
  const say = (key: string, values: Values, blocking: boolean, remedies: Remedy[]) => findings.push({ field: "dates", key, values, blocking, remedies });
  const { startsAt, endsAt } = row;
  const change: Remedy = { kind: "change_dates" };
  if (startsAt && endsAt && endsAt <= startsAt) say("give.ends_before_start", { from: day(startsAt), to: day(endsAt) }, true, [change]);
  else if (endsAt && endsAt <= at) say("give.ends_in_past", { to: day(endsAt) }, true, [change]);
  if (startsAt && deal.endsAt && startsAt >= deal.endsAt) say("give.starts_after_deal", { from: day(startsAt), deal: deal.name, to: day(deal.endsAt) }, false, [change, { kind: "open_deal", href }]);
  else if (startsAt && startsAt < deal.startsAt) say("give.starts_before_deal", { from: day(startsAt), deal: deal.name, dealFrom: day(deal.startsAt) }, false, [change, { kind: "open_deal", href }]);
  if (endsAt && deal.endsAt && endsAt > deal.endsAt) say("give.ends_after_deal", { to: day(endsAt), deal: deal.name, dealTo: day(deal.endsAt) }, false, [change, { kind: "open_deal", href }]);
  if (deal.pausedAt) say("give.deal_paused", { deal: deal.name }, false, [{ kind: "open_deal", href }]);
  // A code with dates of its own stands in another discount.
  if (startsAt === null && endsAt === null) judgeDiscount(deal, day, (key, values) => say(key, values, false, [{ kind: "open_deal", href }]));
  const last = endsAt ?? deal.endsAt;
  if (contract?.endsAt && contract.endsAt > at && (last === null || last > contract.endsAt)) {
    const values = { creator: contract.creator, program: contract.program, contractTo: day(contract.endsAt) };
    const remedies: Remedy[] = [change, { kind: "open_creator", href: contract.href }];
    if (last === null) say("give.contract_ends_first", values, false, remedies);
    else say("give.contract_ends_before", { ...values, to: day(last) }, false, remedies);
  }
  return findings;
}

/** The store's discount begins later, or ends earlier, than the deal does: somebody changed it there. */
function judgeDiscount(deal: DealForCodes, day: (at: Date) => string, say: (key: string, values: Values) => void): void {
  if (deal.discount === null) return;
  const wanted = storeWindow(deal);
  const [from, to] = [new Date(deal.discount.startsAt), deal.discount.endsAt === null ? null : new Date(deal.discount.endsAt)];
  const later = (a: Date, b: Date) => a.getTime() - b.getTime() >= 1_000; // the store keeps seconds
  if (to && (wanted.endsAt === null || later(wanted.endsAt, to))) {
    if (wanted.endsAt === null) say("give.discount_ends", { deal: deal.name, discountTo: day(to) });
    else say("give.discount_ends_before", { deal: deal.name, discountTo: day(to), to: day(wanted.endsAt) });
  }
  if (later(from, wanted.startsAt)) say("give.discount_starts_after", { deal: deal.name, discountFrom: day(from), from: day(wanted.startsAt) });
}

/** A code that a network's program has, as networks/port.ts tells it. */
export type NetworkCode = { code: string; match: "exact" | "regex"; partnerId: string; partnerName: string; active: boolean };
/** A program in which it was looked. `partner`: whether an id is an ordinary partner's there (not a media source's); null: that could not be found out. */
export type LookedAt = { name: string; kind: "performance" | "creator" | "other"; isPartner: ((partnerId: string) => boolean) | null };
/** The code that is to be made: for whom (null: for everybody), and in which program it would be credited. */
export type ForWhom = { code: string; creator: string | null; partnerId: string | null; kind: "performance" | "creator" | "other" };

/** Whose the name is in the program in which the code is to be placed: a code has one owner there. */
export function judgeOwnProgram({ code, creator, partnerId }: ForWhom, program: LookedAt, found: readonly NetworkCode[]): Finding[] {
  const other = found.find((one) => one.partnerId !== partnerId);
  const values = { code, creator: creator ?? "", program: program.name };
  // A code for everybody is never placed there; who owns the name there may be paid for it by the network's own tracking.
  if (creator === null) return other ? [aboutCode("give.everybody_in_network", { code, program: program.name, partner: other.partnerName }, false, [{ kind: "rename" }, { kind: "open_network" }])] : [];
  if (other) return [aboutCode("give.taken_in_network", { ...values, partner: other.partnerName }, true, [{ kind: "rename" }, { kind: "open_network" }])];
  return found.length > 0 ? [aboutCode("give.already_in_network", values, false, [])] : [];
}

/**
 * The same name in another program of the account. In a set-up of a Performance and a Creator program the code is the creator's in the one and
 * the creators' media source's in the other: an ordinary partner who has it there would take the sale (the guide to promo codes for hired creators).
 */
export function judgeOtherProgram({ code, creator, kind }: ForWhom, program: LookedAt, found: readonly NetworkCode[]): Finding[] {
  const partner = program.isPartner === null ? null : found.find((one) => program.isPartner!(one.partnerId));
  const other = partner ?? found[0];
  if (!other || partner === undefined) return [];
  const values = { code, creator: creator ?? "", program: program.name, partner: other.partnerName };
  const remedies: Remedy[] = [{ kind: "rename" }, { kind: "open_network" }];
  const both = [kind, program.kind].sort().join() === "creator,performance";
  if (creator !== null && partner && both) return [aboutCode("give.in_both_programs", values, true, remedies)];
  return [aboutCode(partner ? "give.in_other_program" : "give.in_other_program_perhaps", values, false, remedies)];
}
