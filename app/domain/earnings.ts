// What a network pays for one sale, beside what the contract's rate makes of it: the amounts, and why they differ. Pure; amounts are integer minor units, as text
// where they leave this file. A group of a contract pays its own rate, on the same level as the default one, and the first whose rules all hold is the one that
// counts (the provider's help, "Set payout rules using payout groups"). What a rule says in words that are not known here may hold or not: it is never guessed.
import { codeKey } from "./code.ts";
import { scale, sum } from "./money.ts";
import type { PayLine, PayRate, PayRule } from "./pages.ts";
import { isLate, type ReportItem } from "./report.ts";

export type Terms = { contractId: string; state: string; startsAt: string | null; endsAt: string | null; payouts: readonly PayLine[] };

/** A reported conversion, and what the network says of it. */
export type Sale = {
  currency: string;
  /** What the network is known to hold, else what it is to be told. */
  items: readonly ReportItem[];
  /** The network has an action of it. */
  told: boolean;
  code: string | null;
  customer: "new" | "existing" | null;
  eventAt: string;
  /** When it happened as the network has it; null: as it was told. */
  eventThere: string | null;
  eventTypeId: string | null;
  partnerId: string | null;
  payout: { amount: string | null; currency: string | null; state: string | null; readAt: string | null };
  changedAt: string;
  /** The network's action as it was last read; null: it was not. `items` null: they were not, or not in the currency that was sent. */
  held: { amount: string | null; currency: string; partnerId: string; partnerName: string; items: readonly ReportItem[] | null } | null;
};

type Money = { amount: string; currency: string };
type Group = PayLine["groups"][number];
type Condition = { rate: PayRate; rules: PayRule[] };

/** Why the network pays what it pays; keys of locales/<language>/earnings.json under "reason". */
export type Reason =
  | { key: "untold" | "unread" | "unreadable" | "changed" | "reversed" | "no_contract" | "no_term" | "no_rate" | "nothing_paid" }
  | { key: "elsewhere"; partner: string }
  | { key: "currency"; told: string; paid: string }
  | { key: "late"; at: string }
  /** Terms that hold for a time count, not the contract's usual ones. */
  | { key: "scheduled"; name: string }
  | { key: "held"; held: Money; sent: Money }
  | { key: "fixed"; level: "item" | "order"; rate: Money; times: number }
  /** A group's rate counts for this part of the sale; `rate` null: it pays in steps, or so that it cannot be said in one figure. */
  | ({ key: "group"; on: Money } & Condition)
  /** A group whose rules are not known here would pay just this. */
  | ({ key: "fits" } & Condition)
  /** A group's rules hold, as far as is known here, and yet the plain rate was paid. */
  | ({ key: "unused" } & Condition)
  | { key: "rounding"; items: number; off: Money }
  | { key: "unexplained"; off: Money; unread: number };

export type Earning = {
  state: "pending" | "approved" | "reversed" | "unknown";
  /** What the network says that it pays; null: not known. */
  paid: Money | null;
  /** What it is paid for: the sale as the network holds it. */
  base: Money;
  rate: PayRate;
  level: string | null;
  /** What the contract's plain rate makes of the base; null: no rate is known, or it is in another currency. */
  byRate: string | null;
  /** What is paid is not what the plain rate makes of it. */
  differs: boolean;
  reasons: Reason[];
};

const NO_SALES = ["click", "call"];

/** The partner's contract at an instant, of those that were read: the one that began last. One that has no dates holds always; one to be agreed to, never. */
export function contractAt<Contract extends Terms>(contracts: readonly Contract[], at: string): Contract | null {
  const atMs = Date.parse(at);
  const began = ({ startsAt }: Contract) => (startsAt === null ? -Infinity : Date.parse(startsAt));
  const holds = (contract: Contract) => began(contract) <= atMs && (contract.endsAt === null || Date.parse(contract.endsAt) > atMs) && (contract.state !== "pending" || contract.startsAt !== null);
  return contracts.filter(holds).reduce<Contract | null>((best, each) => (best === null || began(each) > began(best) ? each : best), null);
}

