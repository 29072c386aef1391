// A person makes a deal with all its terms, gives codes of it, one by one and by a file, and looks after them: two tabs, pauses, replacements, changes made
// in the store's own admin, codes that were there before, files filled, links shared. What the pages say is held against the app's rows, the store and the network.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { instantOfWall, wallTime } from "#app/domain/zone.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import { catalogue } from "#test/local/store/catalogue.ts";
import { loaded } from "#test/sheets/kit.ts";
import { buy, type Sold } from "./buyer.ts";
import type { Merchant } from "./merchant.ts";
import { ZONE } from "./months.ts";
import { cellsBeside, FRIENDS, FRIENDS_DEAL, friendsFile, LILEI, ordersFile, OWN_DISCOUNT, PROGRAM } from "./offers.ts";
import { type CodeRow, type DealRow, sidesOf } from "./sides.ts";
import { useStand } from "./stand.ts";
import { words } from "./words.ts";

const DAY_MS = 86_400_000;
const [MARIE, JONAS] = [DEMO_CREATORS[0]!, DEMO_CREATORS[1]!];
const TABLE = catalogue().collections.find(({ handle }) => handle === "table")!;
const [NAME, RENAMED] = ["Set the table", "Set the table anew"];
const FRIENDS_COUNT = 120;
const format = makeFormat({ language: "en", currency: "EUR", timezone: ZONE, now: new Date().toISOString() });
const dayFrom = (days: number) => wallTime(new Date(Date.now() + days * DAY_MS), ZONE).date;
const STARTS = { date: dayFrom(-1), time: "09:30" };
const ENDS = { date: dayFrom(20), time: "22:00" };
const instant = (wall: typeof ENDS) => instantOfWall(wall, ZONE)!.toISOString();

