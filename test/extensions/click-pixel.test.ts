// The web pixel in pages as the platform gives them to it; what it posts is read by the app's own reader.
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readNote } from "#app/domain/touch-note.ts";
import { isVisitor, readClicks, touchKey } from "#app/domain/touch.ts";
import { type Answer, loadPixel, NO, SETTINGS, Visitor, YES } from "./pixel-page.ts";

const AT = Date.parse("2026-06-10T08:00:00Z");
const MINUTE = 60_000;

let visitor: Visitor;

beforeAll(loadPixel);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: AT });
  visitor = new Visitor();
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.setSystemTime(Date.now() + ms);
const clicks = () => readClicks(visitor.cookies.get("creator_clicks") ?? "");
const name = () => visitor.cookies.get("creator_visitor") ?? "";

/** Nothing of the pixel is in the browser, and nothing was told. */
function expectNothing(): void {
  expect([...visitor.cookies.keys()].filter((key) => key.startsWith("creator_"))).toEqual([]);
  expect([...visitor.local.keys()]).toEqual([]);
  expect(visitor.posted).toEqual([]);
}

describe("a landing with consent", () => {
  test("is noted in the browser and told once, as the app reads it", async () => {
    await visitor.open("?irclickid=AbC-12.~_x&utm_source=impact");
    const entry = { atMs: AT, kind: "click_id", parameter: "irclickid", value: "AbC-12.~_x" } as const;
    expect(clicks()).toEqual([entry]);
    expect(name()).toMatch(/^v[0-9A-Za-z]{20,}$/);
    expect(visitor.posted).toHaveLength(1);
    const [{ url, init, body }] = visitor.posted as [(typeof visitor.posted)[number]];
    expect(url).toBe("https://app.example/touches");
    expect(init).toMatchObject({ method: "POST", keepalive: true, headers: { "content-type": "text/plain" } });
    expect(readNote(body)).toEqual({ ok: true, note: { token: "shop.1.sig", visitor: name(), source: "pixel", checkout: null, touches: [{ ...entry, key: touchKey(name(), entry) }] } });
  });

  test("writes cookies for the whole shop, for a year, that go to no other site", async () => {
    await visitor.open("?creator=marie");
    for (const cookie of ["creator_visitor", "creator_clicks"]) expect(visitor.written.get(cookie)).toMatch(/; Path=\/; Max-Age=31536000; SameSite=Lax$/);
  });

  test.each<[string, string, Record<string, string>, [kind: string, parameter: string | null, value: string][]]>([
    ["a creator's word", "?creator=MARIE10", {}, [["link", "creator", "MARIE10"]]],
    ["a word in any script, with spaces around it", "?creator=%20%E5%B0%8F%E7%BA%A2.~%20", {}, [["link", "creator", "小红.~"]]],
    ["a further network's parameter", "?awc=123_456", {}, [["click_id", "awc", "123_456"]]],
    ["word and click id", "?irclickid=abc&creator=marie", {}, [["link", "creator", "marie"], ["click_id", "irclickid", "abc"]]],
    ["the store's cookie of a code link", "", { discount_code: "MARIE10" }, [["code", null, "MARIE10"]]],
    ["a code link with several codes", "", { discount_code: "MARIE10%2CLEO%205" }, [["code", null, "MARIE10"], ["code", null, "LEO 5"]]],
    ["our own code link, which names its code in the address", "?creator=marie10", { discount_code: "MARIE10" }, [["link", "creator", "marie10"]]],
    ["a code that the app embed applied", "", { discount_code: "MARIE10", creator_code: "marie10" }, []],
    ["an address of no creator", "?utm_source=mail&variant=12", {}, []],
    ["a parameter that nobody asked for", "?clickref=abc", {}, []],
    ["a click id of other signs", "?irclickid=a%20b", {}, []],
    ["an empty click id", "?irclickid=", {}, []],
    ["a click id of 129 letters", `?irclickid=${"x".repeat(129)}`, {}, []],
    ["a word of spaces", "?creator=%20%20", {}, []],
  ])("%s", async (_name, search, cookies, expected) => {
    for (const [key, value] of Object.entries(cookies)) visitor.cookies.set(key, value);
    await visitor.open(search);
    expect(visitor.touches().map(({ kind, parameter, value }) => [kind, parameter, value])).toEqual(expected);
    expect(clicks().map(({ kind, parameter, value }) => [kind, parameter, value])).toEqual(expected);
    if (expected.length === 0) expect(name()).toBe("");
  });

  test("whatever stands in the address, nothing is thrown, and what is told is read", async () => {
    const part = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.webQueryParameters());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("creator", "irclickid", "awc", ""), part, part, part, async (parameter, value, discount, clickCookie) => {
        visitor = new Visitor();
        visitor.cookies.set("discount_code", discount);
        visitor.cookies.set("creator_clicks", clickCookie);
        const failed = vi.fn();
        process.on("unhandledRejection", failed);
        await visitor.open(`?${parameter}=${value}`);
        process.off("unhandledRejection", failed);
        expect(failed).not.toHaveBeenCalled();
        for (const { body } of visitor.posted) expect(readNote(body)).toMatchObject({ ok: true });
      }),
      { numRuns: 200 },
    );
  });
});