/** What the contract says of the event type that the sale was told as: the terms for a time, where they hold at the instant, come before the usual ones. */
export function termOf(contract: Terms | null, eventTypeId: string | null, at: string): PayLine | null {
  const terms = contract?.payouts.filter((term) => !NO_SALES.includes(term.level)) ?? [];
  const usual = terms.filter((term) => !term.during);
  const named = eventTypeId ?? (usual.length === 1 ? usual[0]!.eventTypeId : null);
  return terms.find((term) => term.eventTypeId === named && holdsAt(term, at)) ?? usual.find((term) => term.eventTypeId === named) ?? null;
}

/** On which days or hours of its time a term that repeats holds is not known here. */
function holdsAt({ during }: PayLine, at: string): boolean {
  return during !== undefined && !during.repeats && (during.from === null || Date.parse(during.from) <= Date.parse(at)) && (during.to === null || Date.parse(at) <= Date.parse(during.to));
}

/** What is paid for a sale and why. `contracts`: all that were read of its partner in its program. */
export function earningOf(sale: Sale, contracts: readonly Terms[]): Earning {
  const { payout, held } = sale;
  const at = sale.eventThere ?? sale.eventAt;
  const contract = contractAt(contracts, at);
  const term = termOf(contract, sale.eventTypeId, at);
  const items = heldItems(sale);
  const base = heldAmount(sale) ?? total(items);
  const byRate = term === null ? null : plain(term, base, items, sale.currency);
  const paid = payout.amount === null || payout.currency === null ? null : { amount: payout.amount, currency: payout.currency };
  const state = paid !== null && (payout.state === "pending" || payout.state === "approved" || payout.state === "reversed") ? payout.state : "unknown";
  const comparable = paid !== null && paid.currency === sale.currency;
  const found = { state, paid, base: money(base, sale.currency), rate: term?.default ?? null, level: term?.level ?? null, byRate: byRate?.toString() ?? null, differs: comparable && byRate !== null && BigInt(paid.amount) !== byRate } satisfies Omit<Earning, "reasons">;
  const say = (...reasons: Reason[]): Earning => ({ ...found, reasons });

  if (!sale.told) return say({ key: "untold" });
  if (payout.readAt === null) return say({ key: "unread" });
  if (held !== null && held.partnerId !== "" && sale.partnerId !== null && held.partnerId !== sale.partnerId) return say({ key: "elsewhere", partner: held.partnerName });
  if (payout.state === "reversed") return say({ key: "reversed" });
  if (paid === null || state === "unknown") return say({ key: "unreadable" });
  if (Date.parse(payout.readAt) < Date.parse(sale.changedAt)) return say({ key: "changed" });
  if (!comparable) return say({ key: "currency", told: sale.currency, paid: paid.currency });
  const before = [...lateness(sale, contracts, contract), ...(term?.during ? [{ key: "scheduled" as const, name: term.during.name }] : []), ...otherAmount(sale)];
  if (contract === null) return say(...before, { key: "no_contract" });
  if (term === null) return say(...before, { key: "no_term" });
  return say(...before, ...explain(term, items, base, BigInt(paid.amount), sale));
}

const GRAVE: readonly Reason["key"][] = ["elsewhere", "reversed", "unexplained", "nothing_paid", "unused", "currency", "no_contract", "no_term"];

/** The reason that matters most; null: it pays what the plain rate makes of it but for rounding, or what it pays is not known yet. */
export function mainReason({ differs, state, reasons }: Earning): Reason["key"] | null {
  if (state === "unknown") return null;
  const keys = reasons.map((reason) => reason.key);
  return keys.find((key) => GRAVE.includes(key)) ?? (differs ? (keys.find((key) => key !== "rounding") ?? null) : null);
}

/** The contract in force when it came counts, where that is another than when the order was placed. */
function lateness({ eventAt, eventThere }: Sale, contracts: readonly Terms[], contract: Terms | null): Reason[] {
  if (eventThere === null || !isLate(new Date(eventAt), new Date(eventThere))) return [];
  return contractAt(contracts, eventAt)?.contractId === contract?.contractId ? [] : [{ key: "late", at: eventThere }];
}

function heldAmount({ held, currency }: Sale): bigint | null {
  return held === null || held.amount === null || held.currency !== currency ? null : BigInt(held.amount);
}

