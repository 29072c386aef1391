// The form of a deal, read exactly: what a person typed becomes terms and instants, or an error at its field.
// The page reads it with the same function while the person types, so the summary never shows another deal than the one that is made.
import { type DealTerms, parseDealTerms } from "./deal.ts";
import type { DealFields, ItemFields } from "./deal-fields.ts";
import type { FieldError } from "./problem.ts";
import { amountProblem, plainDecimal, readTypedAmount } from "./typed-amount.ts";
import { instantOfWall, wallTime } from "./zone.ts";

export { type DealFields, dealFields, emptyFields, fieldsOfDeal, type ItemFields } from "./deal-fields.ts";

export type NewDealInput = { name: string; programId: string | null; terms: DealTerms; startsAt: string; endsAt: string | null };

export type ReadDeal = { ok: true; deal: NewDealInput } | { ok: false; errors: FieldError[]; terms: DealTerms | null };

/** The dates that a deal has: a form says minutes, and what was not touched stays to the second. ISO 8601. */
export type KnownDates = { startsAt: string; endsAt: string | null };

const LONGEST_NAME = 255; // the store's limit for a title

/** Reads the form. Errors carry keys of locales/<language>/deals.json ("form.error.…") or, from the terms, of errors.json ("deal.…"). */
export function readDealForm(fields: DealFields, shop: { currency: string; timezone: string }, known: KnownDates | null = null): ReadDeal {
  const errors: FieldError[] = [];
  const name = fields.name.trim();
  if (name === "") errors.push({ field: "name", key: "form.error.name_missing" });
  if ([...name].length > LONGEST_NAME) errors.push({ field: "name", key: "form.error.name_long", values: { count: LONGEST_NAME } });

  const terms = readTerms(fields, shop.currency, errors);
  const startsAt = startOf(fields, shop.timezone, known?.startsAt ?? null);
  if (!startsAt) errors.push({ field: "startDate", key: "form.error.date" });
  const endsAt = fields.ends ? endOf(fields, shop.timezone, known?.endsAt ?? null) : null;
  if (fields.ends && !endsAt) errors.push({ field: "endDate", key: "form.error.date" });
  if (startsAt && endsAt && endsAt <= startsAt) errors.push({ field: "endDate", key: "form.error.end_before_start" });

  if (errors.length > 0 || !terms || !startsAt) return { ok: false, errors, terms };
  return { ok: true, deal: { name, programId: fields.programId || null, terms, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null } };
}

function readTerms(fields: DealFields, currency: string, errors: FieldError[]): DealTerms | null {
  const before = errors.length;
  const ownItems = fields.kind === "free_shipping" || fields.kind === "buy_get";
  const subscription = fields.purchase !== "one_time";
  const parsed = parseDealTerms({
    value: readValue(fields, currency, errors),
    minimum: fields.kind === "buy_get" ? { kind: "none" } : readMinimum(fields, currency, errors),
    appliesTo: ownItems ? { kind: "everything" } : chosen(fields.items),
    buyers: { kind: fields.buyers, segments: fields.segments, markets: fields.markets },
    purchase: {
      oneTime: fields.purchase !== "subscription",
      subscription,
      cycles: subscription && fields.cyclesLimited && fields.kind !== "buy_get" ? readCount(fields.cycles, "cycles", errors) : null,
    },
    oncePerCustomer: fields.oncePerCustomer,
    usageLimit: fields.limited ? readCount(fields.usageLimit, "usageLimit", errors) : null,
    combinesWith: { order: fields.combinesOrder, product: fields.combinesProduct, shipping: fields.kind !== "free_shipping" && fields.combinesShipping },
    tags: fields.tags.split(/[,，]/),
  });
  // What is no number has its own words at its field already.
  const known = new Set(errors.slice(before).map(({ field }) => field));
  if (!parsed.ok) errors.push(...parsed.errors.map((error) => ({ ...error, field: FORM_FIELDS[error.field] ?? error.field })).filter(({ field }) => !known.has(field)));
  return parsed.ok && errors.length === before ? parsed.terms : null;
}

/** The fields of a deal, as the form calls them. */
export const FORM_FIELDS: Record<string, string> = {
  "value.kind": "kind",
  "value.basisPoints": "percent",
  "value.amount": "amount",
  "value.countries": "countries",
  "value.highestRate": "highestRate",
  "value.buys.quantity": "buysQuantity",
  "value.buys.amount": "buysAmount",
  "value.buys.items": "buysItems",
  "value.gets.quantity": "getsQuantity",
  "value.gets.items": "getsItems",
  "value.gets.effect.kind": "effect",
  "value.gets.effect.basisPoints": "effectPercent",
  "value.gets.effect.amount": "effectAmount",
  "value.usesPerOrder": "usesPerOrder",
  appliesTo: "items",
  "minimum.kind": "minimum",
  "minimum.amount": "minimumAmount",
  "minimum.quantity": "minimumQuantity",
  "purchase.cycles": "cycles",
  "combinesWith.shipping": "combinesShipping",
  startsAt: "startDate",
  endsAt: "endDate",
};

