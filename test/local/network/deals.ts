// Deals: what a code is for. A deal has no partner; codes link to it.
import { checkQuery, done, invalid, missing, pageOf, refused, uriOf, type Call, type FieldError, type Reply } from "./http.ts";
import { instantMs, instantOf } from "./instants.ts";
import type { Account, Deal } from "./state.ts";

const TYPES = ["GENERAL_SALE", "FREE_SHIPPING", "GIFT_WITH_PURCHASE", "REBATE", "BOGO"];
const SCOPES = ["PRODUCT", "CATEGORY", "ENTIRE_STORE"];
const DISCOUNTS = ["FIXED", "PERCENT", "PERCENT_RANGE", "PERCENT_MAXIMUM"];

const MAKING = [
  "Name", "Description", "Scope", "Type", "ProductName", "Categories", "RestrictedMediaPartners", "RestrictedMediaPartnerGroups", "DefaultPromoCode", "DiscountType", "DiscountAmount", "DiscountCurrency",
  "DiscountPercent", "Gift", "RebateAmount", "RebateCurrency", "BogoBuyName", "BogoBuyQuantity", "BogoBuyScope", "BogoGetName", "BogoGetQuantity", "BogoGetScope", "BogoGetDiscountType", "BogoGetDiscountAmount", "BogoGetDiscountPercent",
];
const CHANGING = [
  "Name", "Description", "DiscountType", "DiscountAmount", "DiscountPercent", "DiscountPercentRangeStart", "DiscountPercentRangeEnd", "DiscountMaximumPercent", "Gift", "RebateAmount", "ProductName", "Categories", "RegularPrice", "DealPrice",
  "PurchaseLimitQuantity", "BogoBuyName", "BogoBuyQuantity", "BogoBuyScope", "BogoGetName", "BogoGetQuantity", "BogoGetScope", "BogoGetDiscountType", "BogoGetDiscountAmount", "BogoGetDiscountPercent",
];
/** Only the provider's own pages change these. A call that tries is refused, so that nobody believes it took effect. */
const FIXED = ["Seasonal", "DealType", "Type", "DefaultPromoCode", "MinimumPurchaseAmount", "MaximumSavingsAmount", "LimitedTimeDeal", "RestrictedMediaPartners", "RestrictedMediaPartnerGroups"];
const NUMBERS = ["DiscountAmount", "DiscountPercent", "DiscountPercentRangeStart", "DiscountPercentRangeEnd", "DiscountMaximumPercent", "RebateAmount", "BogoBuyQuantity", "BogoGetQuantity", "BogoGetDiscountAmount", "BogoGetDiscountPercent", "PurchaseLimitQuantity"];

export function listDeals(call: Call): Reply {
  const { account, query, atMs } = call;
  checkQuery(query, { CampaignId: "number", Scope: SCOPES, State: ["ACTIVE", "EXPIRED", "PENDING"], Type: TYPES });
  const rows = account.deals.filter((deal) =>
    (!query.get("CampaignId") || deal.programId === query.get("CampaignId")) &&
    (!query.get("Scope") || deal.fields.Scope === query.get("Scope")) &&
    (!query.get("Type") || deal.fields.Type === query.get("Type")) &&
    (!query.get("State") || dealState(deal, atMs) === query.get("State")));
  return pageOf(call, "Deals", rows, (deal) => dealBody(account, deal, atMs));
}

export function dealDetails(call: Call): Reply {
  return { status: 200, body: dealBody(call.account, asked(call), call.atMs) };
}

export function createDeal(call: Call): Reply {
  const { account, fields, network, atMs } = call;
  const errors = missing(fields, ["CampaignId", "Name", "Scope", "Type"]);
  if (errors.length === 0) errors.push(...problems(fields, fields.Type!, fields.Scope!, true));
  if (fields.CampaignId && !account.programs.some((each) => each.id === fields.CampaignId)) errors.push({ field: "CampaignId", message: "There is no such program" });
  if (errors.length > 0) throw invalid(errors);
  const deal: Deal = {
    id: network.nextId(account, "deal", 30_010), programId: fields.CampaignId!, createdMs: atMs, synch: fields.SynchAdsPromoCodes === "true",
    startMs: instantMs(fields.StartDate ?? ""), endMs: instantMs(fields.EndDate ?? ""), fields: kept(fields, MAKING),
  };
  account.deals.push(deal);
  network.changed();
  return done(account, "Deals", deal.id);
}

