// The form of a new deal, read exactly: what a person typed becomes terms and instants, or an error at its field.
// The page reads it with the same function while the person types, so the summary never shows another deal than the one that is made.
import { type DealTerms, parseDealTerms } from "./deal.ts";
import { exponentOf } from "./money.ts";
import type { FieldError } from "./problem.ts";
import { amountProblem, plainDecimal, readTypedAmount } from "./typed-amount.ts";
import { instantOfWall, wallTime } from "./zone.ts";

export type DealFields = {
  name: string;
  programId: string; // "": no program
  kind: string; // percentage | fixed_order | fixed_item | free_shipping
  percent: string;
  amount: string;
  minimum: string; // none | subtotal | quantity
  minimumAmount: string;
  minimumQuantity: string;
  oncePerCustomer: boolean;
  limited: boolean;
  usageLimit: string;
  combinesOrder: boolean;
  combinesProduct: boolean;
  combinesShipping: boolean;
  startDate: string; // 2026-11-21, in the shop's time zone
  startTime: string; // 10:30
  ends: boolean;
  endDate: string;
  endTime: string;
};

export type NewDealInput = { name: string; programId: string | null; terms: DealTerms; startsAt: string; endsAt: string | null };

export type ReadDeal = { ok: true; deal: NewDealInput } | { ok: false; errors: FieldError[]; terms: DealTerms | null };

const LONGEST_NAME = 255; // the store's limit for a title

/** Reads the form. Errors carry keys of locales/<language>/deals.json ("form.error.…") or, from the terms, of errors.json ("deal.…"). */
export function readDealForm(fields: DealFields, shop: { currency: string; timezone: string }): ReadDeal {
  const errors: FieldError[] = [];
  const name = fields.name.trim();
  if (name === "") errors.push({ field: "name", key: "form.error.name_missing" });
  if (name.length > LONGEST_NAME) errors.push({ field: "name", key: "form.error.name_long", values: { count: LONGEST_NAME } });

  const terms = readTerms(fields, shop.currency, errors);
  const startsAt = instantOfWall({ date: fields.startDate, time: fields.startTime }, shop.timezone);
  if (!startsAt) errors.push({ field: "startDate", key: "form.error.date" });
  const endsAt = fields.ends ? endOf(fields, shop.timezone) : null;
  if (fields.ends && !endsAt) errors.push({ field: "endDate", key: "form.error.date" });
  if (startsAt && endsAt && endsAt <= startsAt) errors.push({ field: "endDate", key: "form.error.end_before_start" });

  if (errors.length > 0 || !terms || !startsAt) return { ok: false, errors, terms };
  return { ok: true, deal: { name, programId: fields.programId || null, terms, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null } };
}

function readTerms(fields: DealFields, currency: string, errors: FieldError[]): DealTerms | null {
  const before = errors.length;
  const usageLimit = fields.limited ? readCount(fields.usageLimit, "usageLimit", errors) : null;
  const parsed = parseDealTerms({
    value: readValue(fields, currency, errors),
    minimum: readMinimum(fields, currency, errors),
    appliesTo: { kind: "everything" },
    oncePerCustomer: fields.oncePerCustomer,
    usageLimit,
    combinesWith: { order: fields.combinesOrder, product: fields.combinesProduct, shipping: fields.kind !== "free_shipping" && fields.combinesShipping },
  });
  if (errors.length > before) return null;
  if (parsed.ok) return parsed.terms;
  errors.push(...parsed.errors.map((error) => ({ ...error, field: FORM_FIELDS[error.field] ?? error.field })));
  return null;
}

/** The fields of a deal, as the form calls them. */
export const FORM_FIELDS: Record<string, string> = {
  "value.kind": "kind",
  "value.basisPoints": "percent",
  "value.amount": "amount",
  "minimum.kind": "minimum",
  "minimum.amount": "minimumAmount",
  "minimum.quantity": "minimumQuantity",
  "combinesWith.shipping": "combinesShipping",
  startsAt: "startDate",
  endsAt: "endDate",
};

/** Fields as they came from a browser: text is text, a box is ticked or not, whatever was sent. */
export function dealFields(sent: unknown): DealFields {
  const from = typeof sent === "object" && sent !== null ? (sent as Record<string, unknown>) : {};
  const text = (name: keyof DealFields) => (typeof from[name] === "string" ? (from[name] as string).slice(0, 1_000) : "");
  const ticked = (name: keyof DealFields) => from[name] === true;
  return {
    name: text("name"),
    programId: text("programId"),
    kind: text("kind"),
    percent: text("percent"),
    amount: text("amount"),
    minimum: text("minimum"),
    minimumAmount: text("minimumAmount"),
    minimumQuantity: text("minimumQuantity"),
    oncePerCustomer: ticked("oncePerCustomer"),
    limited: ticked("limited"),
    usageLimit: text("usageLimit"),
    combinesOrder: ticked("combinesOrder"),
    combinesProduct: ticked("combinesProduct"),
    combinesShipping: ticked("combinesShipping"),
    startDate: text("startDate"),
    startTime: text("startTime"),
    ends: ticked("ends"),
    endDate: text("endDate"),
    endTime: text("endTime"),
  };
}

/** The form as it is first shown: once per customer, from now on, without an end. */
export function emptyFields(at: Date, timezone: string, programId: string): DealFields {
  const { date, time } = wallTime(at, timezone);
  return { ...dealFields({}), programId, kind: "percentage", minimum: "none", oncePerCustomer: true, combinesShipping: true, startDate: date, startTime: time, endTime: "23:59" };
}

function readValue(fields: DealFields, currency: string, errors: FieldError[]): unknown {
  if (fields.kind === "percentage") return { kind: "percentage", basisPoints: readPercent(fields.percent, errors) };
  if (fields.kind === "fixed_order" || fields.kind === "fixed_item") return { kind: fields.kind, amount: readMoney(fields.amount, "amount", currency, errors) };
  return { kind: fields.kind };
}

function readMinimum(fields: DealFields, currency: string, errors: FieldError[]): unknown {
  if (fields.minimum === "subtotal") return { kind: "subtotal", amount: readMoney(fields.minimumAmount, "minimumAmount", currency, errors) };
  if (fields.minimum === "quantity") return { kind: "quantity", quantity: readCount(fields.minimumQuantity, "minimumQuantity", errors) };
  return { kind: fields.minimum };
}

/** "12.5" is 1250 basis points; more than two decimals are refused. */
function readPercent(text: string, errors: FieldError[]): number | null {
  const plain = plainDecimal(text);
  const parts = plain === null ? null : /^(\d{1,3})(?:\.(\d*?)0*)?$/.exec(plain);
  if (!parts || (parts[2] ?? "").length > 2) {
    errors.push({ field: "percent", key: plain === null || !parts ? "form.error.percent" : "form.error.percent_decimals" });
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
  if (/^[1-9]\d{0,8}$/.test(plain)) return Number(plain);
  errors.push({ field, key: "form.error.count" });
  return null;
}

/** 23:59 means the whole minute, so that a day's last order still counts. */
function endOf(fields: DealFields, timezone: string): Date | null {
  const at = instantOfWall({ date: fields.endDate, time: fields.endTime }, timezone);
  return at && fields.endTime === "23:59" ? new Date(at.getTime() + 59_000) : at;
}
