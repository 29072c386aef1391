// An order that waits for the network's decision about its clicks, as the pages, the print and the data of it say so; and once it has decided.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { now, setClockOffsetMs } from "#app/clock.ts";
import type { OrderProof } from "#app/domain/explain.ts";
import { partnerReason, REFUSALS } from "#app/domain/verdict.ts";
import { OrderProofDocument } from "#app/flow/proof-schema.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { noteVerdict } from "#app/flow/verdict.ts";
import { type Language, loadLanguage, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { headlineSentences, proofWords } from "#app/ui/orders/words.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import { ask, keepSession } from "./ask.ts";

useDatabase();
const LANGUAGES: Language[] = ["en", "zh-CN", "fr"];
let id = "2000";

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-06-20T10:00:00Z") - Date.now());
  await makeShop();
  await makeProgram("p1", { clicks: "network" });
  await makeCreator("c1", { name: "Marie", memberships: [{ program: "p1", partnerId: "1001" }] });
  await makeCreator("c2", { name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k1", { code: "MARIE10", creator: "c1", program: "p1", policy: "involved" });
  await makeCode("k2", { code: "ZOE5", creator: "c2", program: "p1" });
  await keepSession(SHOP);
  for (const language of LANGUAGES) await loadLanguage(language);
});

/** Each test has an order of its own: 90.00 for Marie, if the network says so. */
beforeEach(async () => {
  id = String(Number(id) + 1);
  await note(orderBody({ id, codes: ["MARIE10", "ZOE5"], lines: [{ id: `${id}1`, price: "105.00", off: [[0, "10.00"], [1, "5.00"]] }] }));
  await settle();
});

async function settle(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function decide(verdict: "credited" | "refused", reason: string | null = null): Promise<void> {
  await noteVerdict({ shop: SHOP, orderId: id, codeId: "k1", programId: "p1", awaiting: true }, { verdict, reason, actionId: null });
  await settle();
}

const listed = async (view: string) => {
  const { orders, counts } = await (await import("#app/routes/app.orders._index.tsx")).loader(ask(SHOP, `/app/orders?view=${view}`));
  return { row: orders.rows.find((row) => row.orderId === id), awaiting: counts.awaiting };
};
const opened = async () => (await import("#app/routes/app.orders.$id.tsx")).loader(ask(SHOP, `/app/orders/${id}`, undefined, { id }));
const asData = async () => OrderProofDocument.parse(await (await (await import("#app/routes/app.orders_.$id.proof[.]json.ts")).loader(ask(SHOP, `/app/orders/${id}/proof.json`, undefined, { id }))).json());
const wordsIn = (language: Language, proof: OrderProof) => proofWords(proof, translateIn(language, "orders"), makeFormat({ language, currency: "EUR", timezone: "UTC", now: now().toISOString() }));

describe("while the network has not decided", () => {
  it("the list has it in a view of its own, without an amount, under whom it would be credited to", async () => {
    const { row, awaiting } = await listed("awaiting");
    expect(row).toMatchObject({ outcome: "awaiting_network", reason: null, credited: "0", matched: [{ code: "MARIE10", outcome: "awaiting_network", creator: { name: "Marie" } }, { code: "ZOE5", reason: "outranked" }] });
    expect(awaiting).toBeGreaterThan(0);
    expect((await listed("credited")).row).toBe(undefined);
    expect((await listed("not_credited")).row).toBe(undefined);
  });

  it("its page says what waits, and what the shop's own clicks would say", async () => {
    const { order, proof, told } = await opened();
    expect(proof).toMatchObject({ credited: "0", awaited: "9000", codes: [{ outcome: "awaiting_network", reason: null, awaited: "9000", network: { verdict: null, own: "no_click" } }, { reason: "outranked", network: null }] });
    expect(told).toMatchObject([{ n: 1, byNetwork: true, state: "waiting", target: [{ amount: "9000" }] }]);
    const words = wordsIn("en", proof as OrderProof);
    expect(headlineSentences(order as never, words, translateIn("en", "orders")).slice(0, 1)).toEqual(["The network has yet to decide whether Marie is credited €90.00 for MARIE10."]);
    expect(words.codes.k1!.at(-1)).toBe("By the shop’s own clicks it would not be: no click on a link of Marie in the 30 days before is known.");
    expect(words.codes.k2!.at(-1)).toContain("should it refuse, ZOE5 can still be credited");
    expect(words.lines[`${id}1`]).toContain("90.00 wait for the network");
  });

  it("the data says it too, and its credit is nothing", async () => {
    const document = await asData();
    expect(document).toMatchObject({ version: "3", result: { credited: { minor: "0" }, awaited: { minor: "9000" } }, ledger: { entries: [] } });
    expect(document.codes[0]).toMatchObject({ outcome: "awaiting_network", network: { verdict: null, ownClicks: "no_click" }, awaited: { minor: "9000" } });
    expect(document.network.conversions).toMatchObject([{ byNetwork: true }]);
  });

  it("the creator's page and statement count it beside their totals", async () => {
    const { creator, sold } = await (await import("#app/routes/app.creators.$id.tsx")).loader(ask(SHOP, "/app/creators/c1", undefined, { id: "c1" }));
    expect(creator.awaiting).toBeGreaterThan(0);
    expect(sold.orders).toBe(0);
    const { readStatement } = await import("#app/flow/statement.ts");
    expect(await readStatement(SHOP, "c1", "2026-06")).toMatchObject({ awaiting: creator.awaiting, currencies: [], total: 0 });
    expect((await readStatement(SHOP, "c1", "2026-05"))!.awaiting).toBe(0);
  });
});

describe("once it has decided", () => {
  it("a credit is a credit, by its word", async () => {
    await decide("credited");
    expect((await listed("credited")).row).toMatchObject({ outcome: "credited", credited: "9000" });
    const { proof } = await opened();
    expect(wordsIn("en", proof as OrderProof).headline[0]).toBe("Marie was credited €90.00, because the buyer used MARIE10 and the network, which holds the clicks, credited the sale to Marie.");
    expect((await asData()).ledger).toMatchObject({ balance: { minor: "9000" }, entries: [{ cause: { topic: "verdict" } }] });
    // As if nothing had been: the tests share their creators.
    await decide("refused");
  });

  it("a refusal names whom it credited instead, and the other code is credited", async () => {
    await decide("refused", partnerReason("1002"));
    const { order, proof } = await opened();
    expect(order).toMatchObject({ outcome: "credited", credited: "9000", matched: [{ code: "ZOE5", outcome: "credited" }, { code: "MARIE10", reason: "network_refused" }] });
    expect(proof!.codes[0]).toMatchObject({ reason: "network_refused", network: { verdict: { verdict: "refused" }, partner: "Zoë", own: "no_click" } });
    expect(wordsIn("en", proof as OrderProof).codes.k1!.join(" ")).toContain("it decided against Marie: it credited another partner, Zoë.");
  });

  it.each([...REFUSALS, "a word of tomorrow", null])("in every language it says why: %s", async (reason) => {
    await decide("refused", reason);
    const { proof } = await opened();
    for (const language of LANGUAGES) {
      const words = wordsIn(language, proof as OrderProof);
      const all = [...words.headline, ...Object.values(words.codes).flat(), ...Object.values(words.lines)].join(" ");
      expect(all).not.toMatch(/\{\{|undefined|null|refusal\.|by_network\.|own_clicks\.|line\.|_REF_|_RULE_/);
    }
  });
});
