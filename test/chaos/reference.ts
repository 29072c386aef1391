// What must come out, reckoned from the store's truth alone: an implementation of the rules of credit of its own, for the kinds of orders that chaos makes. It
// imports nothing of the app, so that neither can hide the other's mistakes. Amounts are bigint minor units of the shop's currency.
import type { Dispute, LineItem, MoneySet, Order } from "#test/local/store/types.ts";
import type { PlannedCode, PlannedProgram, PlannedTouch, ShopPlan } from "./shops.ts";

/** The newest state of an order as the store had it; one that was deleted, as it was before. */
export type Truth = { order: Order; deleted: boolean; disputes: readonly Dispute[] };

export type ExpectedDecision = { code: string | null; outcome: "credited" | "not_credited"; reason: string | null };
export type ExpectedCredit = { code: string; creator: string; program: string; line: string; sku: string; amount: bigint };
/**
 * What the network is to hold of an order, one for each credited code of a program that it is told of. `leastNumber` and `mostNumber`: its number among the order's
 * conversions (1: the order's id alone); a code of which nothing was ever left takes none. `items`: what is left of it, by SKU.
 */
export type ExpectedConversion = { leastNumber: number; mostNumber: number; told: string; partner: string; currency: string; items: Record<string, { quantity: number; amount: bigint }> };
export type Expected = { decisions: ExpectedDecision[]; credits: ExpectedCredit[]; conversions: ExpectedConversion[] };

type OnOrder = { key: string; text: string; applications: number[]; discount: bigint; place: number };
type Candidate = { code: PlannedCode; told: string; program: PlannedProgram; place: number; applications: number[]; discount: bigint; early: boolean; creator: string | null; reason: string | null };
type Left = { line: LineItem; base: bigint; left: bigint; pieces: number };

const DECIMALS: Record<string, number> = { JPY: 0, KRW: 0, KWD: 3, BHD: 3 };
const DAY = 86_400_000;

/** The credit of one order. */
export function expectedOf(shop: ShopPlan, truth: Truth): Expected {
  const { order } = truth;
  const candidates = matched(shop, codesOf(order), Date.parse(order.created_at)).map((one) => judged(shop, truth, one));
  if (candidates.length === 0) return { decisions: [{ code: null, outcome: "not_credited", reason: "no_creator_code" }], credits: [], conversions: [] };
  const competing = candidates.filter(({ reason }) => reason === null);
  const winners = winnersOf(shop, competing);
  const decisions = candidates.map((one): ExpectedDecision =>
    winners.includes(one) ? { code: one.code.id, outcome: "credited", reason: null } : { code: one.code.id, outcome: "not_credited", reason: one.reason ?? "outranked" });
  const credits = creditsOf(order, winners);
  return { decisions, credits, conversions: conversionsOf(shop, order, winners, credits, atDifferentTimes(candidates) ? candidates.length : 0) };
}

// ---- money ----
function minor(text: string, currency: string): bigint {
  const [, sign, units, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)!;
  const places = DECIMALS[currency] ?? 2;
  if (/[1-9]/.test(fraction.slice(places))) throw new Error(`${text} has more decimals than ${currency}`);
  const value = BigInt(units! + fraction.slice(0, places).padEnd(places, "0"));
  return sign === "-" ? -value : value;
}

function shopMoney(set: MoneySet): bigint {
  return minor(set.shop_money.amount, set.shop_money.currency_code);
}

/** a * b / c, rounded half away from zero; none of them is negative. */
function times(a: bigint, b: bigint, c: bigint): bigint {
  return (2n * a * b + c) / (2n * c);
}

