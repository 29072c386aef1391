// Each deal is one readable sentence in each language.
import { beforeAll, describe, expect, test } from "vitest";
import { type DealTerms, type ItemChoice, PLAIN_TERMS } from "#app/domain/deal.ts";
import { describeDeal, type Words } from "#app/domain/deal-words.ts";
import { type Language, loadLanguages, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { sayPhrase } from "#app/ui/offer.ts";

beforeAll(async () => {
  await loadLanguages();
});

const LANGUAGES = ["en", "fr", "zh-CN"] as const;

function wordsOf(language: Language): Words {
  const format = makeFormat({ language, currency: "EUR", timezone: "Europe/Paris", now: "2026-11-21T10:00:00Z" });
  const [or, places] = [new Intl.ListFormat(language, { type: "disjunction" }), new Intl.DisplayNames(language, { type: "region" })];
  return {
    money: (minor) => format.money(minor), percent: (points) => format.percent(points), date: (iso) => format.date(iso),
    all: (names) => format.list(names), any: (names) => or.format(names), country: (code) => places.of(code) ?? code,
  };
}

/** The spaces that Intl keeps from breaking are plain ones here. */
function offer(language: Language, terms: Partial<DealTerms>, endsAt: string | null = null): string {
  const [t, deals] = [translateIn(language, "errors"), translateIn(language, "deals")];
  const phrases = describeDeal({ ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 }, ...terms }, { startsAt: null, endsAt }, wordsOf(language));
  return phrases.map((phrase) => sayPhrase(t, phrase)).join(deals("offer_joint")).replace(/[\u00a0\u202f]/g, " ");
}

const collections = (...titles: string[]): ItemChoice => ({ kind: "collections", collections: titles.map((title, at) => ({ id: `gid://shopify/Collection/${at + 1}`, title })) });
const product = (title: string, ...variants: string[]): ItemChoice => ({
  kind: "products", products: [{ id: "gid://shopify/Product/1", title, variants: variants.map((name, at) => ({ id: `gid://shopify/ProductVariant/${at + 1}`, title: name })) }],
});
const buyGet = (change: Partial<Extract<DealTerms["value"], { kind: "buy_get" }>> = {}): DealTerms["value"] => ({
  kind: "buy_get", buys: { by: "quantity", quantity: 2, items: collections("Hoodies") }, gets: { quantity: 1, items: product("Beanie"), effect: { kind: "free" } }, usesPerOrder: null, ...change,
});
const segment = { id: "gid://shopify/Segment/1", title: "VIP" };
const market = { id: "gid://shopify/Market/1", title: "Switzerland" };

const deals: [Partial<DealTerms>, string | null, [en: string, fr: string, zh: string]][] = [
  [{}, null, ["10% off everything", "10 % de remise sur tout", "全场优惠 10%"]],
  [
    { appliesTo: collections("Scarves"), minimum: { kind: "subtotal", amount: "5000" }, buyers: { kind: "segments", segments: [segment] }, oncePerCustomer: true, purchase: { oneTime: true, subscription: true, cycles: 3 } },
    "2026-12-31T22:59:59Z",
    [
      "10% off Scarves from €50.00, for customers in “VIP”, on the first 3 payments of a subscription too, once per customer, until Dec 31, 2026",
      "10 % de remise sur Scarves dès 50,00 €, pour les clients du segment « VIP », aussi sur les 3 premiers paiements d’un abonnement, une fois par client, jusqu’au 31 déc. 2026",
      "满 €50.00，Scarves 优惠 10%，限“VIP”客户，订阅的前 3 次付款同样适用，每位顾客限用一次，截至 2026年12月31日",
    ],
  ],
  [{ value: buyGet() }, null, ["Buy 2 from Hoodies, get 1 Beanie free", "Pour l’achat de 2 articles de Hoodies, recevez gratuitement 1 Beanie", "购买 Hoodies 中的 2 件，免费获得 Beanie 1 件"]],
  [
    { value: buyGet({ buys: { by: "amount", amount: "8000", items: collections("Hoodies", "Caps") }, gets: { quantity: 2, items: product("Beanie", "Red"), effect: { kind: "percentage", basisPoints: 5000 } }, usesPerOrder: 1 }) },
    null,
    ["Spend €80.00 on Hoodies or Caps, get 2 × Beanie (Red) at 50% off, once per order", "Dès 80,00 € d’achat sur Hoodies ou Caps, 50 % de remise sur 2 × Beanie (Red), une fois par commande", "购买 Hoodies或Caps 满 €80.00，Beanie (Red) 2 件 优惠 50%，每单最多 1 次"],
  ],
  [
    { value: { kind: "free_shipping", countries: ["DE", "FR"], highestRate: "1000" }, minimum: { kind: "quantity", quantity: 2 }, usageLimit: 1 },
    null,
    ["Free shipping from 2 items, to Germany and France, for shipping rates up to €10.00, 1 time in all", "Livraison gratuite dès 2 articles, vers Allemagne et France, pour des frais de livraison de 10,00 € au plus, 1 fois en tout", "购满 2 件免运费，送达德国和法国，适用于不超过 €10.00 的运费，总共限用 1 次"],
  ],
  [
    { value: { kind: "fixed_item", amount: "250" }, appliesTo: collections("A", "B", "C", "D", "E"), purchase: { oneTime: false, subscription: true, cycles: null }, buyers: { kind: "markets", markets: [market] } },
    null,
    ["€2.50 off each item (A, B, C and 2 more), for buyers in Switzerland, only on subscriptions", "2,50 € de remise par article (A, B, C et 2 autres), pour les acheteurs du marché Switzerland, seulement sur les abonnements", "A, B, C 及另外 2 项 每件立减 €2.50，限 Switzerland 市场的买家，仅限订阅"],
  ],
];

describe.each(LANGUAGES)("a deal in %s", (language) => {
  test.each(deals.map(([terms, endsAt, sentences]) => [sentences[LANGUAGES.indexOf(language)]!, terms, endsAt] as const))("%s", (sentence, terms, endsAt) => {
    expect(offer(language, terms, endsAt)).toBe(sentence);
  });
});
