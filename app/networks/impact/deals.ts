// Deals between the port's words and impact.com's (brand API, version 14). Pure. What is sent with a new deal and with an edit has
// other names in places: Scope is DealScope there, and neither Type nor the currency of an amount can be changed.
import { formatAmount } from "../../domain/money.ts";
import type { NetworkItems, NetworkMoney, NetworkSide } from "../../domain/network-deal.ts";
import type { DealChange, DealInfo, NetworkDiscount, NewDeal } from "../port.ts";
import { amountOf, count, date, dates, instant, isRaw, list, text, textOrNull } from "./transform.ts";
import type { Fields, Raw } from "./types.ts";

const STATES: Record<string, DealInfo["state"]> = { ACTIVE: "active", PENDING: "pending", EXPIRED: "expired" };
const TYPES: Record<string, DealInfo["type"]> = { GENERAL_SALE: "general_sale", FREE_SHIPPING: "free_shipping", BOGO: "bogo", GIFT_WITH_PURCHASE: "gift", REBATE: "rebate" };

export function dealInfo(raw: Raw): DealInfo {
  return {
    externalId: text(raw.Id),
    name: text(raw.Name),
    state: STATES[text(raw.State).toUpperCase()] ?? "other",
    description: textOrNull(raw.Description),
    type: TYPES[text(raw.Type).toUpperCase()] ?? "other",
    discount: discountOf(raw),
    applies: itemsOf(raw),
    startsAt: instant(raw.StartDate),
    endsAt: instant(raw.EndDate),
    syncs: text(raw.SynchAdsPromoCodes).toLowerCase() === "true",
    minimum: money(raw.MinimumPurchaseAmount, raw.MinimumPurchaseAmountCurrency),
    maximumSavings: money(raw.MaximumSavingsAmount, raw.MaximumSavingsCurrency),
    defaultCode: textOrNull(raw.DefaultPromoCode),
    restrictedPartners: ids(raw.RestrictedMediaPartners),
    restrictedGroups: ids(raw.RestrictedMediaPartnerGroups),
    perOrder: count(raw.PurchaseLimitQuantity) || null,
  };
}

/** The deal of this name that is of most use: an active one before a pending one before any other. */
export function dealNamed(rows: readonly Raw[], name: string): DealInfo | null {
  const order = ["active", "pending", "other", "expired"];
  const named = rows.map(dealInfo).filter((deal) => deal.name === name.trim());
  return named.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0] ?? null;
}

function discountOf(raw: Raw): NetworkDiscount | null {
  const type = TYPES[text(raw.Type).toUpperCase()];
  if (type === "free_shipping") return { kind: "free_shipping" };
  if (type === "bogo") return buyGet(raw);
  if (type !== "general_sale") return null;
  const kind = text(raw.DiscountType).toUpperCase();
  if (kind === "PERCENT") return percentOf(raw.DiscountPercent);
  const amount = kind === "FIXED" ? money(raw.DiscountAmount, raw.DiscountCurrency) : null;
  return amount && { kind: "fixed", ...amount };
}

function buyGet(raw: Raw): NetworkDiscount | null {
  const buys = side(raw.BogoBuyQuantity, raw.BogoBuyScope, raw.BogoBuyName);
  const gets = side(raw.BogoGetQuantity, raw.BogoGetScope, raw.BogoGetName);
  if (!buys || !gets) return null;
  const kind = text(raw.BogoGetDiscountType).toUpperCase();
  if (kind === "FREE") return { kind: "buy_get", buys, gets, effect: { kind: "free" } };
  const effect = kind === "PERCENT" ? percentOf(raw.BogoGetDiscountPercent) : kind === "AMOUNT" ? money(raw.BogoGetDiscountAmount, text(raw.BogoGetDiscountCurrency) || raw.DiscountCurrency) : null;
  if (effect === null) return null;
  return { kind: "buy_get", buys, gets, effect: "percent" in effect ? effect : { kind: "amount", ...effect } };
}

function side(quantity: Raw[string], scope: Raw[string], name: Raw[string]): NetworkSide | null {
  const of = text(scope).toUpperCase();
  return of === "PRODUCT" || of === "CATEGORY" ? { quantity: count(quantity), scope: of === "PRODUCT" ? "product" : "category", name: text(name) } : null;
}

