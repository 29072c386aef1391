// A promo code in a network: what it is to be there. The network has no call that changes one; another code of the same name takes its place.

/** What a network was last told of a code, or is to be told. Dates are ISO 8601; null: the deal's, or none. */
export type ToldCode = {
  partnerId: string;
  policy: string;
  dealExternalId: string | null;
  startsAt: string | null;
  endsAt: string | null;
  /** The start that was told where the terms name none: of one that took another's place, so that it holds for the sales in between as well. */
  since?: string;
  /** While it takes another's place: what the network was told of that one, which comes back where the new one is refused. */
  before?: ToldCode;
};

export type CodeInNetwork = {
  partnerId: string;
  policy: string;
  /** The code's deal in the program; null: the code has none there. */
  deal: { externalId: string; syncs: boolean } | null;
  /** Between which instants the code counts by its own terms, and by those of its deal. */
  windows: { startsAt: Date | null; endsAt: Date | null }[];
};

/** What the network is to be told. Where the deal keeps its codes in step, its dates are theirs, and an edit of the deal moves them all. */
export function codeToTell({ partnerId, policy, deal, windows }: CodeInNetwork): ToldCode {
  const dealExternalId = deal?.externalId ?? null;
  if (deal?.syncs) return { partnerId, policy, dealExternalId, startsAt: null, endsAt: null };
  const starts = windows.flatMap(({ startsAt }) => (startsAt === null ? [] : [startsAt.getTime()]));
  const ends = windows.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt.getTime()]));
  return { partnerId, policy, dealExternalId, startsAt: starts.length === 0 ? null : iso(Math.max(...starts)), endsAt: ends.length === 0 ? null : iso(Math.min(...ends)) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Has our side changed since the network was told? What a person changed over there is no change of ours. */
export function isToldOtherwise(told: ToldCode | null, wanted: ToldCode): boolean {
  if (told === null) return false;
  return told.partnerId !== wanted.partnerId || told.policy !== wanted.policy || told.dealExternalId !== wanted.dealExternalId || told.startsAt !== wanted.startsAt || told.endsAt !== wanted.endsAt;
}

/**
 * What the network is told of a code that takes another's place there. One without a start of its own begins where the other did (`since`), not with its
 * making: a sale between the end of the one and the making of the other is this code's too. Dates that follow the deal's are told by the deal.
 */
export function inPlaceOf(before: ToldCode | null, wanted: ToldCode, { followsDeal, since }: { followsDeal: boolean; since: string }): ToldCode {
  const { before: _, since: earlier, ...old } = before ?? { before: undefined, since: undefined, ...wanted };
  const start = old.startsAt ?? earlier ?? since;
  return { ...wanted, ...(wanted.startsAt === null && !followsDeal ? { since: start } : {}), ...(before === null ? {} : { before: { ...old, ...(earlier === undefined ? {} : { since: earlier }) } }) };
}

/** What was told of a code that stands by now: the one whose place it took is history. */
export function settled({ before: _, ...told }: ToldCode): ToldCode {
  return told;
}

/** The terms that come back where the network has given up a code and takes none in its place; null: nobody's code is better than another partner's. */
export function termsBefore({ before, partnerId }: ToldCode): ToldCode | null {
  return before !== undefined && before.partnerId === partnerId ? before : null;
}
