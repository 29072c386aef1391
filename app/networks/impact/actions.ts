// What impact.com holds of a conversion (the contract of the actions, version 14), in the port's words. Pure.
import type { ActionInfo, ActionItem } from "../port.ts";
import { loggable } from "./loggable.ts";
import { amountOf, count, instant, text, textOrNull, wordOf } from "./transform.ts";
import type { Raw } from "./types.ts";

const STATES: Record<string, ActionInfo["state"]> = { PENDING: "pending", APPROVED: "approved", REVERSED: "reversed" };

export function actionInfo(raw: Raw): ActionInfo {
  const currency = text(raw.Currency);
  const state = STATES[text(raw.State).toUpperCase()] ?? "other";
  return {
    actionId: text(raw.Id),
    programExternalId: text(raw.CampaignId),
    orderId: text(raw.Oid),
    eventTypeId: text(raw.ActionTrackerId),
    partnerId: text(raw.MediaPartnerId),
    partnerName: text(raw.MediaPartnerName),
    code: textOrNull(raw.PromoCode),
    state,
    word: state === "other" ? wordOf(raw.State) : null,
    currency,
    amount: amountOf(raw.Amount, currency),
    payout: amountOf(raw.Payout, currency),
    eventAt: instant(raw.EventDate),
    createdAt: instant(raw.CreationDate),
    lockAt: instant(raw.LockingDate),
    seen: seenIn(raw),
  };
}

/** Fields that are read above, and those that say nothing more. What names a person, or may, is left out by the log's own rule. */
const READ = new Set(["Id", "CampaignId", "CampaignName", "Oid", "ActionTrackerId", "ActionTrackerName", "MediaPartnerId", "MediaPartnerName", "PromoCode", "State", "Currency", "Amount", "Payout", "CreationDate", "EventDate", "LockingDate", "Uri", "Note"]);
const MOST_FIELDS = 30;
const MOST_TEXT = 120;

function seenIn(raw: Raw): Record<string, string> {
  const kept = loggable(Object.fromEntries(Object.entries(raw).filter(([name]) => !READ.has(name)))) as Raw;
  const fields = Object.entries(kept).filter(([, value]) => text(value) !== "");
  return Object.fromEntries(fields.slice(0, MOST_FIELDS).map(([name, value]) => [name.slice(0, MOST_TEXT), text(value).slice(0, MOST_TEXT)]));
}

/** An item; its amount only where it is shown in the currency that was sent, and reads exactly. */
export function actionItem(raw: Raw, currency: string): ActionItem {
  return {
    sku: text(raw.Sku),
    name: text(raw.ItemName),
    category: textOrNull(raw.Category),
    quantity: count(raw.Quantity),
    amount: (text(raw.SaleAmountCurrency) || currency) === currency ? amountOf(raw.SaleAmount, currency) : null,
  };
}
