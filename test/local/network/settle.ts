// What becomes of a submission when its time has come: a conversion becomes an action or an error, a modification or a reversal changes an action.
import { minorOf, sharedOut } from "./amounts.ts";
import { attribute, eventMs, type Credited } from "./attribute.ts";
import { applyEdit } from "./edit.ts";
import { actionById, actionByOrder } from "./find.ts";
import { DAY_MS, midnightOf } from "./instants.ts";
import type { Network } from "./network.ts";
import { notify } from "./postbacks.ts";
import type { Account, Action, EventType, Item, Program, Submission } from "./state.ts";
import { noteUpdate, payoutOf, totalOf } from "./totals.ts";

type Outcome = { ok: true; action: Action } | { ok: false; errorType: "Validation" | "Contract Error"; reasons: string[] };

function invalid(...reasons: string[]): Outcome {
  return { ok: false, errorType: "Validation", reasons };
}

/** Completes a submission, as of the instant at which it was due. */
export function settle(network: Network, account: Account, submission: Submission): void {
  const atMs = submission.dueMs!;
  const outcome = submission.type === "Conversion" ? convert(network, account, submission, atMs) : change(account, submission, atMs);
  submission.done = {
    atMs,
    errorType: outcome.ok ? "" : outcome.errorType,
    errorReason: outcome.ok ? "" : outcome.reasons.join(" "),
    actionId: outcome.ok ? outcome.action.id : null,
    partnerId: outcome.ok ? outcome.action.partnerId : null,
  };
  if (outcome.ok) notify(account, outcome.action);
}

function convert(network: Network, account: Account, submission: Submission, atMs: number): Outcome {
  const fields = submission.payload;
  const program = account.programs.find((each) => each.id === fields.CampaignId && each.state === "ACTIVE");
  if (program === undefined) return invalid("CAMPAIGN_NOT_FOUND");
  const type = eventTypeOf(account, program, fields);
  if (typeof type === "string") return invalid(type);
  const orderId = (fields.OrderId ?? "").trim();
  if (orderId === "") return invalid("OID_MISSING");
  if (isDuplicate(account, type, orderId, atMs)) return invalid("CONV_DUPLICATE");
  const items = readItems(fields);
  if (items.length === 0 && type.category === "SALE") return invalid("NO_ITEM");
  const attribution = attribute(account, program, type, fields, submission.submittedMs);
  if (!attribution.ok) return attribution;
  return { ok: true, action: addAction(network, account, { program, type, orderId, items, fields, atMs, submittedMs: submission.submittedMs, ...attribution.credited }) };
}

function isDuplicate(account: Account, type: EventType, orderId: string, atMs: number): boolean {
  const known = actionByOrder(account, type.id, orderId);
  return known !== null && (type.dedupDays === null || atMs - known.createdMs <= type.dedupDays * DAY_MS);
}

function eventTypeOf(account: Account, program: Program, fields: Record<string, string>): EventType | string {
  const id = fields.ActionTrackerId || fields.EventTypeId;
  const is = (type: EventType) => (id ? type.id === id : type.code !== "" && type.code === fields.EventTypeCode);
  const own = program.eventTypes.find(is);
  if (own !== undefined) return own.active ? own : "ACTIONTRACKER_NOT_ACTIVE";
  return account.programs.some((each) => each.eventTypes.some(is)) ? "ACTIONTRACKER_CAMPAIGN_MISMATCH" : "ACTIONTRACKER_NOT_FOUND";
}

/**
 * The items of a conversion. They are keyed by SKU, and of two with the same SKU the later one stays: who does not merge loses money.
 * What is left of each is its total, less its own discounts and its share of the order's.
 */
