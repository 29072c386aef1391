// @vitest-environment jsdom
// The block on the page of an order.
import { describe, expect, it, vi } from "vitest";
import type { CreditBlock } from "#app/domain/credit-block.ts";
import { all, button, click, given, says, shown, unreachable, useExtension } from "./stage.ts";

const { extension, texts, asked, answers } = useExtension("admin.order-details.block.render", "order-credit", "gid://shopify/Order/1001");

const block: CreditBlock = {
  quiet: false,
  waiting: false,
  state: { text: "Attribuée", tone: "success" },
  summary: "Marie · 27,75 €",
  sentences: ["Marie reçoit 27,75 €.", "Ce qui a été retourné est déduit."],
  credits: [{ creator: "Marie", code: "MARIE10", amount: "27,75 €" }],
  network: [{ state: { text: "Déclarée", tone: "success" }, about: "Programme, commande 1001", sentences: ["Le réseau a la vente.", "Modifiable jusqu’au 1 juil."] }],
  path: "app/orders/1001",
};

describe("the block on the page of an order", () => {
  it("asks for the order that is open, in the language of its texts, and says meanwhile that it is looking", async () => {
    answers(says(block));
    await extension.render();
    expect(given("s-spinner", "accessibilityLabel")).toBe(texts.loading);
    await vi.waitFor(() => expect(all("s-spinner")).toEqual([]));
    expect(asked).toEqual([{ address: "/extensions/order-credit?order=gid%3A%2F%2Fshopify%2FOrder%2F1001&locale=fr", form: null }]);
  });

  it("shows who was credited, how much and why, what the network has, and leads to the proof", async () => {
    answers(says(block));
    await extension.render();
    await vi.waitFor(() => expect(shown()).toContain(block.sentences[0]));
    for (const sentence of [...block.sentences, ...block.network[0]!.sentences, block.network[0]!.about, "Déclarée", "Attribuée"]) expect(shown()).toContain(sentence);
    expect(given("s-admin-block", "collapsedSummary")).toBe("Marie · 27,75 €");
    expect(given("s-link", "href")).toBe("app:app/orders/1001");
  });

  it("lists the shares where several are credited", async () => {
    answers(says({ ...block, credits: [...block.credits, { creator: "Zoë", code: "ZOE5", amount: "5,00 €" }] }));
    await extension.render();
    await vi.waitFor(() => expect(all("s-list-item").map((item) => item.textContent)).toEqual(["Marie · MARIE10 · 27,75 €", "Zoë · ZOE5 · 5,00 €"]));
  });

  it("is one short line where no creator code stood on the order", async () => {
    answers(says({ ...block, quiet: true, sentences: ["Aucun code."], credits: [], network: [], summary: "Non attribuée" }));
    await extension.render();
    await vi.waitFor(() => expect(shown()).toBe("Aucun code."));
    expect(all("s-admin-block *")).toHaveLength(1);
    expect(given("s-admin-block", "collapsedSummary")).toBe("Non attribuée");
  });

  it.each([
    ["the app does not answer", unreachable, "failed", "try_again"],
    ["the app has a fault", says({}, 500), "failed", "try_again"],
    ["what comes is no answer of the app", () => new Response("<html>"), "failed", "try_again"],
    ["the order is not known yet", says(null, 404), "unknown", "look_again"],
  ] as const)("says so where %s, and asks again when told to", async (_, first, said, label) => {
    answers(first, says(block));
    await extension.render();
    await vi.waitFor(() => expect(shown()).toContain(texts[said]));
    expect(given("s-admin-block", "collapsedSummary")).toBe(texts[`${said}_short`]);
    click(button(texts[label]!));
    await vi.waitFor(() => expect(shown()).toContain(block.sentences[0]));
    expect(asked).toHaveLength(2);
  });

  it("looks again by itself while the order is being settled, and not for ever", async () => {
    vi.useFakeTimers();
    answers(says({ ...block, waiting: true }));
    await extension.render();
    for (let turn = 0; turn < 40; turn += 1) await vi.advanceTimersByTimeAsync(4_000);
    expect(asked.length).toBeGreaterThan(3);
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(before);
  });
});