describe("consent", () => {
  test("without it nothing is kept and nothing is told, of landing or checkout", async () => {
    const page = await visitor.open("?irclickid=abc&creator=marie", NO);
    page.checkout({});
    await page.quiet();
    expectNothing();
  });

  test.each([{ analytics: true, marketing: false }, { analytics: false, marketing: true }])("half of it is none: $analytics $marketing", async (half) => {
    const page = await visitor.open("?irclickid=abc", half);
    page.checkout({});
    await page.quiet();
    expectNothing();
  });

  test("given later on the same page, the landing counts with its own time", async () => {
    const page = await visitor.open("?irclickid=abc", NO);
    wait(5 * MINUTE);
    await page.consent(YES);
    expect(visitor.touches()).toMatchObject([{ at: new Date(AT).toISOString(), value: "abc" }]);
    expect(clicks()).toMatchObject([{ atMs: AT }]);
  });

  test("given on a later page, what was before it is not known", async () => {
    await visitor.open("?irclickid=abc", NO);
    const page = await visitor.open("", NO);
    await page.consent(YES);
    expectNothing();
  });

  test("refused, and given after all while the page is open", async () => {
    const page = await visitor.open("?irclickid=abc", NO);
    await page.consent(NO);
    expectNothing();
    await page.consent(YES);
    expect(visitor.touches()).toHaveLength(1);
  });

  test("withdrawn, all that was kept is gone, and nothing is added", async () => {
    visitor.answers = [503];
    const page = await visitor.open("?irclickid=abc");
    expect(visitor.local.size).toBe(1);
    await page.consent(NO);
    expect([visitor.cookies.size, visitor.local.size]).toEqual([0, 0]);
    page.checkout({});
    await page.quiet();
    expect([visitor.cookies.size, visitor.local.size, visitor.posted.length]).toEqual([0, 0, 1]);
  });

  test("withdrawn while something is on its way, the answer writes nothing", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    visitor.answers = [() => promise];
    const page = await visitor.open("?irclickid=abc");
    await page.consent(NO);
    expect([visitor.cookies.size, visitor.local.size]).toEqual([0, 0]);
    resolve(202);
    await page.quiet();
    expect([visitor.cookies.size, visitor.local.size]).toEqual([0, 0]);
  });

  test("to analytics alone withdrawn: the cookies stay the app embed's, which needs consent to marketing", async () => {
    visitor.answers = ["lost"];
    const page = await visitor.open("?irclickid=abc");
    await page.consent({ analytics: false, marketing: true });
    expect([visitor.cookies.size, visitor.local.size]).toEqual([2, 0]);
  });

  test("withdrawn and given again, the visitor is another one", async () => {
    const page = await visitor.open("?irclickid=abc");
    const before = name();
    await page.consent(NO);
    await page.consent(YES);
    expect(name()).not.toBe(before);
    expect(visitor.touches().map(({ key }) => key.split(":")[0])).toEqual([before, name()]);
  });
});

