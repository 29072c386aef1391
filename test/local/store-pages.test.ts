// The faces of the local store over HTTP: a purchase as a browser makes it, the admin's buttons, and what is handed to the app.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { embedLink } from "#app/domain/embed-link.ts";
import { catalogue } from "#test/local/store/catalogue.ts";
import { html, json } from "#test/local/store/pages/html.ts";
import { ownPath } from "#test/local/store/pages/exchange.ts";
import { pages } from "#test/local/store/pages/index.ts";
import { isDrawn } from "#test/local/store/pages/pictures.ts";
import { Store } from "#test/local/store/store.ts";
import type { Discount } from "#test/local/store/types.ts";

let store: Store;
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => void pages(request, response, store).catch((fault: Error) => response.writeHead(500).end(fault.stack)));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

beforeEach(() => {
  store = new Store({ apiKey: "key-of-the-app", apiSecret: "secret-of-the-app", appUrl: "http://127.0.0.1:9" });
  store.state.discounts.push(tenPercent);
  store.state.faults.hold = true; // nobody listens for webhooks here
});

const tenPercent: Discount = {
  id: "71", title: "10 % off everything", value: { kind: "percentage", percentage: 0.1 }, items: { kind: "all" }, context: { kind: "all" }, codes: [{ id: "72", code: "MARIE10", usageCount: 0, createdBy: null }],
  startsAt: "2020-01-01T00:00:00Z", endsAt: null, usageLimit: null, oncePerCustomer: false, minimum: { kind: "subtotal", amount: "50.00" },
  combinesWith: { order: false, product: false, shipping: false }, appliesOnOneTimePurchase: true, appliesOnSubscription: false, recurringCycleLimit: null,
  tags: [], usedBy: [], salesMinor: "0", bulk: true, createdAt: "2020-01-01T00:00:00Z", updatedAt: "2020-01-01T00:00:00Z",
};

/** A browser with cookies, that follows redirects. */
function visitor() {
  const cookies = new Map<string, string>();
  async function ask(path: string, form?: Record<string, string>): Promise<{ status: number; text: string; path: string }> {
    const answer = await fetch(base + path, {
      method: form ? "POST" : "GET",
      body: form ? new URLSearchParams(form) : undefined,
      headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
      redirect: "manual",
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0]!.split(/=(.*)/s) as [string, string];
      cookies.set(name, value);
    }
    const to = answer.headers.get("location");
    return to === null ? { status: answer.status, text: await answer.text(), path } : ask(to);
  }
  return ask;
}

const variantOf = (handle: string) => catalogue().products.find((product) => product.handle === handle)!.variants[0]!.id;