function itemsOf(raw: Raw): NetworkItems | null {
  switch (text(raw.Scope).toUpperCase()) {
    case "ENTIRE_STORE":
      return { scope: "entire_store" };
    case "PRODUCT":
      return { scope: "product", names: list(raw.Products).map((product) => text(product.ProductName)).filter(Boolean).join(", ") };
    case "CATEGORY":
      return { scope: "category", names: text(raw.Categories) };
    default:
      return null;
  }
}

function percentOf(value: Raw[string]): { kind: "percent"; percent: string } | null {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text(value));
  if (!match) return null;
  const decimals = (match[2] ?? "").replace(/0+$/, "");
  return { kind: "percent", percent: decimals ? `${match[1]}.${decimals}` : match[1]! };
}

/** null: none, or of no currency. An amount of nothing is none. */
function money(amount: Raw[string], currency: Raw[string]): NetworkMoney | null {
  const minor = text(amount) === "" || text(currency) === "" ? null : amountOf(amount, text(currency));
  return minor === null || BigInt(minor) === 0n ? null : { amount: minor, currency: text(currency) };
}

/** A list of ids, as JSON has them or in one text. */
function ids(value: Raw[string]): string[] {
  const from = Array.isArray(value) ? value.map((one) => (isRaw(one) ? text(one.Id) : text(one))) : text(value).split(",");
  return from.map((id) => id.trim()).filter(Boolean);
}

export function dealForm(programExternalId: string, deal: NewDeal): Fields {
  const { discount } = deal;
  return {
    CampaignId: programExternalId,
    Name: deal.name,
    Scope: scopeOf(deal.applies),
    Type: discount.kind === "free_shipping" ? "FREE_SHIPPING" : discount.kind === "buy_get" ? "BOGO" : "GENERAL_SALE",
    ...(deal.description ? { Description: deal.description } : {}),
    ...itemFields(deal.applies),
    ...discountFields(discount),
    ...(discount.kind === "fixed" ? { DiscountCurrency: discount.currency } : {}),
    ...dates(deal),
    SynchAdsPromoCodes: String(deal.syncs),
  };
}

export function changeForm({ name, description, discount, applies, startsAt, endsAt, syncs }: DealChange): Fields {
  return {
    ...(name === undefined ? {} : { Name: name }),
    ...(description ? { Description: description } : {}),
    ...(applies === undefined ? {} : { DealScope: scopeOf(applies), ...itemFields(applies) }),
    ...(discount === undefined ? {} : discountFields(discount)),
    ...(startsAt ? { StartDate: date(startsAt) } : {}),
    ...(endsAt ? { EndDate: date(endsAt) } : {}),
    ...(syncs === undefined ? {} : { SynchAdsPromoCodes: String(syncs) }),
  };
}

function scopeOf({ scope }: NetworkItems): string {
  return scope.toUpperCase();
}

function itemFields(items: NetworkItems): Fields {
  return items.scope === "product" ? { ProductName: items.names } : items.scope === "category" ? { Categories: items.names } : {};
}

function discountFields(discount: NetworkDiscount): Fields {
  switch (discount.kind) {
    case "percent":
      return { DiscountType: "PERCENT", DiscountPercent: discount.percent };
    case "fixed":
      return { DiscountType: "FIXED", DiscountAmount: formatAmount(BigInt(discount.amount), discount.currency) };
    case "free_shipping":
      return {};
    case "buy_get": {
      const { buys, gets, effect } = discount;
      return {
        BogoBuyName: buys.name, BogoBuyQuantity: String(buys.quantity), BogoBuyScope: buys.scope.toUpperCase(),
        BogoGetName: gets.name, BogoGetQuantity: String(gets.quantity), BogoGetScope: gets.scope.toUpperCase(),
        BogoGetDiscountType: effect.kind.toUpperCase(),
        ...(effect.kind === "percent" ? { BogoGetDiscountPercent: effect.percent } : {}),
        ...(effect.kind === "amount" ? { BogoGetDiscountAmount: formatAmount(BigInt(effect.amount), effect.currency) } : {}),
      };
    }
  }
}