/** Shares out by largest remainder, a tie going to the earlier one; where nothing weighs anything, all weigh the same. */
function shareOut(amount: bigint, weights: readonly bigint[]): bigint[] {
  const all = weights.every((weight) => weight === 0n) ? weights.map(() => 1n) : weights;
  const whole = all.reduce((sum, weight) => sum + weight, 0n);
  const parts = all.map((weight) => (amount * weight) / whole);
  const missing = amount - parts.reduce((sum, part) => sum + part, 0n);
  const byRest = all.map((weight, at) => ({ at, rest: (amount * weight) % whole })).sort((a, b) => (a.rest > b.rest ? -1 : a.rest < b.rest ? 1 : a.at - b.at));
  for (const { at } of byRest.slice(0, Number(missing))) parts[at]! += 1n;
  return parts;
}

function keyOf(code: string): string {
  return code.normalize("NFC").trim().toUpperCase().normalize("NFC");
}

// ---- codes ----
function codesOf(order: Order): OnOrder[] {
  const listed = order.discount_codes.map(({ code }) => keyOf(code));
  const found = new Map<string, OnOrder>();
  order.discount_applications.forEach((application, index) => {
    if (application.type !== "discount_code") return;
    const key = keyOf(application.code!);
    const at = listed.indexOf(key);
    const one = found.get(key) ?? { key, text: application.code!, applications: [], discount: 0n, place: at === -1 ? listed.length + index : at };
    one.applications.push(index);
    for (const line of [...order.line_items, ...order.shipping_lines]) {
      for (const each of line.discount_allocations) if (each.discount_application_index === index) one.discount += shopMoney(each.amount_set);
    }
    found.set(key, one);
  });
  return [...found.values()].sort((a, b) => a.place - b.place);
}

function matched(shop: ShopPlan, codes: readonly OnOrder[], createdMs: number): Omit<Candidate, "creator" | "reason">[] {
  const found = new Map<string, Omit<Candidate, "creator" | "reason">>();
  for (const one of codes) {
    const isEarly = (code: PlannedCode) => Date.parse(code.createdAt) > createdMs;
    const code = find(shop.codes.filter((each) => !isEarly(each)), one) ?? find(shop.codes.filter(isEarly), one);
    if (code === undefined) continue;
    const known = found.get(code.id);
    if (known === undefined) {
      const program = shop.programs.find(({ id }) => id === code.program)!;
      found.set(code.id, { code, told: code.creator === null ? "" : code.match === "exact" ? code.code : one.text, program, place: one.place, applications: one.applications, discount: one.discount, early: isEarly(code) });
    } else {
      known.applications = [...known.applications, ...one.applications];
      known.discount += one.discount;
    }
  }
  return [...found.values()];
}

function find(codes: readonly PlannedCode[], { key, text }: OnOrder): PlannedCode | undefined {
  const exact = codes.find(({ match, code }) => match === "exact" && keyOf(code) === key);
  const byAge = codes.filter(({ match }) => match === "regex").sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return exact ?? byAge.find(({ code }) => new RegExp(code, "u").test(text));
}

