// The local store: its state, and everything that a buyer, a member of staff or a test can do to it.
// The Admin API (graphql.ts), the checkout and the pages work on this one object.
import { randomUUID } from "node:crypto";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { renameSync, writeFileSync } from "node:fs";
import { demoMarkets, demoSegments } from "./audience.ts";
import { scopesOf, sessionToken } from "./auth.ts";
import type { BulkFault } from "./bulk-operations.ts";
import { catalogue, type CatalogueProduct, type CatalogueVariant, type Catalogue } from "./catalogue.ts";
import { placeOrder, quoteCart } from "./checkout.ts";
import { Deliveries } from "./deliveries.ts";
import { changeDispute, openDispute } from "./disputes.ts";
import { editOrder } from "./edits.ts";
import { bodyId, digitsOf } from "./json.ts";
import { cancelOrder, payOrder, voidOrder } from "./payments.ts";
import { refundOrder } from "./refunds.ts";
import type {
  ApiFault, ApiTrouble, CancelInput, CheckoutInput, CheckoutResult, Delivery, Discount, Dispute, DisputeChange, DisputeInput, EditInput, Faults, Id, Idle, Order, ProductMarks, Quote, Refund, RefundInput,
  ShopInfo, StaffUser, StoreOptions, StoreState,
} from "./types.ts";
import { readSubscriptions, type Subscription } from "./subscriptions.ts";

/** The store said no, for a reason that a person can read. */
export class Refused extends Error {}

const DEMO_SHOP: ShopInfo = {
  id: "68817453291",
  domain: "petit-atelier.myshopify.com",
  name: "Petit Atelier",
  email: "bonjour@petit-atelier.example",
  currency: "EUR",
  timezone: "Europe/Berlin",
  taxesIncluded: true,
  taxRate: 0.19,
  taxTitle: "MwSt",
  shippingPrice: "4.90",
  shippingTitle: "Standard",
  plan: "Basic",
};

export const NO_FAULTS: Faults = { duplicate: 0, duplicateNewId: false, delayMs: 0, reorder: false, drop: 0, failBefore: 0, hold: false, tomlSilent: false };

/** Where the ids of each kind begin: all beyond 2^31, those of line items as large as the real ones. */
const FIRST_IDS: Record<string, number> = {
  Order: 5_814_203_711_488, LineItem: 14_922_610_442_240, ShippingLine: 4_863_301_517_312, Refund: 938_410_221_568, RefundLine: 561_208_844_288,
  OrderAdjustment: 231_914_512_384, OrderTransaction: 6_930_147_110_912, Customer: 7_208_431_919_104, OrderEdit: 84_116_930_560, Discount: 1_421_903_331_328,
  RedeemCode: 19_240_113_307_648, BulkCreation: 1_620_441_088, Job: 2_914_557_952, RefundShipping: 231_440_986_112,
  Dispute: 9_120_448_274_432, WebPixel: 1_204_551_680, BulkOperation: 4_839_201_710_080, WebhookSubscription: 1_310_776_164_352, Metafield: 33_184_207_503_360,
};
const ID_STEP = 32_768;
const REDACT_MS = 48 * 3_600_000;

export function emptyState(shop: Partial<ShopInfo> = {}): StoreState {
  return {
    version: 1, shop: { ...DEMO_SHOP, ...shop }, nextId: { ...FIRST_IDS }, nextOrderNumber: 1001, orders: [], putIn: [], paidTransactions: {}, edits: {}, customers: [], disputes: [], products: {},
    discounts: [], bulkCreations: [], jobs: [], segments: demoSegments(), markets: demoMarkets(), idempotent: {}, deliveries: [], faults: { ...NO_FAULTS }, apiFaults: [], bulkOperations: [], bulkFaults: [], hooks: [], grantedScopes: null, installed: false, accessGrants: [], refreshGrants: [],
    webPixel: null, appMetafields: {}, embeds: {},
  };
}

export class Store {
  readonly options: StoreOptions;
  readonly catalogue: Catalogue;
  readonly webhooks: Deliveries;
  state: StoreState;
  /** Where this store answers, once it is started. */
  publicUrl = "";
  /** Called after every change; the persistence listens. */
  onChange: () => void = () => {};
  #orders = new Map<string, Order>();
  #variants = new Map<string, { product: CatalogueProduct; variant: CatalogueVariant }>();

