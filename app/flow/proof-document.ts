// The proof of an order as data (flow/proof-schema.ts): the page's own parts, with exact amounts, whole causes and each exchange with the network.
import { now } from "../clock.ts";
import { exchangeTexts, rulesOfEntries, type ExchangeTexts } from "../db/reads/order.ts";
import { findShop } from "../db/shop.ts";
import { env } from "../env.server.ts";
import type { CodeProof, LineProof, OrderProof } from "../domain/explain.ts";
import { formatAmount } from "../domain/money.ts";
import type { OrderHead, OrderPage, ProofWords, ToldRow } from "../domain/orders-page.ts";
import type { ExchangeRow } from "../domain/pages.ts";
import type { ReportItem } from "../domain/report.ts";
import { openOrder } from "./prove.ts";
import { OrderProofDocument, PROOF_SCHEMA_PATH } from "./proof-schema.ts";

type Doc = OrderProofDocument;
type Money = Doc["ledger"]["balance"];

/** What the document says in words, from the proof; `timezone` is the shop's. */
export type Wording = (proof: OrderProof, shop: { currency: string; timezone: string }) => ProofWords;

/** The document of one order; null where the shop has none of this id, or nothing is known of it but the id. */
export async function proofDocument(shop: string, orderId: string, wording: Wording): Promise<Doc | null> {
  const page = await openOrder(shop, orderId);
  if (page === null || page.proof === null || page.order.facts === null) return null;
  const { proof } = page;
  const [about, rules, texts] = await Promise.all([findShop(shop), rulesOfEntries(shop, orderId), exchangeTexts(shop, page.exchanges.map((row) => row.id))]);
  const words = wording(proof, { currency: about?.currency || proof.currency, timezone: about?.timezone || "UTC" });
  const money = moneyIn(proof.currency);
  return {
    $schema: new URL(PROOF_SCHEMA_PATH, env().SHOPIFY_APP_URL).href,
    version: "3",
    madeAt: now().toISOString(),
    shop: { domain: shop, name: about?.name ?? "" },
    order: orderPart(page.order, page.order.facts, proof, words.disputes),
    result: { credited: money(proof.credited), awaited: money(proof.awaited), sentences: [...words.headline, ...(words.contest === null ? [] : [words.contest])] },
    rules: rulesPart(proof),
    discounts: proof.discounts.map((one) => ({ ...one, amount: money(one.amount), allocations: one.allocations.map((each) => ({ lineId: each.lineId, amount: money(each.amount) })) })),
    codes: proof.codes.map((code) => codePart(code, words.codes[code.codeId] ?? [], money)),
    contest: proof.contest && { ...proof.contest, sentence: words.contest, ranking: proof.contest.ranking.map((one, index) => ({ rank: index + 1, ...one, discount: money(one.discount) })) },
    evidence: { ...proof.evidence, sentence: words.evidence },
    clicks: proof.clicks.map(({ parts, ...click }, index): Doc["clicks"][number] => ({ ...click, meaning: parts.map((one) => ({ codeId: one.codeId, insideWindow: one.part !== "too_early" && one.part !== "after_order", part: one.part })), sentences: [...(words.sources[index] ?? []), ...(words.clicks[index] ?? [])] })),
    lines: proof.lines.map((line) => linePart(line, words.lines[line.lineId] ?? "", money)),
    ledger: ledgerPart(page, rules, proof.currency),
    network: networkPart(page, texts),
  };
}

function moneyIn(currency: string): (minor: string) => Money {
  return (minor) => ({ minor, currency, decimal: formatAmount(BigInt(minor), currency) });
}

function orderPart(order: OrderHead, facts: NonNullable<OrderHead["facts"]>, proof: OrderProof, sentences: string[]): Doc["order"] {
  const { currency, total } = facts.presentment;
  return {
    id: order.orderId,
    name: order.name,
    createdAt: proof.createdAt,
    version: order.version,
    paid: order.everPaid,
    financialStatus: facts.financialStatus,
    cancelledAt: facts.cancelledAt,
    test: facts.test,
    deleted: order.deleted,
    currency: proof.currency,
    taxesIncluded: proof.taxesIncluded,
    presentment: { currency, total: total === null ? null : moneyIn(currency)(total) },
    source: facts.source,
    returningCustomer: proof.returning,
    disputes: proof.disputes.map((dispute, index) => ({ ...dispute, sentence: sentences[index] ?? "" })),
  };
}

function rulesPart({ shopRule, codes, overrides, hand, currency }: OrderProof): Doc["rules"] {
  const programs = new Map(codes.map((code) => [code.program.id, { ...code.program, since: code.since, settings: { ...code.rule } }]));
  return {
    stackingRule: shopRule.stackingRule,
    since: shopRule.since,
    neverEarn: { tags: [...shopRule.neverEarn.tags], types: [...shopRule.neverEarn.types], skus: [...shopRule.neverEarn.skus] },
    renewalSources: [...shopRule.renewalSources],
    programs: [...programs.values()],
    overrides: overrides.map(({ settings, ...one }) => ({ ...one, settings: { ...settings } })),
    hand: hand && { act: hand.act, at: hand.at, codeId: hand.codeId, amount: hand.amount === null ? null : moneyIn(currency)(hand.amount), reason: hand.reason },
  };
}