describe("the storefront", () => {
  test("sells a cart with a code, and shows number, discount and total", async () => {
    const visit = visitor();
    await visit("/cart/add", { variant: variantOf("lampe-colline"), quantity: "1" });
    await visit("/cart/code", { code: " marie10 ", back: "/cart" });
    const cart = await visit("/cart");
    expect(cart.text).toContain("<b>MARIE10</b> is applied");
    expect(cart.text).toContain("€80.10");

    const thanks = await visit("/checkout", { email: "ines@example.com", name: "Ines Haller", payment: "card" });
    const [order] = store.orders();
    expect(thanks.path).toBe(`/thanks/${String(order!.id)}`);
    expect(thanks.text).toContain(order!.name);
    expect(thanks.text).toContain("MARIE10 −€8.90");
    expect(order).toMatchObject({ email: "ines@example.com", financial_status: "paid", total_price: "85.00", discount_codes: [{ code: "MARIE10", amount: "8.90" }] });
    expect((await visit("/cart")).text).toContain("Your cart is empty");
  });

  test("says in a sentence why a code was not taken, and sells without it", async () => {
    const visit = visitor();
    await visit("/cart/add", { variant: variantOf("tasse-aurore"), quantity: "1" });
    await visit("/cart/code", { code: "MARIE10" });
    expect((await visit("/cart/code", { code: "nobody" })).text).toContain("We do not know a code “nobody”.");
    expect((await visit("/checkout")).text).toContain("Your cart is still too small for the code “MARIE10”.");
    const thanks = await visit("/checkout", { email: "a@example.com", payment: "cash_on_delivery" });
    expect(thanks.text).toContain("still too small");
    expect(store.orders()[0]).toMatchObject({ financial_status: "pending", discount_codes: [] });
  });

  test("a discount link brings the code into the cart and goes on to a path of this store only", async () => {
    const visit = visitor();
    expect((await visit("/discount/MARIE10?redirect=%2Fproducts%2Flampe-colline")).path).toBe("/products/lampe-colline");
    await visit("/cart/add", { variant: variantOf("lampe-colline"), quantity: "1" });
    expect((await visit("/cart")).text).toContain("<b>MARIE10</b> is applied");
    expect((await visit("/discount/MARIE10?redirect=https%3A%2F%2Felsewhere.example%2F")).path).toBe("/");
  });

  test("the order tells the page that the session began with, and what scripts wrote into the cart", async () => {
    const visit = visitor();
    await visit("/products/lampe-colline?irclickid=first1");
    await visit("/discount/MARIE10?redirect=%2Fcart&irclickid=second2");
    await visit("/cart/add", { variant: variantOf("lampe-colline"), quantity: "1" });
    await visit("/cart/update.js", { "attributes[irclickid]": "second2", "attributes[other]": "x" });
    await visit("/cart/update.js", { "attributes[creator_visitor]": "v1", "attributes[other]": "" });
    await visit("/checkout", { email: "ines@example.com", payment: "card" });
    expect(store.orders()[0]).toMatchObject({
      landing_site: "/products/lampe-colline?irclickid=first1",
      note_attributes: [{ name: "irclickid", value: "second2" }, { name: "creator_visitor", value: "v1" }],
    });
    expect(JSON.parse((await visit("/cart.js")).text)).toMatchObject({ item_count: 0, attributes: {}, discount_codes: [] });
  });

  test("a discount link leaves its code in a cookie, hands its other parameters on, and takes the place of an earlier link's code, not of a typed one", async () => {
    store.state.discounts.push({ ...tenPercent, id: "81", codes: [{ id: "82", code: "LEO10", usageCount: 0, createdBy: null }] }, { ...tenPercent, id: "91", codes: [{ id: "92", code: "TYPED", usageCount: 0, createdBy: null }] });
    const visit = visitor();
    const codes = async () => (JSON.parse((await visit("/cart.js")).text) as { discount_codes: { code: string }[] }).discount_codes.map(({ code }) => code);
    expect((await visit("/discount/MARIE10?redirect=%2Fcart%3Fcreator%3DMARIE10&utm_source=x")).path).toBe("/cart?creator=MARIE10&utm_source=x");
    await visit("/cart/add", { variant: variantOf("lampe-colline"), quantity: "1" });
    await visit("/cart/code", { code: "TYPED" });
    const answer = await fetch(`${base}/discount/LEO10`, { redirect: "manual", headers: { cookie: "discount_code=MARIE10" } });
    expect(answer.headers.getSetCookie()).toContain("discount_code=LEO10; Path=/; SameSite=Lax");
    await visit("/discount/LEO10");
    expect(await codes()).toEqual(["TYPED", "LEO10"]);
    await visit("/cart/update.js", { discount: "marie10" });
    expect(await codes()).toEqual(["marie10"]);
    await visit("/cart/update.js", { discount: "" });
    expect(await codes()).toEqual([]);
  });

  test.each([["fr", "Ajouter au panier"], ["zh-CN", "加入购物车"]])("speaks %s under its own addresses, and stays in it", async (language, add) => {
    const visit = visitor();
    const product = await visit(`/${language}/products/lampe-colline`);
    expect(product.text).toContain(`<html lang="${language}">`);
    expect(product.text).toContain(`<button>${add}</button>`);
    expect(product.text).toContain(`action="/${language}/cart/add"`);
    expect(product.text).toContain('href="/admin"');
    expect((await visit(`/${language}/cart/add`, { variant: variantOf("lampe-colline"), quantity: "1" })).path).toBe(`/${language}/cart`);
    expect(JSON.parse((await visit(`/${language}/cart.js`)).text)).toMatchObject({ item_count: 1 });
    expect((await visit(`/${language}/discount/MARIE10?redirect=%2Fcart`)).path).toBe(`/${language}/cart`);
  });

  test("sells a subscription beside the same thing once, to the country that was chosen", async () => {
    store.state.discounts[0] = { ...tenPercent, context: { kind: "markets", ids: [store.state.markets[1]!.id] }, minimum: { kind: "none" } }; // France
    const visit = visitor();
    const variant = variantOf("boite-du-mois");
    await visit("/cart/add", { variant, quantity: "1", plan: "1" });
    const cart = await visit("/cart/add", { variant, quantity: "2", plan: "0" });
    expect(cart.text).toContain("delivered every month");
    await visit("/cart/code", { code: "MARIE10" });
    expect((await visit("/checkout")).text).toContain("is not for you");
    expect((await visit("/cart/country", { country: "FR" })).text).toContain("<b>MARIE10</b> is applied");
    await visit("/checkout", { email: "a@example.com", payment: "card" });
    const [order] = store.orders();
    expect(order!.shipping_address).toMatchObject({ country_code: "FR" });
    // The code is for one-time purchases.
    expect(order!.line_items.map((line) => [line.quantity, line.selling_plan_allocation?.selling_plan.name ?? null, line.discount_allocations.length])).toEqual([[1, "Delivered every month", 0], [2, null, 1]]);
  });

  test("asks for an e-mail address before it sells", async () => {
    const visit = visitor();
    await visit("/cart/add", { variant: variantOf("lampe-colline"), quantity: "1" });
    const refused = await visit("/checkout", { email: "nobody", payment: "card" });
    expect(refused.status).toBe(422);
    expect(store.orders()).toHaveLength(0);
  });

  test("a broken cart cookie is an empty cart", async () => {
    const answer = await fetch(`${base}/cart`, { headers: { cookie: "cart=%%%not-a-cart" } });
    expect(await answer.text()).toContain("Your cart is empty");
  });
});

