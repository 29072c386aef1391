// A difference between the app and the other side is settled as a person chose: by making the other side what the app has, by taking over what is
// there, or by leaving it. Each can be asked for again without harm; what has to be written elsewhere is written by the loops, and read back.
import { now } from "../clock.ts";
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { endCodes, resumeCodes } from "../db/code-life.ts";
import { findDeal, findDealByName, findDealByStoreId } from "../db/deal.ts";
import { changeDeals } from "../db/deal-edit.ts";
import { bringDealToStore, retryDealsInStore } from "../db/deal-store.ts";
import { chooseDrift, findDrifts, takeUpDrift, type OpenDrift } from "../db/drift.ts";
import { addTerm, findCreatorOfPartner, giveUpThere, placeAgain, replaceInNetwork, standsIn, takeOverThere, tellDealAgain, type StandsThere } from "../db/drift-repair.ts";
import { inTurn } from "../db/lock.ts";
import { addLog } from "../db/log.ts";
import { lookAtDiscount } from "../db/store-discount.ts";
import { withParts, type DealPart, type DealState } from "../domain/deal-parts.ts";
import { choicesOf, type DriftChoice } from "../domain/drift.ts";
import type { KeptProblem } from "../domain/problem.ts";
import { after } from "./again.ts";
import { withVariations } from "./deal.ts";

const STORE = "store";
/** The most differences of one call. */
export const MOST_REPAIRED = 1_000;
/** After so long what was written can be read back. */
const READ_BACK_MS = 10_000;

export type Repaired = { done: number; refused: (KeptProblem & { id: string })[] };

type Refusal = KeptProblem | null;
const REFUSED = (key: string, values: KeptProblem["values"] = {}): Refusal => ({ key, values });
const CHANGED = REFUSED("drift.changed_meanwhile");

/** Settles differences as chosen, one after the other; what cannot be settled so is named with its reason, and the rest is. */
export async function repairDrifts(shop: string, ids: readonly string[], choice: DriftChoice, who: string): Promise<Repaired> {
  return inTurn(`repair ${shop}`, async () => {
    const repaired: Repaired = { done: 0, refused: [] };
    for (const drift of await findDrifts(shop, ids.slice(0, MOST_REPAIRED))) {
      const refusal = await repairOne(shop, drift, choice, who);
      if (refusal === null) repaired.done += 1;
      else repaired.refused.push({ id: drift.id, ...refusal });
    }
    return repaired;
  });
}

/** What a form asks for: a choice, or `take_up`; anything else settles nothing. */
export async function settleAsked(shop: string, ids: readonly string[], choice: string, who: string): Promise<Repaired> {
  if (choice === "take_up") {
    let done = 0;
    for (const id of ids.slice(0, MOST_REPAIRED)) done += (await takeUpAgain(shop, id)) ? 1 : 0;
    return { done, refused: [] };
  }
  return choice === "ours" || choice === "theirs" || choice === "leave" ? repairDrifts(shop, ids, choice, who) : { done: 0, refused: [] };
}

/** A difference that was left is shown again. */
export async function takeUpAgain(shop: string, id: string): Promise<boolean> {
  const [drift] = await findDrifts(shop, [id]);
  return drift !== undefined && takeUpDrift(pool(), shop, id);
}

async function repairOne(shop: string, drift: OpenDrift, choice: DriftChoice, who: string): Promise<Refusal> {
  if (drift.closedAt !== null) return drift.how === choice || (drift.how === "left" && choice === "leave") ? null : CHANGED;
  if (!choicesOf(drift).includes(choice)) return REFUSED("drift.no_such_choice");
  const at = now();
  if (choice === "leave") return (await close(shop, drift, "left", who, at, true)) ? null : CHANGED;
  const refusal = await (choice === "ours" ? useOurs(shop, drift, at) : useTheirs(shop, drift, who, at));
  if (refusal !== null) return refusal;
  return (await close(shop, drift, choice, who, at, choice === "theirs")) ? null : CHANGED;
}