function codePart(code: CodeProof, sentences: string[], money: (minor: string) => Money): Doc["codes"][number] {
  // That it is void, since when and why, is in its sentences.
  const { codeId, program, rule: _, since: __, voided: ___, network, discount, credited, awaited, alsoMatched, ...rest } = code;
  return {
    ...rest,
    id: codeId,
    program: { id: program.id, name: program.name },
    discount: money(discount),
    network: network && { verdict: network.verdict?.verdict ?? null, at: network.verdict?.at ?? null, reason: network.verdict?.reason ?? null, partner: network.partner, ownClicks: network.own ?? "credited" },
    sentences,
    credited: money(credited),
    awaited: money(awaited),
    alsoMatched: alsoMatched.map((one) => ({ id: one.codeId, code: one.code })),
  };
}

function linePart(line: LineProof, sentence: string, money: (minor: string) => Money): Doc["lines"][number] {
  const { lineId, price, gross, discounts, tax, taxInside, base, returned, removed, goodwill, left, credited, awaited, ...rest } = line;
  return {
    ...rest,
    id: lineId,
    price: money(price),
    gross: money(gross),
    discounts: discounts.map((one) => ({ index: one.index, name: one.name, amount: money(one.amount) })),
    tax: money(tax),
    taxInside: money(taxInside),
    base: money(base),
    returned: returned && { quantity: returned.quantity, amount: money(returned.amount) },
    removed: removed && { quantity: removed.quantity, amount: money(removed.amount) },
    goodwill: money(goodwill),
    left: money(left),
    credited: credited.map((one) => ({ codeId: one.codeId, amount: money(one.amount) })),
    awaited: awaited.map((one) => ({ codeId: one.codeId, amount: money(one.amount) })),
    sentence,
  };
}

/** An entry in another currency than the order's stands under its own, and is no part of the balance. */
function ledgerPart({ entries, byHand }: OrderPage, rules: ReadonlyMap<string, Record<string, unknown>>, currency: string): Doc["ledger"] {
  const balance = entries.reduce((sum, entry) => (entry.currency === currency ? sum + BigInt(entry.amount) : sum), 0n);
  return {
    balance: moneyIn(currency)(balance.toString()),
    entries: entries.map(({ id, at, kind, amount, currency: own, lineId, codeId, creator, program, cause, version }) => ({
      id,
      at,
      kind: kind as Doc["ledger"]["entries"][number]["kind"],
      amount: moneyIn(own)(amount),
      lineId,
      codeId,
      creator,
      program,
      cause,
      byHand: byHand[id] ?? null,
      version,
      rules: rules.get(id) ?? {},
    })),
  };
}

function networkPart({ order, told, exchanges }: OrderPage, texts: ReadonlyMap<string, ExchangeTexts>): Doc["network"] {
  const orderIdOf = (row: ExchangeRow) => told.find((one) => `${order.orderId}/${one.n}` === row.aboutId)?.networkOrderId ?? null;
  return {
    conversions: told.map(conversionPart),
    exchanges: exchanges.map((row) => {
      const { request = null, answer = null } = texts.get(row.id) ?? {};
      return { at: row.at, orderId: orderIdOf(row), what: row.what, sent: isObject(request) ? request : {}, status: row.status, outcome: row.outcome, answer: relevantOf(answer) };
    }),
  };
}

function conversionPart(row: ToldRow): Doc["network"]["conversions"][number] {
  const items = (list: ReportItem[]) => list.map(({ sku, name, quantity, amount }) => ({ sku, name, quantity, amount: moneyIn(row.currency)(amount) }));
  return {
    n: row.n,
    orderId: row.networkOrderId,
    program: row.program,
    creator: row.creator,
    code: row.toldCode,
    byNetwork: row.byNetwork,
    state: row.state,
    problem: row.problem,
    actionId: row.actionId,
    lockAt: row.lockAt,
    wanted: items(row.target),
    held: row.sent && items(row.sent),
  };
}

/** What a network's answer says of the conversion itself; what its partner is paid is nobody's business here, and so is the account. */
const RELEVANT = /^(Status|Message|Messages|Errors?|Error(Type|Reason|Code)|Field|Id|ActionId|Oid|State|Amount|Currency|PromoCode|EventDate|CreationDate|LockingDate|Actions?|ActionItems|Items|Sku|ItemName|Quantity|SaleAmount|SaleAmountCurrency|IntendedAmount)$/i;

function relevantOf(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(relevantOf);
  if (!isObject(answer)) return answer;
  const kept = Object.entries(answer).filter(([key]) => RELEVANT.test(key));
  return kept.length === 0 ? null : Object.fromEntries(kept.map(([key, value]) => [key, relevantOf(value)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