  constructor(options: StoreOptions = {}, state: StoreState = emptyState(options.shop)) {
    this.options = options;
    this.state = state;
    this.catalogue = options.catalogue ?? catalogue();
    for (const product of this.catalogue.products) for (const variant of product.variants) this.#variants.set(variant.id, { product, variant });
    for (const order of state.orders) this.#orders.set(String(order.id), order);
    if (options.installed !== false && options.dataDir == null) state.installed = true;
    this.webhooks = new Deliveries(this);
  }

  /** Now, by the clock that the options name, or by the app's. */
  nowMs(): number {
    return this.options.now?.() ?? nowMs();
  }
  /** Now, as the Admin API writes it: UTC, whole seconds. */
  utcNow(): string {
    return `${new Date(this.nowMs()).toISOString().slice(0, 19)}Z`;
  }
  get shop(): ShopInfo {
    return this.state.shop;
  }
  get apiKey(): string {
    return this.options.apiKey ?? "local-api-key";
  }
  get apiSecret(): string {
    return this.options.apiSecret ?? "local-api-secret";
  }
  get appUrl(): string {
    return this.options.appUrl ?? "http://127.0.0.1:3000";
  }
  /** What shopify.app.toml says, read anew each time: topics, and the scopes asked for. */
  subscriptions(): { scopes: string | null; subscriptions: Subscription[] } {
    return readSubscriptions(this.options.appToml ?? null);
  }

  // ---- what is sold ----
  get products(): CatalogueProduct[] {
    return this.catalogue.products.flatMap((product) => this.#asSet(product) ?? []);
  }
  variant(id: string): { product: CatalogueProduct; variant: CatalogueVariant } | null {
    const found = this.#variants.get(digitsOf(id) ?? "");
    const product = found === undefined ? null : this.#asSet(found.product);
    return product === null ? null : { product, variant: found!.variant };
  }
  /** Sets what a product is, whether the catalogue knows it or not; null: it is deleted, and the lines of its orders have no product any more. */
  setProduct(id: string, product: ProductMarks | null): void {
    this.state.products[digitsOf(id) ?? id] = product === null ? null : { productType: product.productType, tags: [...product.tags] };
    this.changed();
  }
  #asSet(product: CatalogueProduct): CatalogueProduct | null {
    const set = this.state.products[product.id];
    return set === null ? null : { ...product, ...set };
  }