/** The choice with its line in the shop's log. What is to be written elsewhere stays open until it is read back. */
async function close(shop: string, drift: OpenDrift, how: "ours" | "theirs" | "left", who: string, at: Date, done: boolean): Promise<boolean> {
  const deal = drift.about === "deal" ? await findDeal(shop, drift.aboutId) : null;
  const name = drift.theirs?.code ?? drift.ours?.code ?? deal?.name ?? "";
  return inTransaction(async (client) => {
    if (!(await chooseDrift(client, shop, drift, how, who, at, done))) return false;
    await addLog(client, shop, at, { who, what: `drift.${how}`, detail: { about: drift.about, aboutId: drift.aboutId, target: drift.target, kind: drift.kind, name } });
    const discountId = drift.target === STORE ? (drift.theirs?.discountId ?? drift.ours?.discountId ?? deal?.storeId ?? null) : null;
    if (!done && discountId) await lookAtDiscount(client, shop, discountId, "repair", after(at, READ_BACK_MS));
    return true;
  });
}

/** The other side is to be as the app has it: the loops bring it there. */
async function useOurs(shop: string, drift: OpenDrift, at: Date): Promise<Refusal> {
  const { about, aboutId, target, kind } = drift;
  if (target === STORE) {
    if (about === "deal" && kind === "edited") await bringDealToStore(shop, aboutId, at);
    else if (about === "deal" && kind === "gone") await retryDealsInStore(shop, [aboutId], at);
    else if (kind === "missing") return (await placeAgain(pool(), shop, aboutId, STORE, at)) ? null : CHANGED;
    // Extra, returned, elsewhere: taken out by flow/drift-act.ts.
    return null;
  }
  if (about === "deal") await tellDealAgain(pool(), shop, aboutId, target, kind === "gone", at);
  else if (kind === "missing" || kind === "expired") return (await placeAgain(pool(), shop, aboutId, target, at)) ? null : CHANGED;
  else if (kind !== "in_performance") return (await replaceInNetwork(pool(), shop, aboutId, target, standsThere(drift), at)) ? null : CHANGED;
  return null;
}

function standsThere({ theirs }: OpenDrift): StandsThere {
  return {
    externalId: theirs?.externalId ?? "",
    told: { partnerId: theirs?.partnerId ?? "", policy: theirs?.policy ?? "", dealExternalId: null, startsAt: theirs?.startsAt ?? null, endsAt: theirs?.endsAt ?? null },
  };
}

/** The app takes over what is there. */
async function useTheirs(shop: string, drift: OpenDrift, who: string, at: Date): Promise<Refusal> {
  const { about, aboutId, target, kind } = drift;
  if (about === "deal") return kind === "gone" ? endDeal(shop, aboutId, who, at) : takeDealFromStore(shop, drift, who, at);
  if (target !== STORE) return inTransaction((client) => takeCodeFromNetwork(client, shop, drift, at));
  if (kind === "missing") await endCodes(shop, [aboutId], { at, who });
  else if (kind === "returned") return (await resumeCodes(shop, [aboutId], { at, who })).length > 0 ? null : REFUSED("drift.not_paused");
  else if (kind === "elsewhere") {
    const discountId = drift.theirs?.discountId;
    if (!discountId) return CHANGED;
    const dealId = (await findDealByStoreId(shop, discountId))?.id ?? null;
    await inTransaction((client) => standsIn(client, shop, aboutId, { discountId, dealId, redeemId: drift.theirs?.redeemId ?? null }, at));
  }
  return null;
}

function stateOf(deal: { name: string; terms: DealState["terms"]; startsAt: Date; endsAt: Date | null; pausedAt: Date | null }): DealState {
  return { name: deal.name, terms: deal.terms, startsAt: deal.startsAt.toISOString(), endsAt: deal.endsAt?.toISOString() ?? null, pausedAt: deal.pausedAt?.toISOString() ?? null };
}

