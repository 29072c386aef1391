// Actions: conversions that a partner is credited for. Read in windows, changed and reversed through the queue, final after their locking date.
import { createHash } from "node:crypto";
import { amountOf, minorOf, shownIn } from "./amounts.ts";
import { CUSTOMER_STATUSES } from "./conversions.ts";
import { editSuffixes } from "./edit.ts";
import { actionById, actionByOrder } from "./find.ts";
import { checkQuery, invalid, missing, pageOf, refused, uriOf, type Call, type FieldError, type Reply } from "./http.ts";
import { instantOf } from "./instants.ts";
import { queued } from "./submissions.ts";
import { payoutOf, totalOf } from "./totals.ts";
import type { Account, Action, ActionUpdate, Item } from "./state.ts";
import { askedWindow, inWindow, type Asked } from "./windows.ts";

const PAGES = { usual: 20_000, least: 2_000, most: 20_000, tenPages: true };
const STATES = ["PENDING", "APPROVED", "REVERSED"];
const MOST_MODIFICATIONS = 1_000;

export const REASONS = [
  "ORDER_UPDATE", "ITEM_RETURNED", "CONS_FRAUD", "CONS_ERROR", "ORDER_ERROR", "PUB_ACT_DISPUTE", "ADV_ACT_DISPUTE", "NOT_COMPLIANCE_TERMS", "ITEM_OUT_OF_STOCK", "TEST_ACTION", "PARTNER_NOT_ACTIVE",
  "CREDITED_DIFFERENT_MP", "OTHER", "RESET",
];
const DISPOSITIONS = [
  "REJECTED", "CONS_INFO_INVALID", "CONS_ERROR", "CONS_FRAUD", "ITEM_RETURNED", "ITEM_OUT_OF_STOCK", "ORDER_ERROR", "PUB_ACT_DISPUTE", "NOT_COMPLIANCE_TERMS", "MP_RETURNED", "OTHER", "CREDITED_DIFFERENT_MP",
  "ADV_ACT_DISPUTE", "TEST_ACTION",
];

/** Approved by the clock alone: the locking date has passed and nobody reversed it. */
export function stateOf(action: Action, atMs: number): "PENDING" | "APPROVED" | "REVERSED" {
  if (action.reversed) return "REVERSED";
  return atMs >= action.lockMs ? "APPROVED" : "PENDING";
}

/** The newest first. There is no filter by order id. */
export function listActions(call: Call): Reply {
  const { account, query, atMs } = call;
  checkQuery(query, { State: STATES });
  const asked = askedWindow(query, atMs);
  const program = programAsked(call);
  const rows = account.actions.filter((action) => action.programId === program && fits(action, asked, action.updatedMs) && (!query.get("State") || stateOf(action, atMs) === query.get("State")));
  return pageOf(call, "Actions", rows.reverse(), (action) => actionBody(account, action, atMs), PAGES);
}

function programAsked(call: Call): string {
  const id = call.query.get("CampaignId");
  if (!id) throw invalid([{ field: "CampaignId", message: "A value is required" }]);
  if (!/^\d{1,10}$/.test(id)) throw invalid([{ field: "CampaignId", message: "Not a numeric value" }]);
  if (!call.account.programs.some((each) => each.id === id)) throw invalid([{ field: "CampaignId", message: "There is no such program" }]);
  return id;
}

function fits(action: Action, asked: Asked, updatedMs: number): boolean {
  return inWindow(asked.updated, updatedMs) && inWindow(asked.happened, action.eventMs) && inWindow(asked.locked, action.lockMs);
}

export function actionDetails(call: Call): Reply {
  return { status: 200, body: actionBody(call.account, asked(call), call.atMs) };
}

export function actionItems(call: Call): Reply {
  const action = asked(call);
  return pageOf(call, "ActionItems", action.items, (item) => itemBody(call.account, action, item));
}

export function actionItem(call: Call): Reply {
  const action = asked(call);
  const item = action.items.find((each) => each.sku === call.parts[1]);
  if (item === undefined) throw refused(404, "The action has no such item");
  return { status: 200, body: itemBody(call.account, action, item) };
}

function asked(call: Call): Action {
  const action = actionById(call.account, call.parts[0]!);
  if (action === null) throw refused(404, "There is no such action");
  return action;
}

export function actionUpdates(call: Call): Reply {
  const { account, query, atMs } = call;
  checkQuery(query, { State: STATES });
  const asked = askedWindow(query, atMs);
  const program = programAsked(call);
  const rows = account.updates.filter((update) => {
    const action = actionById(account, update.actionId)!;
    return action.programId === program && fits(action, asked, update.atMs) && (!query.get("State") || update.state === query.get("State"));
  });
  return pageOf(call, "ActionUpdates", rows.reverse(), (update) => updateBody(account, update), PAGES);
}