describe("the theme's editor", () => {
  const editor = "/admin/themes/current/editor";
  const embed = async () => /id="creator-codes"/.test(await (await fetch(base)).text());
  beforeEach(() => {
    store = new Store({ apiKey: "key-of-the-app", apiSecret: "s", appToml: join(import.meta.dirname, "..", "..", "shopify.app.toml") });
    store.state.appMetafields["creator_codes storefront"] = { id: "1", namespace: "creator_codes", key: "storefront", type: "json", value: JSON.stringify({ endpoint: "http://app.invalid", token: "t", parameters: [] }), createdAt: "", updatedAt: "" };
  });

  test("the app's link brings its embed turned on, and saving keeps it, with what the merchant set", async () => {
    const visit = visitor();
    expect(await embed()).toBe(false);
    const asked = await visit(`${editor}?${embedLink("key-of-the-app").split("?")[1]!}`);
    expect(asked.text).toMatch(/name="on" value="1" checked/);
    expect(await embed()).toBe(false);
    const saved = await visit(editor, { on: "1", notice: "1", position: "bottom_left", distance: "900", background: "#123456", text: "nonsense" });
    expect(saved.text).toContain("the embed is on");
    expect(await embed()).toBe(true);
    expect(store.state.embeds["share-link"]).toEqual({ on: true, settings: { notice: true, position: "bottom_left", distance: 80, radius: 12, background: "#123456", text: "#1f1f1f" } });
    await visit(editor, {});
    expect(await embed()).toBe(false);
  });

  test("another app's embed is not known, and without the app there is none", async () => {
    expect((await visitor()(`${editor}?context=apps&activateAppId=${encodeURIComponent("other/<b>")}`)).text).toContain("There is no such app embed: other/&lt;b&gt;.");
    store.setEmbed("share-link", true);
    store.uninstall();
    expect(await embed()).toBe(false);
    expect((await visitor()(editor)).text).toContain("No app with an embed is installed.");
  });
});