export function updateDeal(call: Call): Reply {
  const { account, fields, network } = call;
  const deal = asked(call);
  const fixed = FIXED.filter((name) => fields[name] !== undefined).map((field) => ({ field, message: "Cannot be changed here" }));
  const scope = fields.DealScope ?? deal.fields.Scope!;
  const errors = [...fixed, ...problems({ ...deal.fields, ...fields }, deal.fields.Type!, scope)];
  if (errors.length > 0) throw invalid(errors);
  Object.assign(deal.fields, kept(fields, CHANGING), { Scope: scope });
  if (fields.SynchAdsPromoCodes !== undefined) deal.synch = fields.SynchAdsPromoCodes === "true";
  if (fields.StartDate !== undefined) deal.startMs = instantMs(fields.StartDate);
  if (fields.EndDate !== undefined) deal.endMs = instantMs(fields.EndDate);
  network.changed();
  return done(account, "Deals", deal.id);
}

/** What only a person changes, on the provider's own page of the deal. */
export const BY_HAND = ["Type", "MinimumPurchaseAmount", "MinimumPurchaseAmountCurrency", "MaximumSavingsAmount", "MaximumSavingsCurrency", "DefaultPromoCode", "RestrictedMediaPartners", "RestrictedMediaPartnerGroups", "DiscountCurrency"];

/** A person changes any field of a deal there; a blank one is taken away. Of another type, what the old one gave is gone. */
export function changeByHand(deal: Deal, fields: Record<string, string>): void {
  for (const name of [...CHANGING, ...BY_HAND]) {
    const value = fields[name];
    if (value === undefined) continue;
    if (name === "Type" && value !== deal.fields.Type) for (const own of Object.keys(deal.fields)) if (/^(Discount|Bogo|Gift|Rebate)/.test(own)) delete deal.fields[own];
    if (value === "") delete deal.fields[name];
    else deal.fields[name] = value;
  }
  if (fields.StartDate !== undefined) deal.startMs = instantMs(fields.StartDate);
  if (fields.EndDate !== undefined) deal.endMs = instantMs(fields.EndDate);
  if (fields.SynchAdsPromoCodes !== undefined) deal.synch = fields.SynchAdsPromoCodes === "true";
}

/** For good. The codes that were linked stay, with no deal. */
export function deleteDeal(call: Call): Reply {
  const { account, network } = call;
  const deal = asked(call);
  account.deals = account.deals.filter((each) => each !== deal);
  for (const code of account.codes) if (code.dealId === deal.id) code.dealId = null;
  network.changed();
  return { status: 200, body: { Status: "DELETED" } };
}

function asked(call: Call): Deal {
  const deal = call.account.deals.find((each) => each.id === call.parts[0]);
  if (deal === undefined) throw refused(404, "There is no such deal");
  return deal;
}

function kept(fields: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]!]));
}

/** What the type, the scope and the kind of discount ask for beside them. */
function problems(fields: Record<string, string>, type: string, scope: string, isNew = false): FieldError[] {
  const errors: FieldError[] = [];
  const no = (field: string, message: string) => errors.push({ field, message });
  if (!TYPES.includes(type)) no("Type", "Not a known type");
  if (!SCOPES.includes(scope)) no("Scope", "Not a known scope");
  for (const name of NUMBERS) if (fields[name] && !/^\d{1,12}(\.\d{1,6})?$/.test(fields[name])) no(name, "Not a numeric value");
  for (const name of ["StartDate", "EndDate"]) if (fields[name] && instantMs(fields[name]) === null) no(name, "Not a date and time");
  const start = instantMs(fields.StartDate ?? "");
  const end = instantMs(fields.EndDate ?? "");
  if (start !== null && end !== null && end <= start) no("EndDate", "The end lies before the start");
  errors.push(...missing(fields, needed(fields, type, scope, isNew)));
  if (fields.DiscountType && !DISCOUNTS.includes(fields.DiscountType)) no("DiscountType", "Not a known kind of discount");
  if (fields.DiscountType && type !== "GENERAL_SALE") no("DiscountType", "Only a general sale has one");
  if (fields.DiscountPercent && Number(fields.DiscountPercent) > 100) no("DiscountPercent", "More than 100");
  return errors;
}

