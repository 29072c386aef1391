// The proof in sentences that a creator understands who disputes a credit: for the page, for print, and (in English) in the document.
import type { CodeProof, LineProof, OrderProof } from "../../domain/explain.ts";
import type { OrderHead, ProofWords } from "../../domain/orders-page.ts";
import { readRefusal } from "../../domain/verdict.ts";
import type { Translate } from "../../i18n.ts";
import type { Format } from "../format.tsx";
import { clickSources, clickWords, codeWord, evidenceSentence } from "./click-words.ts";

type Told = { proof: OrderProof; t: Translate; format: Format };

/** `t` gives the texts of the namespace "orders". */
export function proofWords(proof: OrderProof, t: Translate, format: Format): ProofWords {
  const told = { proof, t, format };
  return {
    headline: headline(told),
    contest: contestSentence(told),
    codes: Object.fromEntries(proof.codes.map((code) => [code.codeId, codeSentences(code, told)])),
    evidence: evidenceSentence(proof, t, format),
    sources: clickSources(proof, t, format),
    clicks: clickWords(proof, t),
    disputes: proof.disputes.map((dispute) => disputeSentence(dispute, told)),
    lines: Object.fromEntries(proof.lines.map((line) => [line.lineId, lineSentence(line, told)])),
  };
}

/** Sentences as one text: Chinese puts no space between them. */
export function inARow(sentences: string[], t: Translate): string {
  return sentences.join(t("line.stop") === "。" ? "" : " ");
}

/** The answer at the head of an order, a sentence each; the first is its title. */
export function headlineSentences(order: OrderHead, words: ProofWords | null, t: Translate): string[] {
  if (order.outcome === "unreadable") {
    const wrong = unreadableSentences(order.unreadable ?? "", t);
    // An older state was read: what it was credited with stands.
    return words ? [t("headline.unreadable_newest"), t("headline.unreadable_stands", { said: inARow(words.headline, t) }), ...wrong] : [t("headline.unreadable"), ...wrong];
  }
  if (order.outcome === "missing") return [t("headline.missing")];
  if (order.outcome === "waiting" || !words) return [t(order.fetch && order.fetch.tries > 3 ? "headline.store_silent" : "headline.waiting")];
  return [...words.headline, ...(words.contest === null ? [] : [words.contest])];
}

/** What was wrong, in words and as it was found (domain/read-order.ts), and what a person can do. */
function unreadableSentences(found: string, t: Translate): string[] {
  const currency = /has more decimals than ([A-Z]{3})/.exec(found)?.[1];
  const item = /\bline_items\[(\d+)\]/.exec(found)?.[1];
  const why = currency ? t("headline.unreadable_why.decimals", { currency }) : t(`headline.unreadable_why.${/ is no amount/.test(found) ? "amount" : "other"}`);
  return [
    item ? inARow([why, t("headline.unreadable_item", { n: Number(item) + 1 })], t) : why,
    ...(found === "" ? [] : [t("headline.unreadable_words", { words: found })]),
    t("headline.unreadable_do"),
  ];
}

