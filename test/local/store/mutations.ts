// The mutations that the local store serves, with the recorded user errors.
import { metafieldsSet, webPixelCreate, webPixelDelete, webPixelUpdate } from "./app-data.ts";
import { cancelBulk, runBulkQuery } from "./bulk-operations.ts";
import { type Args, badRequest, NotServed, type View } from "./connection.ts";
import { activateDiscount, addCodes, createDiscount, deactivateDiscount, deleteDiscount, removeCodes, settleJobs, updateDiscount } from "./discounts.ts";
import { checkInput, type DiscountInput, type InputKind, kindOf, type UserError } from "./discount-input.ts";
import { receiveTrigger } from "./flow.ts";
import { createHook, deleteHook } from "./hooks.ts";
import { digitsOf } from "./json.ts";
import { type Context, gid } from "./queries.ts";
import { Refused, type Store } from "./store.ts";
import type { Discount } from "./types.ts";
import { bulkCreationView } from "./view-bulk-creation.ts";
import { codeNodeView } from "./view-discount.ts";
import { orderView } from "./view-order.ts";
import { refundView } from "./view-refund.ts";

/** What a resolver learns of its own field: the key of @idempotent, where it was given. */
export type Asked = { idempotencyKey: string | null };
type Resolver = (args: Args, context: Context, asked: Asked) => View;

export const mutations: Record<string, Resolver> = {
  discountCodeBasicCreate: (args, context) => create(context, "basicCodeDiscount", "discountCodeBasicCreate", args),
  discountCodeBasicUpdate: (args, { store }) => update(store, "basicCodeDiscount", "discountCodeBasicUpdate", args),
  discountCodeFreeShippingCreate: (args, context) => create(context, "freeShippingCodeDiscount", "discountCodeFreeShippingCreate", args),
  discountCodeFreeShippingUpdate: (args, { store }) => update(store, "freeShippingCodeDiscount", "discountCodeFreeShippingUpdate", args),
  discountCodeBxgyCreate: (args, context) => create(context, "bxgyCodeDiscount", "discountCodeBxgyCreate", args),
  discountCodeBxgyUpdate: (args, { store }) => update(store, "bxgyCodeDiscount", "discountCodeBxgyUpdate", args),
  discountCodeDeactivate: (args, { store }) => change(store, args, deactivateDiscount),
  discountCodeActivate: (args, { store }) => change(store, args, activateDiscount),
  discountCodeDelete: ({ id }, { store }) => {
    const discount = known(store, id);
    if (discount === null) return { deletedCodeDiscountId: null, userErrors: [missing(["id"])] };
    deleteDiscount(store, discount);
    return { deletedCodeDiscountId: `gid://shopify/DiscountCodeNode/${discount.id}`, userErrors: [] };
  },
  discountRedeemCodeBulkAdd: bulkAdd,
  discountCodeRedeemCodeBulkDelete: bulkDelete,
  bulkOperationRunQuery: (args, { store, schema, scopes }) => runBulkQuery(store, schema, args, scopes),
  bulkOperationCancel: (args, { store }) => cancelBulk(store, args),
  webhookSubscriptionCreate: (args, { store, scopes }) => createHook(store, args, scopes),
  webhookSubscriptionDelete: (args, { store }) => deleteHook(store, args),
  refundCreate,
  orderCancel,
  flowTriggerReceive: (args, { store }) => receiveTrigger(store, args),
  webPixelCreate,
  webPixelUpdate,
  webPixelDelete,
  metafieldsSet,
};

function known(store: Store, id: unknown): Discount | null {
  return /\/Discount(Code)?Node\//.test(String(id)) || /^\d+$/.test(String(id)) ? store.discount(String(id)) : null;
}

function missing(field: string[]): UserError {
  return { field, code: "INVALID", message: "Code discount does not exist.", extraInfo: null };
}

function create({ store, by }: Context, kind: InputKind, mutation: string, args: Args): View {
  settleJobs(store);
  const { terms, code, errors } = checkInput(store, kind, mutation, args[kind] as DiscountInput, null);
  if (errors.length > 0) return { codeDiscountNode: null, userErrors: errors };
  return { codeDiscountNode: codeNodeView(store, createDiscount(store, terms, code!, by)), userErrors: [] };
}

function update(store: Store, kind: InputKind, mutation: string, args: Args): View {
  settleJobs(store);
  const refuse = (message: string) => ({ codeDiscountNode: null, userErrors: [{ field: ["id"], code: null, message, extraInfo: null }] });
  const discount = known(store, args.id);
  if (discount === null || kindOf(discount) !== kind) return refuse("Discount does not exist");
  const input = args[kind] as DiscountInput;
  if (input.code !== undefined && discount.bulk && input.code !== discount.codes[0]?.code) return refuse("Cannot update the code of a bulk discount.");
  const { terms, code, errors } = checkInput(store, kind, mutation, input, discount);
  if (errors.length > 0) return { codeDiscountNode: null, userErrors: errors };
  updateDiscount(store, discount, terms, code);
  return { codeDiscountNode: codeNodeView(store, discount), userErrors: [] };
}

function change(store: Store, { id }: Args, act: (store: Store, discount: Discount) => void): View {
  const discount = known(store, id);
  if (discount === null) return { codeDiscountNode: null, userErrors: [missing(["id"])] };
  act(store, discount);
  return { codeDiscountNode: codeNodeView(store, discount), userErrors: [] };
}