/** The items that the network pays for: as they were read, where they come to what it holds. */
function heldItems(sale: Sale): readonly ReportItem[] {
  const amount = heldAmount(sale);
  const read = sale.held?.items ?? null;
  return read !== null && amount !== null && total(sale.items) !== amount && total(read) === amount ? read : sale.items;
}

function otherAmount(sale: Sale): Reason[] {
  const amount = heldAmount(sale);
  const sent = total(sale.items);
  return amount === null || amount === sent ? [] : [{ key: "held", held: money(amount, sale.currency), sent: money(sent, sale.currency) }];
}

/** What a rate pays for an amount of so many pieces or lines; null: it cannot be said. */
function pay(rate: PayRate, amount: bigint, times: number, currency: string): bigint | null {
  if (rate === null) return null;
  if (rate.kind === "percent") return scale(amount, BigInt(rate.basisPoints), 10_000n);
  return rate.currency === currency ? BigInt(rate.amount) * BigInt(times) : null;
}

/** What the plain rate makes of the whole, in one step. */
function plain({ level, default: rate }: PayLine, base: bigint, items: readonly ReportItem[], currency: string): bigint | null {
  return pay(rate, base, level === "item" ? lines(items) : base > 0n ? 1 : 0, currency);
}

/** One thing that is paid for: an item, or (order level) the whole. `group`: the one that counts; `unsure`: those before it of which that cannot be said. */
type Part = { amount: bigint; pieces: number; group: Group | null; unsure: Group[] };

function explain(term: PayLine, items: readonly ReportItem[], base: bigint, paid: bigint, sale: Sale): Reason[] {
  const parts = partsOf(term, items, base, sale);
  const chosen = (part: Part) => (part.group === null ? term.default : part.group.rate);
  const { currency } = sale;
  const applied = groupsIn(parts, currency);
  const readings = payments(parts, chosen, currency);
  const fixed: Reason[] = term.default?.kind === "fixed" && term.default.currency === currency && parts.some((part) => part.group === null && part.amount > 0n)
    ? [{ key: "fixed", level: term.level === "item" ? "item" : "order", rate: money(BigInt(term.default.amount), currency), times: term.level === "item" ? timesOf(parts, paid, readings) : 1 }] : [];
  if (readings.includes(paid)) return [...applied, ...fixed, ...rounding(term, parts, base, paid, applied.length + fixed.length, currency)];
  const unsure = [...new Set(parts.flatMap((part) => part.unsure))];
  for (const group of unsure) {
    const with_ = payments(parts, (part) => (part.unsure.includes(group) ? group.rate : chosen(part)), currency);
    if (with_.includes(paid)) return [...applied, { key: "fits", ...conditionOf(group) }];
  }
  const first = parts.find((part) => part.group !== null)?.group;
  if (first && payments(parts, () => term.default, currency).includes(paid)) return [{ key: "unused", ...conditionOf(first) }];
  const near = readings.find((reading) => size(reading - paid) <= BigInt(parts.length));
  if (near !== undefined && paid !== 0n) return [...applied, ...fixed, { key: "rounding", items: parts.length, off: money(paid - near, currency) }];
  if (readings.length === 0) return applied.some((reason) => reason.key === "group" && reason.rate === null) ? applied : [...applied, { key: "no_rate" }];
  if (paid === 0n) return [...applied, { key: "nothing_paid" }];
  return [...applied, ...fixed, { key: "unexplained", off: money(paid - readings[0]!, currency), unread: unsure.length }];
}

/** Where each item is rounded by itself, the sum may be a little off the whole's share. */
function rounding({ default: rate, level }: PayLine, parts: readonly Part[], base: bigint, paid: bigint, others: number, currency: string): Reason[] {
  const whole = rate?.kind === "percent" && level === "item" && others === 0 ? pay(rate, base, 1, currency) : null;
  return whole === null || whole === paid ? [] : [{ key: "rounding", items: parts.length, off: money(paid - whole, currency) }];
}

