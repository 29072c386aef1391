// impact.com as a network (brand API, version 14).
import type { Answer, Network, NetworkDefinition, NetworkFactory, PartnerInfo, PlacedCode, Submitted } from "../port.ts";
import { actionInfo, actionItem } from "./actions.ts";
import { acknowledged, pageOf, unreadable } from "./answers.ts";
import { clickInfo, isClickId } from "./clicks.ts";
import { makeClient, type Client } from "./client.ts";
import { contractsOf } from "./contracts.ts";
import { sendConversion } from "./customer.ts";
import { changeForm, dealForm, dealInfo, dealNamed } from "./deals.ts";
import { requestCalls } from "./requests.ts";
import { permissions, tryPermissions } from "./permissions.ts";
import { postback } from "./postback.ts";
import * as read from "./transform.ts";
import type { Fields, Raw } from "./types.ts";

/** The largest page of actions that the documentation names. */
const ACTIONS_PAGE_SIZE = "20000";

export const impact: NetworkFactory = (account): Network => {
  const client = makeClient(account);
  const { call, all } = client;
  return {
    async check() {
      // There is no call for the account itself; its programs are the cheapest that every use of this app needs.
      const answer = await call("GET", "Campaigns", { Page: "1", PageSize: "1" });
      const programs = answer.ok ? pageOf(answer.value, "Campaigns") : answer;
      return programs.ok ? { ok: true, value: { accountName: null } } : programs;
    },
    tryPermissions: () => tryPermissions(client),
    programs: async () => map(await all("Campaigns", "Campaigns"), (rows) => rows.map(read.programInfo)),
    partners: (program) => partnersOf(client, program),
    contracts: (program) => contractsOf(client, program),
    eventTypes: async (program) => map(await all(`Campaigns/${id(program)}/Contracts`, "Contracts"), read.eventTypesOf),
    deals: async (program) => map(await all("Deals", "Deals", { CampaignId: program }), (rows) => rows.map(dealInfo)),
    findDeal: async (program, name) => map(await all("Deals", "Deals", { CampaignId: program }), (rows) => dealNamed(rows, name)),
    deal: async (externalId) => one(await call("GET", `Deals/${id(externalId)}`), dealInfo),
    createDeal: (program, deal) => made(client, "Deals", dealForm(program, deal)),
    updateDeal: async (externalId, change) => acknowledged(await call("PUT", `Deals/${id(externalId)}`, changeForm(change))),
    codes: async (program) => map(await all("PromoCodes", "PromoCodes", { CampaignId: program }), (rows) => rows.map(read.placedCode)),
    findCodes: (program, code) => codesNamed(client, program, code),
    code: async (externalId) => one(await call("GET", `PromoCodes/${id(externalId)}`), read.placedCode),
    placeCode: (program, code) => made(client, "PromoCodes", read.codeForm(program, code)),
    expireCode: async (externalId) => acknowledged(await call("DELETE", `PromoCodes/${id(externalId)}`)),
    ...requestCalls(client),
    async trackingLink(program, partnerId, { landing }) {
      // The partner stands in the query, as the provider's files have it, although the call has a body.
      const answer = await call("POST", `Programs/${id(program)}/TrackingLinks?${new URLSearchParams({ MediaPartnerId: partnerId })}`, { Type: "Regular", DeepLink: landing });
      if (!answer.ok) return answer;
      const url = isObject(answer.value) ? read.textOrNull(answer.value.TrackingURL) : null;
      return url === null ? { ok: false, fault: unreadable("the answer has no link") } : { ok: true, value: { url } };
    },
    clickOwner: async (program, clickId) => (isClickId(clickId) ? one(await call("GET", `Campaigns/${id(program)}/Clicks/${id(clickId)}`), clickInfo) : NOT_THERE),
    report: async (program, conversion) => submitted(await sendConversion(client, account.accountSid, read.conversionForm(program, conversion))),
    edit: async (actionId, currency, items) => submitted(await call("PUT", "Actions", read.editForm(actionId, currency, items))),
    reverse: async (actionId, reason) => submitted(await call("DELETE", "Actions", read.reverseForm(actionId, reason))),
    submission: async (submissionId) => one(await call("GET", `APISubmissions/${id(submissionId)}`), read.submissionInfo),
    async actions(program, { by, from, to }, page) {
      const dates: Fields = by === "updated" ? { StartDate: read.date(from), EndDate: read.date(to) } : { ActionDateStart: read.date(from), ActionDateEnd: read.date(to) };
      const answer = await call("GET", "Actions", { CampaignId: program, ...dates, Page: String(page), PageSize: ACTIONS_PAGE_SIZE });
      const list = answer.ok ? pageOf(answer.value, "Actions") : answer;
      return map(list, ({ rows, pages }) => ({ actions: rows.map(actionInfo), pages }));
    },
    action: async (actionId) => one(await call("GET", `Actions/${id(actionId)}`), actionInfo),
    actionItems: async (actionId, currency) => map(await all(`Actions/${id(actionId)}/Items`, "ActionItems"), (rows) => rows.map((row) => actionItem(row, currency))),
  };
};

