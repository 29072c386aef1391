// How a modification or a reversal changes an action. Values are absolute; a submission takes effect whole or not at all.
import { minorOf, sharedOut } from "./amounts.ts";
import type { Account, Action, Item, Submission } from "./state.ts";
import { noteUpdate, payoutOf, totalOf } from "./totals.ts";

/** The suffixes of a form's item edits: "" for Sku, "2" for Sku2 and so on. "Sku1" is not among them. */
export function editSuffixes(fields: Record<string, string>): string[] {
  return Object.keys(fields)
    .map((name) => /^Sku([2-9]|[1-9]\d+)?$/.exec(name))
    .filter((parts) => parts !== null && fields[parts[0]] !== "")
    .map((parts) => parts![1] ?? "")
    .sort((a, b) => Number(a || 1) - Number(b || 1));
}

/** Applies a modification or reversal; the code of the error where it cannot be, with nothing changed. */
export function applyEdit(account: Account, action: Action, submission: Submission, atMs: number): string | null {
  const fields = submission.payload;
  const before = action.items.map((item) => ({ ...item }));
  const reason = submission.type === "Reversal" ? (fields.DispositionCode ?? "") : (fields.Reason ?? "");
  let after: Item[];
  if (submission.type === "Reversal") {
    if (action.reversed) return "NO_VALID_ACTION_REF";
    after = before.map((item) => ({ ...item, quantity: 0, amount: "0" }));
  } else if (reason === "RESET") {
    after = action.intended.map((item) => ({ ...item }));
  } else if (action.reversed) {
    return "NO_VALID_ACTION_REF";
  } else {
    const edited = editedItems(action, fields, before);
    if (edited === null) return "NO_ITEM";
    after = edited;
  }
  if (fields.CustomerStatus) action.customerStatus = fields.CustomerStatus;
  const hadAmount = totalOf(before) > 0n;
  // Nothing left of an action that had an amount is a reversal, by whichever way.
  action.reversed = submission.type === "Reversal" || (hadAmount && totalOf(after) === 0n);
  store(account, action, before, after, reason, atMs);
  return null;
}

/** The items as the form wants them; null where it names a SKU that the action does not have. */
function editedItems(action: Action, fields: Record<string, string>, before: Item[]): Item[] | null {
  const after = before.map((item) => ({ ...item }));
  const suffixes = editSuffixes(fields);
  for (const suffix of suffixes) {
    const item = after.find((each) => each.sku === fields[`Sku${suffix}`]);
    if (item === undefined) return null;
    editItem(item, fields, suffix, action.currency);
  }
  if (suffixes.length === 0 && fields.Amount) {
    const total = minorOf(fields.Amount, action.currency) ?? 0n;
    const shares = sharedOut(total, after.map((item) => BigInt(item.amount)));
    after.forEach((item, at) => (item.amount = String(shares[at]!)));
  }
  return after;
}

/** A quantity of 0 alone returns the item, money and all; an amount beside it says what stays. */
function editItem(item: Item, fields: Record<string, string>, suffix: string, currency: string): void {
  const quantity = fields[`Quantity${suffix}`];
  const amount = fields[`Amount${suffix}`];
  const delta = fields[`ItemSubTotalDelta${suffix}`];
  if (quantity) item.quantity = Number(quantity);
  if (amount) item.amount = String(minorOf(amount, currency) ?? 0n);
  else if (delta) item.amount = String(atLeastZero(BigInt(item.amount) + (minorOf(delta, currency) ?? 0n)));
  else if (quantity === "0") item.amount = "0";
  if (fields[`Category${suffix}`]) item.category = fields[`Category${suffix}`]!;
  if (fields[`ItemName${suffix}`]) item.name = fields[`ItemName${suffix}`]!;
}

function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}

function store(account: Account, action: Action, before: Item[], after: Item[], reason: string, atMs: number): void {
  action.deltaAmount = String(totalOf(after) - totalOf(before));
  action.deltaPayout = String(payoutOf(after, action) - payoutOf(before, action));
  action.items = after;
  action.updatedMs = atMs;
  action.modifications += 1;
  for (const item of after) {
    const old = before.find((each) => each.sku === item.sku);
    const same = old !== undefined && old.amount === item.amount && old.quantity === item.quantity && old.category === item.category;
    if (same) continue;
    item.adjustedMs = atMs;
    item.reason = reason;
    noteUpdate(account, action, item, reason, BigInt(item.amount) - BigInt(old?.amount ?? "0"), atMs);
  }
}