/** An edit cannot name a currency: an amount that takes the place of a percentage has none until a person enters it. */
function needed(fields: Record<string, string>, type: string, scope: string, isNew: boolean): string[] {
  const names: string[] = [];
  if (scope === "PRODUCT") names.push("ProductName");
  if (scope === "CATEGORY") names.push("Categories");
  if (type === "GENERAL_SALE" && fields.DiscountType === "FIXED") names.push("DiscountAmount", ...(isNew ? ["DiscountCurrency"] : []));
  if (type === "GENERAL_SALE" && fields.DiscountType === "PERCENT") names.push("DiscountPercent");
  if (type === "GIFT_WITH_PURCHASE") names.push("Gift");
  if (type === "REBATE") names.push("RebateAmount", "RebateCurrency");
  if (type === "BOGO") names.push("BogoBuyName", "BogoBuyQuantity", "BogoBuyScope", "BogoGetName", "BogoGetQuantity", "BogoGetScope", "BogoGetDiscountType");
  return names;
}

export function dealState(deal: Deal, atMs: number): "ACTIVE" | "EXPIRED" | "PENDING" {
  if (deal.endMs !== null && deal.endMs < atMs) return "EXPIRED";
  return deal.startMs !== null && deal.startMs > atMs ? "PENDING" : "ACTIVE";
}

/** The deal's own fields, with its state. */
export function dealFields(deal: Deal, atMs: number): Record<string, string> {
  return { ...deal.fields, State: dealState(deal, atMs) };
}

function dealBody(account: Account, deal: Deal, atMs: number): Record<string, unknown> {
  const { fields: of } = deal;
  const ids = (text: string | undefined) => (text ? text.split(",").map((each) => each.trim()) : []);
  return {
    Id: deal.id, Name: of.Name, Description: of.Description, CampaignId: deal.programId, State: dealState(deal, atMs), Type: of.Type, Scope: of.Scope,
    Products: of.ProductName
      ? [{ ProductName: of.ProductName, ProductImageUrl: "", ProductBeforePriceAmount: of.RegularPrice, ProductBeforePriceCurrency: "", ProductAfterPriceAmount: of.DealPrice, ProductAfterPriceCurrency: "" }]
      : [],
    Categories: of.Categories, DiscountType: of.DiscountType, DiscountAmount: of.DiscountAmount, DiscountCurrency: of.DiscountCurrency,
    MinimumPurchaseAmount: of.MinimumPurchaseAmount, MinimumPurchaseAmountCurrency: of.MinimumPurchaseAmountCurrency, MaximumSavingsAmount: of.MaximumSavingsAmount, MaximumSavingsCurrency: of.MaximumSavingsCurrency,
    DiscountPercent: of.DiscountPercent, DiscountMaximumPercent: of.DiscountMaximumPercent, DiscountPercentRangeStart: of.DiscountPercentRangeStart, DiscountPercentRangeEnd: of.DiscountPercentRangeEnd,
    Gift: of.Gift, RebateAmount: of.RebateAmount ?? "0.0", RebateCurrency: of.RebateCurrency, DefaultPromoCode: of.DefaultPromoCode,
    StartDate: instantOf(deal.startMs, account.timezone), EndDate: instantOf(deal.endMs, account.timezone), SynchAdsPromoCodes: deal.synch,
    RestrictedMediaPartners: ids(of.RestrictedMediaPartners), RestrictedMediaPartnerGroups: ids(of.RestrictedMediaPartnerGroups), Uri: uriOf(account, "Deals", deal.id),
    BogoBuyQuantity: of.BogoBuyQuantity ?? "0", BogoBuyScope: of.BogoBuyScope, BogoBuyName: of.BogoBuyName, BogoBuyImageUrl: "",
    BogoGetQuantity: of.BogoGetQuantity ?? "0", BogoGetScope: of.BogoGetScope, BogoGetName: of.BogoGetName, BogoGetImageUrl: "", BogoGetDiscountType: of.BogoGetDiscountType,
    BogoGetDiscountAmount: of.BogoGetDiscountAmount ?? "0.0", BogoGetDiscountCurrency: "", BogoGetDiscountPercent: of.BogoGetDiscountPercent ?? "0",
    PurchaseLimitQuantity: of.PurchaseLimitQuantity ?? "0",
  };
}
