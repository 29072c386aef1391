// What a person does to actions in the provider's own pages, or another integration over the same API: add, edit, reverse, approve, move, and make them go away.
import { nowMs } from "#app/clock.ts";
import { actionById } from "./find.ts";
import { DAY_MS, midnightOf } from "./instants.ts";
import { Impossible, type Network } from "./network.ts";
import { notify } from "./postbacks.ts";
import type { Account, Action, Item } from "./state.ts";
import { noteUpdate, payoutOf, totalOf } from "./totals.ts";

export type ItemByHand = { sku: string; quantity: number; amount: string; name?: string };

export type ActionByHand = { programId: string; partnerId: string; orderId: string; items: ItemByHand[]; code?: string; currency?: string; eventMs?: number };

/** An action as another integration would have made it, credited to this partner. Its order id need not be new: a person may add a second one. */
export function addAction(network: Network, sid: string, wanted: ActionByHand): Action {
  const account = network.account(sid);
  const program = network.program(sid, wanted.programId);
  const partner = network.partner(sid, wanted.partnerId);
  const membership = partner.memberships.find((each) => each.programId === program.id);
  if (membership === undefined) throw new Impossible(`${partner.name} is not in ${program.name}`);
  const atMs = nowMs();
  const eventMs = wanted.eventMs ?? atMs;
  const items = wanted.items.map(itemOf);
  const action: Action = {
    id: `${program.id}.${4600 + (account.actions.length % 90)}.${network.nextId(account, "action", 158_100)}`,
    programId: program.id, eventTypeId: program.eventTypes[0]!.id, partnerId: partner.id, contractId: membership.contractId, orderId: wanted.orderId,
    promoCode: wanted.code ?? "", clickId: null, referredMs: null, referringType: "", customerId: "", customerStatus: "",
    customerFields: { CustomerPostCode: "", CustomerCity: "", CustomerRegion: "", CustomerCountry: "" }, sharedId: "", note: "", currency: wanted.currency ?? "EUR",
    payoutBasisPoints: membership.payoutBasisPoints, payoutGroups: membership.payoutGroups, items, intended: items.map((item) => ({ ...item })),
    deltaAmount: String(totalOf(items)), deltaPayout: String(payoutOf(items, membership)), reversed: false,
    eventMs, createdMs: atMs, updatedMs: atMs, lockMs: midnightOf(eventMs + program.lockDays * DAY_MS, account.timezone), modifications: 0,
  };
  account.actions.push(action);
  for (const item of items) noteUpdate(account, action, item, "IR_BLANK", BigInt(item.amount), atMs);
  network.changed();
  notify(account, action);
  return action;
}

function itemOf({ sku, quantity, amount, name }: ItemByHand): Item {
  return { sku, name: name ?? sku, category: "", quantity, amount, adjustedMs: null, reason: "" };
}

/** Sets items to what is named; one of another SKU is added, which no call of the API can. A reversed action stands again. */
export function editAction(network: Network, sid: string, actionId: string, items: readonly ItemByHand[]): void {
  change(network, sid, actionId, (account, action, atMs) => {
    for (const wanted of items) {
      const known = action.items.find((each) => each.sku === wanted.sku);
      const item = known ?? { ...itemOf(wanted), amount: "0" };
      const delta = BigInt(wanted.amount) - BigInt(item.amount);
      Object.assign(item, { quantity: wanted.quantity, amount: wanted.amount, adjustedMs: atMs, reason: "ORDER_UPDATE" });
      if (!known) action.items.push(item);
      action.deltaAmount = String(delta);
      noteUpdate(account, action, item, "ORDER_UPDATE", delta, atMs);
    }
    action.reversed = totalOf(action.items) === 0n;
  });
}

export function reverseAction(network: Network, sid: string, actionId: string): void {
  change(network, sid, actionId, (account, action, atMs) => {
    for (const item of action.items) {
      noteUpdate(account, action, item, "OTHER", -BigInt(item.amount), atMs);
      Object.assign(item, { quantity: 0, amount: "0", adjustedMs: atMs, reason: "OTHER" });
    }
    action.reversed = true;
  });
}

/** Credits another partner. */
export function moveAction(network: Network, sid: string, actionId: string, partnerId: string): void {
  const partner = network.partner(sid, partnerId);
  change(network, sid, actionId, (_, action) => void (action.partnerId = partner.id));
}

/** Shows the action in this state, whatever the clock says: APPROVED before its lock, or a word that is in no document. "" lets the clock decide again. */
export function showState(network: Network, sid: string, actionId: string, state: string): void {
  change(network, sid, actionId, (_, action) => void (action.shownState = state === "" ? null : state));
}

/** The network holds it no more, as if it had never been. */
export function removeAction(network: Network, sid: string, actionId: string): void {
  const account = network.account(sid);
  account.updates = account.updates.filter((each) => each.actionId !== actionId);
  account.actions = account.actions.filter((each) => each.id !== actionId);
  network.changed();
}

function change(network: Network, sid: string, actionId: string, work: (account: Account, action: Action, atMs: number) => void): void {
  const account = network.account(sid);
  const action = actionById(account, actionId);
  if (action === null) throw new Impossible(`no action ${actionId}`);
  const atMs = nowMs();
  work(account, action, atMs);
  action.updatedMs = atMs;
  network.changed();
  notify(account, action);
}
