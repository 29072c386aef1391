// Between the port's words and impact.com's (brand API, version 14). Pure. Amounts go out and come in as exact decimal strings.
import { codeKey } from "../../domain/code.ts";
import { AmountError, formatAmount, parseAmount } from "../../domain/money.ts";
import type { EventTypeInfo, ItemEdit, NewCode, NewConversion, PartnerInfo, PlacedCode, ProgramInfo, ReverseReason, SubmissionInfo } from "../port.ts";
import type { Fields, ListKey, Raw } from "./types.ts";
import { refusalIn } from "./refusals.ts";

/** A scalar as text; "" where there is none. What no database keeps as text is taken out. */
export function text(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed().trim() : typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

const LONGEST_WORD = 120;

/** A word of the network's that is to be shown as it is. */
export function wordOf(value: unknown): string {
  return text(value).slice(0, LONGEST_WORD).toWellFormed();
}

/** A whole number of a size that counts things; 0 where it is none. */
export function count(value: unknown): number {
  return /^-?\d{1,9}(?:\.\d*)?$/.test(text(value)) ? Math.trunc(Number(text(value))) : 0;
}

export function textOrNull(value: unknown): string | null {
  return text(value) || null;
}

/** A list, however it was written: an empty one may be [], {}, "" or null, one of a single element that element alone. */
export function list(value: unknown): Raw[] {
  if (Array.isArray(value)) return value.filter(isRaw);
  return isRaw(value) && Object.keys(value).length > 0 ? [value] : [];
}

export function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i;

/** An instant as ISO 8601 in UTC; null where it is blank or no date. One without an offset is taken for UTC, wherever this runs. */
export function instant(value: unknown): string | null {
  const parts = INSTANT.exec(text(value));
  const at = parts ? Date.parse(`${parts[1]}T${parts[2] ?? "00:00"}${parts[3] ?? "Z"}`) : NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** The id that a write made stands only at the end of its Uri. */
export function idOfUri(uri: unknown): string | null {
  const last = text(uri).split(/[?#]/)[0]!.split("/").filter(Boolean).at(-1);
  return last === undefined ? null : decoded(last);
}

/** As it stands, where its escapes are none. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The submission of a queued write; null where the answer is of the older form ({ActionId, ActionUri}), which was done at once; undefined: neither. */
export function submissionIdOf(body: unknown): string | null | undefined {
  const raw = isRaw(body) ? body : {};
  const queued = idOfUri(raw.QueuedUri);
  if (queued !== null) return queued;
  return text(raw.ActionId) || text(raw.ActionUri) || text(raw.Status).toUpperCase() === "OK" ? null : undefined;
}

/** Errors are kept and shown: no more of them, and no longer ones, than a person reads. */
const MOST_ERRORS = 50;
const LONGEST_MESSAGE = 500;

function bounded(value: unknown): string {
  return text(value).slice(0, LONGEST_MESSAGE).toWellFormed();
}

/** What an error body says, in either casing of its keys. */
export function errorsOf(body: unknown): { field: string | null; message: string }[] {
  const raw = isRaw(body) ? body : {};
  const errors = list(either(raw, "errors")).slice(0, MOST_ERRORS).map((error) => ({ field: bounded(either(error, "field")) || null, message: bounded(either(error, "message")) || "?" }));
  const message = bounded(either(raw, "message"));
  return errors.length > 0 ? errors : message ? [{ field: null, message }] : [];
}

function either(raw: Raw, name: string): unknown {
  const key = Object.keys(raw).find((key) => key.toLowerCase() === name);
  return key === undefined ? undefined : raw[key];
}

const PROGRAM_KINDS: Record<string, ProgramInfo["kind"]> = { PERFORMANCE: "performance", CREATOR: "creator" };

export function programInfo(raw: Raw): ProgramInfo {
  const type = text(raw.Type);
  const kind = PROGRAM_KINDS[type.toUpperCase()] ?? "other";
  return {
    externalId: text(raw.Id),
    name: text(raw.Name),
    kind,
    ...(kind === "other" && type !== "" ? { word: wordOf(type) } : {}),
    active: text(raw.State).toUpperCase() === "ACTIVE",
    takesPromoCodes: text(raw.PromoCodeTracking).toLowerCase() === "true",
  };
}

const PARTNER_STATES: Record<string, PartnerInfo["state"]> = {
  ACTIVE: "joined",
  CLOSING: "joined", // until it is closed its sales count
  PENDING: "pending",
  DECLINED: "declined",
  EXPIRED: "left",
  DEACTIVATED: "left",
  CLOSED: "left",
};

/** A partner as he stands in one program; a state that this version does not know is "other". */
export function partnerInfo(raw: Raw, programExternalId: string): PartnerInfo {
  const program = list(raw.Programs).find((one) => text(one.Id) === programExternalId);
  const contacts = list(raw.Contacts).filter((contact) => text(contact.Email));
  const contact = contacts.find((one) => text(one.IsPrimary).toLowerCase() === "true") ?? contacts[0];
  return {
    partnerId: text(raw.Id),
    name: text(raw.Name),
    email: textOrNull(contact?.Email),
    contactName: [text(contact?.FirstName), text(contact?.LastName)].filter(Boolean).join(" ") || null,
    handle: handleOf(raw),
    state: PARTNER_STATES[text(raw.State).toUpperCase()] ?? "other",
    word: PARTNER_STATES[text(raw.State).toUpperCase()] === undefined ? wordOf(raw.State) || null : null,
    joinedAt: instant(program?.JoinDate),
    leftAt: instant(program?.ExpirationDate),
  };
}

/** The name of his social account: the last part of its address, or how the property is called. */
function handleOf(raw: Raw): string | null {
  const social = list(raw.Properties).find((property) => text(property.Type).toUpperCase() === "SOCIAL");
  if (!social) return null;
  const path = URL.parse(text(social.Url))?.pathname.split("/").filter(Boolean).at(-1);
  return path ? decoded(path).replace(/^@/, "") : textOrNull(social.Name);
}

const NOT_SALES = new Set(["CLICK", "CALL"]);

/** The event types that contracts pay sales for, each once, in the order in which they come. There is no list of them in the API. */
export function eventTypesOf(contracts: readonly Raw[]): EventTypeInfo[] {
  const found = new Map<string, EventTypeInfo>();
  for (const contract of contracts) {
    const terms = isRaw(contract.TemplateTerms) ? contract.TemplateTerms : {};
    for (const payout of list(terms.EventPayouts)) {
      const eventTypeId = text(payout.EventTypeId);
      if (eventTypeId === "" || NOT_SALES.has(text(payout.PayoutLevel).toUpperCase()) || found.has(eventTypeId)) continue;
      found.set(eventTypeId, { eventTypeId, name: text(payout.EventTypeName) || eventTypeId });
    }
  }
  return [...found.values()];
}

const POLICIES: Record<string, PlacedCode["policy"]> = { ALWAYS: "always", INVOLVED: "involved", WINNER: "winner" };

export function placedCode(raw: Raw): PlacedCode {
  const policy = POLICIES[text(raw.CreditPolicy).toUpperCase()] ?? "other";
  return {
    externalId: text(raw.Id) || (idOfUri(raw.Uri) ?? ""),
    code: text(raw.Code),
    match: text(raw.Type).toUpperCase() === "RE" ? "regex" : "exact",
    policy,
    ...(policy === "other" && text(raw.CreditPolicy) !== "" ? { policyWord: wordOf(raw.CreditPolicy) } : {}),
    partnerId: text(raw.AssignedPartnerId),
    partnerName: text(raw.AssignedPartnerName),
    dealExternalId: textOrNull(raw.DealId),
    followsDeal: textOrNull(raw.DealId) !== null && text(raw.SynchAdsPromoCodes).toLowerCase() === "true",
    active: text(raw.State).toUpperCase() === "ACTIVE",
    startsAt: instant(raw.StartDate),
    endsAt: instant(raw.EndDate),
  };
}

/** The codes that are this one: the network compares exact codes without regard to case. */
export function codesNamed(rows: readonly Raw[], code: string): PlacedCode[] {
  return rows.map(placedCode).filter((placed) => codeKey(placed.code) === codeKey(code));
}

export function codeForm(programExternalId: string, code: NewCode): Fields {
  return {
    CampaignId: programExternalId,
    AssignedPartnerId: code.partnerId,
    Code: code.code,
    CreditPolicy: code.policy.toUpperCase(),
    Type: code.match === "regex" ? "RE" : "LI",
    ...(code.dealExternalId === null ? {} : { DealId: code.dealExternalId }),
    ...dates(code),
  };
}

export function dates({ startsAt, endsAt }: { startsAt: string | null; endsAt: string | null }): Fields {
  return { ...(startsAt === null ? {} : { StartDate: date(startsAt) }), ...(endsAt === null ? {} : { EndDate: date(endsAt) }) };
}

/** ISO 8601 to the second, as the provider's examples have it. */
export function date(at: string): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** The longest click id that the network takes (the-conversion-object). */
const LONGEST_CLICK_ID = 64;

/** The click. Whoever opens the shop writes it into the address: one that the network would refuse must not cost the code its sale. */
function clickOf(attribution: NewConversion["attribution"]): Fields {
  if (!("clickId" in attribution) || attribution.clickId === undefined) return {};
  const { clickId } = attribution;
  return "code" in attribution && (clickId === "" || clickId.length > LONGEST_CLICK_ID) ? {} : { ClickId: clickId };
}

/**
 * A conversion with its items. Amounts are line balances, net of every discount and return (rules, section 6): so no OrderDiscount and no
 * ItemTotalDiscount is sent, which the network would subtract once more. Money without pieces left is told with ItemQuantity 0 (rules,
 * section 8); the contract calls the field an integer and sets no least value.
 */
export function conversionForm(programExternalId: string, conversion: NewConversion): Fields {
  const { attribution, items, currency } = conversion;
  const fields: Fields = {
    CampaignId: programExternalId,
    EventTypeId: conversion.eventTypeId,
    EventDate: date(conversion.eventAt),
    OrderId: conversion.orderId,
    ...("code" in attribution ? { OrderPromoCode: attribution.code } : {}),
    ...clickOf(attribution),
    ...("partnerId" in attribution && attribution.partnerId !== undefined ? { MediaPartnerId: attribution.partnerId } : {}),
    CurrencyCode: currency,
    ...(conversion.customer?.status ? { CustomerStatus: conversion.customer.status === "new" ? "NEW" : "EXISTING" } : {}),
    ...(conversion.customer?.emailHash ? { CustomerEmail: conversion.customer.emailHash } : {}),
  };
  items.forEach((item, index) => {
    const i = index + 1;
    fields[`ItemSku${i}`] = item.sku;
    fields[`ItemName${i}`] = item.name;
    if (item.category !== null) fields[`ItemCategory${i}`] = item.category;
    fields[`ItemQuantity${i}`] = String(item.quantity);
    fields[`ItemSubTotal${i}`] = formatAmount(BigInt(item.amount), currency);
  });
  return fields;
}

/**
 * One edit for any number of items, in absolute values; the first has no index, the others count from 2. Nothing left of an item is
 * Quantity 0 and no amount: that is how a returned item is told, while an amount of 0 can be read as the whole order's, which reverses it.
 */
export function editForm(actionId: string, currency: string, items: readonly ItemEdit[]): Fields {
  const fields: Fields = { ActionId: actionId, Reason: "ORDER_UPDATE" };
  items.forEach((item, index) => {
    const i = index === 0 ? "" : String(index + 1);
    fields[`Sku${i}`] = item.sku;
    fields[`Quantity${i}`] = String(item.quantity);
    if (BigInt(item.amount) !== 0n) fields[`Amount${i}`] = formatAmount(BigInt(item.amount), currency);
  });
  return fields;
}

const DISPOSITIONS: Record<ReverseReason, string> = {
  returned: "ITEM_RETURNED",
  customer: "CONS_ERROR",
  fraud: "CONS_FRAUD",
  out_of_stock: "ITEM_OUT_OF_STOCK",
  declined: "CONS_INFO_INVALID",
  order_error: "ORDER_ERROR",
  test: "TEST_ACTION",
  other_creator: "CREDITED_DIFFERENT_MP",
  excluded: "ADV_ACT_DISPUTE",
  terms: "NOT_COMPLIANCE_TERMS",
  other: "OTHER",
};

export function reverseForm(actionId: string, reason: ReverseReason): Fields {
  return { ActionId: actionId, DispositionCode: DISPOSITIONS[reason] };
}

/** Complete or not, and the codes of what went wrong; an error without codes gives its type, written as a code. A status that is not known is not complete. */
export function submissionInfo(raw: Raw): SubmissionInfo {
  const codes = text(raw.ErrorReason).split(/[\s,]+/).filter(Boolean);
  const errors = codes.length > 0 ? codes : text(raw.ErrorType) ? [text(raw.ErrorType).toUpperCase().replaceAll(/\s+/g, "_")] : [];
  return { state: text(raw.Status).toLowerCase() === "complete" ? "complete" : "queued", errors, refusal: refusalIn(errors) };
}

/** More digits than these and a JSON number is not what was written. */
const EXACT_DIGITS = 15;

export function amountOf(value: unknown, currency: string): string | null {
  if (typeof value === "number" && String(value).replace(/\D/g, "").length > EXACT_DIGITS) return null;
  try {
    return parseAmount(text(value), currency).toString();
  } catch (fault) {
    if (fault instanceof AmountError) return null;
    throw fault;
  }
}