export function actionUpdate(call: Call): Reply {
  const update = call.account.updates.find((each) => each.id === call.parts[0]);
  if (update === undefined) throw refused(404, "There is no such update");
  return { status: 200, body: updateBody(call.account, update) };
}

/** An edit of an action or of its items, in absolute values. Items can be edited only by the action's own id, and only as ORDER_UPDATE. */
export function modifyActions(call: Call): Reply {
  const { fields, account } = call;
  const errors = [...identified(fields), ...missing(fields, ["Reason"])];
  const custom = account.programs.flatMap((each) => each.customDispositions);
  if (fields.Reason && !REASONS.includes(fields.Reason) && !custom.includes(fields.Reason)) errors.push({ field: "Reason", message: "Not a known reason" });
  if (fields.DispositionCode && fields.DispositionCode !== "ORDER_UPDATE" && !custom.includes(fields.DispositionCode)) errors.push({ field: "DispositionCode", message: "Not a known code" });
  const suffixes = editSuffixes(fields);
  if (suffixes.length > 0 && !fields.ActionId) errors.push({ field: "ActionId", message: "Required to edit items" });
  if (suffixes.length > 0 && fields.Reason && fields.Reason !== "ORDER_UPDATE") errors.push({ field: "Reason", message: "Items are edited as ORDER_UPDATE" });
  if (fields.CustomerStatus && !CUSTOMER_STATUSES.includes(fields.CustomerStatus)) errors.push({ field: "CustomerStatus", message: "Not a status of the event type" });
  errors.push(...values(fields, suffixes, currencyOf(account, fields)));
  const nothing = suffixes.length === 0 && !fields.Amount && !fields.CustomerStatus && fields.Reason !== "RESET";
  if (nothing && errors.length === 0) errors.push({ field: "Amount", message: "There is nothing to change" });
  if (errors.length > 0) throw invalid(errors);
  const action = fields.ActionId ? actionById(account, fields.ActionId) : actionByOrder(account, fields.ActionTrackerId!, fields.OrderId!);
  if (action !== null && action.modifications >= MOST_MODIFICATIONS) throw refused(402, "The action has been modified too often");
  return queued(call, "Modification", "/Actions");
}

export function reverseActions(call: Call): Reply {
  const { fields, account } = call;
  const errors = [...identified(fields), ...missing(fields, ["DispositionCode"])];
  const known = [...DISPOSITIONS, ...account.programs.flatMap((each) => each.customDispositions)];
  if (fields.DispositionCode && !known.includes(fields.DispositionCode)) errors.push({ field: "DispositionCode", message: "Not a known code" });
  if (errors.length > 0) throw invalid(errors);
  return queued(call, "Reversal", "/Actions");
}

function identified(fields: Record<string, string>): FieldError[] {
  if (fields.ActionId || (fields.ActionTrackerId && fields.OrderId)) return [];
  return [{ field: "ActionId", message: "An action is required" }];
}

/** The currency in which an edit's amounts are read: that of the conversion. Unknown actions fail later, in the queue. */
function currencyOf(account: Account, fields: Record<string, string>): string {
  const action = fields.ActionId ? actionById(account, fields.ActionId) : actionByOrder(account, fields.ActionTrackerId ?? "", fields.OrderId ?? "");
  return action?.currency ?? "KWD";
}

function values(fields: Record<string, string>, suffixes: string[], currency: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const suffix of suffixes.length > 0 ? suffixes : [""]) {
    const [quantity, amount, delta] = [`Quantity${suffix}`, `Amount${suffix}`, `ItemSubTotalDelta${suffix}`];
    if (fields[quantity] && !/^\d{1,9}$/.test(fields[quantity])) errors.push({ field: quantity, message: "Not a whole number" });
    if (fields[amount] && (minorOf(fields[amount], currency) ?? -1n) < 0n) errors.push({ field: amount, message: "Not an amount" });
    if (fields[delta] && minorOf(fields[delta], currency) === null) errors.push({ field: delta, message: "Not an amount" });
    if ((fields[`Category${suffix}`] ?? "").length > 255) errors.push({ field: `Category${suffix}`, message: "Longer than 255 characters" });
    const nothing = !fields[quantity] && !fields[amount] && !fields[delta] && !fields[`Category${suffix}`] && !fields[`ItemName${suffix}`];
    if (suffixes.length > 0 && nothing) errors.push({ field: `Sku${suffix}`, message: "There is nothing to change" });
  }
  return errors;
}