/** Who was credited with what, and why; or why nobody was. */
function headline(told: Told): string[] {
  const { proof, t, format } = told;
  const amount = format.money(proof.credited, proof.currency);
  const credited = proof.codes.filter((code) => code.outcome === "credited");
  const waiting = proof.codes.filter((code) => code.outcome === "awaiting_network");
  const [first] = credited;
  if (proof.codes.length === 0) return [t("reason.no_creator_code.sentence")];
  if (!first && waiting.length > 0) return awaitedHeadline(waiting, told);
  if (!first) return [reasonSentence(proof.codes[0]!, told)];
  const { hand } = proof;
  // What a person decided holds at most for what is left.
  const decided = isByHand(proof) ? (hand?.amount ?? null) : null;
  const isLimited = decided !== null && BigInt(decided) > BigInt(proof.credited);
  const sentences: string[] = [];
  if (!isByHand(proof) && !hasItems(proof)) {
    return [t("headline.no_item_for", { people: format.list([...new Set(credited.map((code) => creatorOf(code, t)))]), codes: format.list(credited.map(codeWord)) })];
  }
  if (credited.length > 1) {
    const people = credited.map((code) => `${creatorOf(code, t)} (${format.money(code.credited, proof.currency)})`);
    sentences.push(t("headline.split", { people: format.list(people), amount }));
  } else {
    const how = isLimited ? "by_hand_limited" : isByHand(proof) ? "by_hand" : `credited.${first.network?.verdict ? "by_network" : first.generic ? "generic" : first.policy}`;
    sentences.push(t(`headline.${how}`, { ...namesOf(first, told), amount, decided: format.money(decided, proof.currency) }));
  }
  if (!hasItems(proof)) sentences.push(t("headline.no_item"));
  else if (proof.credited === "0") sentences.push(t("headline.nothing_left"));
  else if (decided === null && proof.lines.some((line) => line.left !== line.base)) sentences.push(t("headline.taken_off"));
  // Where credit stands although the money is lost, the program's setting says so.
  if (proof.chargedBack) sentences.push(t("headline.dispute_kept", { program: first.program.name }));
  if (waiting.length > 0) sentences.push(t("headline.awaited_beside", { people: peopleWaiting(waiting, told) }));
  return sentences;
}

/** The network has yet to decide, and nobody is credited meanwhile. */
function awaitedHeadline(waiting: CodeProof[], told: Told): string[] {
  const { t } = told;
  const [first] = waiting;
  return [
    waiting.length > 1 ? t("headline.awaited_split", { people: peopleWaiting(waiting, told) }) : t("headline.awaited", { ...namesOf(first!, told), amount: told.format.money(first!.awaited, told.proof.currency) }),
    t("headline.awaited_why", { program: first!.program.name }),
  ];
}

function peopleWaiting(waiting: CodeProof[], { proof, t, format }: Told): string {
  return format.list(waiting.map((code) => t("headline.awaited_person", { creator: creatorOf(code, t), code: codeWord(code), amount: format.money(code.awaited, proof.currency) })));
}

/** Whether any item of the order counts for a credited code, returned or not. What a person set counts for every item. */
export function hasItems(proof: OrderProof): boolean {
  const isSet = isByHand(proof) && proof.hand?.amount != null;
  return proof.lines.some((line) => line.base !== "0" && (isSet || line.counts.some((one) => one.counts)));
}

const DISPUTE_STATES = ["needs_response", "under_review", "won", "lost", "accepted", "charge_refunded", "prevented"];

/** "Chargeback 123: lost. The store told it on Nov 21, 2026." */
function disputeSentence({ id, kind, status, toldAt }: OrderProof["disputes"][number], { t, format }: Told): string {
  const state = DISPUTE_STATES.includes(status) ? t(`dispute.state.${status}`) : status;
  return t(toldAt === null ? "dispute.found" : "dispute.told", { kind: t(`dispute.kind.${kind}`), id, state, when: format.dateTime(toldAt) });
}

function isByHand(proof: OrderProof): boolean {
  return proof.hand !== null && proof.hand.act !== "exclude";
}

function creatorOf(code: CodeProof, t: Translate): string {
  return code.creator?.name || t("somebody");
}

function namesOf(code: CodeProof, { proof, t, format }: Told) {
  const winner = proof.codes.find((one) => one.reason === null);
  return {
    creator: creatorOf(code, t),
    code: codeWord(code),
    program: code.program.name,
    days: code.rule.clickWindowDays,
    winner: winner ? codeWord(winner) : "",
    why: (code.reason === "code_void" ? (code.voided?.reason ?? "") : (proof.hand?.reason ?? "")).replace(/[.。]$/u, ""), // the sentence that quotes it has its own stop
    linked: format.date(code.linkedAt),
    starts: format.date(code.startsAt),
    voided: format.dateTime(code.voided?.from ?? null),
    ends: format.dateTime(code.endsAt),
    decided: format.dateTime(code.network?.verdict?.at ?? null),
    refusal: code.network?.verdict ? refusalWords(code.network, t) : "",
  };
}