/** What the app is told of impact.com. */
export const network: NetworkDefinition = {
  id: "impact",
  make: impact,
  credentials: { accountSid: { form: /^IR[A-Za-z0-9]{6,62}$/, example: "IR…" }, token: { form: /^[\x21-\x7e]{8,500}$/, example: "" } },
  limits: { requestsAnHour: 1_000, longestWindowDays: 45, oldestDays: 3 * 365 }, // readme/rate-limits; the contract of the actions
  can: { deals: true, patterns: true, edits: true, mediaSources: true, requests: true, contracts: true, links: true, clickOwners: true },
  permissions,
  clickParameter: "irclickid",
  postback,
};

const NOT_THERE: Answer<never> = { ok: false, fault: { kind: "not_found" } };

/** Where a partner can stand to a program. */
const PARTNER_STATES = ["ACTIVE", "PENDING", "EXPIRED", "DECLINED"];

/** Asked for each state by itself: which ones a question without a state answers with is documented nowhere. */
async function partnersOf(client: Client, program: string): Promise<Answer<PartnerInfo[]>> {
  const partners = new Map<string, PartnerInfo>();
  for (const state of PARTNER_STATES) {
    const answer = await client.all("MediaPartners", "Partners", { CampaignId: program, State: state });
    if (!answer.ok) return answer;
    for (const partner of answer.value.map((row) => read.partnerInfo(row, program))) if (!partners.has(partner.partnerId)) partners.set(partner.partnerId, partner);
  }
  return { ok: true, value: [...partners.values()] };
}

/** Asked for the name as it is and in capitals: whether the filter minds the case is documented nowhere, and codes are mostly kept in capitals. */
async function codesNamed(client: Client, program: string, code: string): Promise<Answer<PlacedCode[]>> {
  const found = new Map<string, PlacedCode>();
  for (const name of new Set([code, code.toUpperCase()])) {
    const answer = await client.all("PromoCodes", "PromoCodes", { CampaignId: program, Code: name });
    if (!answer.ok) return answer;
    for (const placed of read.codesNamed(answer.value, code)) found.set(placed.externalId, placed);
  }
  return { ok: true, value: [...found.values()] };
}

function id(value: string): string {
  return encodeURIComponent(value);
}

function map<T, U>(answer: Answer<T>, read: (value: T) => U): Answer<U> {
  return answer.ok ? { ok: true, value: read(answer.value) } : answer;
}

/** What any object of impact.com's names itself by: an answer that has none of them is of something else. */
const NAMED = ["Id", "BatchId", "Uri"];

function one<T>(answer: Answer<unknown>, reading: (raw: Raw) => T): Answer<T> {
  if (!answer.ok) return answer;
  const { value } = answer;
  return isObject(value) && NAMED.some((name) => read.text(value[name]) !== "") ? { ok: true, value: reading(value) } : { ok: false, fault: unreadable("an object was due") };
}

function isObject(value: unknown): value is Raw {
  return read.isRaw(value) && Object.keys(value).length > 0;
}

async function made(client: Client, path: string, fields: Fields): Promise<Answer<{ externalId: string }>> {
  const answer = await client.call("POST", path, fields);
  if (!answer.ok) return answer;
  const externalId = isObject(answer.value) ? (read.idOfUri(answer.value.Uri) ?? read.textOrNull(answer.value.Id)) : null;
  return externalId === null ? { ok: false, fault: unreadable("the answer names nothing that was made") } : { ok: true, value: { externalId } };
}

function submitted(answer: Answer<unknown>): Answer<Submitted> {
  if (!answer.ok) return answer;
  const submissionId = read.submissionIdOf(answer.value);
  return submissionId === undefined ? { ok: false, fault: unreadable("the answer names no submission") } : { ok: true, value: { submissionId } };
}
