// POST /_local/<action>: what tests, the demo's seeds and its pages do to the store from outside. JSON in, JSON out.
import { setMember } from "./audience.ts";
import { OTHER_APP, THIS_APP } from "./discounts.ts";
import type { AdminApi } from "./graphql.ts";
import { Refused, type Store } from "./store.ts";
import type { ApiTrouble, CancelInput, CheckoutInput, Dispute, DisputeChange, DisputeInput, EditInput, Faults, Order, ProductMarks, RefundInput, StaffUser } from "./types.ts";

type Body = Record<string, unknown>;
type Action = (store: Store, body: Body) => unknown;

/** Order ids are strings (digits or gid). A refusal of the store is answered with 422 and its reason. */
export const actions: Record<string, Action> = {
  /** CheckoutInput -> { ok, order, codes } */
  checkout: (store, body) => store.checkout(body as unknown as CheckoutInput),
  /** CheckoutInput -> Quote */
  quote: (store, body) => store.quote(body as unknown as CheckoutInput),
  /** { order, lines?, shipping?, amount?, keepBack?, pair?, note? } -> the refund */
  refund: (store, { order, ...input }) => store.refund(String(order), input as RefundInput),
  /** { order, reason?, refund?, restock? } -> the order */
  cancel: (store, { order, ...input }) => store.cancel(String(order), input as CancelInput),
  /** { order, add?, remove?, staffNote? } -> the order */
  edit: (store, { order, ...input }) => store.edit(String(order), input as EditInput),
  pay: (store, { order }) => store.pay(String(order)),
  void: (store, { order }) => store.void(String(order)),
  "delete-order": (store, { order }) => {
    store.deleteOrder(String(order));
    return { deleted: String(order) };
  },
  /** { order: REST order, topics?: string[] } -> the order */
  "set-order": (store, { order, topics }) => store.setOrder(order as Order, (topics as string[] | undefined) ?? []),
  /** { order, type?, reason?, networkReasonCode?, amount? } -> the dispute */
  dispute: (store, { order, ...input }) => store.openDispute(String(order), input as DisputeInput),
  /** { dispute, type?, status? } -> the dispute */
  "change-dispute": (store, { dispute, ...change }) => store.changeDispute(String(dispute), change as DisputeChange),
  /** { dispute: REST dispute, topics?: string[] } -> the dispute */
  "set-dispute": (store, { dispute, topics }) => store.setDispute(dispute as Dispute, (topics as string[] | undefined) ?? []),
  /** { product: its id, marks: { productType, tags } or null where it is deleted } */
  "set-product": (store, { product, marks }) => {
    store.setProduct(String(product), marks as ProductMarks | null);
    return { product: String(product), marks };
  },
  orders: (store) => store.orders(),
  order: (store, { order }) => store.order(String(order)),
  discounts: (store) => store.discounts(),
  segments: (store) => store.state.segments,
  markets: (store) => store.state.markets,
  /** { segment: its id, email, member: false takes the buyer out } */
  member: (store, { segment, email, member }) => {
    if (!setMember(store, String(segment), String(email), member !== false)) throw new Refused(`there is no segment ${String(segment)}`);
    return { segment, email, member: member !== false };
  },
  products: (store) => ({
    products: store.products.map((each) => ({ ...each, variants: each.variants.map((variant) => ({ ...variant, price: String(variant.price) })) })),
    collections: store.catalogue.collections,
  }),
  /** some of the switches -> all of them */
  faults: (store, body) => store.faults(body as Partial<Faults>),
  /** { trouble: "unavailable" | "bad_gateway" | "lost" | "timeout" | "too_many" | "throttled", times?, match? } -> all that are ordered */
  "api-fault": (store, { trouble, times, match }) => store.troubleApi(trouble as ApiTrouble, (times as number | undefined) ?? 1, String(match ?? "")),
  /** { status: "FAILED" | "CANCELED" | "EXPIRED", errorCode?, lines? }: how the next bulk operation ends */
  "bulk-fault": (store, { status, errorCode, lines }) => {
    store.troubleBulk({ status: status as "FAILED", errorCode: (errorCode as "TIMEOUT" | undefined) ?? null, lines: (lines as number | undefined) ?? 0 });
    return store.state.bulkFaults;
  },
  hooks: (store) => store.state.hooks,
  /** { refresh?: true } */
  revoke: (store, { refresh }) => {
    store.revoke({ refresh: refresh === true });
    return { revoked: true };
  },
  /** { scopes: "read_orders,..." } */
  grant: (store, { scopes }) => {
    store.grant(String(scopes));
    return { scopes };
  },
  deliveries: (store, { limit }) => ({ deliveries: store.deliveries((limit as number | undefined) ?? 200), idle: store.idle() }),
  idle: (store) => store.idle(),
  /** { advanceMs } or { offsetMs } -> { offsetMs } */
  clock: (store, body) => ({ offsetMs: store.runClock(body as { advanceMs?: number; offsetMs?: number }) }),
  "session-token": (store, { user }) => ({ token: store.sessionToken({ user: user as StaffUser | undefined }) }),
  /** { what: "data_request" | "redact", email } */
  customer: (store, { what, email }) => {
    store.askAboutCustomer(what as "redact", String(email));
    return { asked: what };
  },
  /** { handle, on, settings? }: as the merchant does it in the theme's editor */
  embed: (store, { handle, on, settings }) => {
    store.setEmbed(String(handle), on !== false, (settings ?? {}) as Record<string, string>);
    return store.state.embeds;
  },
  uninstall: (store) => {
    store.uninstall();
    return { uninstalled: true };
  },
};

/** Any query with every scope granted, as the store's own staff, or (`by`: "app", "other_app") as one of its apps: for the pages and tests. */
export const EVERY_SCOPE: ReadonlySet<string> = new Set([
  "read_orders", "write_orders", "read_all_orders", "read_discounts", "write_discounts", "read_products", "write_products", "read_customers", "write_customers",
  "read_shopify_payments_disputes", "read_markets", "write_pixels", "read_customer_events",
]);

export async function act(store: Store, api: AdminApi, action: string, body: Body): Promise<{ status: number; body: unknown }> {
  if (action === "graphql") return { status: 200, body: await api.answer(body, EVERY_SCOPE, body.by === "app" ? THIS_APP : body.by === "other_app" ? OTHER_APP : null) };
  const found = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (found === undefined) return { status: 404, body: { error: `there is no action ${action}`, actions: [...Object.keys(actions), "graphql"] } };
  try {
    return { status: 200, body: found(store, body) ?? null };
  } catch (fault) {
    if (fault instanceof Refused) return { status: 422, body: { error: fault.message } };
    throw fault;
  }
}