export function readItems(fields: Record<string, string>): Item[] {
  const currency = fields.CurrencyCode ?? "";
  const minor = (name: string) => minorOf(fields[name] ?? "", currency) ?? 0n;
  const bySku = new Map<string, { item: Item; amount: bigint }>();
  for (const index of itemIndexes(fields)) {
    const quantity = Number(fields[`ItemQuantity${index}`]);
    const gross = fields[`ItemSubTotal${index}`] ? minor(`ItemSubTotal${index}`) : minor(`ItemPrice${index}`) * BigInt(quantity);
    const amount = gross - minor(`ItemTotalDiscount${index}`) - minor(`ItemDiscount${index}`) * BigInt(quantity);
    const sku = fields[`ItemSku${index}`]!;
    const item = { sku, name: fields[`ItemName${index}`] ?? "", category: fields[`ItemCategory${index}`] ?? "", quantity, amount: "0", adjustedMs: null, reason: "" };
    bySku.set(sku, { item, amount: amount > 0n ? amount : 0n });
  }
  const rows = [...bySku.values()];
  if (rows.length === 0) {
    const total = fields.OrderSubTotalPostDiscount || fields.Amount;
    if (!total) return [];
    rows.push({ item: { sku: "ORDER", name: "", category: "", quantity: 1, amount: "0", adjustedMs: null, reason: "" }, amount: minor(fields.OrderSubTotalPostDiscount ? "OrderSubTotalPostDiscount" : "Amount") });
  }
  const whole = rows.reduce((sum, row) => sum + row.amount, 0n);
  const discount = minor("OrderDiscount");
  const shares = sharedOut(discount > whole ? whole : discount, rows.map((row) => row.amount));
  return rows.map((row, at) => ({ ...row.item, amount: String(row.amount - shares[at]!) }));
}

/** The indexes that a form's items use, ascending. */
export function itemIndexes(fields: Record<string, string>): number[] {
  const found = new Set<number>();
  for (const name of Object.keys(fields)) {
    const parts = /^Item(?:Sku|Name|Category|SubCategory|Brand|Mpn|Quantity|SubTotal|Price|Discount|TotalDiscount|PromoCode)(\d+)$/.exec(name);
    if (parts !== null && fields[name] !== "") found.add(Number(parts[1]));
  }
  return [...found].sort((a, b) => a - b);
}

type NewAction = Credited & { program: Program; type: EventType; orderId: string; items: Item[]; fields: Record<string, string>; atMs: number; submittedMs: number };

function addAction(network: Network, account: Account, wanted: NewAction): Action {
  const { program, type, partner, membership, click, fields, items, atMs } = wanted;
  const happenedMs = eventMs(program, fields.EventDate ?? "", wanted.submittedMs);
  const amount = totalOf(items);
  const payout = payoutOf(items, membership);
  const action: Action = {
    id: `${program.id}.${4600 + (account.actions.length % 90)}.${network.nextId(account, "action", 158_100)}`,
    programId: program.id, eventTypeId: type.id, partnerId: partner.id, contractId: membership.contractId, orderId: wanted.orderId,
    promoCode: fields.OrderPromoCode ?? "", clickId: click?.id ?? null, referredMs: click?.atMs ?? null, referringType: wanted.referringType,
    customerId: fields.CustomerId ?? "", customerStatus: fields.CustomerStatus ?? "",
    customerFields: { CustomerPostCode: fields.CustomerPostCode ?? "", CustomerCity: fields.CustomerCity ?? "", CustomerRegion: fields.CustomerRegion ?? "", CustomerCountry: fields.CustomerCountry ?? "" },
    sharedId: fields.SharedId ?? "", note: fields.Note ?? "", currency: fields.CurrencyCode || account.currency || "USD",
    payoutBasisPoints: membership.payoutBasisPoints, payoutGroups: membership.payoutGroups, items, intended: items.map((item) => ({ ...item })),
    deltaAmount: String(amount), deltaPayout: String(payout), reversed: false,
    eventMs: happenedMs, createdMs: atMs, updatedMs: atMs, lockMs: midnightOf(happenedMs + program.lockDays * DAY_MS, account.timezone), modifications: 0,
  };
  account.actions.push(action);
  for (const item of items) noteUpdate(account, action, item, "IR_BLANK", BigInt(item.amount), atMs);
  return action;
}

function change(account: Account, submission: Submission, atMs: number): Outcome {
  const fields = submission.payload;
  const action = fields.ActionId ? actionById(account, fields.ActionId) : actionByOrder(account, fields.ActionTrackerId ?? "", fields.OrderId ?? "");
  if (action === null) return invalid("ACTION_REF_NOT_FOUND");
  // Past its locking date an action is approved and nothing changes it any more.
  if (atMs >= action.lockMs) return invalid("NO_VALID_ACTION_REF");
  const refused = applyEdit(account, action, submission, atMs);
  return refused === null ? { ok: true, action } : invalid(refused);
}
