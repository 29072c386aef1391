// The app embed in a page: the real Liquid, the real script, a page without a network. What it asks for is counted.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { type Entry, readClicks, withLanding, writeClicks } from "#app/domain/touch.ts";
import { readNote } from "#app/domain/touch-note.ts";
import { appEmbeds } from "#test/local/store/pages/theme.ts";
import type { Language } from "#test/local/store/pages/visit.ts";
import { Store } from "#test/local/store/store.ts";
import { touchesOf } from "../../extensions/click-pixel/src/landing.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "extensions", "share-link");
const script = readFileSync(join(folder, "assets", "share-link.js"), "utf8");
const SETTINGS = { endpoint: "https://app.example", token: "shop.1.abc", parameters: ["irclickid", "awc"] };
const OFFER = { code: "MARIE10", applies: true, creator: "Marie", text: { offer: "10% off everything" } };

type Asked = { method: string; path: string; body: unknown };
type Given = {
  url?: string;
  language?: Language;
  cookies?: Record<string, string>;
  /** As the cart has them when the page is drawn. */
  attributes?: Record<string, string>;
  cart?: { item_count: number; discount_codes: { code: string; applicable: boolean }[] };
  /** undefined: the visitor has not been asked yet, and the platform's API is not there. */
  consent?: boolean;
  /** What the app answers to /storefront/offer. */
  offer?: unknown;
  settings?: Record<string, string | number | boolean>;
  metafield?: unknown;
  design?: boolean;
  referrer?: string;
};

function drawn({ language = "en", attributes = {}, settings = {}, metafield = SETTINGS, design = false }: Given): string {
  const store = new Store({ appToml: join(root, "shopify.app.toml") });
  store.setEmbed("share-link", true, settings);
  if (metafield !== null) store.state.appMetafields["creator_codes storefront"] = { id: "1", namespace: "creator_codes", key: "storefront", type: "json", value: JSON.stringify(metafield), createdAt: "", updatedAt: "" };
  const cart = { token: "", items: [], codes: [], attributes, email: "", name: "", country: "DE", checkout: null };
  return appEmbeds(store, { cart, language, root: language === "en" ? "" : `/${language}`, path: "/", landing: null, design })!.markup;
}

