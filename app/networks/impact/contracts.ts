// Contracts in the port's words: when they hold, and what they pay for each event type. Pure.
import { parseAmount, AmountError } from "../../domain/money.ts";
import type { Answer, ContractInfo, PayoutRate, PayoutRule, PayoutTerm } from "../port.ts";
import type { Client } from "./client.ts";
import { instant, isRaw, list, text, wordOf } from "./transform.ts";
import type { Raw } from "./types.ts";

/** A list without a state shows those in force alone. Who was declined has none. */
const STATES = ["ACTIVE", "UPCOMING", "PENDING", "EXPIRED"];

export async function contractsOf(client: Client, programExternalId: string): Promise<Answer<ContractInfo[]>> {
  const contracts = new Map<string, ContractInfo>();
  for (const Status of STATES) {
    const answer = await client.all(`Campaigns/${encodeURIComponent(programExternalId)}/Contracts`, "Contracts", { Status });
    if (!answer.ok) return answer;
    for (const contract of answer.value.map(contractInfo)) if (!contracts.has(contract.contractId)) contracts.set(contract.contractId, contract);
  }
  return { ok: true, value: [...contracts.values()] };
}

const STATE_OF: Record<string, ContractInfo["state"]> = { ACTIVE: "active", PENDING: "pending", UPCOMING: "pending", EXPIRED: "expired" };

export function contractInfo(raw: Raw): ContractInfo {
  const terms = isRaw(raw.TemplateTerms) ? raw.TemplateTerms : {};
  const currency = text(terms.Currency);
  return {
    contractId: text(raw.Id),
    partnerId: text(raw.PartnerId),
    state: STATE_OF[text(raw.Status).toUpperCase()] ?? "other",
    word: STATE_OF[text(raw.Status).toUpperCase()] === undefined ? wordOf(raw.Status) || null : null,
    name: text(terms.Name),
    startsAt: instant(raw.StartDate),
    endsAt: instant(raw.EndDate),
    payouts: [...list(terms.EventPayouts).map((payout) => payoutTerm(payout, currency)), ...[...list(raw.ScheduledTerms), ...list(raw.CampaignTerms)].flatMap((special) => termsFor(special, currency))],
  };
}

/** Terms that hold for a time in place of the usual ones. Those that were not agreed to do not. */
function termsFor(raw: Raw, currency: string): PayoutTerm[] {
  if (["PENDING", "DECLINED"].includes(text(raw.Status).toUpperCase())) return [];
  const during = { name: text(raw.Name), from: instant(raw.StartDate), to: instant(raw.EndDate), repeats: isRaw(raw.Repeat) && Object.keys(raw.Repeat).length > 0 };
  return list(raw.EventPayouts).map((payout) => ({ ...payoutTerm(payout, currency), during }));
}

const LEVELS: Record<string, PayoutTerm["level"]> = { ITEM: "item", ORDER: "order", CLICK: "click", CALL: "call" };

function payoutTerm(raw: Raw, currency: string): PayoutTerm {
  return {
    eventTypeId: text(raw.EventTypeId),
    eventTypeName: text(raw.EventTypeName) || text(raw.EventTypeId),
    level: LEVELS[text(raw.PayoutLevel).toUpperCase()] ?? "other",
    default: rateOf(raw.DefaultPayoutRate, raw.DefaultPayout, currency),
    groups: list(raw.PayoutGroups).map((group) => ({ raw: group, rank: Number(text(group.Rank)) || 0 })).sort((a, b) => a.rank - b.rank).map(({ raw: group }) => groupOf(group, currency)),
  };
}

function groupOf(raw: Raw, currency: string): PayoutTerm["groups"][number] {
  // Steps that pay by volume are no single rate.
  const tiered = list(raw.Tiers).length > 0;
  return {
    name: text(raw.Name),
    rate: tiered ? null : rateOf(raw.PayoutRate, raw.Payout, currency),
    rules: list(raw.Rules).map(ruleOf),
  };
}

// The contract shows one variable and one operator by way of example; these are the names of the rules in its pages, written alike. Others are kept as they are.
const ABOUT: Record<string, PayoutRule["about"]> = { ITEMCATEGORY: "category", CATEGORY: "category", ITEMSKU: "sku", SKU: "sku", ORDERPROMOCODE: "code", PROMOCODE: "code", CUSTOMERSTATUS: "customer" };
const TESTS: Record<string, PayoutRule["test"]> = { IS: "is", EQUALS: "is", IN: "is", ISNOT: "is_not", NOTEQUALS: "is_not", NOTIN: "is_not" };

function ruleOf(raw: Raw): PayoutRule {
  const [variable, operator] = [text(raw.Variable), text(raw.Operator)];
  const plain = (name: string) => name.toUpperCase().replaceAll(/[^A-Z]/g, "");
  const values = Array.isArray(raw.Values) ? raw.Values.map(text).filter(Boolean) : text(raw.Values) ? [text(raw.Values)] : [];
  return { variable, operator, values, about: ABOUT[plain(variable)] ?? null, test: TESTS[plain(operator)] ?? null };
}

/** A percentage with two decimals at most, or an amount of the contract's currency. Both at once is no rate that can be said in one figure. */
function rateOf(percent: unknown, amount: unknown, currency: string): PayoutRate {
  const points = hundredths(text(percent));
  const fixed = amountOrNull(text(amount), currency);
  if (points !== null && points > 0) return fixed !== null && fixed !== "0" ? null : { kind: "percent", basisPoints: points };
  if (fixed !== null && (fixed !== "0" || points === null)) return { kind: "fixed", amount: fixed, currency };
  return points === null ? null : { kind: "percent", basisPoints: points };
}

/** "12.5" is 1250; null: blank, or finer than can be said. */
function hundredths(value: string): number | null {
  const parts = /^(\d{1,4})(?:\.(\d*))?$/.exec(value);
  if (!parts) return null;
  const decimals = (parts[2] ?? "").replace(/0+$/, "");
  return decimals.length > 2 ? null : Number(parts[1]) * 100 + Number(decimals.padEnd(2, "0"));
}

function amountOrNull(value: string, currency: string): string | null {
  if (value === "") return null;
  try {
    return parseAmount(value, currency).toString();
  } catch (fault) {
    if (fault instanceof AmountError) return null;
    throw fault;
  }
}