/** Why the network refused, as it ends a sentence. */
export function refusalWords({ verdict, partner }: NonNullable<CodeProof["network"]>, t: Translate): string {
  if (partner !== null) return t("refusal.partner", { partner });
  const refused = readRefusal(verdict?.reason ?? null);
  return t(`refusal.${(refused.partnerId === null ? refused.refusal : null) ?? "none"}`);
}

/** Why a code earned nothing. */
function reasonSentence(code: CodeProof, told: Told): string {
  return told.t(`reason.${variantOf(code, told.proof)}`, namesOf(code, told));
}

/** The sentence of a reason; some have several, for what they can mean. */
function variantOf(code: CodeProof, proof: OrderProof): string {
  switch (code.reason) {
    case "cancelled":
      return `cancelled.${proof.deleted ? "sentence_deleted" : "sentence"}`;
    case "not_paid":
      return `not_paid.${code.rule.creditOn === "created" ? "sentence_voided" : "sentence"}`;
    case "outside_window":
      return `outside_window.${code.startsAt !== null && proof.createdAt < code.startsAt ? "sentence_early" : "sentence"}`;
    case "renewal":
      return `renewal.${code.rule.renewals === "none" ? "sentence_none" : "sentence"}`;
    case "outranked":
      return `outranked.${proof.codes.some((one) => one.outcome === "credited") || !proof.codes.some((one) => one.outcome === "awaiting_network") ? "sentence" : "sentence_awaited"}`;
    case "no_click":
    case "self_referral":
      return `${code.reason}.${code.generic ? "sentence_generic" : "sentence"}`;
    default:
      return `${code.reason}.sentence`;
  }
}

/** Why that code won: "MARIE10 took 8.00 off, LEO5 5.00: the larger discount is credited." Null where no other code matched. */
function contestSentence({ proof, t, format }: Told): string | null {
  const { contest } = proof;
  if (contest === null || contest.how === "alone") return null;
  const codes = contest.ranking.map((one) => ({ ...one, code: proof.codes.filter((code) => code.codeId === one.codeId).map(codeWord).join("") }));
  const winner = codes[0]!.code;
  if (contest.how === "by_hand" || contest.how === "only_one_left") return proof.codes.length === 1 ? null : t(`contest.${contest.how}`, { code: winner });
  const each = (first: string, further: string, values: (one: (typeof codes)[number]) => Record<string, string>) =>
    codes.map((one, index) => t(index === 0 ? first : further, { code: one.code, ...values(one) })).join(t("line.comma_joint"));
  const took = each("contest.took", "contest.took_too", (one) => ({ amount: format.money(one.discount, proof.currency) }));
  const given = each("contest.given", "contest.given_too", (one) => ({ when: format.dateTime(one.linkedAt) }));
  const listed = [...codes].sort((a, b) => a.place - b.place).map((one) => one.code).join(t("line.comma_joint"));
  return t(`contest.${contest.how}.${contest.rule}`, { code: winner, took, given, listed });
}

function codeSentences(code: CodeProof, told: Told): string[] {
  const { proof, t, format } = told;
  const values = { took: format.money(code.discount, proof.currency), credited: format.money(code.credited, proof.currency), awaited: format.money(code.awaited, proof.currency) };
  const brought = code.outcome === "awaiting_network" ? "codes.awaited" : notOnTheOrder(code) ? "codes.credited_only" : "codes.credited";
  const notOnOrder = notOnTheOrder(code);
  return [
    ...(notOnOrder ? [t("codes.not_on_order")] : code.reason === null ? [] : [t("codes.took", values)]),
    ...(code.match === "regex" && !notOnOrder ? [t("codes.pattern", { codes: format.list(code.onOrder) })] : []),
    code.reason === null ? t(brought, values) : reasonSentence(code, told),
    ...networkSentences(code, told),
    ...(code.alsoMatched.length > 0 ? [t("codes.also", { code: format.list(code.onOrder), others: format.list(code.alsoMatched.map((one) => one.code)) })] : []),
  ];
}

function notOnTheOrder({ onOrder }: CodeProof): boolean {
  return onOrder.length === 0;
}

/** Reasons that stand before the clicks: what anybody says of these changes nothing then. */
const AT_THE_CLICKS = new Set([null, "network_refused", "outranked"]);