/** What an amount of the action reads as in the account's currency. */
function shown(account: Account, action: Action, minor: bigint): string {
  const currency = account.currency ?? action.currency;
  return amountOf(shownIn(minor, action.currency, currency), currency);
}

function actionBody(account: Account, action: Action, atMs: number): Record<string, unknown> {
  const program = account.programs.find((each) => each.id === action.programId);
  const type = program?.eventTypes.find((each) => each.id === action.eventTypeId);
  const partner = account.partners.find((each) => each.id === action.partnerId);
  const show = (minor: bigint) => shown(account, action, minor);
  const at = (ms: number | null) => instantOf(ms, account.timezone);
  const payout = show(payoutOf(action.items, action));
  const { CustomerPostCode, CustomerCity, CustomerRegion, CustomerCountry } = action.customerFields;
  return {
    Id: action.id, CampaignId: action.programId, CampaignName: program?.name, ActionTrackerId: action.eventTypeId, ActionTrackerName: type?.name, EventCode: type?.code,
    MediaPartnerId: action.partnerId, MediaPartnerName: partner?.name, State: action.shownState ?? stateOf(action, atMs), AdId: action.clickId === null ? "" : "506720",
    ClientCost: payout, Payout: payout, DeltaPayout: show(BigInt(action.deltaPayout)), IntendedPayout: show(payoutOf(action.intended, action)),
    Amount: show(totalOf(action.items)), DeltaAmount: show(BigInt(action.deltaAmount)), IntendedAmount: show(totalOf(action.intended)), Currency: account.currency ?? action.currency,
    ReferringDate: at(action.referredMs), EventDate: at(action.eventMs), CreationDate: at(action.createdMs), LockingDate: at(action.lockMs), ClearedDate: "",
    ReferringType: action.referringType, ReferringDomain: "", PromoCode: action.promoCode, Oid: action.orderId, CustomerId: action.customerId, CustomerStatus: action.customerStatus,
    CustomerPostCode, CustomerArea: "", CustomerCity, CustomerRegion, CustomerCountry, IpAddress: createHash("md5").update(action.id).digest("hex"),
    SharedId: action.sharedId, CallerId: "", Note: action.note, Uri: uriOf(account, "Actions", action.id),
  };
}

function itemBody(account: Account, action: Action, item: Item): Record<string, unknown> {
  const currency = account.currency ?? action.currency;
  return {
    Sku: item.sku, ItemName: item.name, Category: item.category, Quantity: item.quantity, SaleAmount: shown(account, action, BigInt(item.amount)), SaleAmountCurrency: currency,
    Payout: shown(account, action, payoutOf([item], action)), PayoutCurrency: currency, Rebate: amountOf(0n, currency), RebateCurrency: currency,
    AdjustmentDate: instantOf(item.adjustedMs, account.timezone), AdjustmentReason: item.reason, Uri: uriOf(account, "Actions", action.id, "Items", item.sku),
  };
}

function updateBody(account: Account, update: ActionUpdate): Record<string, unknown> {
  const action = actionById(account, update.actionId)!;
  const type = account.programs.find((each) => each.id === action.programId)?.eventTypes.find((each) => each.id === action.eventTypeId);
  const at = (ms: number | null) => instantOf(ms, account.timezone);
  return {
    Id: update.id, ActionId: action.id, CampaignId: action.programId, ActionTrackerId: action.eventTypeId, EventTypeId: action.eventTypeId, EventTypeName: type?.name, EventCode: type?.code,
    MediaPartnerId: action.partnerId, State: update.state, StateDetail: "", StateDetailDescription: "", AdId: "", Disposition: update.disposition,
    DeltaPayout: shown(account, action, BigInt(update.deltaPayout)), DeltaAmount: shown(account, action, BigInt(update.deltaAmount)), Currency: account.currency ?? action.currency,
    Category: update.category, Sku: update.sku, Quantity: update.quantity, CatalogName: "", CatalogCategory: "", CatalogDescription: "", CatalogManufacturer: "", CatalogOriginalFormatCategory: "", CatalogSubCategory: "",
    PayoutLevel: "ITEM", DefaultPayoutRate: (action.payoutBasisPoints / 100).toString(), ContractId: action.contractId, UpdateDate: at(update.atMs), LockingDate: at(action.lockMs), ClearingDate: "",
    ActionDate: at(action.eventMs), Oid: action.orderId, CustomerId: action.customerId, CustomerStatus: action.customerStatus, SharedId: action.sharedId,
    ActionUri: uriOf(account, "Actions", action.id), Uri: uriOf(account, "ActionUpdates", update.id),
  };
}