/** A page with the embed, as a browser shows it once all that was asked is answered. */
async function visit(given: Given) {
  const dom = new JSDOM(`<!doctype html><body><main><h1>Shop</h1></main>${drawn(given)}</body>`, { url: given.url ?? "https://shop.example/", referrer: given.referrer, runScripts: "outside-only", pretendToBeVisual: true });
  const { window } = dom;
  for (const [name, value] of Object.entries(given.cookies ?? {})) window.document.cookie = `${name}=${value}; Path=/`;
  const asked: Asked[] = [];
  const cartRequests = { now: 0, most: 0 };
  const statuses: (string | null)[] = [];
  new window.MutationObserver(() => {
    const status = window.document.querySelector("#creator-notice [role=status]");
    if (status !== null) statuses.push(status.textContent);
  }).observe(window.document.body, { childList: true });
  let { cart = { item_count: 0, discount_codes: [] } } = given;
  let consent = given.consent;
  const answer = (body: unknown) => ({ ok: true, status: 200, json: async () => body });
  const page = {
    window, asked, cartRequests,
    /** What the notice's status said at the moment in which it came into the page. */
    statuses,
    document: window.document,
    cookie: (name: string) => window.document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? null,
    async say(yes: boolean) {
      consent = yes;
      Object.assign(window, { Shopify: { customerPrivacy: { marketingAllowed: () => consent === true } } });
      window.document.dispatchEvent(new window.CustomEvent("visitorConsentCollected", { detail: { marketingAllowed: yes } }));
      await page.settled();
    },
    async settled() {
      for (let turn = 0, seen = -1; turn < 4 || asked.length > seen || cartRequests.now > 0; turn++) {
        seen = asked.length;
        await new Promise((done) => setTimeout(done, 4));
      }
    },
    /** The notice's words, once a screen reader is told them. */
    async notice(): Promise<string | null> {
      await page.settled();
      const status = window.document.querySelector("#creator-notice [role=status]");
      if (status === null) return null;
      await expect.poll(() => status.textContent).not.toBe("");
      return status.textContent;
    },
  };
  Object.assign(window, {
    Shopify: {
      ...(consent === undefined ? {} : { customerPrivacy: { marketingAllowed: () => consent === true } }),
      loadFeatures(features: { name: string }[], done: (fault?: Error) => void) {
        expect(features.map(({ name }) => name)).toEqual(["consent-tracking-api"]);
        Object.assign((window as unknown as { Shopify: object }).Shopify, { customerPrivacy: { marketingAllowed: () => consent === true } });
        done();
      },
    },
    async fetch(address: string, { method = "GET", body }: { method?: string; body?: string } = {}) {
      const url = new URL(address, window.location.href);
      const sent = body === undefined ? null : (JSON.parse(body) as Record<string, unknown>);
      const path = url.origin === "https://shop.example" ? url.pathname + url.search : url.href;
      asked.push({ method, path, body: sent });
      if (path.startsWith("/")) {
        cartRequests.most = Math.max(cartRequests.most, ++cartRequests.now);
        await new Promise((done) => setTimeout(done, 2));
        cartRequests.now--;
      }
      if (url.pathname === "/storefront/offer") {
        if (given.offer instanceof Error) throw given.offer;
        if (given.offer === "never") return new Promise(() => {});
        return given.offer === "broken" ? { ok: false, status: 503, json: async () => JSON.parse("<html>") as unknown } : answer(given.offer ?? OFFER);
      }
      // The store keeps the code of its own links in a cookie of its own.
      const linked = /\/discount\/(.*)$/.exec(url.pathname)?.[1];
      if (linked !== undefined) window.document.cookie = `discount_code=${linked}; Path=/`;
      if (typeof sent?.discount === "string") cart = { ...cart, discount_codes: sent.discount.split(",").map((code) => ({ code, applicable: cart.discount_codes.find((one) => one.code === code)?.applicable ?? code !== "TOOSMALL" })) };
      return answer(cart);
    },
  });
  window.eval(script);
  await page.settled();
  return page;
}

const changes = ({ asked }: { asked: Asked[] }) => asked.filter(({ path }) => path.endsWith("/cart/update.js")).map(({ body }) => body as { attributes?: Record<string, string>; discount?: string });
const told = ({ asked }: { asked: Asked[] }) => asked.filter(({ path }) => path.endsWith("/touches")).map(({ body }) => body);
const LANDING = "https://shop.example/products/lamp?irclickid=abc.1~2&utm_source=x";

describe("with consent", () => {
  test("a landing's click is kept in cookies and cart, under the parameter's name, and told to the app under the same key", async () => {
    const page = await visit({ url: LANDING, consent: true });
    const id = page.cookie("creator_visitor")!;
    expect(id).toMatch(/^v[A-Za-z0-9]{20,}$/);
    const clicks = page.cookie("creator_clicks")!;
    expect(readClicks(clicks)).toMatchObject([{ kind: "click_id", parameter: "irclickid", value: "abc.1~2" }]);
    expect(changes(page)).toEqual([{ attributes: { creator_visitor: id, creator_clicks: clicks, irclickid: "abc.1~2" } }]);
    const [note] = told(page).map(readNote);
    expect(note).toMatchObject({ ok: true, note: { token: SETTINGS.token, visitor: id, source: "embed", touches: [{ key: `${id}:${clicks}` }] } });
    expect(page.asked).toHaveLength(2);
  });

  test("a later page asks for nothing while the cart has it, and writes it again into a new cart", async () => {
    const cookies = { creator_visitor: "v0123456789", creator_clicks: "1750000000000.i.irclickid.abc%2E1" };
    expect((await visit({ cookies, attributes: cookies, consent: true })).asked).toEqual([]);
    expect(changes(await visit({ cookies, attributes: {}, consent: true }))).toEqual([{ attributes: { ...cookies, irclickid: "abc.1" } }]);
  });

  test("the same landing loaded again is the same touch; what the pixel noted already is not noted again", async () => {
    const first = await visit({ url: LANDING, consent: true });
    const cookies = { creator_visitor: first.cookie("creator_visitor")!, creator_clicks: first.cookie("creator_clicks")! };
    const again = await visit({ url: LANDING, consent: true, cookies, attributes: cookies });
    expect(again.cookie("creator_clicks")).toBe(cookies.creator_clicks);
    expect(again.asked).toEqual([]);
  });

  test("consent that is given on a later page counts from then on", async () => {
    const page = await visit({ url: "https://shop.example/" });
    await page.say(true);
    expect([page.cookie("creator_visitor"), page.asked]).toEqual([null, []]);
  });

  test("consent that is given on the landing notes it then", async () => {
    const page = await visit({ url: LANDING });
    expect(page.asked).toEqual([]);
    await page.say(true);
    expect(changes(page)).toHaveLength(1);
    await page.say(true);
    expect(page.asked).toHaveLength(2);
  });
});