function readValue(fields: DealFields, currency: string, errors: FieldError[]): unknown {
  switch (fields.kind) {
    case "percentage":
      return { kind: "percentage", basisPoints: readPercent(fields.percent, "percent", errors) };
    case "fixed_order":
    case "fixed_item":
      return { kind: fields.kind, amount: readMoney(fields.amount, "amount", currency, errors) };
    case "free_shipping":
      return {
        kind: "free_shipping",
        countries: fields.countriesLimited ? fields.countries : null,
        highestRate: fields.rateLimited ? readMoney(fields.highestRate, "highestRate", currency, errors) : null,
      };
    case "buy_get":
      return readBuyGet(fields, currency, errors);
    default:
      return { kind: fields.kind };
  }
}

function readBuyGet(fields: DealFields, currency: string, errors: FieldError[]): unknown {
  const buysItems = chosen(fields.buysItems);
  const effect =
    fields.effect === "percentage" ? { kind: "percentage", basisPoints: readPercent(fields.effectPercent, "effectPercent", errors) }
    : fields.effect === "amount" ? { kind: "amount", amount: readMoney(fields.effectAmount, "effectAmount", currency, errors) }
    : { kind: fields.effect };
  return {
    kind: "buy_get",
    buys:
      fields.buysBy === "amount"
        ? { by: "amount", amount: readMoney(fields.buysAmount, "buysAmount", currency, errors), items: buysItems }
        : { by: "quantity", quantity: readCount(fields.buysQuantity, "buysQuantity", errors), items: buysItems },
    gets: { quantity: readCount(fields.getsQuantity, "getsQuantity", errors), items: chosen(fields.getsItems), effect },
    usesPerOrder: fields.perOrderLimited ? readCount(fields.usesPerOrder, "usesPerOrder", errors) : null,
  };
}

function chosen({ kind, collections, products }: ItemFields): unknown {
  return { kind, ...(kind === "collections" && { collections }), ...(kind === "products" && { products }) };
}

function readMinimum(fields: DealFields, currency: string, errors: FieldError[]): unknown {
  if (fields.minimum === "subtotal") return { kind: "subtotal", amount: readMoney(fields.minimumAmount, "minimumAmount", currency, errors) };
  if (fields.minimum === "quantity") return { kind: "quantity", quantity: readCount(fields.minimumQuantity, "minimumQuantity", errors) };
  return { kind: fields.minimum };
}

/** "12.5" is 1250 basis points; more than two decimals are refused. */
function readPercent(text: string, field: string, errors: FieldError[]): number | null {
  const plain = plainDecimal(text);
  const parts = plain === null ? null : /^(\d{1,3})(?:\.(\d*?)0*)?$/.exec(plain);
  if (!parts || (parts[2] ?? "").length > 2) {
    errors.push({ field, key: plain === null || !parts ? "form.error.percent" : "form.error.percent_decimals" });
    return null;
  }
  return Number(parts[1]! + (parts[2] ?? "").padEnd(2, "0"));
}

function readMoney(text: string, field: string, currency: string, errors: FieldError[]): string | null {
  const read = readTypedAmount(text, currency);
  if (read.ok) return read.minor.toString();
  const { name, values } = amountProblem(read, text, currency);
  errors.push({ field, key: `form.error.${name}`, ...(values ? { values } : {}) });
  return null;
}

function readCount(text: string, field: string, errors: FieldError[]): number | null {
  const plain = text.trim();
  if (/^[1-9]\d{0,9}$/.test(plain)) return Number(plain);
  errors.push({ field, key: "form.error.count" });
  return null;
}

function startOf(fields: DealFields, timezone: string, known: string | null): Date | null {
  const wall = { date: fields.startDate, time: fields.startTime };
  return untouched(wall, timezone, known) ?? instantOfWall(wall, timezone);
}

/** 23:59 means the whole minute, so that a day's last order still counts. */
function endOf(fields: DealFields, timezone: string, known: string | null): Date | null {
  const wall = { date: fields.endDate, time: fields.endTime };
  const kept = untouched(wall, timezone, known);
  if (kept) return kept;
  const at = instantOfWall(wall, timezone);
  return at && wall.time === "23:59" ? new Date(at.getTime() + 59_000) : at;
}

function untouched(wall: { date: string; time: string }, timezone: string, known: string | null): Date | null {
  if (known === null) return null;
  const shown = wallTime(new Date(known), timezone);
  return shown.date === wall.date && shown.time === wall.time ? new Date(known) : null;
}
