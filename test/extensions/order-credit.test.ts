// @vitest-environment jsdom
// The block on the page of an order, run in the vendor's own tester: what it asks, and what it shows of each answer.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getExtension } from "@shopify/ui-extensions-tester";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CreditBlock } from "#app/domain/credit-block.ts";

const folder = join(import.meta.dirname, "..", "..", "extensions", "order-credit");
const extension = getExtension("admin.order-details.block.render", { configSearchDir: folder });
const texts = JSON.parse(readFileSync(join(folder, "locales", "fr.json"), "utf8")) as Record<string, string>;

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

let asked: string[] = [];

beforeEach(() => {
  extension.setUp();
  extension.shopify.data = { selected: [{ id: "gid://shopify/Order/1001" }] };
  extension.shopify.i18n.translate = ((key: string) => texts[key] ?? `no text: ${key}`) as typeof extension.shopify.i18n.translate;
  asked = [];
});

afterEach(() => {
  extension.tearDown();
  vi.useRealTimers();
});

/** Each question gets the next answer; the last one again and again. */
function answers(...given: (() => Response | Promise<Response>)[]): void {
  extension.fetch = ((address: string) => {
    asked.push(address);
    return Promise.resolve().then(given[Math.min(asked.length, given.length) - 1]);
  }) as typeof fetch;
}

const says = (value: unknown, status = 200) => () => new Response(JSON.stringify(value), { status });
const one = <T extends Element & Record<string, unknown>>(name: string) => document.body.querySelector<T>(name);
const text = () => document.body.textContent ?? "";
/** Properties where the element would have them, attributes where jsdom knows no such element. */
const of = (name: string, attribute: string) => one(name)?.getAttribute(attribute);

describe("the block on the page of an order", () => {
  it("asks for the order that is open, in the language of its texts, and says meanwhile that it is looking", async () => {
    answers(says(block));
    await extension.render();
    expect(of("s-spinner", "accessibilityLabel")).toBe(texts.loading);
    await vi.waitFor(() => expect(one("s-spinner")).toBeNull());
    expect(asked).toEqual(["/extensions/order-credit?order=gid%3A%2F%2Fshopify%2FOrder%2F1001&locale=fr"]);
  });

  it("shows who was credited, how much and why, what the network has, and leads to the proof", async () => {
    answers(says(block));
    await extension.render();
    await vi.waitFor(() => expect(text()).toContain(block.sentences[0]));
    for (const sentence of [...block.sentences, ...block.network[0]!.sentences, block.network[0]!.about, "Déclarée", "Attribuée"]) expect(text()).toContain(sentence);
    expect(of("s-admin-block", "collapsedSummary")).toBe("Marie · 27,75 €");
    expect(of("s-link", "href")).toBe("app:app/orders/1001");
  });

  it("lists the shares where several are credited", async () => {
    answers(says({ ...block, credits: [...block.credits, { creator: "Zoë", code: "ZOE5", amount: "5,00 €" }] }));
    await extension.render();
    await vi.waitFor(() => expect([...document.body.querySelectorAll("s-list-item")].map((item) => item.textContent)).toEqual(["Marie · MARIE10 · 27,75 €", "Zoë · ZOE5 · 5,00 €"]));
  });

  it("is one short line where no creator code stood on the order", async () => {
    answers(says({ ...block, quiet: true, sentences: ["Aucun code."], credits: [], network: [], summary: "Non attribuée" }));
    await extension.render();
    await vi.waitFor(() => expect(text()).toBe("Aucun code."));
    expect(document.body.querySelectorAll("s-admin-block *")).toHaveLength(1);
    expect(of("s-admin-block", "collapsedSummary")).toBe("Non attribuée");
  });

  it.each([
    ["the app does not answer", () => Promise.reject(new TypeError("Failed to fetch")), "failed", "try_again"],
    ["the app has a fault", says({}, 500), "failed", "try_again"],
    ["what comes is no answer of the app", () => new Response("<html>"), "failed", "try_again"],
    ["the order is not known yet", says(null, 404), "unknown", "look_again"],
  ] as const)("says so where %s, and asks again when told to", async (_, first, said, button) => {
    answers(first, says(block));
    await extension.render();
    await vi.waitFor(() => expect(text()).toContain(texts[said]));
    expect(of("s-admin-block", "collapsedSummary")).toBe(texts[`${said}_short`]);
    expect(one("s-button")!.textContent).toBe(texts[button]);
    one("s-button")!.dispatchEvent(new Event("click", { bubbles: true }));
    await vi.waitFor(() => expect(text()).toContain(block.sentences[0]));
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
