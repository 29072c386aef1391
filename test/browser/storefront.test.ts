// Buyers in the local storefront, each at a real browser of his own, with the pixel in its sandbox, the app embed in the theme, and the banner that asks for
// consent. What each of them leaves behind, and the credit that the rules make of it, are read in the app's database.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "#test/local/chromium.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { until } from "#test/support/app.ts";
import { CLICK_OF_ANAIS, CREDITED, newShopper, type Shopper } from "./shopper.ts";
import { useStand } from "./stand.ts";

const ANAIS = "Anaïs Weber";
/** Credited where the buyer clicked a link of hers. */
const INVOLVED = "ANAIS8";
/** Credited where the last click was Ben's. */
const WINNER = "BEN8";
/** Everybody's: credits whoever was clicked last. */
const EVERYBODY = "ATELIER8";

/** `to`: who is credited with the amount of the goods; null: nobody. `from`: where the clicks were known from. `tied`: the pixel tied a browser to its checkout. */
type Judged = { reason: string; from: string | null; to: string | null; tied: boolean };
type Touch = { kind: string; parameter: string | null; value: string | null; creator: string | null };

describe("buyers who came by a link", { timeout: 120_000 }, () => {
  const stand = useStand("storefront", { clockOffsetMs: -3_600_000, history: "test/browser/clicks-history.ts" });
  const { rows } = stand;
  const expected = new Map<string, Judged>();
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
    // Pixel and embed are given by the app itself, once it knows the shop.
    await until("the storefront has what it works with", async () => (await rows("select 1 from storefront where shop = $1 and problem is null and settings->'parameters' ? 'irclickid'", [DEMO_SHOP]))[0] ?? null, 60_000);
  }, 120_000);
  afterAll(() => browser.close());

  it("1. accept: a link with a network's click id comes with the cart, and counts once the network has said whose click it was", async () => {
    await shopping({}, async (shopper) => {
      await shopper.land(`/?irclickid=${CLICK_OF_ANAIS}&utm_source=impact`);
      expect(await shopper.kept()).toEqual({});
      await shopper.answer("Accept");
      await seesTouch(shopper, { kind: "click_id", parameter: "irclickid", value: CLICK_OF_ANAIS, creator: null });
      const order = await shopper.buy(INVOLVED);
      await expect.poll(() => judged(order), { timeout: 60_000 }).toEqual({ reason: "no_click", from: "attributes", to: null, tied: true });
      await forward(120_000); // it is asked a minute later: the network needs some itself
      return [order, { reason: "credited", from: "attributes", to: ANAIS, tied: true }];
    });
  });

  it("2. refuse: nothing is kept and nothing is told; what the order itself says of its landing page counts all the same", async () => {
    await shopping({}, async (shopper) => {
      await shopper.land("/?creator=linge.et.lin");
      await shopper.answer("Decline");
      const order = await shopper.buy(INVOLVED);
      expect(await shopper.kept()).toEqual({});
      return [order, { reason: "credited", from: "landing", to: ANAIS, tied: false }];
    });
  });

  it("3. refuse, and the order began elsewhere: there is no click", async () => {
    await shopping({}, async (shopper) => {
      await shopper.land("/");
      await shopper.answer("Decline");
      await shopper.land("/?creator=linge.et.lin");
      return [await shopper.buy(INVOLVED), { reason: "no_click", from: null, to: null, tied: false }];
    });
  });

  it("4. accept later: on the page where he landed, that landing counts; withdrawn again, it is forgotten", async () => {
    await shopping({}, async (shopper) => {
      await shopper.land("/collections/table");
      await shopper.land("/?creator=linge.et.lin");
      expect(await shopper.kept()).not.toHaveProperty("creator_clicks");
      await shopper.answer("Accept");
      await seesTouch(shopper, { kind: "link", parameter: "creator", value: "linge.et.lin", creator: ANAIS });
      const order = await shopper.buy(INVOLVED);
      await until("the checkout is tied", async () => ((await judged(order))?.tied ? true : null), 60_000);
      await shopper.page.getByRole("button", { name: "Cookie preferences" }).click();
      await shopper.answer("Decline");
      await until("the browser has nothing of it", async () => (Object.keys(await shopper.kept()).length > 0 ? null : true));
      return [order, { reason: "credited", from: "attributes", to: ANAIS, tied: true }];
    });
  });

  it("5. a code link made by hand: the store takes the code out of the address, and the visit counts", async () => {
    await shopping({}, async (shopper) => {
      await shopper.land("/");
      await shopper.answer("Accept");
      await shopper.land(`/discount/${INVOLVED}?redirect=/collections/table`);
      await seesTouch(shopper, { kind: "code", parameter: null, value: INVOLVED, creator: ANAIS });
      return [await shopper.buy(null), { reason: "credited", from: "attributes", to: ANAIS, tied: true }];
    });
  });

  it("6. a blocker keeps the pixel and the app's address away: the click comes with the cart", async () => {
    await shopping({ blocks: ["**/touches"] }, async (shopper) => {
      await shopper.land("/?blocker=1");
      await shopper.answer("Accept");
      await shopper.land("/?creator=linge.et.lin");
      const order = await shopper.buy(INVOLVED);
      expect(await rows("select 1 from touch where shop = $1 and visitor = $2", [DEMO_SHOP, (await shopper.kept()).creator_visitor])).toEqual([]);
      return [order, { reason: "credited", from: "attributes", to: ANAIS, tied: false }];
    });
  });

  it("7. the theme's embed is kept away: the pixel ties the browser to the checkout", async () => {
    await shopping({ blocks: ["**/cdn/extensions/**"] }, async (shopper) => {
      await shopper.land("/");
      await shopper.answer("Accept");
      await shopper.land("/?creator=linge.et.lin");
      await seesTouch(shopper, { kind: "link", parameter: "creator", value: "linge.et.lin", creator: ANAIS });
      return [await shopper.buy(INVOLVED), { reason: "credited", from: "pixel", to: ANAIS, tied: true }];
    });
  });

  it("8. two creators' links in turn: the last one wins where the last click decides", async () => {
    await shopping({}, async (shopper) => {
      await shopper.land("/?creator=slowrooms");
      await shopper.answer("Accept");
      await seesTouch(shopper, { kind: "link", parameter: "creator", value: "slowrooms", creator: "Ben Okafor" });
      await shopper.land("/?creator=linge.et.lin");
      await seesTouch(shopper, { kind: "link", parameter: "creator", value: "linge.et.lin", creator: ANAIS });
      await comesTo(await shopper.buy(WINNER), { reason: "not_winning_click", from: "attributes", to: null, tied: true });
      await shopper.land("/"); // the next cart is another one: the embed writes it into that, too
      return [await shopper.buy(EVERYBODY), { reason: "credited", from: "attributes", to: ANAIS, tied: true }];
    });
  });

  it("9. a private window knows nothing of the other one: nobody is recognised by anything but an id", async () => {
    const open = await newShopper(browser, stand.stage.urls.store);
    await open.land("/?creator=linge.et.lin");
    await open.answer("Accept");
    await seesTouch(open, { kind: "link", parameter: "creator", value: "linge.et.lin", creator: ANAIS });
    await shopping({}, async (shopper) => {
      await shopper.land("/");
      await shopper.answer("Accept");
      const order = await shopper.buy(INVOLVED);
      expect((await shopper.kept()).creator_visitor).not.toBe((await open.kept()).creator_visitor);
      return [order, { reason: "no_click", from: "pixel", to: null, tied: true }];
    });
    await open.close();
  });

  it("10. when all has arrived, each order has the credit that the rules say", async () => {
    await until("nothing waits any more", async () => ((await rows("select 1 from delivery where shop = $1 and state = 'new'", [DEMO_SHOP])).length === 0 ? true : null));
    for (const [order, becomes] of expected) expect(await judged(order)).toEqual(becomes);
    expect(expected.size).toBe(10);
    // Whoever noted a touch first, and whoever saw it, too: it is there once.
    expect(await rows("select visitor, kind, parameter, coalesce(click_id, word) as value from touch where shop = $1 group by 1, 2, 3, 4 having count(*) > 1", [DEMO_SHOP])).toEqual([]);
  });

  /** One buyer's visit, which ends with an order and what is to become of it. */
  async function shopping(options: Parameters<typeof newShopper>[2], visit: (shopper: Shopper) => Promise<[order: string, becomes: Judged]>): Promise<void> {
    const shopper = await newShopper(browser, stand.stage.urls.store, options);
    await comesTo(...(await visit(shopper)));
    await shopper.close();
  }

  async function comesTo(order: string, becomes: Judged): Promise<void> {
    expected.set(order, becomes);
    await expect.poll(() => judged(order), { timeout: 60_000 }).toEqual(becomes);
  }

  async function judged(order: string): Promise<Judged | null> {
    const [state] = await rows<{ outcome: string; reason: string | null; evidence: string | null }>("select outcome, reason, evidence from order_state where shop = $1 and order_id = $2", [DEMO_SHOP, order]);
    if (state === undefined) return null;
    const credits = await rows<{ name: string; amount: string }>(
      `select c.name, sum(e.amount)::text as amount from ledger_entry e join creator c on c.shop = e.shop and c.id = e.creator_id where e.shop = $1 and e.order_id = $2 group by c.name having sum(e.amount) <> 0`,
      [DEMO_SHOP, order],
    );
    expect(credits.map(({ amount }) => amount)).toEqual(credits.length === 0 ? [] : [CREDITED]);
    const ties = await rows("select 1 from visitor_tie where shop = $1 and order_id = $2 and kind = 'checkout'", [DEMO_SHOP, order]);
    return { reason: state.outcome === "credited" ? "credited" : (state.reason ?? state.outcome), from: state.evidence, to: credits[0]?.name ?? null, tied: ties.length > 0 };
  }

  /** The app has this touch of the browser's visitor. A click id's creator is asked for later, so none is looked for there. */
  async function seesTouch(shopper: Shopper, touch: Touch): Promise<void> {
    await expect.poll(async () => {
      const { creator_visitor: visitor = "" } = await shopper.kept();
      return rows<Touch>(
        `select t.kind, t.parameter, coalesce(t.click_id, t.word) as value, case when t.kind <> 'click_id' then c.name end as creator
         from touch t left join creator c on c.shop = t.shop and c.id = t.creator_id where t.shop = $1 and t.visitor = $2 order by t.at desc, t.id desc limit 1`,
        [DEMO_SHOP, visitor],
      );
    }, { timeout: 30_000 }).toEqual([touch]);
  }

  async function forward(advanceMs: number): Promise<void> {
    const answer = await fetch(`${stand.stage.urls.store}/_local/clock`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ advanceMs }) });
    expect(answer.status).toBe(200);
  }
});
