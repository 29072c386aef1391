// The shapes of the local store. Orders and refunds are kept exactly as the store's webhooks carry them (REST), ids as numbers of any size.
import type { BulkFault, BulkOperation } from "./bulk-operations.ts";
import type { FlowState } from "./flow.ts";
import type { Hook } from "./hooks.ts";
import type { Catalogue } from "./catalogue.ts";
import type { BulkCreation, Discount, Job, Market, Segment } from "./discount-types.ts";

export type * from "./discount-types.ts";

/** An id as it stands in a body: a number, or a bigint where it passes 2^53. Compare as `String(id)`. */
export type Id = number | bigint;
/** An amount as the store writes it: a decimal string in main units, "119.00". */
export type Amount = string;
export type MoneyAmount = { amount: Amount; currency_code: string };
export type MoneySet = { shop_money: MoneyAmount; presentment_money: MoneyAmount };

export type ShopInfo = {
  id: string;
  domain: string; // petit-atelier.myshopify.com
  name: string;
  email: string;
  currency: string;
  timezone: string; // IANA
  taxesIncluded: boolean;
  taxRate: number; // of shipping, 0.19
  taxTitle: string;
  shippingPrice: Amount;
  shippingTitle: string;
  plan: string;
};

// ---- orders (REST) ----
export type TaxLine = { channel_liable: boolean; price: Amount; price_set: MoneySet; rate: number; title: string };
export type DiscountAllocation = { amount: Amount; amount_set: MoneySet; discount_application_index: number };
export type DiscountApplication = {
  target_type: "line_item" | "shipping_line";
  type: "discount_code" | "automatic" | "manual" | "script";
  code?: string;
  title?: string;
  description?: string | null;
  value: string;
  value_type: "percentage" | "fixed_amount";
  allocation_method: "across" | "each" | "one";
  target_selection: "all" | "entitled" | "explicit";
};
export type LineItem = {
  id: Id;
  admin_graphql_api_id: string;
  variant_id: Id | null;
  product_id: Id | null;
  sku: string | null;
  title: string;
  name: string;
  variant_title: string | null;
  vendor: string | null;
  quantity: number;
  current_quantity: number;
  fulfillable_quantity: number;
  price: Amount;
  price_set: MoneySet;
  gift_card: boolean;
  taxable: boolean;
  requires_shipping: boolean;
  total_discount: Amount;
  total_discount_set: MoneySet;
  tax_lines: TaxLine[];
  discount_allocations: DiscountAllocation[];
  properties?: { name: string; value: string }[];
  tip?: unknown;
  tip_payment_gateway?: string;
  tip_payment_method?: string;
  /** The plan that the line was bought under. Known to the store and its Admin API; the webhooks do not tell it (deliveries.ts). */
  selling_plan_allocation?: { selling_plan: { id: Id; name: string } };
  [key: string]: unknown;
};
export type ShippingLine = {
  id: Id;
  code: string | null;
  title: string;
  source: string | null;
  is_removed: boolean;
  price: Amount;
  price_set: MoneySet;
  discounted_price: Amount;
  discounted_price_set: MoneySet;
  tax_lines: TaxLine[];
  discount_allocations: DiscountAllocation[];
  [key: string]: unknown;
};
export type RefundLine = {
  id: Id;
  line_item_id: Id;
  location_id: Id | null;
  quantity: number;
  restock_type: "return" | "no_restock" | "cancel" | "legacy_restock";
  subtotal: number;
  subtotal_set: MoneySet;
  total_tax: number;
  total_tax_set: MoneySet;
  line_item?: Record<string, unknown>;
};
export type OrderAdjustment = {
  id: Id;
  order_id: Id;
  refund_id: Id;
  kind: "shipping_refund" | "refund_discrepancy";
  reason: string;
  amount: Amount;
  amount_set: MoneySet;
  tax_amount: Amount;
  tax_amount_set: MoneySet;
};
export type Transaction = {
  id: Id;
  admin_graphql_api_id: string;
  order_id: Id;
  kind: "sale" | "refund" | "void" | "capture" | "authorization";
  status: "success" | "pending" | "failure" | "error";
  gateway: string;
  amount: Amount;
  currency: string;
  created_at: string;
  processed_at: string;
  parent_id: Id | null;
  test: boolean;
};
export type Refund = {
  id: Id;
  admin_graphql_api_id: string;
  order_id: Id;
  created_at: string;
  processed_at: string;
  note: string | null;
  user_id: Id | null;
  restock: boolean;
  refund_line_items: RefundLine[];
  refund_shipping_lines: { id: Id; shipping_line_id: Id; subtotal_amount_set: MoneySet; full_refund?: boolean; [key: string]: unknown }[];
  order_adjustments: OrderAdjustment[];
  transactions: Transaction[];
  [key: string]: unknown;
};
export type Order = {
  id: Id;
  admin_graphql_api_id: string;
  name: string;
  order_number: number;
  email: string;
  contact_email: string | null;
  created_at: string;
  updated_at: string;
  processed_at: string;
  closed_at: string | null;
  cancelled_at: string | null;
  cancel_reason: string | null;
  currency: string;
  presentment_currency: string;
  financial_status: string;
  fulfillment_status: string | null;
  test: boolean;
  taxes_included: boolean;
  source_name: string;
  landing_site: string | null;
  referring_site: string | null;
  total_line_items_price: Amount;
  total_discounts: Amount;
  subtotal_price: Amount;
  total_tax: Amount;
  total_price: Amount;
  total_outstanding: Amount;
  total_tip_received: Amount;
  current_subtotal_price: Amount;
  current_total_discounts: Amount;
  current_total_tax: Amount;
  current_total_price: Amount;
  tax_lines: TaxLine[];
  discount_codes: { code: string; amount: Amount; type: string }[];
  discount_applications: DiscountApplication[];
  note_attributes: { name: string; value: string }[];
  line_items: LineItem[];
  shipping_lines: ShippingLine[];
  customer: Record<string, unknown> | null;
  refunds: Refund[];
  [key: string]: unknown;
};

