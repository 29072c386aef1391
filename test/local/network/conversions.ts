// A conversion is looked over at once for what is missing or malformed, and then queued: whether it counts is known minutes later.
import { minorOf } from "./amounts.ts";
import { invalidConversion, missing, type Call, type FieldError, type Reply } from "./http.ts";
import { instantMs } from "./instants.ts";
import { itemIndexes } from "./settle.ts";
import { queued } from "./submissions.ts";

const ATTRIBUTION = [
  "ClickId", "CustomerId", "CustomProfileId", "CustomClickId", "PromoCode", "OrderPromoCode", "MediaId", "MediaPartnerId", "UniqueUrl", "CallerId", "GoogAId", "AndroidId", "AppleIfa", "AppleIfv",
];
const ORDER_MONEY = ["Amount", "OrderDiscount", "OrderSubTotalPostDiscount", "OrderShipping", "OrderTax", "OrderMargin", "Money1", "Money2", "Money3"];
const ITEM_MONEY = ["ItemSubTotal", "ItemPrice", "ItemDiscount", "ItemTotalDiscount"];
const LENGTHS: [name: RegExp, most: number][] = [
  [/^(CampaignId|EventTypeId|ActionTrackerId|MediaId|MediaPartnerId)$/, 10], [/^(EventTypeCode|OrderId|ClickId)$/, 64], [/^CustomProfileId$/, 70],
  [/^(CustomerId|SubId[1-3]|SharedId|Note)$/, 255], [/^(Text\d+|ItemText\d+_\d+)$/, 64],
];
/** What an event type's mapping knows unless somebody configures more. */
export const CUSTOMER_STATUSES = ["NEW", "EXISTING"];
const NUMERIC = /^(CampaignId|EventTypeId|ActionTrackerId|MediaId|MediaPartnerId)$/;

export function submitConversion(call: Call): Reply {
  const { fields } = call;
  const errors = [...missing(fields, ["CampaignId", "EventDate"]), ...keys(fields), ...shapes(fields), ...money(fields), ...items(fields)];
  if (errors.length > 0) throw invalidConversion(errors);
  return queued(call, "Conversion", "/Conversions");
}

function keys(fields: Record<string, string>): FieldError[] {
  const errors: FieldError[] = [];
  // An order id of blanks is taken in, and found missing when the submission is worked on.
  if (!fields.OrderId) errors.push({ field: "OrderId", message: "A value is required" });
  if (!fields.ActionTrackerId && !fields.EventTypeId && !fields.EventTypeCode) errors.push({ field: "ActionTrackerId", message: "An event type is required" });
  if (!ATTRIBUTION.some((name) => fields[name])) errors.push({ field: "ClickId", message: "Something to attribute the conversion by is required" });
  if (fields.MediaId && fields.MediaPartnerId) errors.push({ field: "MediaPartnerId", message: "Not beside MediaId" });
  return errors;
}

function shapes(fields: Record<string, string>): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (value === "") continue;
    if (NUMERIC.test(field) && !/^\d+$/.test(value)) errors.push({ field, message: "Not a numeric value" });
    const most = LENGTHS.find(([name]) => name.test(field))?.[1];
    if (most !== undefined && value.length > most) errors.push({ field, message: `Longer than ${most} characters` });
  }
  if (fields.EventDate && instantMs(fields.EventDate) === null) errors.push({ field: "EventDate", message: "Not a date and time" });
  if (fields.CustomerEmail && !/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(fields.CustomerEmail)) errors.push({ field: "CustomerEmail", message: "Not a SHA1 or SHA256 hash" });
  if (fields.CustomerStatus && !CUSTOMER_STATUSES.includes(fields.CustomerStatus)) errors.push({ field: "CustomerStatus", message: "Not a status of the event type" });
  if (fields.CurrencyCode && !/^[A-Z]{3}$/.test(fields.CurrencyCode)) errors.push({ field: "CurrencyCode", message: "Not a currency code" });
  return errors;
}

/** Amounts are plain decimals with no more places than the currency has, and never below zero. */
function money(fields: Record<string, string>): FieldError[] {
  const named = Object.keys(fields).filter((name) => fields[name] !== "" && (ORDER_MONEY.includes(name) || ITEM_MONEY.includes(name.replace(/\d+$/, ""))));
  if (named.length === 0) return [];
  if (!fields.CurrencyCode) return [{ field: "CurrencyCode", message: "Required with amounts" }];
  return named
    .filter((name) => (minorOf(fields[name]!, fields.CurrencyCode!) ?? -1n) < 0n)
    .map((field) => ({ field, message: "Not an amount in this currency" }));
}

function items(fields: Record<string, string>): FieldError[] {
  const indexes = itemIndexes(fields);
  const errors = indexes.flatMap((index) => {
    const wrong = missing(fields, [`ItemSku${index}`, `ItemQuantity${index}`]);
    if (fields[`ItemQuantity${index}`] && !/^\d{1,9}$/.test(fields[`ItemQuantity${index}`]!)) wrong.push({ field: `ItemQuantity${index}`, message: "Not a whole number" });
    if (!fields[`ItemSubTotal${index}`] === !fields[`ItemPrice${index}`]) wrong.push({ field: `ItemSubTotal${index}`, message: "Either this or the item's price" });
    return wrong;
  });
  if (indexes.length > 0 && fields.OrderSubTotalPostDiscount) errors.push({ field: "OrderSubTotalPostDiscount", message: "Not beside items" });
  const gap = indexes.findIndex((index, at) => index !== at + 1);
  if (gap !== -1) errors.push({ field: `ItemSku${gap + 1}`, message: "Items are counted from 1, without a gap" });
  return errors;
}