/** What the network decided about the code's clicks, and beside it what our own say. */
function networkSentences(code: CodeProof, told: Told): string[] {
  const { network } = code;
  if (network === null || !AT_THE_CLICKS.has(code.reason)) return [];
  const names = namesOf(code, told);
  const decided = network.verdict === null ? "awaited" : network.verdict.verdict;
  // Whatever the first sentence has said already.
  const isSaid = code.reason === "network_refused" || code.outcome === "awaiting_network";
  return [...(isSaid ? [] : [told.t(`by_network.${decided}`, names)]), told.t(`own_clicks.${network.own ?? "credit"}`, names)];
}

/** "Hoodie, 2 × 40.00, minus 8.00 by MARIE10, tax 11.50 inside, base 60.50; one returned, minus 30.25; credited 30.25" */
function lineSentence(line: LineProof, { proof, t, format }: Told): string {
  const amount = (minor: string) => format.decimal(minor, proof.currency);
  const first = [
    t("line.gross", { title: line.title, quantity: format.number(line.quantity), price: amount(line.price) }),
    ...line.discounts.filter((discount) => discount.amount !== "0").map((discount) => t("line.discount", { amount: amount(discount.amount), name: discount.name || t(`kind.${discount.kind}`) })),
    ...(line.noBase === null && line.taxInside !== "0" ? [t("line.tax", { amount: amount(line.taxInside) })] : []),
    line.noBase === null ? t("line.base", { amount: amount(line.base) }) : t(`line.no_base.${line.noBase}`),
  ];
  const later = [
    ...(line.returned ? [t("line.returned", { count: line.returned.quantity, amount: amount(line.returned.amount) })] : []),
    ...(line.removed ? [t("line.removed", { count: line.removed.quantity, amount: amount(line.removed.amount) })] : []),
    ...(line.goodwill !== "0" ? [t("line.goodwill", { amount: amount(line.goodwill) })] : []),
  ];
  const winners = proof.codes.filter((code) => code.reason === null);
  const nameOf = (codeId: string) => winners.find((code) => code.codeId === codeId);
  const credited = line.credited.map((credit) => {
    const code = nameOf(credit.codeId);
    return winners.length > 1 && code ? t("line.credited_to", { amount: amount(credit.amount), name: creatorOf(code, t) }) : t("line.credited", { amount: amount(credit.amount) });
  });
  const awaited = line.awaited.map((part) => {
    const code = nameOf(part.codeId);
    return winners.length > 1 && code ? t("line.awaited_to", { amount: amount(part.amount), name: creatorOf(code, t) }) : t("line.awaited", { amount: amount(part.amount) });
  });
  const shared = [...credited, ...awaited];
  const uncounted = winners.length === 0 ? notCredited(line, proof, t) : line.neverEarns !== null ? [t(`line.never_earns.${line.neverEarns.by}`, { word: line.neverEarns.word })] : line.noBase !== null ? [] : line.counts.filter((one) => !one.counts).flatMap((one) => winners.filter((code) => code.codeId === one.codeId)).map((code) => t("line.not_discounted", { code: codeWord(code) }));
  return [first.join(t("line.comma_joint")), ...later, ...(shared.length > 0 && winners.length === 1 ? [] : uncounted), ...shared].join(t("line.semicolon_joint")) + t("line.stop");
}

/** Where nobody is credited, each line says so, in a word why; one without a base has said it already. */
function notCredited(line: LineProof, { codes }: OrderProof, t: Translate): string[] {
  if (line.noBase !== null) return [];
  const reasons = [...new Set(codes.map((code) => code.reason ?? "no_creator_code"))];
  const isSubscription = line.subscribed === true && codes.some((code) => code.reason === "renewal" && code.rule.renewals === "none");
  return [...(isSubscription ? [t("line.subscribed")] : []), reasons.length > 1 ? t("line.not_credited") : t("line.not_credited_why", { why: inside(t(`reason.${reasons[0] ?? "no_creator_code"}.short`)) })];
}

/** As it stands inside a sentence. */
function inside(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