function bulkAdd({ discountId, codes }: Args, { store, by }: Context): View {
  const asked = (codes as { code: string }[]).map(({ code }) => code);
  const discount = known(store, discountId);
  if (discount === null) return { bulkCreation: null, userErrors: [missing(["discountId"])] };
  if (asked.length === 0) return { bulkCreation: null, userErrors: [{ field: ["codes"], code: "BLANK", message: "Codes can't be blank", extraInfo: null }] };
  return { bulkCreation: bulkCreationView(store, addCodes(store, discount, asked, by)), userErrors: [] };
}

function bulkDelete({ discountId, ids, search, savedSearchId }: Args, { store }: Context): View {
  const refuse = (code: string, field: string[] | null, message: string) => ({ job: null, userErrors: [{ field, code, message, extraInfo: null }] });
  const given = [ids, search, savedSearchId].filter((each) => each != null).length;
  if (given === 0) return refuse("MISSING_ARGUMENT", null, "Missing expected argument key: 'ids', 'search' or 'saved_search_id'.");
  if (given > 1) return refuse("TOO_MANY_ARGUMENTS", null, "Only one of 'ids', 'search' or 'saved_search_id' is allowed.");
  const discount = known(store, discountId);
  if (discount === null) return { job: null, userErrors: [missing(["discountId"])] };
  if (savedSearchId != null) return refuse("INVALID", ["savedSearchId"], "Invalid 'saved_search_id'.");
  if (search != null && String(search).trim() === "") return refuse("BLANK", ["search"], "'Search' can't be blank.");
  if (search != null) throw new NotServed("the argument search of discountCodeRedeemCodeBulkDelete");
  settleJobs(store);
  const job = removeCodes(store, discount, (ids as string[]).map((id) => digitsOf(id) ?? ""));
  return { job: { __typename: "Job", id: `gid://shopify/Job/${job}`, done: false }, userErrors: [] };
}

type RefundAsked = {
  orderId: string;
  note?: string | null;
  refundLineItems?: { lineItemId: string; quantity: number; restockType?: string | null }[] | null;
  shipping?: { amount?: string | null; fullRefund?: boolean | null } | null;
  transactions?: { amount: string; kind: string }[] | null;
};

/** Books lines, shipping and money; what the money differs from lines and shipping becomes a discrepancy. */
function refundCreate({ input }: Args, { store }: Context, { idempotencyKey }: Asked): View {
  if (idempotencyKey === null) throw badRequest("The @idempotent directive is required for this mutation but was not provided.");
  const asked = input as RefundAsked;
  const order = store.order(gid(asked.orderId, ["Order"]));
  if (order === null) return { refund: null, order: null, userErrors: [{ field: ["orderId"], message: "Order does not exist" }] };
  const before = store.state.idempotent[`refundCreate ${idempotencyKey}`];
  const again = order.refunds.find((each) => String(each.id) === before);
  if (again !== undefined) return { refund: refundView(store, order, again), order: orderView(store, order), userErrors: [] };
  for (const name of ["refundDuties", "currency", "processedAt", "discrepancyReason"]) {
    if ((asked as Record<string, unknown>)[name] != null) throw new NotServed(`the input field ${name} of refundCreate`);
  }
  const lines = (asked.refundLineItems ?? []).map(({ lineItemId, quantity, restockType }) => ({
    lineId: digitsOf(lineItemId) ?? lineItemId, quantity, restock: restockType === "RETURN" || restockType === "CANCEL",
  }));
  const shipping = asked.shipping?.fullRefund === true ? true : (asked.shipping?.amount ?? undefined);
  const money = (asked.transactions ?? []).filter(({ kind }) => kind === "REFUND").map(({ amount }) => amount);
  if (money.length > 1) throw new NotServed("more than one transaction of refundCreate");
  try {
    const refund = store.refund(asked.orderId, { lines, shipping, note: asked.note ?? null, ...(money[0] === undefined ? {} : { money: money[0] }) });
    store.state.idempotent[`refundCreate ${idempotencyKey}`] = String(refund.id);
    return { refund: refundView(store, order, refund), order: orderView(store, order), userErrors: [] };
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return { refund: null, order: null, userErrors: [{ field: null, message: fault.message }] };
  }
}

function orderCancel(args: Args, { store }: Context): View {
  const refuse = (code: string, message: string): View => {
    const error = { field: ["orderId"], message };
    return { job: null, orderCancelUserErrors: [{ ...error, code }], userErrors: [error] };
  };
  const { orderId, reason, refund, refundMethod, restock } = args;
  const order = store.order(gid(orderId, ["Order"]));
  if (order === null) return refuse("NOT_FOUND", "Order does not exist");
  const method = refundMethod as { originalPaymentMethodsRefund?: boolean; storeCreditRefund?: object } | null | undefined;
  if (method?.storeCreditRefund != null) throw new NotServed("store credit of orderCancel");
  const gives = method?.originalPaymentMethodsRefund ?? refund === true;
  try {
    store.cancel(String(order.id), { reason: String(reason).toLowerCase() as "customer", refund: gives, restock: restock === true });
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return refuse("INVALID", fault.message);
  }
  const id = String(store.nextId("Job"));
  store.state.jobs.push({ id, doneAtMs: 0, discountId: "", redeemCodeIds: [], done: true });
  return { job: { __typename: "Job", id: `gid://shopify/Job/${id}`, done: false }, orderCancelUserErrors: [], userErrors: [] };
}