function partsOf(term: PayLine, items: readonly ReportItem[], base: bigint, sale: Sale): Part[] {
  const of = (amount: bigint, pieces: number, about: readonly ReportItem[]): Part => ({ amount, pieces, ...groupOf(term.groups, about, sale) });
  // Where the items do not come to what the network holds, only the whole is known.
  if (term.level !== "item" || total(items) !== base) return [of(base, base > 0n ? 1 : 0, items)];
  return items.filter((item) => item.quantity > 0 || item.amount !== "0").map((item) => of(BigInt(item.amount), item.quantity, [item]));
}

/** All that the parts may come to: a fixed amount for an item may be for each line or for each piece. None: a rate is not known. */
function payments(parts: readonly Part[], rateOf: (part: Part) => PayRate, currency: string): bigint[] {
  const sums = [(part: Part) => (part.amount > 0n ? 1 : 0), (part: Part) => (part.amount > 0n ? part.pieces : 0)].flatMap((times) => {
    const each = parts.map((part) => pay(rateOf(part), part.amount, times(part), currency));
    return each.includes(null) ? [] : [sum(each as bigint[])];
  });
  return [...new Set(sums)];
}

function timesOf(parts: readonly Part[], paid: bigint, readings: readonly bigint[]): number {
  const of = parts.filter((part) => part.group === null && part.amount > 0n);
  return readings.length > 1 && readings[1] === paid ? of.reduce((count, part) => count + part.pieces, 0) : of.length;
}

function groupsIn(parts: readonly Part[], currency: string): Reason[] {
  const amounts = new Map<Group, bigint>();
  for (const { group, amount } of parts) if (group !== null) amounts.set(group, (amounts.get(group) ?? 0n) + amount);
  return [...amounts].map(([group, amount]) => ({ key: "group", on: money(amount, currency), ...conditionOf(group) }));
}

function conditionOf({ rate, rules }: Group): Condition {
  return { rate, rules };
}

/** The first group whose rules all hold, and those before it of which that cannot be said. */
function groupOf(groups: readonly Group[], items: readonly ReportItem[], sale: Sale): { group: Group | null; unsure: Group[] } {
  const unsure: Group[] = [];
  for (const group of groups) {
    const held = all(group.rules.map((rule) => holds(rule, items, sale)));
    // One without rules that are shown has some that are not.
    if (held === null || group.rules.length === 0) unsure.push(group);
    else if (held) return { group, unsure };
  }
  return { group: null, unsure };
}

/** null: it cannot be said. */
function all(held: readonly (boolean | null)[]): boolean | null {
  return held.includes(false) ? false : held.includes(null) ? null : true;
}

/** Does a rule hold of an item, or (order level) of the items? null: its words are not known here, what it asks for is not, or it holds for some of them. */
export function holds(rule: PayRule, items: readonly ReportItem[], { code, customer }: Pick<Sale, "code" | "customer">): boolean | null {
  if (!rule.about || !rule.test) return null;
  const among = (value: string) => rule.values.some((each) => codeKey(each) === codeKey(value));
  const is = rule.about === "code" ? code !== null && among(code) : rule.about === "customer" ? isCustomer(rule, customer, among) : ofItems(items, rule.about, among);
  return is === null ? null : (rule.test === "is") === is;
}

/** What a network calls a buyer who has bought before is its own; of the two words that it is told, each is known. */
function isCustomer({ values }: PayRule, customer: "new" | "existing" | null, among: (value: string) => boolean): boolean | null {
  if (customer === null) return null;
  if (among(customer)) return true;
  return values.every((value) => ["NEW", "EXISTING"].includes(codeKey(value))) ? false : null;
}

function ofItems(items: readonly ReportItem[], about: "category" | "sku", among: (value: string) => boolean): boolean | null {
  const each = items.map((item) => (about === "sku" ? among(item.sku) : item.category === null ? null : among(item.category)));
  return each.length === 0 || each.includes(null) || new Set(each).size > 1 ? null : each[0]!;
}

function lines(items: readonly ReportItem[]): number {
  return items.filter((item) => item.amount !== "0").length;
}

function total(items: readonly ReportItem[]): bigint {
  return sum(items.map((item) => BigInt(item.amount)));
}

function money(amount: bigint, currency: string): Money {
  return { amount: amount.toString(), currency };
}

function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