// ---- disputes (REST) ----
export type DisputeType = "chargeback" | "inquiry";
export type DisputeStatus = "needs_response" | "under_review" | "charge_refunded" | "accepted" | "won" | "lost" | "prevented";
export type Dispute = {
  id: Id;
  order_id: Id | null;
  type: DisputeType; // an inquiry may become a chargeback
  amount: Amount;
  currency: string;
  reason: string;
  network_reason_code: string;
  status: DisputeStatus;
  evidence_due_by: string | null;
  evidence_sent_on: string | null;
  finalized_on: string | null;
  initiated_at: string;
};

// ---- what one can ask of the store ----
export type SellingPlan = { id: string; name: string };
/** `sellingPlan`: bought as a subscription. */
export type CartItem = { variantId: string; quantity: number; sellingPlan?: SellingPlan | null };
export type CheckoutInput = {
  items: CartItem[];
  /** As typed by the buyer. A code that is refused is reported with its reason; the order goes through without it. */
  codes?: string[];
  email?: string | null;
  name?: string | null; // "Ines Haller"
  /** Where it is sent to, as an ISO code of two letters: decides the market. "DE" where it is left out. */
  country?: string;
  /** Which bill of its subscription a renewal (sourceName "subscription_contract") is: the first order was 1, so 2 where it is left out. */
  billingCycle?: number;
  noteAttributes?: { name: string; value: string }[];
  /** The box at the checkout: the buyer agrees to be written to. */
  acceptsMarketing?: boolean;
  /** "none" for a cart that needs no shipping; the shop's own price otherwise. */
  shipping?: "standard" | "none";
  tip?: Amount | null;
  payment?: "card" | "cash_on_delivery";
  test?: boolean;
  sourceName?: string;
  landingSite?: string | null;
  referringSite?: string | null;
  /** Of the checkout that the buyer went through; a new one where it is left out. */
  checkoutToken?: string | null;
  /** Of the cart that was bought; a new one where it is left out. */
  cartToken?: string;
};
/** Why a typed code was refused at checkout. */
export type CodeRefusal =
  | "unknown" // no such code
  | "not_started"
  | "expired"
  | "minimum_subtotal"
  | "minimum_quantity"
  | "usage_limit"
  | "once_per_customer"
  | "not_applicable" // nothing in the cart that it is for
  | "not_eligible" // for other customers, segments or markets
  | "other_country" // free shipping to other countries
  | "renewals_over" // a renewal beyond the bills that it holds for
  | "does_not_combine" // another code of this cart is better, and the two do not combine
  | "too_many"; // more than 5 product and order codes, or 1 shipping code
