// A person walks the merchant's whole way in the real local admin, storefront and app: from the first opening to a reversed conversion.
// The amounts are checked where they are kept: in the ledger and in the network.
import { describe, expect, it } from "vitest";
import { DEMO_SHOP, writeClock } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN } from "#test/local/network/accounts.ts";
import { until } from "#test/support/app.ts";
import { buy, type Sold } from "./buyer.ts";
import { useStand } from "./stand.ts";
import { words } from "./words.ts";

type Held = { orderId: string; code: string; state: string; items: { sku: string; quantity: number; amount: string }[] };

describe("the merchant's way", () => {
  const stand = useStand("walk");
  const { rows } = stand;
  let offsetMs = 0;
  let first: Sold;
  let second: Sold;

  it("1. opens the app in the store's admin: it is installed, with an expiring offline token", async () => {
    const { page, app } = stand.merchant;
    await page.goto(`${stand.stage.urls.store}/admin`);
    await page.getByRole("link", { name: "Creator Codes" }).click();
    await app.locator("h1").first().waitFor();
    await stand.merchant.look("1-home-empty");
    const sessions = await rows<{ online: boolean; expires: Date | null; refresh: boolean }>(
      `select "isOnline" as online, expires, "refreshToken" is not null as refresh from "Session" where shop = $1`, [DEMO_SHOP],
    );
    const offline = sessions.filter((session) => !session.online);
    expect(offline).toHaveLength(1);
    expect(offline[0]!.refresh).toBe(true);
    expect(offline[0]!.expires!.getTime()).toBeGreaterThan(Date.now());
    const [shop] = await rows<{ currency: string }>("select currency from shop where shop = $1", [DEMO_SHOP]);
    expect(shop?.currency).toBe("EUR");
  });

  it("2. connects the network, chooses both programs, and takes the creators over with their states", async () => {
    const { app } = stand.merchant;
    await stand.merchant.open("/app/network");
    const sid = app.getByLabel(words("impact", "credentials.accountSid.label"), { exact: true });
    const token = app.getByLabel(words("impact", "credentials.token.label"), { exact: true });
    const connect = app.getByRole("button", { name: words("network", "connect.connect"), exact: true });
    await sid.fill(DEMO_ACCOUNT_SID);
    await token.fill("not-the-token");
    await connect.click();
    await app.locator(".Polaris-InlineError").first().waitFor(); // checked at once, at its field
    await token.fill(DEMO_ACCOUNT_TOKEN);
    await connect.click();
    for (const program of ["Petit Atelier Performance", "Petit Atelier Creators"]) {
      await app.getByRole("button", { name: words("network", "choose.use_named", { program }) }).click();
    }
    await app.getByText(words("network", "choose.in_use"), { exact: true }).nth(1).waitFor();
    await app.getByRole("button", { name: words("network", "choose.done"), exact: true }).click();
    await app.getByRole("button", { name: words("network", "programs.take_over_named", { program: "Petit Atelier Creators" }) }).click();
    await until("the creators are taken over", async () => ((await rows("select 1 from membership where shop = $1", [DEMO_SHOP])).length === 8 ? true : null));
    await stand.merchant.look("2-network");

    const states = await rows<{ state: string; n: number }>("select state, count(*)::int as n from membership where shop = $1 group by state order by state", [DEMO_SHOP]);
    expect(states).toEqual([{ state: "joined", n: 6 }, { state: "left", n: 1 }, { state: "pending", n: 1 }]);
    const [connection] = await rows<{ token: string }>("select token from network_connection where shop = $1", [DEMO_SHOP]);
    expect(connection!.token).not.toContain(DEMO_ACCOUNT_TOKEN);
    await stand.merchant.open("/app/creators");
    await app.getByText("Marie Lefèvre").first().waitFor();
    await stand.merchant.look("2-creators");
  });

  it("3. makes a deal: one discount in the store, one deal in the network", async () => {
    const { app } = stand.merchant;
    await stand.merchant.open("/app/deals/new");
    await app.getByLabel(words("deals", "form.name.label"), { exact: true }).fill("Ten for our friends");
    await app.getByLabel(words("deals", "form.program.label"), { exact: true }).selectOption({ label: "Petit Atelier Creators" });
    await choose("deals", "form.kind.percentage.label");
    await app.getByLabel(words("deals", "form.percent.label"), { exact: true }).fill("10");
    await choose("deals", "form.minimum.subtotal.label");
    await app.getByLabel(words("deals", "form.minimum.amount_label"), { exact: true }).fill("50");
    await stand.merchant.look("3-deal-new");
    await app.getByRole("button", { name: words("deals", "new.save"), exact: true }).last().click();
    await until("the deal is live on both sides", async () => {
      const found = await rows<{ store: string; network: string }>("select d.store_state as store, p.state as network from deal d join deal_placement p on p.shop = d.shop and p.deal_id = d.id where d.shop = $1", [DEMO_SHOP]);
      return found.length === 1 && found[0]!.store === "live" && found[0]!.network === "live" ? true : null;
    });
    await stand.merchant.look("3-deal");
    const discounts = await adminPageText("/discounts");
    expect(discounts.match(/Ten for our friends/g)).toHaveLength(1);
    expect(await deals()).toEqual(["Ten for our friends"]);
  });

  it("4. gives three creators a code each, after a taken name said so: redeem codes of the one discount, promo codes in the network", async () => {
    const { app } = stand.merchant;
    await inNetwork("assign-code", { sid: DEMO_ACCOUNT_SID, programId: "21401", partnerId: "2552808", code: "TAKEN10" });
    await stand.merchant.open("/app/codes/give");
    for (const name of ["Marie Lefèvre", "Jonas Brandt", "Anaïs Weber"]) await app.locator("label").filter({ hasText: name }).first().click();
    const marie = app.getByLabel(words("codes", "give.preview.code_for", { name: "Marie Lefèvre" }), { exact: true });
    await marie.fill("TAKEN10");
    await app.getByRole("button", { name: words("codes", "give.preview.check"), exact: true }).click();
    await app.getByText(words("codes", "give.blocked")).waitFor();
    await stand.merchant.look("4-taken");
    expect(await rows("select 1 from code where shop = $1", [DEMO_SHOP])).toHaveLength(0);
    await marie.fill("MARIE10");
    await app.getByRole("button", { name: words("codes", "give.preview.check_again"), exact: true }).click();
    await app.getByText(words("codes", "give.preview.free"), { exact: true }).nth(2).waitFor();
    await app.getByRole("button", { name: words("codes", "give.give_other", { count: 3 }), exact: true }).click();
    await until("the codes are live on both sides", async () => {
      forward(1_000);
      const live = await rows("select 1 from code_placement where shop = $1 and state = 'live'", [DEMO_SHOP]);
      return live.length === 6 ? true : null;
    }, 40_000);
    await stand.merchant.open("/app/codes");
    await app.getByText("MARIE10").first().waitFor();
    await stand.merchant.look("4-codes");
    expect(await codesOfDiscount()).toEqual(["ANAIS10", "JONAS10", "MARIE10"]);
    expect(await placedCodes()).toEqual([["ANAIS10", "2552806"], ["JONAS10", "2552802"], ["MARIE10", "2552801"]]);
  });

  it("5. a buyer uses the codes in the storefront", async () => {
    const { page, look } = stand.merchant;
    const buyAs = (email: string, name: string, code: string, items: [string, number][]) => buy(page, stand.stage.urls.store, { items, code, email, name }, (what) => look(`5-${what}`));
    first = await buyAs("ines.haller@example.com", "Ines Haller", "MARIE10", [["Lampe Colline", 1], ["Tasse Aurore", 2]]);
    second = await buyAs("karl.vogel@example.com", "Karl Vogel", "jonas10", [["Becher Nordwind", 2]]);
  });

  it("6. both orders are settled, in the ledger, and told to the network with their items", async () => {
    // 89.00 - 8.90, tax 12.79 inside; 2 x 18.00 - 3.60, tax 5.17 inside; 2 x 26.00 - 5.20, tax 7.47 inside.
    await until("the orders are in the ledger", async () => ((await ledger(first)) === 9_454n && (await ledger(second)) === 3_933n ? true : null));
    const [one, other] = [await untilHeld(first, 9_454n), await untilHeld(second, 3_933n)];
    expect(one.code).toBe("MARIE10");
    expect(amounts(one)).toEqual([2_723n, 6_731n]);
    expect(other.code).toBe("JONAS10");
    expect(amounts(other)).toEqual([3_933n]);
  }, 60_000);

  it("7. the order's page shows why who was credited with what", async () => {
    const { app } = stand.merchant;
    await stand.merchant.open("/app/orders");
    await app.getByText(first.name, { exact: true }).first().click();
    for (const text of ["MARIE10", "Marie Lefèvre", "67.31", "27.23", "8.90", "12.79", "94.54"]) await app.getByText(new RegExp(text.replace(".", "\\."))).first().waitFor();
    await stand.merchant.look("7-order");
  });

  it("8. a refund of one line takes exactly its share off; a cancelled order is reversed; Home says so", async () => {
    const { page, app } = stand.merchant;
    await page.goto(`${stand.stage.urls.store}/admin/orders/${first.orderId}`);
    await page.getByText("Refund items", { exact: true }).first().click();
    await page.getByLabel(/Lampe Colline/).first().fill("1");
    await page.getByRole("button", { name: "Refund items", exact: true }).click();
    await page.getByText("The refund is booked.").waitFor();
    await page.goto(`${stand.stage.urls.store}/admin/orders/${second.orderId}`);
    await page.getByText("Cancel the order", { exact: true }).first().click();
    await page.getByRole("button", { name: "Cancel the order", exact: true }).click();
    await page.getByText("The order is cancelled.").waitFor();
    await stand.merchant.look("8-store-cancelled");

    await until("the ledger has followed", async () => ((await ledger(first)) === 2_723n && (await ledger(second)) === 0n ? true : null));
    const one = await untilHeld(first, 2_723n);
    expect(amounts(one).filter((amount) => amount > 0n)).toEqual([2_723n]);
    const other = await untilHeld(second, 0n);
    expect(other.state.toLowerCase()).toContain("reversed");
    const kinds = await rows<{ kind: string; amount: string }>("select kind, sum(amount)::text as amount from ledger_entry where shop = $1 group by kind order by kind", [DEMO_SHOP]);
    expect(kinds).toEqual([{ kind: "credit", amount: "13387" }, { kind: "reversal", amount: "-10664" }]);

    await stand.merchant.open("/app");
    await app.getByText("Marie Lefèvre").first().waitFor();
    await app.getByText(/27\.23/).first().waitFor();
    await stand.merchant.look("8-home");
    await stand.merchant.open(`/app/orders/${first.orderId}`);
    await stand.merchant.look("8-order");
  }, 60_000);

  it("nothing in the browser complained, and no page showed a raw key", () => {
    expect(stand.merchant.faults().filter((fault) => !isExpected(fault))).toEqual([]);
  });

  /** The browser names every refused form an error, also where the page shows it as it should. */
  function isExpected(fault: string): boolean {
    return /status of 422/.test(fault);
  }

  /** Polaris lays its own circle over the radio button: a person clicks the label. */
  async function choose(namespace: string, key: string): Promise<void> {
    await stand.merchant.app.locator("label").filter({ hasText: words(namespace, key) }).first().click();
  }

  function forward(ms: number): void {
    offsetMs += ms;
    writeClock(stand.stage.clockFile, offsetMs);
  }

  async function ledger({ orderId }: Sold): Promise<bigint> {
    const [found] = await rows<{ sum: string }>("select coalesce(sum(amount), 0)::text as sum from ledger_entry where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
    return BigInt(found!.sum);
  }

  async function inNetwork(action: string, input: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${stand.stage.urls.network}/_local/${action}`, { method: "POST", body: JSON.stringify(input) });
    expect(response.status).toBe(200);
  }

  /** The brand API itself, with the demo's credentials. */
  async function api<T>(path: string): Promise<T> {
    const authorization = `Basic ${Buffer.from(`${DEMO_ACCOUNT_SID}:${DEMO_ACCOUNT_TOKEN}`).toString("base64")}`;
    const response = await fetch(`${stand.stage.urls.network}/Advertisers/${DEMO_ACCOUNT_SID}/${path}`, { headers: { authorization, accept: "application/json" } });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  }

  async function deals(): Promise<string[]> {
    const { Deals } = await api<{ Deals: { Name: string }[] }>("Deals?CampaignId=21401");
    return Deals.map((deal) => deal.Name);
  }

  async function placedCodes(): Promise<string[][]> {
    const { PromoCodes } = await api<{ PromoCodes: Record<string, string>[] }>("PromoCodes?CampaignId=21401");
    const partnerOf = (code: Record<string, string>) => Object.entries(code).find(([name]) => /^(AssignedPartnerId|PartnerId|MediaPartnerId|MediaId)$/.test(name))?.[1] ?? "";
    return PromoCodes.map((code) => [code.Code ?? code.PromoCode ?? "", partnerOf(code)]).filter(([code]) => code !== "TAKEN10").sort();
  }

  async function held({ orderId }: Sold): Promise<Held | null> {
    const response = await fetch(`${stand.stage.urls.network}/_local/conversions?sid=${DEMO_ACCOUNT_SID}`);
    const { conversions } = (await response.json()) as { conversions: Held[] };
    const found = conversions.filter((conversion) => conversion.orderId === orderId);
    expect(found.length).toBeLessThan(2);
    return found[0] ?? null;
  }

  /** Runs the clock until the network holds this sum for the order. */
  async function untilHeld(sold: Sold, sum: bigint): Promise<Held> {
    return until(`the network holds ${sum} for ${sold.name}`, async () => {
      forward(30_000);
      const found = await held(sold);
      return found && amounts(found).reduce((total, amount) => total + amount, 0n) === sum ? found : null;
    }, 40_000);
  }

  function amounts({ items }: Held): bigint[] {
    return items.map((item) => BigInt(item.amount)).sort((a, b) => (a < b ? -1 : 1));
  }

  async function adminPageText(path: string): Promise<string> {
    return (await fetch(`${stand.stage.urls.store}/admin${path}`)).text();
  }

  /** The redeem codes of the one discount, without the reserve code. */
  async function codesOfDiscount(): Promise<string[]> {
    const [deal] = await rows<{ store_id: string; reserve_code: string }>("select store_id, reserve_code from deal where shop = $1", [DEMO_SHOP]);
    const text = await adminPageText(`/discounts/${deal!.store_id.split("/").pop()}`);
    expect(text).toContain(deal!.reserve_code);
    return ["ANAIS10", "JONAS10", "MARIE10", "TAKEN10"].filter((code) => text.includes(code));
  }
});