// ---- reasons ----
function judged(shop: ShopPlan, truth: Truth, one: Omit<Candidate, "creator" | "reason">): Candidate {
  const { code, program } = one;
  const { order } = truth;
  const atMs = Date.parse(order.created_at);
  const visitor = order.note_attributes.findLast(({ name }) => name === "creator_visitor")?.value ?? null;
  const clicks = shop.touches.filter((touch) => touch.visitor === visitor && Date.parse(touch.at) <= atMs && Date.parse(touch.at) >= atMs - program.clickWindowDays * DAY);
  const joined = (creator: string) => shop.creators.find(({ id }) => id === creator)!.memberships.some(({ program: id, from, to }) => id === program.id && Date.parse(from) <= atMs && (to === null || atMs < Date.parse(to)));
  const creator = code.creator ?? latest(clicks.filter((click) => joined(click.creator)))?.creator ?? null;
  const email = [order.email, order.contact_email].map((text) => (text ?? "").trim().toLowerCase()).find((text) => text !== "") ?? null;
  const checks: [reason: string, holds: () => boolean][] = [
    ["test_order", () => order.test],
    ["cancelled", () => truth.deleted || order.cancelled_at !== null],
    ["not_paid", () => (program.creditOn === "paid" ? !["paid", "partially_refunded", "refunded"].includes(order.financial_status) : ["voided", "expired"].includes(order.financial_status))],
    ["charged_back", () => program.chargebacks === "reverse" && truth.disputes.some(({ type, status }) => type === "chargeback" && (status === "lost" || status === "accepted"))],
    ["before_code", () => one.early],
    ["outside_window", () => (code.startsAt !== null && atMs < Date.parse(code.startsAt)) || (code.endsAt !== null && atMs >= Date.parse(code.endsAt))],
    ["creator_not_in_program", () => code.creator !== null && !joined(code.creator)],
    ["self_referral", () => program.blockSelfReferral && email !== null && creator !== null && shop.creators.find(({ id }) => id === creator)!.email.toLowerCase() === email],
    ["renewal", () => program.renewals === "first" && shop.renewalSources.includes(order.source_name)],
    ["no_click", () => (code.creator === null ? creator === null : code.policy === "involved" && !clicks.some((click) => click.creator === creator))],
    ["not_winning_click", () => code.creator !== null && code.policy === "winner" && latest(clicks)?.creator !== creator],
  ];
  return { ...one, creator, reason: checks.find(([, holds]) => holds())?.[0] ?? null };
}

function latest(clicks: readonly PlannedTouch[]): PlannedTouch | null {
  return clicks.reduce<PlannedTouch | null>((found, click) => (found === null || Date.parse(click.at) >= Date.parse(found.at) ? click : found), null);
}

function winnersOf(shop: ShopPlan, competing: Candidate[]): Candidate[] {
  const listed = [...competing].sort((a, b) => a.place - b.place);
  if (shop.stackingRule === "split" || listed.length < 2) return listed;
  const better = (a: Candidate, b: Candidate) =>
    shop.stackingRule === "largest_discount" ? a.discount > b.discount : shop.stackingRule === "newest_code" ? Date.parse(a.code.createdAt) > Date.parse(b.code.createdAt) : false;
  return [listed.reduce((best, one) => (better(one, best) ? one : best))];
}

// ---- amounts ----
function creditsOf(order: Order, winners: readonly Candidate[]): ExpectedCredit[] {
  const credits: ExpectedCredit[] = [];
  for (const { line, left } of leftOf(order)) {
    const counting = winners.filter((winner) => counts(order, line, winner));
    if (counting.length === 0 || left === 0n) continue;
    const parts = shareOut(left, counting.map(({ discount }) => discount));
    counting.forEach(({ code, creator, program }, at) => {
      if (parts[at]! > 0n) credits.push({ code: code.id, creator: creator!, program: program.id, line: String(line.id), sku: skuOf(line), amount: parts[at]! });
    });
  }
  return credits;
}

/** The code with the largest share of the base before returns comes first; lines of one SKU are one item. A code that its network is not told of takes a number all the same. */
function conversionsOf(shop: ShopPlan, order: Order, winners: readonly Candidate[], credits: readonly ExpectedCredit[], loose: number): ExpectedConversion[] {
  const lines = leftOf(order);
  const shares = new Map(winners.map((winner) => [winner, 0n]));
  for (const { line, base } of lines) {
    const counting = winners.filter((winner) => counts(order, line, winner));
    if (counting.length > 0) shareOut(base, counting.map(({ discount }) => discount)).forEach((part, at) => shares.set(counting[at]!, shares.get(counting[at]!)! + part));
  }
  const ranked = [...winners].sort((a, b) => (shares.get(a)! > shares.get(b)! ? -1 : shares.get(a)! < shares.get(b)! ? 1 : a.place - b.place));
  const wanted: ExpectedConversion[] = [];
  let numbers = 0;
  for (const [rank, { code, told, program, creator }] of ranked.entries()) {
    const own = credits.filter((credit) => credit.code === code.id);
    if (own.length === 0) continue;
    numbers += 1;
    if (program.network === "none") continue;
    const items: ExpectedConversion["items"] = {};
    for (const { line: id, sku, amount } of own) {
      const item = (items[sku] ??= { quantity: 0, amount: 0n });
      item.quantity += lines.find(({ line }) => String(line.id) === id)!.pieces;
      item.amount += amount;
    }
    wanted.push({ leastNumber: loose > 0 ? 1 : numbers, mostNumber: rank + 1 + loose, told, partner: shop.creators.find(({ id }) => id === creator)!.partnerId, currency: shop.currency, items });
  }
  return wanted;
}