  // ---- orders ----
  /** All orders as the webhooks have them, oldest first. */
  orders(): Order[] {
    return this.state.orders;
  }
  /** By digits or gid; null where there is none. The truth itself: change it through the methods below only. */
  order(id: string): Order | null {
    return this.#orders.get(digitsOf(id) ?? "") ?? null;
  }
  /** What a cart would come to, and what becomes of each code that the buyer typed. Changes nothing. */
  quote(input: CheckoutInput): Quote {
    return quoteCart(this, input);
  }
  /** The buyer pays (or promises to). Fires orders/create, orders/paid where it is paid, and orders/updated, with one event id. */
  checkout(input: CheckoutInput): CheckoutResult {
    return placeOrder(this, input);
  }
  /** Gives money back; throws Refused where the order has not as much. Fires refunds/create and orders/updated. */
  refund(orderId: string, input: RefundInput): Refund {
    return refundOrder(this, this.#find(orderId), input);
  }
  /** Fires orders/cancelled, orders/updated, and refunds/create where money is given back. */
  cancel(orderId: string, input: CancelInput = {}): Order {
    return cancelOrder(this, this.#find(orderId), input);
  }
  /** Adds pieces or takes some off after the order was placed. Fires orders/edited (which carries no order) and orders/updated. */
  edit(orderId: string, input: EditInput): Order {
    return editOrder(this, this.#find(orderId), input);
  }
  /** What is outstanding comes in. Fires orders/paid and orders/updated. */
  pay(orderId: string): Order {
    return payOrder(this, this.#find(orderId));
  }
  /** An order that was never paid is voided. Fires orders/updated. */
  void(orderId: string): Order {
    return voidOrder(this, this.#find(orderId));
  }
  /** Fires orders/delete, whose body is the id alone. */
  deleteOrder(orderId: string): void {
    const order = this.#find(orderId);
    this.#orders.delete(String(order.id));
    this.state.orders = this.state.orders.filter((each) => each !== order);
    this.webhooks.fire(this.event(), "orders/delete", { id: order.id }, String(order.id));
    this.changed();
  }
  /** Puts an order (REST shape) into the store as its truth, whatever was there; sends nothing unless topics are named. */
  setOrder(order: Order, topics: string[] = []): Order {
    const id = String(order.id);
    const known = this.#orders.get(id);
    if (known === undefined) this.state.orders.push(order);
    else this.state.orders[this.state.orders.indexOf(known)] = order;
    this.#orders.set(id, order);
    if (!this.state.putIn.includes(id)) this.state.putIn.push(id);
    if (topics.length > 0) this.fireOrder(this.event(), topics, order);
    this.changed();
    return order;
  }
  /** Adds an order that the checkout made. */
  keepOrder(order: Order): void {
    this.state.orders.push(order);
    this.#orders.set(String(order.id), order);
  }

  // ---- disputes ----
  /** The buyer's bank asks for the money of an order back, or inquires; throws Refused where nothing was paid. Fires disputes/create. */
  openDispute(orderId: string, input: DisputeInput = {}): Dispute {
    return openDispute(this, this.#find(orderId), input);
  }
  /** How it goes on, and ends. Fires disputes/update. */
  changeDispute(id: string, change: DisputeChange): Dispute {
    return changeDispute(this, id, change);
  }
  /** Puts a dispute (REST shape) into the store as its truth, whatever was there; sends nothing unless topics are named. */
  setDispute(body: Dispute, topics: string[] = []): Dispute {
    const known = this.state.disputes.find((each) => String(each.body.id) === String(body.id));
    if (known === undefined) this.state.disputes.push({ initiatedAs: body.type, body });
    else known.body = body;
    this.fireDispute(topics, body);
    this.changed();
    return body;
  }
  fireDispute(topics: string[], body: Dispute): void {
    const eventId = this.event();
    for (const topic of topics) this.webhooks.fire(eventId, topic, body, body.order_id === null ? null : String(body.order_id));
  }

  // ---- discounts (made through the Admin API) ----
  discounts(): Discount[] {
    return this.state.discounts;
  }
  discount(id: string): Discount | null {
    const digits = digitsOf(id);
    return this.state.discounts.find((each) => each.id === digits) ?? null;
  }

  // ---- webhooks ----
  fireOrder(eventId: string, topics: string[], order: Order): void {
    for (const topic of topics) this.webhooks.fire(eventId, topic, order, String(order.id));
  }
  /** Sets some of the switches; the others stay. */
  faults(change: Partial<Faults> = {}): Faults {
    Object.assign(this.state.faults, change);
    this.changed();
    return this.state.faults;
  }
  /** The next `times` calls of the Admin API whose text holds `match` go wrong; 0 takes it back. */
  troubleApi(trouble: ApiTrouble, times = 1, match = ""): ApiFault[] {
    this.state.apiFaults = [...this.state.apiFaults.filter((each) => each.trouble !== trouble || each.match !== match), ...(times > 0 ? [{ trouble, times, match }] : [])];
    this.changed();
    return this.state.apiFaults;
  }
  /** The next bulk operation does not end well. */
  troubleBulk(fault: BulkFault): void {
    this.state.bulkFaults.push(fault);
    this.changed();
  }
  /** The newest first; bodies are gone once delivered. */
  deliveries(limit = 200): Delivery[] {
    return this.state.deliveries.slice(-limit).reverse();
  }
  /** How many deliveries wait: `due` could leave now, `pending` counts those that wait for their retry as well. */
  idle(): Idle {
    return this.webhooks.idle();
  }

  // ---- the app in the admin ----
  /** A session token as App Bridge gets it: HS256 with the app's secret, 60 s by the machine's time. */
  sessionToken(input: { user?: StaffUser } = {}): string {
    return sessionToken(this, input.user ?? { id: "90630848797" });
  }
  /** Every token ends, and app/uninstalled is fired; shop/redact follows after 48 hours, unless the app is installed again by then. */
  uninstall(): void {
    this.state.accessGrants = [];
    this.state.refreshGrants = [];
    this.state.installed = false;
    this.state.webPixel = null;
    this.state.appMetafields = {};
    this.state.embeds = {};
    this.state.hooks = [];
    const body = { id: bodyId(this.shop.id), name: this.shop.name, email: this.shop.email, domain: this.shop.domain, myshopify_domain: this.shop.domain };
    this.webhooks.fire(this.event(), "app/uninstalled", body, null);
    this.webhooks.fire(this.event(), "shop/redact", { shop_id: bodyId(this.shop.id), shop_domain: this.shop.domain }, null, REDACT_MS);
    this.changed();
  }
  /** Saves an app embed in the theme's editor; settings that are left out stay. */
  setEmbed(handle: string, on: boolean, settings: Record<string, string | number | boolean> = {}): void {
    this.state.embeds[handle] = { on, settings: { ...this.state.embeds[handle]?.settings, ...settings } };
    this.changed();
  }
  /** Every access token ends, and where it says so the refresh tokens too; the app stays installed. */
  revoke({ refresh = false }: { refresh?: boolean } = {}): void {
    this.state.accessGrants = [];
    if (refresh) this.state.refreshGrants = [];
    this.changed();
  }
  /** What the app is granted from now on, with the tokens that it has, too. Fires app/scopes_update. */
  grant(scopes: string): void {
    const list = (text: string) => text.split(",").map((each) => each.trim()).filter(Boolean);
    const body = { id: bodyId(this.shop.id), previous: list(scopesOf(this)), current: list(scopes), updated_at: this.utcNow() };
    this.state.grantedScopes = scopes;
    for (const each of [...this.state.accessGrants, ...this.state.refreshGrants]) each.scope = scopes;
    this.webhooks.fire(this.event(), "app/scopes_update", body, null);
    this.changed();
  }
  /** What the law obliges the app to: to say what it holds of a customer (`data_request`), or to forget it (`redact`). */
  askAboutCustomer(what: "data_request" | "redact", email: string): void {
    const customer = this.state.customers.find((each) => each.email === email.trim().toLowerCase());
    if (customer === undefined) throw new Refused(`there is no customer ${email}`);
    const orders = this.orders().filter((order) => order.email.trim().toLowerCase() === customer.email).map(({ id }) => id);
    const who = { shop_id: bodyId(this.shop.id), shop_domain: this.shop.domain, customer: { id: bodyId(customer.id), email: customer.email, phone: null } };
    const body = what === "redact" ? { ...who, orders_to_redact: orders } : { ...who, orders_requested: orders, data_request: { id: this.nextId("Job") } };
    this.webhooks.fire(this.event(), `customers/${what}`, body, null);
    this.changed();
  }

  // ---- the clock of this demo ----
  /** Runs the clock of every process forward (CLOCK_FILE), or of this process where there is no file. Answers the new offset. */
  runClock(input: { advanceMs?: number; offsetMs?: number }): number {
    const offset = input.offsetMs ?? nowMs() - Date.now() + (input.advanceMs ?? 0);
    const file = process.env.CLOCK_FILE;
    if (file) {
      writeFileSync(`${file}.new`, `${offset}\n`);
      renameSync(`${file}.new`, file); // whole or not at all: others read it this moment
    }
    setClockOffsetMs(offset); // at once here, whenever the file was read last
    return offset;
  }

  // ---- for the modules of the store ----
  nextId(kind: string): Id {
    const id = this.state.nextId[kind];
    if (id === undefined) throw new Error(`no ids for ${kind}`);
    this.state.nextId[kind] = id + ID_STEP;
    return id;
  }
  /** One act of a person, one event id. */
  event(): string {
    return randomUUID();
  }
  changed(): void {
    this.onChange();
  }
  #find(id: string): Order {
    const order = this.order(id);
    if (order === null) throw new Refused(`there is no order ${id}`);
    return order;
  }
}