describe("without consent", () => {
  test.each([["not asked yet", undefined], ["refused", false]])("%s: nothing is kept, and nobody is told", async (_, consent) => {
    const page = await visit({ url: LANDING, consent });
    expect([page.document.cookie, page.asked]).toEqual(["", []]);
  });

  test("withdrawn: the cookies go, and what the embed wrote is taken out of the cart, nothing else", async () => {
    const page = await visit({ url: LANDING, consent: true });
    await page.say(false);
    expect(page.document.cookie).toBe("");
    expect(changes(page)[1]).toEqual({ attributes: { creator_visitor: "", creator_clicks: "", irclickid: "" } });
    await page.say(false);
    expect(changes(page)).toHaveLength(2);
  });

  test("withdrawn elsewhere: the next page takes it out of the cart", async () => {
    const page = await visit({ attributes: { creator_visitor: "v0123456789", creator_clicks: "1.i.awc.7~2.l.creator.marie", gift: "yes" }, consent: false });
    expect(changes(page)).toEqual([{ attributes: { creator_visitor: "", creator_clicks: "", awc: "" } }]);
  });

  test("a page whose platform has no consent API keeps nothing", async () => {
    const page = await visit({ url: LANDING });
    expect(page.document.cookie).toBe("");
  });
});

describe("no request where nothing is to do", () => {
  test.each<[string, Given]>([
    ["a visitor of whom nothing is known, with consent", { consent: true }],
    ["one who was not asked", {}],
    ["other parameters", { url: "https://shop.example/?utm_source=x&gclid=1", consent: true }],
    ["parameters that carry no click id", { url: "https://shop.example/?irclickid=%3Cb%3E&awc=&creator=%20", consent: true }],
    ["another page of a visitor whose code link was noted", { cookies: { discount_code: "MARIE10", creator_visitor: "v0123456789", creator_clicks: "1.c.-.MARIE10" }, attributes: { creator_visitor: "v0123456789", creator_clicks: "1.c.-.MARIE10" }, consent: true }],
  ])("%s", async (_, given) => {
    const page = await visit(given);
    expect(page.asked).toEqual([]);
    expect(page.document.getElementById("creator-notice")).toBeNull();
  });
});