describe("the same again", () => {
  test("an event that is handed over twice, and a page that is loaded again, tell nothing new", async () => {
    const page = await visitor.open("?irclickid=abc");
    page.view("event-1");
    await page.quiet();
    wait(MINUTE);
    await visitor.open("?irclickid=abc");
    await visitor.open("");
    expect(visitor.posted).toHaveLength(1);
    expect(clicks()).toHaveLength(1);
  });

  test("half an hour later the same link is another touch", async () => {
    await visitor.open("?irclickid=abc");
    wait(30 * MINUTE);
    await visitor.open("?irclickid=abc");
    expect(visitor.touches().map(({ at }) => Date.parse(at) - AT)).toEqual([0, 30 * MINUTE]);
  });

  test("a landing that the app embed wrote first is told under the embed's name of it", async () => {
    visitor.cookies.set("creator_visitor", "vEmbedWasFirst0000000");
    visitor.cookies.set("creator_clicks", `${AT - 20}.l.creator.marie~${AT - 20}.i.irclickid.abc`);
    await visitor.open("?creator=marie&irclickid=abc");
    expect(visitor.touches().map(({ key }) => key)).toEqual([`vEmbedWasFirst0000000:${AT - 20}.l.creator.marie`, `vEmbedWasFirst0000000:${AT - 20}.i.irclickid.abc`]);
    expect(clicks()).toHaveLength(2);
  });

  test("the store's cookie of a code link is one visit, however many pages follow", async () => {
    visitor.cookies.set("discount_code", "MARIE10");
    for (let page = 0; page < 3; page++) {
      await visitor.open("");
      wait(45 * MINUTE);
    }
    expect(visitor.touches().map(({ value }) => value)).toEqual(["MARIE10"]);
    visitor.cookies.set("discount_code", "LEO5");
    await visitor.open("");
    expect(visitor.touches().map(({ value }) => value)).toEqual(["MARIE10", "LEO5"]);
  });

  test("a code link with several codes is one visit as well", async () => {
    visitor.cookies.set("discount_code", "MARIE10,LEO5");
    await visitor.open("");
    await visitor.open("");
    expect(visitor.touches().map(({ value }) => value)).toEqual(["MARIE10", "LEO5"]);
  });

  test("two creators' links in turn are three touches, the newest last", async () => {
    for (const word of ["marie", "leo", "marie"]) {
      await visitor.open(`?creator=${word}`);
      wait(MINUTE);
    }
    expect(clicks().map(({ value }) => value)).toEqual(["marie", "leo", "marie"]);
    expect(new Set(visitor.touches().map(({ key }) => key)).size).toBe(3);
  });

  test("the browser keeps the newest five", async () => {
    for (let click = 0; click < 7; click++) {
      await visitor.open(`?irclickid=c${click}`);
      wait(MINUTE);
    }
    expect(clicks().map(({ value }) => value)).toEqual(["c2", "c3", "c4", "c5", "c6"]);
    expect(visitor.touches()).toHaveLength(7);
  });
});

describe("what the endpoint could not take", () => {
  test.each<[string, Answer]>([["429", [429, "30"]], ["503", [503, "30"]], ["502", 502], ["no connection", "lost"]])("is kept and sent with a later page: %s", async (_name, answer) => {
    visitor.answers = [answer];
    await visitor.open("?irclickid=abc");
    wait(5 * MINUTE);
    await visitor.open("");
    expect(visitor.touches().map(({ value }) => value)).toEqual(["abc", "abc"]);
    expect(visitor.posted[1]!.body).toEqual(visitor.posted[0]!.body);
    await visitor.open("");
    expect(visitor.posted).toHaveLength(2);
  });

  test("is left alone as long as the endpoint asked", async () => {
    visitor.answers = [[429, "600"]];
    await visitor.open("?irclickid=abc");
    wait(9 * MINUTE);
    await visitor.open("?creator=marie");
    expect(visitor.posted).toHaveLength(1);
    wait(MINUTE);
    await visitor.open("");
    expect(visitor.touches().map(({ value }) => value)).toEqual(["abc", "abc", "marie"]);
  });

  test("goes with the token that holds then", async () => {
    visitor.answers = ["lost"];
    await visitor.open("?irclickid=abc");
    await visitor.open("", YES, { ...SETTINGS, token: "shop.2.sig" });
    expect(visitor.posted.map(({ body }) => body.token)).toEqual(["shop.1.sig", "shop.2.sig"]);
  });

  test("of a page that was left before the answer is sent again, but not at once", async () => {
    visitor.answers = [() => new Promise<number>(() => {})];
    await visitor.open("?irclickid=abc");
    wait(2_000);
    await visitor.open("");
    expect(visitor.posted).toHaveLength(1);
    wait(MINUTE);
    await visitor.open("");
    expect(visitor.posted).toHaveLength(2);
  });

  test.each([400, 401, 413])("is given up where it is refused for good: %i", async (status) => {
    visitor.answers = [status];
    await visitor.open("?irclickid=abc");
    wait(MINUTE);
    await visitor.open("");
    expect(visitor.posted).toHaveLength(1);
  });

  test("waits a week at most, and there are never more than twenty", async () => {
    visitor.answers = Array.from({ length: 40 }, () => "lost" as const);
    for (let click = 0; click < 25; click++) {
      await visitor.open(`?irclickid=c${click}`);
      wait(MINUTE);
    }
    visitor.answers = [];
    visitor.posted.length = 0;
    await visitor.open("");
    expect(visitor.touches().map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, at) => `c${at + 5}`));
    visitor.answers = ["lost"];
    await visitor.open("?irclickid=old");
    wait(7 * 86_400_000);
    visitor.posted.length = 0;
    await visitor.open("");
    expect(visitor.posted).toEqual([]);
  });

  test.each(["{", "null", "[]", '{"done":[],"waiting":[{}]}', '{"done":{},"waiting":[]}', '{"done":[],"until":9e15,"waiting":[]}'])("is not disturbed by what stands in the storage: %s", async (text) => {
    visitor.local.set("creator_pixel", text);
    await visitor.open("?irclickid=abc");
    expect(visitor.touches()).toHaveLength(1);
  });
});