/** Whether some of the codes may have been credited while others were not yet, or were no more: then the end alone does not tell their numbers. */
function atDifferentTimes(candidates: readonly Candidate[]): boolean {
  const come = candidates.filter(({ reason }) => reason === null || reason === "not_paid" || reason === "charged_back");
  return new Set(come.map(({ program }) => `${program.creditOn} ${program.chargebacks}`)).size > 1;
}

function counts(order: Order, line: LineItem, { program, applications }: Candidate): boolean {
  if (program.scope === "order") return true;
  if (applications.every((index) => order.discount_applications[index]!.target_type === "shipping_line")) return true;
  return line.discount_allocations.some((each) => applications.includes(each.discount_application_index));
}

export function skuOf(line: LineItem): string {
  if (line.sku !== null && line.sku.trim() !== "") return line.sku;
  return line.variant_id === null ? `line-${line.id}` : `variant-${line.variant_id}`;
}

/** What is left of each line after returns, removals, and its share of what was given back without a line. */
function leftOf(order: Order): Left[] {
  const lines = order.line_items.map((line) => {
    const tax = line.tax_lines.reduce((sum, each) => sum + shopMoney(each.price_set), 0n);
    const off = line.discount_allocations.reduce((sum, each) => sum + shopMoney(each.amount_set), 0n);
    const inside = order.taxes_included ? tax : 0n;
    const isMoney = line.gift_card || line.tip != null || line.tip_payment_gateway !== undefined;
    const base = isMoney ? 0n : shopMoney(line.price_set) * BigInt(line.quantity) - off - inside;
    const back = order.refunds.flatMap((refund) => refund.refund_line_items).filter((each) => String(each.line_item_id) === String(line.id));
    const returned = back.reduce((sum, each) => sum + shopMoney(each.subtotal_set) - (order.taxes_included ? shopMoney(each.total_tax_set) : 0n), 0n);
    const gone = line.quantity - line.current_quantity - back.reduce((sum, each) => sum + each.quantity, 0);
    const removed = gone > 0 ? times(base, BigInt(gone), BigInt(line.quantity)) : 0n;
    const left = base - returned - removed;
    const pieces = line.quantity - Math.max(0, gone) - back.reduce((sum, each) => sum + each.quantity, 0);
    return { line, tax, base: base > 0n ? base : 0n, left: base <= 0n || left < 0n ? 0n : left, pieces: Math.max(0, pieces) };
  });
  const given = -order.refunds.flatMap((refund) => refund.order_adjustments).filter(({ kind }) => kind !== "shipping_refund").reduce((sum, each) => sum + shopMoney(each.amount_set), 0n);
  const open = lines.filter(({ left }) => left > 0n);
  const withTax = open.map(({ left, tax, base }) => left + times(tax, left, base));
  const most = withTax.reduce((sum, each) => sum + each, 0n);
  if (given > 0n && most > 0n) {
    const shares = shareOut(given < most ? given : most, withTax);
    open.forEach((one, at) => {
      const lost = times(shares[at]!, one.left, withTax[at]!);
      one.left = one.left > lost ? one.left - lost : 0n;
    });
  }
  return lines;
}