describe("pixel and embed", () => {
  test("note one landing under the same keys, whatever stands in address and cookies", async () => {
    const word = fc.oneof(fc.constantFrom("MARIE10", "marie10", "LEO", "@marie", "ÉTÉ 10%", "a.b~c", "", " "), fc.string({ maxLength: 12, unit: "grapheme" }));
    const entry = fc.record({ atMs: fc.constantFrom(1_000, 2_000), kind: fc.constantFrom("code" as const, "link" as const), value: fc.constantFrom("MARIE10", "LEO", "a.b~c") }).map(({ atMs, kind, value }): Entry => ({ atMs, kind, value, parameter: kind === "link" ? "creator" : null }));
    const before = fc.array(entry, { maxLength: 4 }).map((entries) => entries.sort((a, b) => a.atMs - b.atMs));
    await fc.assert(
      fc.asyncProperty(fc.option(word, { nil: null }), fc.option(word, { nil: null }), fc.array(word, { maxLength: 3 }), word, before, async (creator, click, codes, applied, past) => {
        const query = new URLSearchParams([...(creator === null ? [] : [["creator", creator]]), ...(click === null ? [] : [["irclickid", click]])]);
        const cookies = { discount_code: encodeURIComponent(codes.join(",")), creator_code: encodeURIComponent(applied), creator_visitor: "v0123456789", creator_clicks: writeClicks(past) };
        const page = await visit({ url: `https://shop.example/?${query.toString()}`, cookies, consent: true, offer: { code: null } });
        const noted = readClicks(page.cookie("creator_clicks") ?? "");
        const atMs = noted.at(-1)?.atMs ?? 0;
        const touches = touchesOf({ search: `?${query.toString()}`, discountCookie: cookies.discount_code, appliedCookie: cookies.creator_code, atMs }, SETTINGS.parameters, past);
        expect(noted).toEqual(withLanding(past, touches).entries);
        page.window.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe("a creator's link", () => {
  const url = "https://shop.example/?creator=marie";

  test("turns the creator's code on in an empty cart as the store's own links do, with no consent asked for, and keeps no click", async () => {
    const page = await visit({ url });
    expect(page.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET https://app.example/storefront/offer?token=shop.1.abc&creator=marie&lang=en", "GET /cart.js", "GET /discount/MARIE10",
    ]);
    expect(page.document.cookie).toBe("discount_code=MARIE10"); // the store's own
  });

  test.each<[string, (page: Awaited<ReturnType<typeof visit>>) => Promise<void>, string | null]>([
    ["with consent from before, for the browser's session", async () => {}, "MARIE10"],
    ["and no longer once it is withdrawn", (page) => page.say(false), null],
  ])("remembers the code that it turned on %s", async (_, then, kept) => {
    const page = await visit({ url, consent: true });
    await then(page);
    expect(page.cookie("creator_code")).toBe(kept);
  });

  test("remembers it once consent comes on the page that turned it on, and notes no second click by it", async () => {
    const page = await visit({ url });
    expect(page.cookie("discount_code")).toBe("MARIE10");
    await page.say(true);
    expect(page.cookie("creator_code")).toBe("MARIE10");
    expect(readClicks(page.cookie("creator_clicks")!)).toMatchObject([{ kind: "link", value: "marie" }]);
  });

  test("of a code for everybody names nobody", async () => {
    expect(await (await visit({ url, offer: { ...OFFER, creator: null } })).notice()).toBe("MARIE10 is on: 10% off everything");
    expect(await (await visit({ url, language: "fr", offer: { ...OFFER, code: "TOOSMALL", creator: null }, cart: { item_count: 1, discount_codes: [] } })).notice())
      .toBe("TOOSMALL vous attend : 10% off everything. Votre panier ne remplit pas encore les conditions.");
  });

  test("is no second visit where the store keeps the code of an earlier link", async () => {
    const first = await visit({ url, consent: true, cookies: { discount_code: "LEO10" }, cart: { item_count: 1, discount_codes: [{ code: "LEO10", applicable: true }] } });
    const clicks = first.cookie("creator_clicks")!;
    expect(readClicks(clicks).map(({ kind, value }) => [kind, value])).toEqual([["code", "LEO10"], ["link", "marie"]]);
    expect(changes(first)).toContainEqual({ discount: "MARIE10" });
    const cookies = { creator_visitor: "v0123456789", creator_clicks: clicks.split("~")[1]!, creator_code: first.cookie("creator_code")!, discount_code: "LEO10" };
    expect((await visit({ cookies, attributes: cookies, consent: true })).asked).toEqual([]);
  });

  test("that the store opened itself needs nothing more than its words", async () => {
    const page = await visit({ url, cookies: { discount_code: "marie10" } });
    expect(page.asked.map(({ path }) => path).slice(1)).toEqual(["/cart.js"]);
    expect(page.document.cookie).toBe("discount_code=marie10");
    expect(await page.notice()).toBe("MARIE10 from Marie is on: 10% off everything");
  });

  test.each<[string, { typed: string[]; earlier?: string }, string[] | null]>([
    ["without codes", { typed: [] }, ["MARIE10"]],
    ["beside the code that the buyer typed", { typed: ["OWN5"] }, ["OWN5", "MARIE10"]],
    ["in the place of the code of the creator whose link came before", { typed: ["OWN5", "LEO10"], earlier: "leo10" }, ["OWN5", "MARIE10"]],
    ["where it is on already", { typed: ["OWN5", "marie10"] }, null],
    ["where the store's own link put it beside an earlier creator's", { typed: ["LEO10", "MARIE10"], earlier: "LEO10" }, ["MARIE10"]],
    ["in the place of those of two earlier links", { typed: ["LEO10", "OWN5", "ZOE10"], earlier: "ZOE10%2CLEO10" }, ["OWN5", "MARIE10"]],
  ])("into a filled cart %s", async (_, { typed, earlier }, wanted) => {
    const page = await visit({ url, consent: true, cookies: earlier === undefined ? {} : { creator_code: earlier }, cart: { item_count: 2, discount_codes: typed.map((code) => ({ code, applicable: true })) } });
    expect(changes(page).flatMap(({ discount }) => discount ?? [])).toEqual(wanted === null ? [] : [wanted.join(",")]);
    expect(await page.notice()).toBe("MARIE10 from Marie is on: 10% off everything");
  });

  test("takes the place of an earlier link's code though nothing is kept of the visitor: the store knows which one came by a link", async () => {
    const first = await visit({ url: "https://shop.example/?creator=leo", consent: false, offer: { ...OFFER, code: "LEO10", creator: "Leo" }, cart: { item_count: 1, discount_codes: [{ code: "OWN5", applicable: true }] } });
    expect(first.asked.slice(1).map(({ path, body }) => [path, body])).toEqual([["/cart.js", null], ["/discount/LEO10", null], ["/cart/update.js", { discount: "OWN5,LEO10" }]]);
    expect(first.document.cookie).toBe("discount_code=LEO10");
    const second = await visit({ url, consent: false, cookies: { discount_code: "LEO10" }, cart: { item_count: 1, discount_codes: ["OWN5", "LEO10"].map((code) => ({ code, applicable: true })) } });
    expect(changes(second)).toEqual([{ discount: "OWN5,MARIE10" }]);
    expect(second.document.cookie).toBe("discount_code=MARIE10");
  });

  test.each<[Language, string, string]>([
    ["en", "MARIE10 from Marie is on: 10% off everything", "Close this notice"],
    ["fr", "MARIE10 (Marie) est activé : 10% off everything", "Fermer ce message"],
    ["zh-CN", "Marie 的优惠码 MARIE10 已生效：10% off everything", "关闭此提示"],
  ])("is told in %s, in a status that was there before its words, with a button that says what it does", async (language, text, close) => {
    const page = await visit({ url, language });
    expect(await page.notice()).toBe(text);
    expect(page.statuses).toEqual([""]);
    expect(page.document.querySelector("#creator-notice button")!.getAttribute("aria-label")).toBe(close);
    expect(page.asked.map(({ path }) => path)).toEqual([
      `https://app.example/storefront/offer?token=shop.1.abc&creator=marie&lang=${language}`,
      ...["cart.js", "discount/MARIE10"].map((path) => `${language === "en" ? "" : `/${language}`}/${path}`),
    ]);
  });

  test("and a click write to the cart one after the other", async () => {
    const page = await visit({ url: `${url}&irclickid=abc`, consent: true, cart: { item_count: 1, discount_codes: [] } });
    expect(changes(page).map((change) => Object.keys(change))).toEqual([["attributes"], ["discount"]]);
    expect(page.cartRequests.most).toBe(1);
  });

  test("is closed by the button, and by Escape", async () => {
    for (const close of [(page: Awaited<ReturnType<typeof visit>>) => page.document.querySelector<HTMLButtonElement>("#creator-notice button")!.click(), (page: Awaited<ReturnType<typeof visit>>) => page.document.querySelector("#creator-notice button")!.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "Escape", bubbles: true }))]) {
      const page = await visit({ url });
      await page.notice();
      close(page);
      expect(page.document.getElementById("creator-notice")).toBeNull();
    }
  });

  test("closed, it does not come back with the page, and the focus goes where it was", async () => {
    const page = await visit({ url: "https://shop.example/products/lamp?a=1&creator=marie#more" });
    await page.notice();
    const before = page.document.body.appendChild(page.document.createElement("button"));
    before.focus();
    const close = page.document.querySelector<HTMLButtonElement>("#creator-notice button")!;
    close.focus();
    close.click();
    expect(page.document.activeElement).toBe(before);
    expect(page.window.location.href).toBe("https://shop.example/products/lamp?a=1#more");
  });

  test("takes no room: the notice is fixed, and the page around it is what it was", async () => {
    const page = await visit({ url });
    await page.notice();
    expect(page.window.getComputedStyle(page.document.getElementById("creator-notice")!).position).toBe("fixed");
    expect(page.document.querySelector("main")!.outerHTML).toBe("<main><h1>Shop</h1></main>");
  });

  test("says so where the cart does not qualify yet", async () => {
    const page = await visit({ url, offer: { ...OFFER, code: "TOOSMALL" }, cart: { item_count: 1, discount_codes: [] } });
    expect(await page.notice()).toBe("TOOSMALL from Marie is kept for you: 10% off everything. Your cart does not qualify for it yet.");
  });

  test("can be without a notice, where the merchant wants none", async () => {
    const page = await visit({ url, settings: { notice: false } });
    expect(page.asked).toHaveLength(3);
    expect(page.document.getElementById("creator-notice")).toBeNull();
  });

  test.each<[string, unknown]>([
    ["a word that names nobody", { code: null, applies: false, creator: null, text: { offer: "" } }],
    ["a code that cannot be used now", { ...OFFER, applies: false }],
    ["an app that is down", new TypeError("Failed to fetch")],
    ["an app that answers nonsense", "broken"],
    ["an app that never answers", "never"],
    ["an answer of another form", { code: 7, applies: "yes" }],
  ])("applies nothing and shows nothing for %s; the click is kept all the same", async (_, offer) => {
    const page = await visit({ url, offer, consent: true });
    expect(readClicks(page.cookie("creator_clicks")!)).toMatchObject([{ kind: "link", parameter: "creator", value: "marie" }]);
    expect(page.asked.filter(({ path }) => path.includes("/discount/") || path.includes("cart.js"))).toEqual([]);
    expect(page.document.getElementById("creator-notice")).toBeNull();
  });
});

describe("a code link made by hand", () => {
  const cookies = { discount_code: "MARIE10" };
  const on = "MARIE10 from Marie is on: 10% off everything";

  test.each<[string, Given, string | null]>([
    ["into an empty cart", { cookies }, on],
    ["with consent", { cookies, consent: true }, on],
    ["into a filled cart", { cookies, cart: { item_count: 1, discount_codes: [{ code: "marie10", applicable: true }] } }, on],
    ["into a cart that does not qualify", { cookies, cart: { item_count: 1, discount_codes: [{ code: "MARIE10", applicable: false }] } }, "MARIE10 from Marie is kept for you: 10% off everything. Your cart does not qualify for it yet."],
    ["of a code that the buyer took off again", { cookies, cart: { item_count: 1, discount_codes: [] } }, null],
    ["that the pixel noted just now", { cookies: { ...cookies, creator_visitor: "v0123456789", creator_clicks: `${Date.now() + 1_000_000}.c.-.MARIE10` }, consent: true }, on],
    ["of a code that is no creator's", { cookies, offer: { code: null, applies: false, creator: null, text: { offer: "" } } }, null],
    ["that is followed within the shop", { cookies, referrer: "https://shop.example/collections/table" }, null],
  ])("%s", async (_, given, text) => {
    const page = await visit(given);
    expect(await page.notice()).toBe(text);
    expect(page.asked.filter(({ path }) => path.includes("/storefront/offer")).length).toBe(given.referrer === undefined ? 1 : 0);
    expect(changes(page).filter(({ discount }) => discount !== undefined)).toEqual([]);
  });

  test("asks with the code as it is written", async () => {
    const page = await visit({ cookies: { discount_code: "%C3%89T%C3%89%2010%25" } });
    expect(new URL(page.asked[0]!.path).searchParams.get("creator")).toBe("ÉTÉ 10%");
  });
});

describe("what others write stays text", () => {
  const hostile = `<img src=x onerror="alert(1)">[code]'"&`;

  test("in the app's answer", async () => {
    const page = await visit({ url: "https://shop.example/?creator=marie", offer: { code: hostile, applies: true, creator: hostile, text: { offer: hostile } } });
    expect(await page.notice()).toBe(`${hostile} from ${hostile} is on: ${hostile}`);
    expect(page.document.querySelector("#creator-notice img")).toBeNull();
    expect(page.asked.at(-1)!.path).toBe(`/discount/${encodeURIComponent(hostile)}`);
  });

  test("in the address and in the cookies", async () => {
    const page = await visit({ url: `https://shop.example/?creator=${encodeURIComponent(`${hostile};x=1`)}&irclickid=${encodeURIComponent(hostile)}`, cookies: { creator_visitor: "%00", creator_clicks: "nonsense~1.x", discount_code: "%E0%A4%A" }, consent: true });
    expect(new URL(page.asked.find(({ path }) => path.includes("/storefront/offer"))!.path).searchParams.get("creator")).toBe(`${hostile};x=1`);
    const noted = readClicks(page.cookie("creator_clicks")!);
    expect(noted).toMatchObject([{ kind: "link", value: `${hostile};x=1` }]);
    expect(page.cookie("creator_visitor")).toMatch(/^v/);
    expect(page.cookie("x")).toBeNull();
  });

  test("in what the cart and the app's settings hold", () => {
    const page = new JSDOM(drawn({ attributes: { creator_visitor: hostile, creator_clicks: `"><script>` }, metafield: { endpoint: hostile, token: hostile, parameters: [hostile] } }));
    const { dataset } = page.window.document.getElementById("creator-codes")!;
    expect([dataset.visitor, dataset.clicks, dataset.endpoint, dataset.token, dataset.parameters]).toEqual([hostile, `"><script>`, hostile, hostile, hostile]);
    expect(page.window.document.querySelectorAll("img, script:not([src])")).toHaveLength(0);
  });
});

describe("the block", () => {
  test.each<[string, unknown]>([["nothing", null], ["no endpoint", { token: "x", parameters: [] }], ["no token", { endpoint: "https://app.example", parameters: [] }]])("prints nothing while the app has given %s", (_, metafield) => {
    expect(drawn({ metafield }).replace(/<\/?div[^>]*>/g, "").trim()).toBe("");
  });

  test.each([["#ffffff", "#eeeeee", "#000000"], ["#222222", "#333333", "#ffffff"], ["#767676", "#767676", "#000000"], ["#ffffff", "#1f1f1f", "#1f1f1f"]])("on %s with %s the text is %s: it can be read", (background, text, shown) => {
    const style = drawn({ settings: { background, text } });
    expect(style).toContain(`background: ${background};`);
    expect(style).toContain(`\n            color: ${shown};`);
  });

  test("stands where the merchant wants it, and moves only for those who do not mind", () => {
    const style = drawn({ settings: { position: "bottom_left", distance: 24, radius: 0 } });
    for (const rule of ["left: 16px;", "bottom: 24px;", "border-radius: 0px;"]) expect(style).toContain(rule);
    expect(style).toMatch(/@media \(prefers-reduced-motion: no-preference\) \{\s*#creator-notice \{\s*animation:/);
  });

  test("shows a sample in the theme's editor, and asks for nothing", async () => {
    const page = await visit({ url: "https://shop.example/?creator=marie", design: true, consent: true });
    expect(await page.notice()).toBe("MARIE10 from Marie is on: 10% off everything");
    expect([page.asked, page.document.cookie]).toEqual([[], ""]);
  });
});

describe("what is shipped", () => {
  test("is under 5 KB of script, as the platform's CDN serves it: minified, before compression", () => {
    expect(Buffer.byteLength(transformSync(script, { minify: true }).code)).toBeLessThan(5_000);
  });

  test.each(["", ".schema"])("has the same texts in every language (%s)", (kind) => {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, "locales", `${name}${kind}.json`), "utf8")) as object;
    const keys = (texts: object, prefix = ""): string[] => Object.entries(texts).flatMap(([key, value]) => (typeof value === "object" ? keys(value as object, `${prefix}${key}.`) : [`${prefix}${key} ${[...String(value).matchAll(/\{\{ \w+ \}\}/g)].map(String).sort().join("")}`]));
    const english = keys(read("en.default"));
    expect(english.length).toBeGreaterThan(3);
    for (const language of ["fr", "zh-CN"]) expect(keys(read(language))).toEqual(english);
  });
});