export type CodeOutcome = { typed: string; code: string | null; applied: boolean; refusal: CodeRefusal | null; discountId: string | null };
export type QuoteLine = { variantId: string; productId: string; title: string; sku: string | null; quantity: number; price: Amount; total: Amount; discount: Amount };
export type Quote = {
  currency: string;
  lines: QuoteLine[];
  codes: CodeOutcome[];
  subtotal: Amount; // after the lines' discounts
  discount: Amount; // of lines and shipping together
  shipping: Amount; // after its discount
  tax: Amount;
  total: Amount;
};
export type CheckoutResult = { ok: true; order: Order; codes: CodeOutcome[] } | { ok: false; reason: string };

export type RefundInput = {
  lines?: { lineId: string; quantity: number; restock?: boolean }[];
  shipping?: Amount | boolean; // true: all that is left of it
  /** Money given back without a line ("goodwill"), beside the lines and shipping named here. */
  amount?: Amount;
  /** Money kept back from what lines and shipping come to (a handling fee): booked as a positive discrepancy. */
  keepBack?: Amount;
  /** What goes back in all, whatever lines and shipping come to: the difference becomes a discrepancy. Not beside `amount` and `keepBack`. */
  money?: Amount;
  /** Book a pair of discrepancies that cancel each other beside the rest, as the store does at times. */
  pair?: Amount;
  note?: string | null;
};
export type CancelInput = { reason?: "customer" | "declined" | "fraud" | "inventory" | "staff" | "other"; refund?: boolean; restock?: boolean };
export type DisputeInput = { type?: DisputeType; reason?: string; networkReasonCode?: string; amount?: Amount };
export type DisputeChange = { type?: DisputeType; status?: DisputeStatus };
/** What a product is now; null: it is deleted. */
export type ProductMarks = { productType: string; tags: string[] };
export type EditInput = { add?: CartItem[]; remove?: { lineId: string; quantity: number }[]; staffNote?: string };

/** Switches of the delivery of webhooks. Shares are 0 to 1. */
export type Faults = {
  duplicate: number; // share sent twice, with the same X-Shopify-Webhook-Id
  duplicateNewId: boolean; // ... or with a new one
  delayMs: number; // every first attempt comes this much later, by the clock
  reorder: boolean; // deliveries due together leave in a shuffled order
  drop: number; // share that is never sent
  failBefore: number; // the first n attempts of every delivery never reach the app (then the retries come)
  hold: boolean; // nothing leaves while it is set
  tomlSilent: boolean; // of orders and discounts the subscriptions of shopify.app.toml tell nothing; those that were made for the shop do
};
/** What may become of a call of the Admin API. */
export type ApiTrouble =
  | "unavailable" // 503; nothing was done
  | "bad_gateway" // 502; it was done all the same
  | "lost" // done, and the connection breaks before the answer
  | "timeout" // nothing is done, and no answer ever comes
  | "too_many" // 429 with Retry-After; nothing was done
  | "throttled"; // the bucket is empty: GraphQL's THROTTLED
/** The next `times` calls whose text holds `match` (any, where it is empty). */
export type ApiFault = { trouble: ApiTrouble; times: number; match: string };
export type DeliveryState = "pending" | "delivered" | "failed" | "dropped";
export type Delivery = {
  webhookId: string;
  eventId: string;
  topic: string;
  name: string | null;
  uri: string;
  triggeredAt: string;
  state: DeliveryState;
  attempts: number;
  dueAtMs: number; // by the clock
  lastStatus: number | null; // null: none yet, or no answer
  lastError: string | null;
  orderId: string | null;
  /** The subscription that was made for the shop; missing: one of shopify.app.toml. */
  hookId?: string | null;
  body: string | null; // dropped once it is delivered
};
export type Idle = { pending: number; due: number; failed: number; nextDueAtMs: number | null };

export type StaffUser = { id: string; name?: string; email?: string };

