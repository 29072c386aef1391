// Two questions that a creator asks who disputes a credit: which clicks were looked at, and why did that code win? Both are answered by the
// rules that settling goes by (rules, sections 4 and 5); nothing is decided here.
import type { Candidate, Settlement } from "./credit.ts";
import { membershipAt, type CreditPolicy, type OverrideSettings, type RuleBook, type StackingRule, type Touch } from "./rule-book.ts";

const DAY_MS = 86_400_000;

/**
 * What a click meant for one code. Of a click outside the window: `too_early`, `after_order`. `decides`: the last click, and it speaks for the
 * code; `against`: the last click, and it was somebody else's; `counts`: a click of the code's creator where any is enough. The others say why a
 * click inside the window had no say.
 */
export const CLICK_PARTS = ["decides", "against", "counts", "later_click", "other_creator", "unknown_creator", "not_in_program", "not_needed", "too_early", "after_order"] as const;
export type ClickPart = (typeof CLICK_PARTS)[number];

/** A code as its clicks are judged: `creatorId` null is a code for everybody, whose policy is not consulted. */
export type ClickedCode = { creatorId: string | null; programId: string; policy: CreditPolicy; windowDays: number };

/** What each of the buyer's clicks meant for a code, in the order of the clicks. `touches` are listed as they were noted. */
export function clickParts(code: ClickedCode, touches: readonly Touch[], book: Pick<RuleBook, "memberships">, atMs: number): ClickPart[] {
  const fromMs = atMs - code.windowDays * DAY_MS;
  const inside = touches.filter((touch) => touch.atMs >= fromMs && touch.atMs <= atMs);
  const isJoined = (touch: Touch) => touch.creatorId !== null && membershipAt(book, touch.creatorId, code.programId, atMs) !== null;
  const last = lastOf(code.creatorId === null ? inside.filter(isJoined) : inside);

  return touches.map((touch): ClickPart => {
    if (touch.atMs > atMs) return "after_order";
    if (touch.atMs < fromMs) return "too_early";
    if (code.creatorId === null) return touch === last ? "decides" : touch.creatorId === null ? "unknown_creator" : isJoined(touch) ? "later_click" : "not_in_program";
    if (code.policy === "always") return "not_needed";
    if (code.policy === "winner") return touch !== last ? "later_click" : touch.creatorId === code.creatorId ? "decides" : "against";
    return touch.creatorId === code.creatorId ? "counts" : touch.creatorId === null ? "unknown_creator" : "other_creator";
  });
}

/** The latest click; at one instant the one noted later. */
function lastOf(clicks: readonly Touch[]): Touch | null {
  return clicks.reduce<Touch | null>((last, click) => (last === null || click.atMs >= last.atMs ? click : last), null);
}

/**
 * How the credited code was chosen. `alone`: no other creator code matched; `only_one_left`: others did, and earned nothing for reasons of
 * their own; `tie`: equal under the rule, so that the place decided; `by_hand`: a person chose. `ranking`: the codes that competed, the first one first.
 */
export const CONTESTS = ["alone", "only_one_left", "won", "tie", "shared", "by_hand"] as const;
export type Contest = { how: (typeof CONTESTS)[number]; rule: StackingRule; ranking: { codeId: string; discount: string; place: number; linkedAt: string }[] };

/** Null where no code came so far as to compete. */
export function contestOf({ candidates, shopRule }: Settlement, byHand: boolean): Contest | null {
  const rule = shopRule.stackingRule;
  const competing = candidates.filter(({ reason }) => reason === null || (!byHand && reason === "outranked"));
  if (competing.length === 0) return null;
  const worth = ({ match }: Candidate) => (rule === "largest_discount" ? match.discount : rule === "newest_code" ? BigInt(match.code.createdAtMs) : 0n);
  const [first, second] = competing.sort((a, b) => (worth(a) === worth(b) ? a.match.place - b.match.place : worth(a) > worth(b) ? -1 : 1));
  const isTie = second !== undefined && rule !== "first_listed" && worth(first!) === worth(second);
  const among = rule === "split" ? "shared" : isTie ? "tie" : "won";
  const how = byHand ? "by_hand" : second !== undefined ? among : candidates.length === 1 ? "alone" : "only_one_left";
  const ranking = competing.map(({ match }) => ({ codeId: match.code.id, discount: match.discount.toString(), place: match.place, linkedAt: new Date(match.code.createdAtMs).toISOString() }));
  return { how, rule, ranking };
}

/** Of what was chosen for a time afterwards, listed as it was applied: what still decides. A later choice goes before an earlier one of its program; what was taken back decides nothing. */
export function stillChosen<Choice extends { program: { id: string }; settings: OverrideSettings }>(choices: readonly Choice[]): Choice[] {
  const isOver = (choice: Choice, index: number, name: string) => choices.some((other, at) => at > index && other.program.id === choice.program.id && name in other.settings);
  return choices
    .map((choice, index) => ({ ...choice, settings: Object.fromEntries(Object.entries(choice.settings).filter(([name, value]) => value !== null && !isOver(choice, index, name))) }))
    .filter((choice) => Object.keys(choice.settings).length > 0);
}