describe("a completed checkout", () => {
  test("ties the visitor to checkout, order, customer and codes", async () => {
    const page = await visitor.open("?irclickid=abc");
    wait(MINUTE);
    page.checkout({
      token: "c0ffee", order: { id: "gid://shopify/OrderIdentity/5814203711488", customer: { id: "gid://shopify/Customer/7208431919104" } },
      discountApplications: [{ type: "DISCOUNT_CODE", title: "MARIE10" }, { type: "AUTOMATIC", title: "Summer" }, { type: "DISCOUNT_CODE", title: "MARIE10" }, { type: "DISCOUNT_CODE", title: "FREESHIP" }],
    });
    await page.quiet();
    const checkout = { token: "c0ffee", orderId: "5814203711488", customerId: "7208431919104", codes: ["MARIE10", "FREESHIP"], at: new Date(AT + MINUTE).toISOString() };
    expect(visitor.posted[1]!.body).toEqual({ token: "shop.1.sig", visitor: name(), source: "pixel", checkout });
    expect(readNote(visitor.posted[1]!.body)).toMatchObject({ ok: true });
  });

  test("of a visitor whom nobody brought is told as well: that he came without a click is worth knowing", async () => {
    const page = await visitor.open("");
    page.checkout({ order: { id: null, customer: null } });
    await page.quiet();
    expect(visitor.checkouts()).toMatchObject([{ token: "checkout-1", orderId: null, customerId: null }]);
    expect(isVisitor(name())).toBe(true);
  });

  test.each([["vCameWithTheCart00001", true], ["not one", false]])("on a host of its own goes by the visitor whom the cart names: %s", async (value, taken) => {
    const page = await visitor.open("");
    page.checkout({ attributes: [{ key: "irclickid", value: "abc" }, { key: "creator_visitor", value }] });
    await page.quiet();
    expect(visitor.posted[0]!.body.visitor === value).toBe(taken);
    expect(name()).toBe(visitor.posted[0]!.body.visitor);
  });

  test("goes by the browser's own visitor where there is one", async () => {
    const page = await visitor.open("?creator=marie");
    const own = name();
    page.checkout({ attributes: [{ key: "creator_visitor", value: "vCameWithTheCart00001" }] });
    await page.quiet();
    expect(visitor.posted[1]!.body.visitor).toBe(own);
  });

  test("is told once, and kept where it could not be told", async () => {
    visitor.answers = ["lost"];
    const page = await visitor.open("");
    page.checkout({});
    await page.quiet();
    page.checkout({});
    await page.quiet();
    await visitor.open("");
    expect(visitor.checkouts()).toHaveLength(2); // the one that was lost, and the one that came through
  });

  test.each([{ token: null }, { token: "" }])("without a token it ties nothing: %o", async (without) => {
    const page = await visitor.open("");
    page.checkout(without);
    await page.quiet();
    expectNothing();
  });

  test("of another shape is passed over, and the next one is not", async () => {
    const page = await visitor.open("");
    for (const event of [{}, { id: "x", data: null }, { id: "y", data: { checkout: { token: "t", order: null } } }]) page.publish("checkout_completed", event);
    page.checkout({});
    await page.quiet();
    expect(visitor.checkouts()).toHaveLength(1);
  });
});

test("a browser that keeps no cookies has no visitor: nothing is told", async () => {
  visitor.takesCookies = false;
  const page = await visitor.open("?irclickid=abc");
  page.checkout({});
  await page.quiet();
  expectNothing();
});

test.each([{}, { endpoint: "https://app.example" }, { endpoint: 1, token: "t", parameters: "" }])("without settings it does nothing: %o", async (settings) => {
  const page = await visitor.open("?irclickid=abc", YES, settings);
  page.checkout({});
  await page.quiet();
  expectNothing();
});