/** Only the parts that differ are taken: what a deal says beyond the store stays its own. Its variations follow, as with any edit. */
async function takeDealFromStore(shop: string, drift: OpenDrift, who: string, at: Date): Promise<Refusal> {
  const deal = await findDeal(shop, drift.aboutId);
  const seen = drift.theirs?.deal;
  if (!deal || !seen?.side.terms) return CHANGED;
  const ours = stateOf(deal);
  const running = seen.side.endsAt === null || Date.parse(seen.side.endsAt) > at.getTime();
  const theirs: DealState = { ...ours, name: seen.side.name, terms: seen.side.terms, startsAt: seen.side.startsAt, endsAt: seen.side.endsAt };
  const next = withParts(ours, theirs, seen.parts);
  // The network is asked for a deal by its name.
  const namesake = next.name === ours.name ? null : await findDealByName(shop, next.name);
  if (namesake !== null && namesake.id !== deal.id) return REFUSED("deal.name_taken", { name: next.name });
  // A deal that was paused and runs again in the store is not paused any more; its own end stays where the store has none.
  if (ours.pausedAt !== null && seen.parts.includes("endsAt") && running) next.pausedAt = null;
  // An edit of ours that is not there yet is to come there all the same.
  const edit = { at, who, what: "taken_from_store" as const, inStore: deal.storeVersion >= deal.version };
  const [taken, ...following] = await withVariations(shop, deal, next, false);
  const changes = [{ ...taken!, own: deal.parentId === null ? null : ownOf(seen.parts) }, ...following];
  const changed = await changeDeals(shop, changes, edit, { who, what: "deal.taken_from_store", detail: { dealId: deal.id, name: next.name } });
  return changed ? null : CHANGED;
}

/** What a variation takes from its own discount follows its deal no more: the deal's next edit would undo it. */
function ownOf(parts: readonly DealPart[]): { terms: boolean; dates: boolean } {
  const isDate = (part: DealPart) => part === "startsAt" || part === "endsAt";
  return { terms: parts.some((part) => part !== "name" && !isDate(part)), dates: parts.some(isDate) };
}

/** The discount is gone, and stays so: the deal ends, with its codes. */
async function endDeal(shop: string, dealId: string, who: string, at: Date): Promise<Refusal> {
  const deal = await findDeal(shop, dealId);
  if (!deal) return CHANGED;
  const ours = stateOf(deal);
  const endsAt = deal.endsAt !== null && deal.endsAt <= at ? ours.endsAt : at.toISOString();
  const startsAt = deal.startsAt <= at ? ours.startsAt : at.toISOString();
  const edit = { at, who, what: "ended" as const, inStore: true };
  const log = { who, what: "deal.ended_as_in_store", detail: { dealId, name: deal.name } };
  // What hangs on it ends as well, as with any end; those discounts are there, and are ended in the store.
  if (!(await changeDeals(shop, await withVariations(shop, deal, { ...ours, startsAt, endsAt, pausedAt: null }, true), edit, log))) return CHANGED;
  const { rows } = await pool().query<{ id: string }>("select id from code where shop = $1 and deal_id = $2 and retired_at is null", [shop, dealId]);
  if (rows.length > 0) await endCodes(shop, rows.map((row) => row.id), { at, who });
  return null;
}

async function takeCodeFromNetwork(client: Queryable, shop: string, drift: OpenDrift, at: Date): Promise<Refusal> {
  const { aboutId: codeId, target: programId, kind, theirs } = drift;
  if (kind === "missing" || kind === "expired") {
    await giveUpThere(client, shop, codeId, programId, at);
    return null;
  }
  if (kind === "policy") {
    if (!["always", "involved", "winner"].includes(theirs?.policy ?? "")) return REFUSED("drift.policy_unknown");
    await addTerm(client, shop, codeId, { creditPolicy: theirs!.policy! }, at);
  } else if (kind === "dates") {
    const instant = (iso: string | null | undefined) => (iso ? new Date(iso) : null);
    await addTerm(client, shop, codeId, { window: { startsAt: instant(theirs?.startsAt), endsAt: instant(theirs?.endsAt) } }, at);
  } else if (kind === "partner") {
    const creatorId = theirs?.partnerId ? await findCreatorOfPartner(client, shop, programId, theirs.partnerId) : null;
    if (creatorId === null) return REFUSED("drift.partner_unknown", { partner: theirs?.partner ?? "" });
    await addTerm(client, shop, codeId, { creatorId }, at);
  } else return CHANGED;
  await takeOverThere(client, shop, codeId, programId, standsThere(drift), at);
  return null;
}
