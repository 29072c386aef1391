// A person walks through all that can be proved, changed and tried of the credit: the proof of an order, decisions by hand, a pattern, settings,
// a what-if that is applied to the past, and statements. What the pages say is held against the ledger itself.
import { readFile } from "node:fs/promises";
import ExcelJS from "exceljs";
import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Language } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { until } from "#test/support/app.ts";
import { parseCsv, rowsOf } from "#test/support/sheets.ts";
import { cartOf, LAMP_AND_CUPS } from "./goods.ts";
import { lastDayOf, lastMonth, monthName, spanOf, thisMonth, ZONE } from "./months.ts";
import { CONTEST, LINES } from "./sentences.ts";
import { useStand } from "./stand.ts";
import { leftInEnglish, words } from "./words.ts";

const PROGRAM = "Petit Atelier Creators";
const MARIE = "Marie Lefèvre";
const MONTH_MS = 31 * 86_400_000;
const format = makeFormat({ language: "en", currency: "EUR", timezone: ZONE, now: new Date().toISOString() });

type Sold = { orderId: string; name: string };
type Entry = { id: string; code: string; kind: string; cause: string; amount: string };

describe("the way of a credit that is disputed", { timeout: 120_000 }, () => {
  const stand = useStand("credit", { clockOffsetMs: -3 * MONTH_MS, history: "test/browser/history.ts" });
  const { rows } = stand;
  /** Two codes met on it, last month. */
  let shared: Sold;
  /** Two of yesterday's, with a code of Marie's and one of Chiara's. */
  let maries: Sold;
  let chiaras: Sold;
  let creatorId = "";
  let whatIfId = "";
  let patternId = "";

  beforeAll(async () => {
    const orders = await rows<Sold>(`select order_id as "orderId", name from order_state where shop = $1 order by created_at`, [DEMO_SHOP]);
    [shared, , maries, chiaras] = orders as [Sold, Sold, Sold, Sold];
    [{ id: creatorId }] = (await rows<{ id: string }>("select id from creator where shop = $1 and name = $2", [DEMO_SHOP, MARIE])) as [{ id: string }];
  });

  it("1. opens an order's proof from the list: each line, why that code, the clicks, the ledger, and what the network was told", async () => {
    const { app, open, look } = stand.merchant;
    expect([await ledger(shared), await ledger(maries), await ledger(chiaras)]).toEqual([9_454n, 9_454n, 3_933n]);
    await open("/app/orders");
    await app.getByRole("link", { name: shared.name, exact: true }).click();
    await sees(words("orders", "headline.credited.always", { creator: MARIE, amount: "€94.54", code: "MARIE10" }));
    await sees(CONTEST);
    for (const sentence of LINES) await sees(sentence);
    await sees(words("orders", "codes.took", { took: "€4.90" }), true);
    const [click] = await rows<{ at: Date }>("select at from touch where shop = $1", [DEMO_SHOP]);
    await sees(`${format.dateTime(click!.at.toISOString())} · Jonas Brandt`);
    await sees(words("orders", "clicks.not_needed", { codes: "MARIE10 and JONASFREE" }));
    const entries = await entriesOf(shared);
    expect(entries.map(({ code, kind, amount }) => [code, kind, amount])).toEqual([["MARIE10", "credit", "6731"], ["MARIE10", "credit", "2723"]]);
    // The store sends several deliveries of a new order at once: whichever came first is the cause.
    const [cause] = await rows<{ topic: string }>("select topic from delivery where shop = $1 and webhook_id = $2", [DEMO_SHOP, entries[0]!.cause]);
    await seesInLedger([`topic.${cause!.topic.replace("/", "_")}`, "entry.credit"], entries);
    await sees(words("orders", "told.as", { program: PROGRAM, id: shared.orderId }));
    await sees(words("orders", "told.state_text.reported"));
    await look("1-order");
  });

  it("2. downloads it as data, in the published form, with the ledger's own entries", async () => {
    const { app, page } = stand.merchant;
    const [file] = await Promise.all([page.waitForEvent("download"), app.getByRole("button", { name: words("orders", "action.download"), exact: true }).click()]);
    expect(file.suggestedFilename()).toBe(`proof-${shared.name.replace("#", "")}.json`);
    const proof = JSON.parse(await readFile(await file.path(), "utf8")) as { $schema: string; result: { credited: { minor: string } }; ledger: { entries: { id: string; amount: { minor: string } }[] } };
    const schema = z.fromJSONSchema((await (await fetch(proof.$schema)).json()) as z.core.JSONSchema.JSONSchema);
    expect(schema.safeParse(proof).error).toBeUndefined();
    expect(proof.result.credited.minor).toBe("9454");
    expect(proof.ledger.entries.map(({ id, amount }) => [id, amount.minor])).toEqual((await entriesOf(shared)).map(({ id, amount }) => [id, amount]));
  });

  it("3. opens the sheet to print, which says the same", async () => {
    const { app, look } = stand.merchant;
    await app.getByRole("link", { name: words("orders", "action.print"), exact: true }).click();
    await app.getByRole("heading", { name: words("orders", "print.title"), exact: true }).waitFor();
    await sees(words("orders", "headline.credited.always", { creator: MARIE, amount: "€94.54", code: "MARIE10" }));
    for (const sentence of LINES) await sees(sentence);
    await look("3-print");
  });

  it("4. excludes an order by hand, with a reason and after seeing the amounts; and lets the rules decide again", async () => {
    const { open, look } = stand.merchant;
    await open(`/app/orders/${maries.orderId}`);
    const excluding = await begin("exclude");
    await proceed(excluding, "hand.continue");
    await excluding.getByText(words("errors", "hand.reason_missing")).waitFor();
    expect(await ledger(maries)).toBe(9_454n);
    await reason(excluding, "Bought for a fair, not by a customer");
    await proceed(excluding, "hand.continue");
    await excluding.getByText(words("orders", "hand.change.loses", { creator: MARIE, code: "MARIE10", before: "€94.54" })).waitFor();
    await look("4-exclude");
    await proceed(excluding, "hand.act.exclude.yes");
    await excluding.waitFor({ state: "hidden" });
    await until("the ledger has followed", async () => ((await ledger(maries)) === 0n ? true : null), 60_000);
    await sees(words("orders", "reason.excluded.sentence", { why: "Bought for a fair, not by a customer" }));
    await sees(words("orders", "hand.entry", { reason: "Bought for a fair, not by a customer" }), true);
    expect((await entriesOf(maries)).map(({ kind, cause }) => [kind, cause.split(":")[0]]).slice(2)).toEqual([["reversal", "hand"], ["reversal", "hand"]]);
    expect(await wanted(maries)).toBe(0n);
    await look("4-excluded");

    const withdrawing = await begin("withdraw");
    await reason(withdrawing, "It was a customer after all");
    await proceed(withdrawing, "hand.continue");
    await withdrawing.getByText(words("orders", "hand.change.gets", { creator: MARIE, code: "MARIE10", after: "€94.54" })).waitFor();
    await proceed(withdrawing, "hand.act.withdraw.yes");
    await withdrawing.waitFor({ state: "hidden" });
    await until("the ledger has followed", async () => ((await ledger(maries)) === 9_454n ? true : null), 60_000);
    await sees(words("orders", "hand.rules_again"));
    await sees(words("orders", "headline.credited.always", { creator: MARIE, amount: "€94.54", code: "MARIE10" }));
    const acts = await rows<{ act: string }>("select act from hand_act where shop = $1 and order_id = $2 order by id", [DEMO_SHOP, maries.orderId]);
    expect(acts.map(({ act }) => act)).toEqual(["exclude", "withdraw"]);
  });

  it("5. corrects an amount: one that is too high is refused at its field, and a good one is kept", async () => {
    const { open, look } = stand.merchant;
    await open(`/app/orders/${chiaras.orderId}`);
    const dialog = await begin("correct");
    const amount = dialog.getByLabel(words("orders", "hand.amount"), { exact: true });
    await amount.fill("39.34");
    await reason(dialog, "Half of it was agreed");
    await proceed(dialog, "hand.continue");
    await dialog.getByText(words("errors", "hand.amount_above", { left: "39.33 EUR" })).waitFor();
    expect(await amount.getAttribute("aria-invalid")).toBe("true");
    await look("5-too-high");
    await amount.fill("20.50");
    await proceed(dialog, "hand.continue");
    await dialog.getByText(words("orders", "hand.change.falls", { creator: "Chiara Conti", code: "CHIARA10", before: "€39.33", after: "€20.50" })).waitFor();
    await proceed(dialog, "hand.act.correct.yes");
    await dialog.waitFor({ state: "hidden" });
    await until("the ledger has followed", async () => ((await ledger(chiaras)) === 2_050n ? true : null), 60_000);
    await sees(words("orders", "headline.by_hand", { creator: "Chiara Conti", amount: "€20.50", code: "CHIARA10", why: "Half of it was agreed" }));
    expect(await wanted(chiaras)).toBe(2_050n);
  });

  it("6. makes a pattern: a mistake is shown at its place, the tester tells what it would match, and it is kept", async () => {
    const { app, open, look } = stand.merchant;
    await open("/app/codes/pattern");
    const pattern = app.getByLabel(words("codes", "pattern.form.pattern.label")).first();
    await pattern.fill("^(?i)MARIE(");
    await app.getByText(words("codes", "pattern.at", { at: 11, words: words("errors", "pattern.group_open") })).waitFor();
    expect(await app.locator("mark").innerText()).toBe("(");
    await look("6-wrong");
    await pattern.fill("^(?i)MARIE-?[0-9]+$");
    const [known] = await rows<{ all: number; matching: number }>(`select count(*)::int as all, count(*) filter (where code ~* '^MARIE-?[0-9]+$')::int as matching from code where shop = $1 and retired_at is null`, [DEMO_SHOP]);
    expect(known!.matching).toBe(2);
    await sees(words("codes", "pattern.try.codes_other", { count: 2, known: known!.all }));
    await sees(words("codes", "pattern.try.orders_other", { count: 3, known: 4 }));
    await sees(words("codes", "pattern.try.exact", { creator: MARIE }), true);
    expect(await app.locator("mark").count()).toBe(0);
    await app.getByLabel(words("codes", "pattern.form.owner.creator")).selectOption({ value: creatorId });
    await choose(words("codes", "policy.winner.label"));
    await look("6-pattern");
    await app.getByRole("button", { name: words("codes", "pattern.save"), exact: true }).last().click();
    await app.getByRole("heading", { name: "^(?i)MARIE-?[0-9]+$" }).first().waitFor();
    const made = await rows<{ id: string; creator: string; policy: string; program: string }>(
      `select c.id, t.creator_id as creator, t.credit_policy as policy, p.name as program from code c join code_term t on t.shop = c.shop and t.code_id = c.id join program p on p.shop = c.shop and p.id = t.program_id
       where c.shop = $1 and c.match = 'regex' and c.code = '^(?i)MARIE-?[0-9]+$'`, [DEMO_SHOP],
    );
    expect(made).toMatchObject([{ creator: creatorId, policy: "winner", program: PROGRAM }]);
    patternId = made[0]!.id;
  });

  it("7. changes what a renewal is worth and a product that never earns: it holds from now on, and the page says since when", async () => {
    const { app, page, open, look } = stand.merchant;
    await open("/app/settings");
    const skus = app.getByLabel(words("settings", "never_earn.skus.label"), { exact: true });
    await skus.fill("MUG-AUR-ROS");
    await skus.press("Enter");
    await app.getByRole("button", { name: words("settings", "programs.change_named", { program: PROGRAM }), exact: true }).click();
    await choose(words("settings", "renewals.every.label"));
    await sees(words("settings", "renewals.every.sentence"));
    await look("7-settings");
    await page.locator("#save-bar .save").click();
    await page.locator("#toasts").getByText(words("settings", "saved")).waitFor();
    const [[shop], [program]] = await Promise.all([
      rows<{ from: Date; skus: string[] }>("select valid_from as from, never_earn_skus as skus from shop_rule where shop = $1 order by valid_from desc limit 1", [DEMO_SHOP]),
      rows<{ from: Date; renewals: string }>("select r.valid_from as from, r.renewals from program_rule r join program p on p.shop = r.shop and p.id = r.program_id where r.shop = $1 and p.name = $2 order by r.valid_from desc limit 1", [DEMO_SHOP, PROGRAM]),
    ]);
    expect(shop!.skus).toEqual(["MUG-AUR-ROS"]);
    expect(program!.renewals).toBe("every");
    for (const { from } of [shop!, program!]) await sees(words("settings", "history.holds_since", { when: format.dateTime(from.toISOString()) }), true);
    await look("7-saved");

    // Bought now, the cups bring nothing; yesterday's did, and keep it.
    await inStore("clock", { offsetMs: 2_000 }); // an order's time has no fractions of a second
    const sold = await buyLampAndCups();
    await until("the order is in the ledger", async () => ((await ledger(sold)) === 6_731n ? true : null), 60_000);
    expect(await ledger(maries)).toBe(9_454n);
    await open(`/app/orders/${sold.orderId}`);
    await sees(`${words("orders", "line.never_earns.sku", { word: "MUG-AUR-ROS" })}.`, true);
  });

  it("8. tries another rule on last month's orders: the result first, nothing changes; then it is applied, as adjustments", async () => {
    const { app, open, look } = stand.merchant;
    await open("/app/what-if/new");
    await app.getByLabel(words("whatif", "new.program"), { exact: true }).selectOption({ label: PROGRAM });
    await app.getByLabel(words("whatif", "setting.stackingRule.title"), { exact: true }).selectOption({ label: words("settings", "stacking.split.label") });
    const period = words("whatif", "period", { from: format.day(`${lastMonth}-01`), to: format.day(lastDayOf(lastMonth)) });
    await sees(words("whatif", "new.what_if", { program: PROGRAM, period }));
    await look("8-question");
    await held("lock table what_if_order in exclusive mode", async () => {
      await app.getByRole("button", { name: words("whatif", "new.compute"), exact: true }).click();
      await app.getByText(new RegExp(`^(${words("whatif", "progress.waiting")}|${words("whatif", "progress.running")})$`)).waitFor();
      await look("8-progress");
    });
    // 67.31 and 27.23 are shared as 12.50 to 4.90: 18.96 and 7.67 of it are Jonas'.
    await sees(words("whatif", "result.more", { name: "Jonas Brandt", amount: "€26.63" }), true);
    await sees(words("whatif", "result.less", { name: MARIE, amount: "€26.63" }), true);
    const orders = (await soldIn(lastMonth)).length;
    await sees(words("whatif", orders === 1 ? "result.only" : "result.orders_one", { changed: 1, total: orders }), true);
    await app.getByRole("img").first().waitFor();
    await look("8-result");
    [{ id: whatIfId }] = (await rows<{ id: string }>("select id from what_if where shop = $1", [DEMO_SHOP])) as [{ id: string }];
    expect((await entriesOf(shared)).length).toBe(2);

    await app.getByRole("button", { name: words("whatif", "apply.action"), exact: true }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByText(words("whatif", "apply.more", { name: "Jonas Brandt", amount: "€26.63" })).waitFor();
    await look("8-confirm");
    await dialog.getByRole("button", { name: words("whatif", "apply.yes"), exact: true }).click();
    await until("the ledger has followed", async () => ((await entriesOf(shared)).length === 6 ? true : null), 60_000);
    await sees(words("whatif", "applied.progress", { done: 1, total: 1 }));
    await look("8-applied");
    const adjustments = (await entriesOf(shared)).slice(2);
    expect(new Set(adjustments.map(({ kind, cause }) => `${kind} by ${cause.split(":")[0]}`))).toEqual(new Set(["adjustment by what-if"]));
    expect(adjustments.map(({ code, amount }) => `${code} ${amount}`).sort()).toEqual(["JONASFREE 1896", "JONASFREE 767", "MARIE10 -1896", "MARIE10 -767"]);
    expect(await ledger(shared)).toBe(9_454n);

    await open(`/app/orders/${shared.orderId}`);
    await seesInLedger(["topic.what_if", "entry.adjustment"], adjustments);
    await look("8-order");
    await open("/app/settings");
    const [first, last] = [format.day(`${lastMonth}-01`), format.day(lastDayOf(lastMonth))];
    await sees(words("settings", "log.said.what_if.applied_one", { count: 1, program: PROGRAM, from: first, to: last }));
  });

  it("9. opens a creator's statement and downloads it: every sum is the ledger's", async () => {
    const { app, page, open, look } = stand.merchant;
    await open(`/app/creators/${creatorId}`);
    await app.getByRole("link", { name: monthName(lastMonth), exact: true }).click();
    await app.getByRole("heading", { name: words("statements", "page.heading"), exact: true }).waitFor();
    for (const month of [lastMonth, thisMonth]) {
      await open(`/app/creators/${creatorId}/statements/${month}`);
      const sums = await sumsOf(month);
      await sees(format.money(sums.net), true);
      await look(`9-statement-${month === lastMonth ? "last" : "this"}`);
      const [csv] = await Promise.all([page.waitForEvent("download"), app.getByRole("button", { name: words("statements", "action.csv"), exact: true }).click()]);
      const [head, ...records] = parseCsv((await readFile(await csv.path(), "utf8")).replace(/^\uFEFF/, ""));
      const [xlsx] = await Promise.all([page.waitForEvent("download"), app.getByRole("button", { name: words("statements", "action.excel"), exact: true }).click()]);
      const book = await new ExcelJS.Workbook().xlsx.readFile(await xlsx.path());
      const sheet = rowsOf(book.getWorksheet(words("statements", "file.orders"))!);
      for (const [column, minor] of Object.entries(sums)) {
        const name = words("statements", `column.${column}`);
        expect({ month, column, sum: total(records.map((record) => record[head!.indexOf(name)]!)) }).toEqual({ month, column, sum: minor });
        expect({ month, column, sum: total(sheet.map((row) => Number(row[name]).toFixed(2))) }).toEqual({ month, column, sum: minor });
      }
    }
    await open("/app/statements");
    await app.getByRole("link", { name: MARIE, exact: true }).waitFor();
  });

  it.each<[Language, number]>([["fr", 390], ["zh-CN", 1440]])("10. every page is whole in %s at %i px", async (language, width) => {
    const { page, open, look, text, speak } = stand.merchant;
    await speak(language);
    await page.setViewportSize({ width, height: 900 });
    for (const [at, path] of pages().entries()) {
      const name = `10-${language}-${String(at + 1).padStart(2, "0")}`;
      await open(path);
      await look(name);
      // A page is first drawn for a wide screen; what is wide scrolls within itself.
      await expect.poll(() => stand.merchant.app.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth), { message: `${path} is too wide` }).toBe(0);
      expect({ path, english: leftInEnglish(await text(), language) }).toEqual({ path, english: [] });
    }
  });

  it("nothing in the browser complained, and no page showed a raw key", () => {
    expect(stand.merchant.faults().filter((fault) => !/status of 422/.test(fault))).toEqual([]);
  });

  function pages(): string[] {
    return [
      "/app/orders", `/app/orders/${shared.orderId}`, `/app/orders/${shared.orderId}/print`, `/app/orders/${chiaras.orderId}`, "/app/codes", "/app/codes/pattern", `/app/codes/${patternId}`, "/app/settings",
      "/app/what-if", "/app/what-if/new", `/app/what-if/${whatIfId}`, `/app/creators/${creatorId}`, `/app/creators/${creatorId}/statements/${lastMonth}`, "/app/statements",
    ];
  }

  /** Waits for a text; `among`: it may stand there several times, or within more. */
  async function sees(text: string, among = false): Promise<void> {
    await stand.merchant.app.getByText(text, { exact: !among }).first().waitFor();
  }

  /** The card of the order's ledger says these words, and each entry's amount. */
  async function seesInLedger(keys: string[], entries: Entry[]): Promise<void> {
    const { app } = stand.merchant;
    const card = app.locator(".Polaris-ShadowBevel").filter({ has: app.getByRole("heading", { name: words("orders", "ledger.title"), exact: true }) });
    for (const key of keys) await card.getByText(words("orders", key)).first().waitFor();
    for (const { amount } of entries) await card.getByText(format.money(amount), { exact: true }).first().waitFor();
  }

  /** Polaris lays its own circle over the radio button: a person clicks the label. */
  async function choose(label: string): Promise<void> {
    await stand.merchant.app.locator("label:visible").filter({ hasText: label }).first().click();
  }

  async function begin(act: string): Promise<Locator> {
    const { app } = stand.merchant;
    await app.getByRole("button", { name: words("orders", `hand.act.${act}.button`), exact: true }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByText(words("orders", `hand.act.${act}.what`)).waitFor();
    return dialog;
  }

  async function reason(dialog: Locator, why: string): Promise<void> {
    await dialog.getByLabel(words("orders", "hand.reason"), { exact: true }).fill(why);
  }

  async function proceed(dialog: Locator, button: string): Promise<void> {
    await dialog.getByRole("button", { name: words("orders", button), exact: true }).click();
  }

  async function ledger({ orderId }: Sold): Promise<bigint> {
    const [found] = await rows<{ sum: string }>("select coalesce(sum(amount), 0)::text as sum from ledger_entry where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
    return BigInt(found!.sum);
  }

  function entriesOf({ orderId }: Sold): Promise<Entry[]> {
    return rows<Entry>(
      `select l.id::text, k.code, l.kind, l.cause, l.amount::text from ledger_entry l join code k on k.shop = l.shop and k.id = l.code_id where l.shop = $1 and l.order_id = $2 order by l.id`,
      [DEMO_SHOP, orderId],
    );
  }

  /** What the network is to hold of an order. */
  async function wanted({ orderId }: Sold): Promise<bigint> {
    const [found] = await rows<{ sum: string }>("select coalesce(sum((i ->> 'amount')::bigint), 0)::text as sum from conversion c left join lateral jsonb_array_elements(c.target) i on true where c.shop = $1 and c.order_id = $2", [DEMO_SHOP, orderId]);
    return BigInt(found!.sum);
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

  async function buyLampAndCups(): Promise<Sold> {
    const answer = await inStore<{ ok: boolean; order: { id: string; name: string } }>("checkout", cartOf(LAMP_AND_CUPS, ["MARIE10"], "Emil Huber"));
    expect(answer.ok).toBe(true);
    return { orderId: String(answer.order.id), name: answer.order.name };
  }

  async function inStore<T>(action: string, input: object): Promise<T> {
    const response = await fetch(`${stand.stage.urls.store}/_local/${action}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(input) });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  }

  /** The ledger's entries of Marie's within a month of the shop's clock, by their kinds, in minor units. */
  async function sumsOf(month: string): Promise<Record<"credited" | "reversed" | "adjusted" | "net", bigint>> {
    const found = await rows<{ kind: string; sum: string }>("select kind, sum(amount)::text as sum from ledger_entry where shop = $1 and creator_id = $2 and at >= $3 and at < $4 group by kind", [DEMO_SHOP, creatorId, ...spanOf(month)]);
    const of = (kind: string) => BigInt(found.find((row) => row.kind === kind)?.sum ?? 0);
    return { credited: of("credit"), reversed: of("reversal"), adjusted: of("adjustment"), net: of("credit") + of("reversal") + of("adjustment") };
  }

  /** Early in a month, yesterday's orders are among them. */
  function soldIn(month: string): Promise<Sold[]> {
    return rows<Sold>(`select order_id as "orderId", name from order_state where shop = $1 and created_at >= $2 and created_at < $3`, [DEMO_SHOP, ...spanOf(month)]);
  }
});

function total(decimals: string[]): bigint {
  return decimals.reduce((sum, decimal) => sum + BigInt(decimal.replace(".", "")), 0n);
}
