// What a person does to discounts in the local admin. The same checks and the same webhooks as through the Admin API; the codes are done at once.
import { checkInput, type DiscountInput, kindOf } from "../../discount-input.ts";
import { activateDiscount, addCodes, createDiscount, deactivateDiscount, deleteDiscount, OTHER_APP, removeCodes, settleJobs, updateDiscount } from "../../discounts.ts";
import { Refused, type Store } from "../../store.ts";
import type { Discount, Maker } from "../../types.ts";
import { instantOf, localMoment } from "../words.ts";
import type { Done } from "./frame.ts";

const MOST_CODES = 250;

/** Null where there is no such discount or action. */
export function changeDiscounts(store: Store, id: string, action: string, form: URLSearchParams): Done | null {
  settleJobs(store);
  if (id === "new") return action === "create" ? create(store, form) : null;
  const discount = store.discount(id);
  if (discount === null) return null;
  const to = `/admin/discounts/${discount.id}`;
  switch (action) {
    case "edit":
      return { done: edit(store, discount, form), to };
    case "activate":
      activateDiscount(store, discount);
      return { done: "The discount is active.", to };
    case "deactivate":
      deactivateDiscount(store, discount);
      return { done: "The discount has ended.", to };
    case "add-codes":
      return { done: add(store, discount, form), to };
    case "remove-code": {
      const code = discount.codes.find((each) => each.id === form.get("code"));
      if (code === undefined) throw new Refused("That code is not in the discount any more");
      removeCodes(store, discount, [code.id], 0);
      settleJobs(store);
      return { done: `The code ${code.code} is removed.`, to };
    }
    case "delete":
      deleteDiscount(store, discount);
      return { done: "The discount is deleted.", to: "/admin/discounts" };
    default:
      return null;
  }
}

function makerOf(form: URLSearchParams): Maker {
  return form.get("by") === "other_app" ? OTHER_APP : null;
}

function create(store: Store, form: URLSearchParams): Done {
  const common = { title: form.get("title") ?? "", code: form.get("code") ?? "", context: { all: "ALL" as const }, startsAt: instantIn(store, form, "startsAt", null) ?? store.utcNow(), endsAt: instantIn(store, form, "endsAt", null) };
  const kind = form.get("kind");
  const shipping = kind === "free_shipping";
  const input: DiscountInput = shipping ? { ...common, destination: { all: true } } : { ...common, customerGets: { items: { all: true }, value: valueIn(form, kind === "amount" ? "amount" : "percentage") } };
  const { terms, errors } = checkInput(store, shipping ? "freeShippingCodeDiscount" : "basicCodeDiscount", "admin", input, null);
  if (errors.length > 0) throw new Refused(errors.map(({ message }) => message).join("; "));
  const discount = createDiscount(store, terms, common.code, makerOf(form));
  return { done: "The discount is made.", to: `/admin/discounts/${discount.id}` };
}

function edit(store: Store, discount: Discount, form: URLSearchParams): string {
  const { kind } = discount.value;
  const value = kind === "percentage" || kind === "amount" ? { customerGets: { value: valueIn(form, kind, kind === "amount" ? discount.value.onEachItem : false) } } : {};
  const startsAt = instantIn(store, form, "startsAt", discount.startsAt) ?? store.utcNow();
  const input: DiscountInput = { title: form.get("title") ?? "", startsAt, endsAt: instantIn(store, form, "endsAt", discount.endsAt), ...value };
  const { terms, errors } = checkInput(store, kindOf(discount), "admin", input, discount);
  if (errors.length > 0) throw new Refused(errors.map(({ message }) => message).join("; "));
  updateDiscount(store, discount, terms, null);
  return "The discount is changed.";
}

function valueIn(form: URLSearchParams, kind: "percentage" | "amount", appliesOnEachItem = false): { percentage: number } | { discountAmount: { amount: string; appliesOnEachItem: boolean } } {
  const text = (form.get("value") ?? "").trim().replace(",", ".");
  if (!/^\d{1,9}(\.\d{1,4})?$/.test(text)) throw new Refused(`“${text}” is not a ${kind}`);
  return kind === "percentage" ? { percentage: Number(text) / 100 } : { discountAmount: { amount: text, appliesOnEachItem } };
}

/** What the field says; `before`, to the second, where it says the same minute. */
function instantIn(store: Store, form: URLSearchParams, name: string, before: string | null): string | null {
  const text = (form.get(name) ?? "").trim();
  if (text === "") return null;
  if (before !== null && text === localMoment(before, store.shop)) return before;
  const instant = instantOf(text, store.shop);
  if (instant === null) throw new Refused(`“${text}” is not a time`);
  return instant;
}

function add(store: Store, discount: Discount, form: URLSearchParams): string {
  const codes = (form.get("codes") ?? "").split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  if (codes.length === 0) throw new Refused("No code was given");
  if (codes.length > MOST_CODES) throw new Refused(`No more than ${MOST_CODES} codes at a time`);
  const creation = addCodes(store, discount, codes, makerOf(form), 0);
  settleJobs(store);
  const failed = creation.codes.filter(({ error }) => error !== null);
  if (failed.length > 0) throw new Refused(failed.map(({ code, error }) => `${code} ${error}`).join("; "));
  return codes.length === 1 ? "The code is added." : `${codes.length} codes are added.`;
}