describe("what people write stays text", () => {
  const hostile = `<script>alert("1")</script>'&`;

  test("in titles, mails, codes and names", async () => {
    const goods = catalogue();
    goods.products[0]!.title = hostile;
    store = new Store({ catalogue: goods });
    const sold = store.checkout({ items: [{ variantId: goods.products[0]!.variants[0]!.id, quantity: 1 }], email: `${hostile}@x.example`, codes: [hostile] });
    if (!sold.ok) throw new Error(sold.reason);
    const id = String(sold.order.id);
    for (const path of ["/", "/products/lampe-colline", "/admin/orders", `/admin/orders/${id}?done=${encodeURIComponent(hostile)}`, `/admin/orders?q=${encodeURIComponent(hostile)}`, "/admin/products", `/thanks/${id}?refused=unknown.${encodeURIComponent(hostile)}`, `/admin/apps/creator-codes/app?x=${encodeURIComponent(hostile)}`]) {
      const text = await (await fetch(base + path)).text();
      expect(text, path).not.toContain("<script>alert");
    }
  });

  test.each([
    [html`<a title="${`"'<>&`}">${`<b>`}</a>`.markup, `<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;</a>`],
    [html`${[html`<i>1</i>`, html`<i>2</i>`]}${null}${false}`.markup, "<i>1</i><i>2</i>"],
    [json({ a: "</script><!--" }).markup, `{"a":"\\u003c/script\\u003e\\u003c!--"}`],
  ])("the template writes %s", (written, expected) => expect(written).toBe(expected));

  test.each([
    ["/cart?x=1", "/cart?x=1"],
    ["//elsewhere.example/", "/"],
    ["/\\elsewhere.example", "/"],
    ["https://elsewhere.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["/\n/elsewhere.example", "/"],
    [null, "/"],
  ])("%j leads to %s", (text, expected) => expect(ownPath(text)).toBe(expected));
});

describe("the pictures", () => {
  test.each(catalogue().products.map(({ handle, picture: { kind } }) => [handle, kind] as const))("%s has one of its own", async (handle, kind) => {
    const answer = await fetch(`${base}/pictures/${handle}.svg`);
    const text = await answer.text();
    expect(answer.headers.get("content-type")).toBe("image/svg+xml");
    expect(isDrawn(kind)).toBe(true);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    expect(unclosed(text)).toEqual([]);
  });

  /** The elements that an XML text leaves open, or closes without having opened them. */
  function unclosed(xml: string): string[] {
    const open: string[] = [];
    const tags = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z0-9-]+="[^"<]*")*)\s*(\/?)>/g;
    expect(xml.replace(tags, "").includes("<")).toBe(false); // whatever else begins with < is no element
    for (const [, end, name, , empty] of xml.matchAll(tags)) {
      if (end) {
        if (open.pop() !== name) return [`</${name}>`];
      } else if (!empty) open.push(name!);
    }
    return open;
  }
});

describe("the catalogue", () => {
  test("has handles, ids and SKUs that occur once, and comes out the same each time", () => {
    const { products } = catalogue();
    const variants = products.flatMap((product) => product.variants);
    const skus = variants.map(({ sku }) => sku).filter((sku) => sku !== null);
    for (const list of [products.map(({ id }) => id), products.map(({ handle }) => handle), variants.map(({ id }) => id), skus]) expect(new Set(list).size).toBe(list.length);
    expect(skus.length).toBeLessThan(variants.length);
    expect(catalogue()).toEqual(catalogue());
  });
});

describe("the admin", () => {
  test("gives session tokens that the app's secret has signed, to its own pages only", async () => {
    const { token } = (await (await fetch(`${base}/admin/session-token`)).json()) as { token: string };
    const [header, claims, signature] = token.split(".") as [string, string, string];
    expect(createHmac("sha256", "secret-of-the-app").update(`${header}.${claims}`).digest("base64url")).toBe(signature);
    const read = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp: number; iat: number };
    expect(read).toMatchObject({ aud: "key-of-the-app", dest: `https://${store.shop.domain}` });
    expect(read.exp - read.iat).toBe(60);
    for (const site of ["cross-site", "same-site"]) expect((await fetch(`${base}/admin/session-token`, { headers: { "sec-fetch-site": site } })).status).toBe(403);
  });

  test("opens the app at the path of its own address, with what Shopify's admin adds", async () => {
    const text = await (await fetch(`${base}/admin/apps/creator-codes/app/orders/12?tab=proof`, { headers: { cookie: "admin_locale=zh-CN" } })).text();
    const address = new URL(/<iframe[^>]* data-src="([^"]+)"/.exec(text)![1]!.replaceAll("&amp;", "&"));
    expect(address.origin + address.pathname).toBe("http://127.0.0.1:9/app/orders/12");
    const { hmac, ...given } = Object.fromEntries(address.searchParams);
    expect(given).toMatchObject({ tab: "proof", embedded: "1", shop: store.shop.domain, locale: "zh-CN", host: Buffer.from("admin.shopify.com/store/petit-atelier").toString("base64").replace(/=+$/, "") });
    const signed = Object.entries(given).sort(([one], [other]) => (one < other ? -1 : 1)).map((pair) => pair.join("=")).join("&");
    expect(hmac).toBe(createHmac("sha256", "secret-of-the-app").update(signed).digest("hex"));
  });

  test("keeps to the name of this machine by which it knows the app", async () => {
    const port = new URL(base).port;
    store = new Store({ appUrl: "http://localhost:9" });
    const answer = await fetch(`${base}/admin/apps/creator-codes/app?x=1`, { redirect: "manual" });
    expect(answer.headers.get("location")).toBe(`http://localhost:${port}/admin/apps/creator-codes/app?x=1`);
    store = new Store({ appUrl: "https://app.example" });
    expect((await fetch(`${base}/admin/apps/creator-codes/app`, { redirect: "manual" })).status).toBe(200);
  });

  test("refunds, edits, marks as paid, cancels and deletes with the store's own means", async () => {
    const visit = visitor();
    const sold = store.checkout({ items: [{ variantId: variantOf("lampe-colline"), quantity: 2 }, { variantId: variantOf("hoodie-atelier"), quantity: 1 }], email: "b@example.com", payment: "cash_on_delivery" });
    if (!sold.ok) throw new Error(sold.reason);
    const { order } = sold;
    const path = `/admin/orders/${String(order.id)}`;
    const [lamp, hoodie] = order.line_items;
    expect((await visit(`${path}/pay`, {})).text).toContain("The order is paid.");
    expect(store.order(String(order.id))!.financial_status).toBe("paid");
    await visit(`${path}/refund`, { [`line-${String(lamp!.id)}`]: "1", restock: "1", note: "a crack" });
    expect(store.order(String(order.id))!.refunds[0]).toMatchObject({ note: "a crack", refund_line_items: [{ quantity: 1, restock_type: "return" }] });
    await visit(`${path}/refund`, { amount: "5,50" });
    expect(store.order(String(order.id))!.refunds[1]!.transactions[0]!.amount).toBe("5.50");
    await visit(`${path}/edit`, { [`line-${String(hoodie!.id)}`]: "1", add: variantOf("vase-dune"), quantity: "2" });
    expect(store.order(String(order.id))!.line_items.map((line) => line.current_quantity)).toEqual([1, 0, 2]);
    expect((await visit(`${path}/refund`, {})).text).toContain("Nothing was chosen to refund");
    expect((await visit(`${path}/cancel`, { reason: "customer", refund: "1" })).text).toContain("The order is cancelled.");
    expect(store.order(String(order.id))!.cancel_reason).toBe("customer");
    expect((await visit(`${path}/delete`, {})).path).toBe("/admin/orders");
    expect(store.order(String(order.id))).toBeNull();
  });

  test("opens a dispute of an order that was paid, and decides it once", async () => {
    const visit = visitor();
    const sold = store.checkout({ items: [{ variantId: variantOf("boite-du-mois"), quantity: 1, sellingPlan: { id: "1", name: "Every <month>" } }], email: "b@example.com" });
    if (!sold.ok) throw new Error(sold.reason);
    const path = `/admin/orders/${String(sold.order.id)}`;
    const opened = (await visit(`${path}/dispute`, { type: "chargeback" })).text;
    expect(opened).toContain("Every &lt;month&gt;");
    expect(opened).not.toContain("Dispute the payment");
    const [{ body }] = store.state.disputes as [(typeof store.state.disputes)[number]];
    expect((await visit(`${path}/change-dispute`, { dispute: String(body.id), status: "lost" })).text).toContain("€63.90");
    expect(store.state.disputes[0]!.body.status).toBe("lost");
    expect((await visit(`${path}/change-dispute`, { dispute: String(body.id), status: "won" })).text).toContain("the dispute is over: lost");
  });

  test("takes no form that another site sent", async () => {
    const answer = await fetch(`${base}/cart/code`, { method: "POST", body: new URLSearchParams({ code: "X" }), headers: { "sec-fetch-site": "cross-site" } });
    expect(answer.status).toBe(403);
  });

  test("lists products and collections for the picker as App Bridge shapes them", async () => {
    const list = (await (await fetch(`${base}/admin/picker.json?type=product&q=hood`)).json()) as { id: string; variants: { sku: string; price: string }[] }[];
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ handle: "hoodie-atelier", hasOnlyDefaultVariant: false, totalVariants: 4 });
    expect(list[0]!.variants[3]).toMatchObject({ sku: "HOO-ATE-XL", price: "72.00" });
    expect(await (await fetch(`${base}/admin/picker.json?type=collection`)).json()).toHaveLength(4);
  });
});

describe("the controls", () => {
  test("set the faults of the webhooks, and take them back", async () => {
    const visit = visitor();
    await visit("/control/faults", { duplicate: "25", failBefore: "2", hold: "1", delay: "3" });
    expect(store.state.faults).toMatchObject({ duplicate: 0.25, failBefore: 2, hold: true, delayMs: 3_000, drop: 0 });
    await visit("/control/faults", { none: "1" });
    expect(store.state.faults).toMatchObject({ duplicate: 0, failBefore: 0, hold: false, delayMs: 0 });
  });

  test("run the clock forward by a step or to a date of the shop's own time, and never back", async () => {
    const visit = visitor();
    const offsets: number[] = [];
    store.runClock = (input) => {
      offsets.push(input.advanceMs!);
      return 0;
    };
    await visit("/control/clock", { step: "3600000" });
    await visit("/control/clock", { to: "2044-07-01T12:00" });
    expect(offsets[0]).toBe(3_600_000);
    expect(new Date(Date.now() + offsets[1]!).toISOString().slice(0, 16)).toBe("2044-07-01T10:00");
    expect((await visit("/control/clock", { to: "2001-01-01T00:00" })).status).toBe(400);
    expect(offsets).toHaveLength(2);
  });
});