describe("the way of a deal and its codes", { timeout: 180_000 }, () => {
  const stand = useStand("deals", { history: "test/browser/offers-history.ts" });
  const { rows } = stand;
  const sides = sidesOf(stand);
  let deal: DealRow;
  let sold: Sold;

  it("1. makes a deal on a collection, with a minimum, once per customer, from a day until a day: it is read as a sentence, and stands in the store like that", async () => {
    const { app, page, open, look } = stand.merchant;
    await open("/app/deals/new");
    await app.getByLabel(words("deals", "form.name.label"), { exact: true }).fill(NAME);
    await app.getByLabel(words("deals", "form.program.label"), { exact: true }).selectOption({ label: PROGRAM });
    await choose(stand.merchant, words("deals", "form.kind.percentage.label"));
    await app.getByLabel(words("deals", "form.percent.label"), { exact: true }).fill("10");
    await choose(stand.merchant, words("deals", "form.items.collections.label"));
    await press(stand.merchant, words("deals", "form.items.collections.choose"));
    await page.locator("dialog").getByLabel(TABLE.title).check();
    await page.locator("dialog button.primary").click();
    await choose(stand.merchant, words("deals", "form.minimum.subtotal.label"));
    await app.getByLabel(words("deals", "form.minimum.amount_label"), { exact: true }).fill("50");
    await tick(words("deals", "form.once.label"));
    await app.getByLabel(words("deals", "form.dates.start_date"), { exact: true }).fill(STARTS.date);
    await app.getByLabel(words("deals", "form.dates.start_time"), { exact: true }).fill(STARTS.time);
    await tick(words("deals", "form.dates.ends"));
    await app.getByLabel(words("deals", "form.dates.end_date"), { exact: true }).fill(ENDS.date);
    await app.getByLabel(words("deals", "form.dates.end_time"), { exact: true }).fill(ENDS.time);
    await sees(offerAt(1_000));
    await sees(words("errors", "offer.once"));
    await sees(words("errors", "offer.until", { date: format.date(instant(ENDS)) }));
    await sees(words("deals", "summary.starts", { date: format.dateTime(instant(STARTS)) }));
    await look("1-deal-new");
    await press(stand.merchant, words("deals", "new.save"));
    deal = await sides.settled("the deal stands on both sides", async () => {
      const now = await sides.deal(NAME);
      return now?.store === "live" && now.network === "live" ? now : null;
    });
    expect(deal.terms).toMatchObject({ oncePerCustomer: true, minimum: { kind: "subtotal", amount: "5000" }, appliesTo: { kind: "collections", collections: [{ id: `gid://shopify/Collection/${TABLE.id}` }] } });
    expect([deal.startsAt.toISOString(), deal.endsAt!.toISOString()]).toEqual([instant(STARTS), instant(ENDS)]);
    const discount = await sides.discount(deal.storeId);
    expect(discount).toMatchObject({
      title: NAME, value: { kind: "percentage", percentage: 0.1 }, items: { kind: "collections", collections: [TABLE.id] }, minimum: { kind: "subtotal", amount: "50.00" }, oncePerCustomer: true, usageLimit: null,
    });
    expect([Date.parse(discount.startsAt), Date.parse(discount.endsAt!)]).toEqual([Date.parse(instant(STARTS)), Date.parse(instant(ENDS))]);
    await sees(`${offerAt(1_000)}${words("deals", "offer_joint")}`, true);
    await look("1-deal");
  });

  it("2. two tabs edit it: who saves later is shown both values, chooses, and store and network follow", async () => {
    const mine = stand.merchant;
    const theirs = await mine.another();
    for (const tab of [mine, theirs]) await tab.open(`/app/deals/${deal.id}/edit`);
    await theirs.app.getByLabel(words("deals", "form.percent.label"), { exact: true }).fill("15");
    await press(theirs, words("deals", "edit.save"));
    await sides.settled("the first edit is kept", async () => ((await sides.deal(NAME))!.version === deal.version + 1 ? true : null));
    await theirs.page.close();

    await mine.page.bringToFront();
    await mine.app.getByLabel(words("deals", "form.percent.label"), { exact: true }).fill("20");
    await mine.app.getByLabel(words("deals", "form.name.label"), { exact: true }).fill(RENAMED);
    await press(mine, words("deals", "edit.save"));
    await sees(words("deals", "conflict.both"));
    await mine.app.locator("#conflict").getByText(off(1_500)).first().waitFor();
    await mine.look("2-conflict");
    expect((await sides.deal(NAME))!.percent).toBe(1_500); // nothing is overwritten in silence
    await choose(mine, words("deals", "conflict.of_me", { value: off(2_000) }));
    await press(mine, words("deals", "conflict.merge"));
    await mine.app.locator("#conflict").waitFor({ state: "detached" });
    await press(mine, words("deals", "edit.save"));
    await mine.app.getByRole("heading", { name: RENAMED }).first().waitFor();
    deal = await sides.settled("store and network have followed", async () => {
      const now = (await sides.deal(RENAMED))!;
      const [discount, [inNetwork]] = [await sides.discount(now.storeId), await sides.networkDeals()];
      return discount.title === RENAMED && inNetwork?.Name === RENAMED && Number(inNetwork.DiscountPercent) === 20 ? now : null;
    });
    expect(deal.percent).toBe(2_000);
    expect(await sides.discount(deal.storeId)).toMatchObject({ value: { percentage: 0.2 }, minimum: { amount: "50.00" }, oncePerCustomer: true });
    expect(await sides.networkDeals()).toHaveLength(1);
  });

  it("3. gives three creators codes by a pattern, one of them a name in Chinese: they are live on both sides", async () => {
    const { app, open, look } = stand.merchant;
    await open(`/app/codes/give?deal=${deal.id}`);
    for (const name of [MARIE.name, JONAS.name, LILEI.name]) await app.locator("label").filter({ hasText: name }).first().click();
    await app.getByLabel(words("codes", "give.naming.pattern"), { exact: true }).fill("{FIRST}{AMOUNT}{DEAL:3}");
    for (const [name, code] of [[MARIE.name, "MARIE20SET"], [JONAS.name, "JONAS20SET"], [LILEI.name, "LILEI20SET"]] as const) {
      await expect.poll(() => app.getByLabel(words("codes", "give.preview.code_for", { name }), { exact: true }).inputValue(), { timeout: 60_000 }).toBe(code);
    }
    await sees(words("errors", "naming.plain_letters", { name: LILEI.name, plain: "LILEI" }), true);
    await press(stand.merchant, words("codes", "give.preview.check"));
    await app.getByText(words("codes", "give.preview.free"), { exact: true }).nth(2).waitFor();
    await look("3-checked");
    await press(stand.merchant, words("codes", "give.give_other", { count: 3 }));
    await sides.settled("the codes are live on both sides", async () => ((await sides.codesOf(deal)).reduce((sum, { live }) => sum + live, 0) === 6 ? true : null));
    expect((await sides.codesOf(deal)).map(({ code, creator }) => [code, creator])).toEqual([["JONAS20SET", JONAS.name], ["LILEI20SET", LILEI.name], ["MARIE20SET", MARIE.name]]);
    expect(await sides.codesInStore(deal)).toEqual(["JONAS20SET", "LILEI20SET", "MARIE20SET"]);
    expect(await sides.networkCodes()).toEqual([{ code: "JONAS20SET", partner: JONAS.id }, { code: "LILEI20SET", partner: LILEI.id }, { code: "MARIE20SET", partner: MARIE.id }]);
  });

  it("4. makes the codes of a file in a run: checked, begun, seen on its way from another page, done, each of them in the store once", async () => {
    const { app, open, look } = stand.merchant;
    const { csv, codes } = friendsFile(FRIENDS_COUNT);
    await open("/app/files");
    await app.locator("input[type=file]").setInputFiles({ name: "Friends.csv", mimeType: "text/csv", buffer: csv });
    await app.getByRole("heading", { name: "Friends.csv" }).first().waitFor();
    await app.getByLabel(words("files", "option.deal"), { exact: true }).selectOption({ label: FRIENDS_DEAL });
    await tick(words("files", "option.missing"));
    await app.getByLabel(words("files", "option.program_new"), { exact: true }).selectOption({ label: FRIENDS });
    const added = app.locator(".Polaris-InlineStack").filter({ hasText: words("files", "plan.added") }).last();
    await added.getByText(String(FRIENDS_COUNT), { exact: true }).waitFor();
    await look("4-file");
    await press(stand.merchant, words("files", "page.start_codes"));
    await app.getByRole("link", { name: words("files", "done.open_run"), exact: true }).click();
    await sees(words("runs", "progress.checked"));
    await look("4-checked");
    await held("lock table code_placement in exclusive mode", async () => {
      await press(stand.merchant, words("runs", "start.action_other", { n: FRIENDS_COUNT }));
      await sees(words("runs", "progress.running"));
      await open("/app/network");
      const bar = app.getByRole("region", { name: words("runs", "bar.label"), exact: true });
      await bar.getByText(words("runs", "bar.running", { deal: FRIENDS_DEAL }), { exact: true }).waitFor();
      await bar.getByRole("progressbar").waitFor();
      await look("4-bar");
    });
    await sides.settled("the run is done", async () => ((await rows("select 1 from code_batch where shop = $1 and state = 'done'", [DEMO_SHOP])).length === 1 ? true : null));
    await app.getByRole("region", { name: words("runs", "bar.label"), exact: true }).waitFor({ state: "detached" });
    const [run] = await rows<{ id: string }>("select id from code_batch where shop = $1", [DEMO_SHOP]);
    await open(`/app/codes/runs/${run!.id}`);
    await sees(words("runs", "progress.done"));
    await sees(words("runs", "progress.of_made", { done: FRIENDS_COUNT, total: FRIENDS_COUNT }));
    const [made] = await rows("select count(*)::int as codes, count(distinct c.key)::int as keys, count(distinct t.creator_id)::int as people from code c join code_term t on t.shop = c.shop and t.code_id = c.id where c.shop = $1 and c.batch_id = $2", [DEMO_SHOP, run!.id]);
    expect(made).toEqual({ codes: FRIENDS_COUNT, keys: FRIENDS_COUNT, people: FRIENDS_COUNT });
    expect(new Set(await sides.timesInStore(codes))).toEqual(new Set([1]));
  });

  it("5. pauses a code and lets it go on, replaces another; a buyer uses the new one, and its creator is credited", async () => {
    const { page, open, look } = stand.merchant;
    const [, lilei, marie] = (await sides.codesOf(deal)) as [CodeRow, CodeRow, CodeRow];
    await open(`/app/codes/${lilei.id}`);
    await press(stand.merchant, words("life", "act.pause.action"));
    await sides.settled("the paused code is out of both", async () => (!(await sides.codesInStore(deal)).includes(lilei.code) && !(await networkCodes()).includes(lilei.code) ? true : null));
    await sees(words("life", "sentence.paused"));
    await sees(words("life", "side.gone"), true);
    await look("5-paused");
    await press(stand.merchant, words("life", "act.resume.action"));
    await sides.settled("the code is back on both", async () => ((await sides.codesInStore(deal)).includes(lilei.code) && (await networkCodes()).includes(lilei.code) ? true : null));

    await open(`/app/codes/${marie.id}`);
    await press(stand.merchant, words("life", "act.replace.action"));
    const dialog = stand.merchant.app.getByRole("dialog");
    await dialog.getByLabel(words("life", "act.replace.field"), { exact: true }).fill("MARIEDRESSES");
    await dialog.getByRole("button", { name: words("life", "act.replace.confirm"), exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await sides.settled("the new code has taken its place", async () => {
      const [store, network] = [await sides.codesInStore(deal), await networkCodes()];
      return store.includes("MARIEDRESSES") && network.includes("MARIEDRESSES") && !store.includes(marie.code) && !network.includes(marie.code) ? true : null;
    });
    expect(await sides.codesInStore(deal)).toEqual(["JONAS20SET", "LILEI20SET", "MARIEDRESSES"]);
    await open(`/app/codes/${marie.id}`);
    await sees(words("life", "sentence.replaced", { code: "MARIEDRESSES" }));

    sold = await buy(page, stand.stage.urls.store, { items: [["Théière Brume", 1]], code: "mariedresses", email: "ines.haller@example.com", name: "Ines Haller" }, (what) => look(`5-${what}`));
    // 54.00 - 10.80, tax 6.90 inside.
    const credited = await sides.settled("the order is credited", async () => {
      const found = await rows<{ amount: string; creator: string; code: string }>(
        "select l.amount::text, r.name as creator, c.code from ledger_entry l join creator r on r.shop = l.shop and r.id = l.creator_id join code c on c.shop = l.shop and c.id = l.code_id where l.shop = $1 and l.order_id = $2", [DEMO_SHOP, sold.orderId],
      );
      return found.length > 0 ? found : null;
    });
    expect(credited).toEqual([{ amount: "3630", creator: MARIE.name, code: "MARIEDRESSES" }]);
    await open(`/app/orders/${sold.orderId}`);
    await sees(words("orders", "headline.credited.always", { creator: MARIE.name, amount: "€36.30", code: "MARIEDRESSES" }));
  });

  it("6. sees that somebody changed the discount in the store's admin, and puts its own terms back", async () => {
    const { page, app, open, look } = stand.merchant;
    await page.goto(`${stand.stage.urls.store}/admin/discounts/${deal.storeId.split("/").pop()}`);
    await page.getByText("Edit", { exact: true }).first().click();
    await page.getByLabel("Percentage").fill("25");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The discount is changed.").waitFor();
    await sides.settled("the change is noticed", async () => ((await rows("select 1 from drift where shop = $1 and kind = 'edited' and closed_at is null", [DEMO_SHOP])).length === 1 ? true : null));
    await open(`/app/deals/${deal.id}`);
    await sees(words("drift", "card.title"));
    const table = app.getByRole("table").filter({ hasText: words("drift", "column.there_store") });
    for (const basisPoints of [2_000, 2_500]) await table.getByText(off(basisPoints), { exact: true }).waitFor();
    await look("6-drift");
    const what = words("drift", "what.deal_store.edited", { deal: deal.name });
    await press(stand.merchant, words("drift", "settle_named", { what }));
    const dialog = app.getByRole("dialog");
    await dialog.locator("label").filter({ hasText: words("drift", "choice.ours_store") }).click();
    await dialog.getByText(words("drift", "effect.deal_store.edited.ours")).waitFor();
    await dialog.getByRole("button", { name: words("drift", "dialog.do_ours_one"), exact: true }).click();
    await sides.settled("the store has our terms again", async () => ((await rows("select 1 from drift where shop = $1 and kind = 'edited' and how = 'ours' and closed_at is not null", [DEMO_SHOP])).length === 1 ? true : null));
    expect(await sides.discount(deal.storeId)).toMatchObject({ title: deal.name, value: { kind: "percentage", percentage: 0.2 } });
    expect(await sides.codesInStore(deal)).toEqual(["JONAS20SET", "LILEI20SET", "MARIEDRESSES"]);
    await open(`/app/deals/${deal.id}`);
    await sees(offerAt(2_000), true);
    expect(await app.getByText(words("drift", "card.title"), { exact: true }).count()).toBe(0);
  });

  it("7. links a code that the merchant had before: nothing is made anew in the store", async () => {
    const { app, open, look } = stand.merchant;
    const own = async () => (await sides.discounts()).filter(({ codes }) => codes.some(({ code }) => code === OWN_DISCOUNT.code));
    const before = await own();
    await sides.settled("the store's codes are listed", async () => ((await rows("select 1 from store_code where shop = $1 and code = $2", [DEMO_SHOP, OWN_DISCOUNT.code])).length === 1 ? true : null));
    await open("/app/adopt");
    await app.getByRole("link", { name: words("adopt", "link.named", { code: OWN_DISCOUNT.code }), exact: true }).click();
    await app.getByLabel(words("adopt", "link.creator_of", { code: OWN_DISCOUNT.code }), { exact: true }).fill("Jonas");
    await app.getByRole("option", { name: new RegExp(JONAS.name) }).click();
    await app.getByLabel(words("adopt", "link.program"), { exact: true }).selectOption({ label: PROGRAM });
    await look("7-link");
    await press(stand.merchant, words("adopt", "link.do_one", { count: 1 }));
    await sides.settled("the linked code is in the network as well", async () => ((await networkCodes()).includes(OWN_DISCOUNT.code) ? true : null));
    const [linked] = await rows<{ discountId: string; dealId: string | null; creator: string }>(
      `select c.discount_id as "discountId", c.deal_id as "dealId", r.name as creator from code c join code_term t on t.shop = c.shop and t.code_id = c.id join creator r on r.shop = c.shop and r.id = t.creator_id where c.shop = $1 and c.code = $2`, [DEMO_SHOP, OWN_DISCOUNT.code],
    );
    expect(before).toHaveLength(1);
    expect(linked).toEqual({ discountId: `gid://shopify/DiscountCodeNode/${before[0]!.id}`, dealId: null, creator: JONAS.name });
    expect(await own()).toEqual(before);
  });

  it("8. fills the influencer platform's export: codes and links of its people, and every other cell as it came", async () => {
    const { app, page, open, look } = stand.merchant;
    const file = await ordersFile([MARIE.email, LILEI.email]);
    await open("/app/files");
    await app.locator("input[type=file]").setInputFiles({ name: "orders (3).xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: file });
    await app.getByRole("heading", { name: "orders (3).xlsx" }).first().waitFor();
    await app.getByLabel(words("files", "option.deal"), { exact: true }).selectOption({ label: deal.name });
    await press(stand.merchant, words("files", "page.fill_only"));
    const button = app.getByRole("button", { name: words("files", "fill.action"), exact: true });
    await button.waitFor();
    await look("8-filled");
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    expect(download.suggestedFilename()).toBe("orders (3).xlsx");
    const [came, went] = [await loaded(file), await loaded(await readFile(await download.path()))];
    const filled = [2, 3, 4].map((n) => ["C", "D"].map((column) => went.worksheets[0]!.getCell(`${column}${n}`).text));
    const [shop] = await rows<{ domain: string }>("select coalesce(nullif(domain, ''), shop) as domain from shop where shop = $1", [DEMO_SHOP]);
    const link = (code: string) => `https://${shop!.domain}/discount/${code}?redirect=%2F%3Fcreator%3D${code}`;
    expect(filled).toEqual([["MARIEDRESSES", link("MARIEDRESSES")], ["", ""], ["LILEI20SET", link("LILEI20SET")]]);
    expect(cellsBeside(went, ["C", "D"])).toEqual(cellsBeside(came, ["C", "D"]));
  });

  it("9. copies a code's link in one click, and downloads its QR code", async () => {
    const { app, page, open, look } = stand.merchant;
    const marie = (await sides.codesOf(deal)).find(({ code }) => code === "MARIEDRESSES")!;
    await open(`/app/codes/${marie.id}`);
    const copy = app.getByRole("button", { name: new RegExp(`^${words("share", "copy_link")}: `) });
    const link = (await copy.getAttribute("aria-label"))!.slice(words("share", "copy_link").length + 2);
    expect(link).toMatch(/^https:\/\/[^/]+\/discount\/MARIEDRESSES\?redirect=%2F%3Fcreator%3DMARIEDRESSES$/);
    await copy.click();
    await page.locator("#toasts").getByText(words("share", "copied", { text: link })).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    await look("9-share");
    const [qr] = await Promise.all([page.waitForEvent("download"), app.getByRole("button", { name: words("share", "qr.download_svg", { code: "MARIEDRESSES" }), exact: true }).first().click()]);
    expect(qr.suggestedFilename()).toBe("MARIEDRESSES.svg");
    expect(await readFile(await qr.path(), "utf8")).toMatch(/^<svg [^]*<path [^]*<\/svg>\s*$/);
  });

  it("nothing in the browser complained, and no page showed a raw key", () => {
    // The browser names every refused form an error, also where the page shows it as it should: here the second tab's.
    expect(stand.merchant.faults().filter((fault) => !/status of 409/.test(fault))).toEqual([]);
  });

  function off(basisPoints: number): string {
    return words("errors", "offer.percentage_items.none", { percent: format.percent(basisPoints), items: TABLE.title });
  }

  function offerAt(basisPoints: number): string {
    return words("errors", "offer.percentage_items.subtotal", { percent: format.percent(basisPoints), items: TABLE.title, minimum: format.money(5_000n) });
  }

  /** Waits for a text; `among`: it may stand there within more. */
  async function sees(text: string, among = false): Promise<void> {
    await stand.merchant.app.locator(":visible").getByText(text, { exact: !among }).first().waitFor();
  }

  /** Polaris lays its own circle or box over the input: a person clicks the label. */
  async function choose({ app }: Merchant, label: string): Promise<void> {
    await app.locator("label:visible").filter({ hasText: label }).first().click();
  }

  /** Whatever a form begins with, the box is ticked then. */
  async function tick(label: string): Promise<void> {
    if (!(await stand.merchant.app.getByLabel(label, { exact: true }).isChecked())) await choose(stand.merchant, label);
  }

  /** The last of a name: the save bar's stands outside of the page. */
  async function press({ app }: Merchant, button: string): Promise<void> {
    await app.getByRole("button", { name: button, exact: true }).last().click();
  }

  async function networkCodes(): Promise<string[]> {
    return (await sides.networkCodes()).map(({ code }) => code);
  }

  /** Does the work while another transaction holds what `sql` takes. */
  async function held(sql: string, work: () => Promise<void>): Promise<void> {
    await rows("begin", []);
    try {
      await rows(sql, []);
      await work();
    } finally {
      await rows("rollback", []);
    }
  }
});