// ---- state ----
/** `marketing`: what the customer last said of being written to; missing: never asked. */
export type Customer = { id: string; email: string; firstName: string; lastName: string; orders: number; createdAt: string; marketing?: "subscribed" | "unsubscribed" };
export type AccessGrant = { token: string; scope: string; expiresAtMs: number | null; online: boolean };
export type RefreshGrant = { token: string; scope: string; expiresAtMs: number; state: "current" | "previous" };
export type AppMetafield = { id: string; namespace: string; key: string; type: string; value: string; createdAt: string; updatedAt: string };
export type StoreState = {
  version: 1;
  shop: ShopInfo;
  nextId: Record<string, number>;
  nextOrderNumber: number;
  orders: Order[]; // in the order of creation
  /** Orders put in by hand (set-order): shown whatever their age. */
  putIn: string[];
  paidTransactions: Record<string, Transaction[]>; // by order id
  /** Edits of the orders, by order id: the bodies of the orders do not tell them. */
  edits: Record<string, { at: string; additions: { id: Id; delta: number }[]; removals: { id: Id; delta: number }[] }[]>;
  customers: Customer[];
  disputes: { initiatedAs: DisputeType; body: Dispute }[];
  /** By product id: what was made of a product since the catalogue, also of one that the catalogue does not know. */
  products: Record<string, ProductMarks | null>;
  discounts: Discount[];
  bulkCreations: BulkCreation[];
  jobs: Job[];
  segments: Segment[];
  markets: Market[];
  /** What mutations marked @idempotent answered, by their key. */
  idempotent: Record<string, string>;
  deliveries: Delivery[];
  faults: Faults;
  apiFaults: ApiFault[];
  /** The newest last. */
  bulkOperations: BulkOperation[];
  /** What becomes of the next ones, where they do not end well. */
  bulkFaults: BulkFault[];
  /** Webhook subscriptions that the app made for this shop; gone with the app. */
  hooks: Hook[];
  /** What the app is granted, where it is no longer what the options or the TOML say. */
  grantedScopes: string | null;
  installed: boolean;
  accessGrants: AccessGrant[];
  refreshGrants: RefreshGrant[];
  /** The app's web pixel, as webPixelCreate made it; gone with the app. */
  webPixel: { id: string; settings: string } | null;
  /** What workflows were told, and their runs of the app's actions. */
  flow?: FlowState;
  /** Of the app's installation, by "namespace key"; gone with the app. */
  appMetafields: Record<string, AppMetafield>;
  /** App embeds of the theme, by handle: off until the merchant turns them on in the theme's editor; gone with the app. */
  embeds: Record<string, { on: boolean; settings: Record<string, string | number | boolean> }>;
};

export type StoreOptions = {
  /** Where the state is kept as JSON; null keeps it in memory only. */
  dataDir?: string | null;
  port?: number; // 0: any free one (tests)
  appUrl?: string; // where webhooks go: relative uris of shopify.app.toml are resolved on it
  queuesUrl?: string; // where what is meant for Google Pub/Sub and Amazon EventBridge goes
  apiKey?: string;
  apiSecret?: string;
  shop?: Partial<ShopInfo>;
  /** What the app is granted on token exchange; read from shopify.app.toml where it is left out. */
  scopes?: string;
  /** Path of shopify.app.toml; null: every order topic to /webhooks. */
  appToml?: string | null;
  catalogue?: Catalogue;
  /** Seed of the faults' dice. */
  seed?: number;
  /** Cost bucket; 2000 and 100 per second as recorded. */
  bucket?: { maximum: number; restorePerSecond: number };
  /** Whether the app is installed from the start (true where the state is in memory only, unless it says false): an app that is not gets no webhooks and no answers; token exchange installs it. */
  installed?: boolean;
  /** How long after discountRedeemCodeBulkAdd its codes exist, and after a bulk removal they are gone, by the clock. */
  bulkDelayMs?: number;
  /** false: orders that were put in by hand are shown no longer than others are. */
  putInShown?: boolean;
  /** How long a bulk operation takes, by the clock. */
  bulkOperationMs?: number;
  /** How long a discount made or changed stays as it was for searches. */
  searchLagMs?: number;
  /** The store's clock, in milliseconds since 1970, for a simulation: the bucket, discounts, bulk jobs and webhooks go by it. The app's clock where it is left out. */
  now?: () => number;
};
