// Every answer of the local network, field by field, against the provider's own OpenAPI files, whoever asks: calls as the provider's clients
// make them, and the app's own client through each of its calls. The files lie beside the project, where they are present at all.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { impact } from "#app/networks/impact/index.ts";
import type { Answer as Answered, Network } from "#app/networks/port.ts";
import { answerOf, lacking, listKeyOf, strange } from "#test/networks/impact/contract-answers.ts";
import { faultsOf, hasContract, operationOf, type SentRequest } from "#test/networks/impact/contract.ts";
import { idOf, iso, JONAS, MARIE, SID, startStage, TOKEN, type Answer, type Stage } from "./network-calls.ts";
import { leadFetch } from "./lead.ts";

/** An exchange with the local network, whoever asked. */
type Seen = { name: string; status: number; body: unknown; request: SentRequest };

/** A contract's own states are those that the filter of its list knows; its object's enumeration has only two of them. */
const CONTRADICTIONS = /\.Status: (PENDING|UPCOMING|DECLINED) is none of ACTIVE, EXPIRED$/;

function differing({ name, status, body, request }: Seen): string[] {
  const operation = operationOf(request.method, request.url.pathname);
  if (operation === null) return [`no contract for ${name}`];
  const answer = answerOf(operation, status);
  // Refusals other than those of the conversions are described once for all endpoints, not in the files.
  if (answer === null) return status >= 400 ? strange(operation, REFUSAL, body, name) : [`no answer ${status} for ${name}`];
  return strange(operation, answer.schema, body, name).filter((found) => !CONTRADICTIONS.test(found));
}

const REFUSAL = { type: "object", properties: { Status: { type: "string", enum: ["ERROR"] }, Message: { type: "string" }, Errors: { type: "array", items: { type: "object", properties: { Field: { type: "string" }, Message: { type: "string" } } } } } };

function missingIn({ name, status, body, request }: Seen): string[] {
  const operation = operationOf(request.method, request.url.pathname);
  const answer = operation && status === 200 ? answerOf(operation, status) : null;
  return operation && answer ? lacking(operation, answer.schema, body, name) : [];
}

const COUNTS = ["@page", "@numpages", "@pagesize", "@total", "@start", "@end"];
const ADDRESSES = ["@uri", "@firstpageuri", "@previouspageuri", "@nextpageuri", "@lastpageuri"];

/** What of the paging envelope a list lacks, or has in another form: all are texts. */
function envelopeFaults({ name, status, body, request }: Seen): string[] {
  const operation = operationOf(request.method, request.url.pathname);
  if (operation === null || status !== 200 || request.method !== "GET" || listKeyOf(operation) === null) return [];
  const held = body as Record<string, unknown>;
  const counts = COUNTS.filter((key) => !/^\d+$/.test(String(held[key])) || typeof held[key] !== "string");
  const addresses = ADDRESSES.filter((key) => typeof held[key] !== "string" || !/^(\/Advertisers\/.*)?$/.test(held[key]));
  return [...counts, ...addresses, ...Object.keys(held).filter((key) => key.startsWith("@") && ![...COUNTS, ...ADDRESSES].includes(key))].map((key) => `${name}: ${key}`);
}

/** Wraps fetch once more, around what leads it, and keeps all that is said in either direction. */
function watch(seen: Seen[]): () => void {
  const led = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const isApi = url.pathname.startsWith("/Advertisers/");
    const body = isApi ? await request.clone().text() : "";
    const response = await led(input, init);
    if (isApi) {
      const isForm = !request.headers.get("content-type")?.includes("json");
      const text = await response.clone().text();
      seen.push({
        name: `${request.method} ${url.pathname.replace(/^\/Advertisers\/[^/]+/, "")}${url.search}`, status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text,
        request: { method: request.method, url, body, headers: request.headers, form: isForm ? Object.fromEntries(new URLSearchParams(body)) : {} },
      });
    }
    return response;
  };
  return () => void (globalThis.fetch = led);
}

describe.skipIf(!hasContract)("the answers have the fields of the provider's files (skipped where ../shared is absent)", () => {
  let stage: Stage;
  const seen: Seen[] = [];
  let unwatch: () => void;
  const ask = (method: string, path: string, form?: Record<string, string>, json?: unknown): Promise<Answer> => stage.call(method, path, form, json === undefined ? {} : { json });

  beforeAll(async () => {
    stage = await startStage();
    unwatch = watch(seen);
    const { creator, network } = stage;
    const of = { CampaignId: creator.id };
    const deal = idOf(await ask("POST", "/Deals", { ...of, Name: "Ten", Scope: "PRODUCT", ProductName: "Lamp", Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "10", EndDate: iso(nowMs() + 1e9) }));
    await ask("PUT", `/Deals/${deal}`, { Description: "Ten off" });
    const code = idOf(await ask("POST", "/PromoCodes", { ...of, AssignedPartnerId: JONAS, Code: "JONAS15", Type: "LI", CreditPolicy: "ALWAYS", DealId: deal }));
    await ask("POST", "/Conversions", {});
    const submission = idOf(await ask("POST", "/Conversions", { ...of, EventTypeId: creator.eventTypes[0]!.id, EventDate: iso(nowMs()), OrderId: "1", OrderPromoCode: "JONAS15", CurrencyCode: "EUR", ItemSku1: "A", ItemQuantity1: "1", ItemSubTotal1: "19.00" }));
    await ask("GET", `/APISubmissions/${submission}`);
    stage.run(22 * 60_000);
    await ask("GET", "/APISubmissions");
    const [action] = (await ask("GET", `/Actions?CampaignId=${creator.id}`)).body.Actions;
    for (const path of [`/Actions/${action.Id}`, `/Actions/${action.Id}/Items`, `/Actions/${action.Id}/Items/A`]) await ask("GET", path);
    const [update] = (await ask("GET", `/ActionUpdates?CampaignId=${creator.id}`)).body.ActionUpdates;
    await ask("GET", `/ActionUpdates/${update.Id}`);
    await ask("PUT", "/Actions", { ActionId: action.Id, Reason: "ORDER_UPDATE", Sku: "A", Amount: "9.00" });
    await ask("DELETE", "/Actions", { ActionId: action.Id, DispositionCode: "OTHER" });
    for (const path of ["/Campaigns", `/Campaigns/${creator.id}`, "/MediaPartners", `/MediaPartners/${MARIE}`, "/Deals", `/Deals/${deal}`, "/PromoCodes", `/PromoCodes/${code}`]) await ask("GET", path);
    await ask("PUT", `/MediaPartners/${MARIE}`, { MPValue1: "x" });
    const [contract] = (await ask("GET", `/Campaigns/${creator.id}/Contracts`)).body.Contracts;
    await ask("GET", `/Campaigns/${creator.id}/Contracts/${contract.Id}`);
    network.addPartner(SID, { id: "1009", name: "New" });
    const { contractId } = network.addPartnerToProgram(SID, "1009", creator.id, { state: "pending" });
    await ask("POST", `/Programs/${creator.id}/Contracts`, undefined, { contractId });
    await ask("POST", `/Programs/${creator.id}/Contracts`, undefined, { contractId });
    await ask("POST", `/Programs/${creator.id}/TrackingLinks?MediaPartnerId=${MARIE}`, {});
    const click = network.addClick(SID, { programId: creator.id, partnerId: MARIE, atMs: nowMs() - 600_000 });
    for (const id of [click.id, "unheard"]) await ask("GET", `/Campaigns/${creator.id}/Clicks/${id}`);
    const request = network.addRequest(SID, { programId: creator.id, partnerId: MARIE, code: "M20", dealId: deal });
    await ask("GET", "/TrackingValueRequests");
    await ask("GET", `/TrackingValueRequests/${request.id}`);
    await ask("PUT", `/TrackingValueRequests/${request.id}`, { PromoCode: "M20", CreditPolicy: "ALWAYS", MatchMode: "LI" });
    await ask("DELETE", `/PromoCodes/${code}`);
    await ask("DELETE", `/Deals/${deal}`);
    for (const path of [`/Deals/${deal}`, "/Actions", `/Actions?CampaignId=${creator.id}&State=DONE`, "/Deals?PageSize=0"]) await ask("GET", path);
    await ask("PUT", "/PromoCodes", {});
  });
  afterAll(async () => {
    unwatch();
    await stage.local.close();
  });

  test("every call was answered as its contract knows, and no field is unknown to it", () => {
    expect(seen.length).toBeGreaterThan(35);
    expect(seen.filter(({ status }) => status !== 405).flatMap(differing)).toEqual([]);
    expect([...new Set(seen.map(({ status }) => status))].sort()).toEqual([200, 400, 404, 405, 409]);
  });

  test("every list has the whole envelope", () => {
    expect(seen.filter(({ status, body }) => status === 200 && "@page" in (body as object)).length).toBeGreaterThan(8);
    expect(seen.flatMap(envelopeFaults)).toEqual([]);
  });

  test("an object of the provider's lacks none of the fields that its file names, at any depth", () => {
    expect(seen.filter(({ request }) => request.method === "GET").flatMap(missingIn)).toEqual([]);
  });
});

/** What the app's client says through each of its calls, and what it is answered; `fresh` names what no other call has used. */
type Step = { [Name in keyof Network]?: (network: Network, known: Known) => Promise<Answered<unknown>> };
type Known = { program: string; click: string; deal: string; code: string; action: string; submission: string; request: () => string; fresh: () => string; eventType: string; at: string; week: { from: string; to: string } };

const SALE = { currency: "EUR", partnerId: null, items: [{ sku: "A", name: "Lamp", category: "Lamps", quantity: 2, amount: "9000" }, { sku: "B", name: "Rug", category: null, quantity: 1, amount: "500" }] };
const TEN = { description: null, discount: { kind: "percent" as const, percent: "10" }, applies: { scope: "entire_store" as const }, startsAt: null, endsAt: null, syncs: true };

/** One step for each call. Whoever adds a call to the network adds a step here. */
const STEPS: Step = {
  check: (network) => network.check(),
  tryPermissions: (network) => network.tryPermissions(),
  programs: (network) => network.programs(),
  partners: (network, { program }) => network.partners(program),
  contracts: (network, { program }) => network.contracts(program),
  eventTypes: (network, { program }) => network.eventTypes(program),
  deals: (network, { program }) => network.deals(program),
  findDeal: (network, { program }) => network.findDeal(program, "Ten"),
  deal: (network, { deal }) => network.deal(deal),
  createDeal: (network, { program, fresh }) => network.createDeal(program, { ...TEN, name: fresh() }),
  updateDeal: (network, { deal }) => network.updateDeal(deal, { description: "Ten off", syncs: false, applies: { scope: "product", names: "Lamp" } }),
  codes: (network, { program }) => network.codes(program),
  findCodes: (network, { program }) => network.findCodes(program, "marie10"),
  code: (network, { code }) => network.code(code),
  placeCode: (network, { program, deal, fresh }) => network.placeCode(program, { code: fresh(), match: "exact", policy: "winner", partnerId: MARIE, dealExternalId: deal, startsAt: null, endsAt: null }),
  expireCode: (network, { code }) => network.expireCode(code),
  codeRequests: (network, { program }) => network.codeRequests({ programExternalId: program, open: true }),
  codeRequest: (network, { request }) => network.codeRequest(request()),
  approveRequest: (network, { request, fresh }) => network.approveRequest(request(), { code: fresh(), match: "exact", policy: "always", dealExternalId: null }),
  rejectRequest: (network, { request }) => network.rejectRequest(request()),
  trackingLink: (network, { program }) => network.trackingLink(program, MARIE, { landing: "https://shop.example/discount/MARIE10?redirect=/lamps" }),
  clickOwner: (network, { program, click }) => network.clickOwner(program, click),
  report: (network, { program, eventType, at, fresh }) => network.report(program, { ...SALE, orderId: fresh(), eventTypeId: eventType, eventAt: at, attribution: { code: "MARIE10" } }),
  edit: (network, { action }) => network.edit(action, "EUR", [{ sku: "A", quantity: 1, amount: "4500" }, { sku: "B", quantity: 0, amount: "0" }]),
  reverse: (network, { action }) => network.reverse(action, "returned"),
  submission: (network, { submission }) => network.submission(submission),
  actions: (network, { program, week }) => network.actions(program, { by: "updated", ...week }, 1),
  action: (network, { action }) => network.action(action),
  actionItems: (network, { action }) => network.actionItems(action, "EUR"),
};

describe.skipIf(!hasContract)("the app's client and the local network (skipped where ../shared is absent)", () => {
  let stage: Stage;
  let network: Network;
  let known: Known;
  const seen: Seen[] = [];
  let undo: () => void;

  beforeAll(async () => {
    stage = await startStage();
    const unlead = leadFetch({ network: stage.local.url });
    const unwatch = watch(seen);
    undo = () => [unwatch(), unlead()];
    network = impact({ accountSid: SID, token: TOKEN, takeBudget: async () => ({ ok: true }), noteBudget: async () => {}, onExchange: async () => {} });
    const { creator } = stage;
    let number = 0;
    const eventType = creator.eventTypes[0]!.id;
    const made = await network.createDeal(creator.id, { ...TEN, name: "Ten" });
    const code = await network.placeCode(creator.id, { code: "JONAS15", match: "exact", policy: "always", partnerId: JONAS, dealExternalId: null, startsAt: null, endsAt: null });
    const told = await network.report(creator.id, { ...SALE, orderId: "1", eventTypeId: eventType, eventAt: iso(nowMs()), attribution: { code: "MARIE10" } });
    if (!made.ok || !code.ok || !told.ok) throw new Error("the stage was not set");
    stage.run(22 * 60_000);
    known = {
      program: creator.id, click: stage.network.addClick(SID, { programId: creator.id, partnerId: MARIE, atMs: nowMs() - 600_000 }).id, deal: made.value.externalId, code: code.value.externalId, eventType, submission: told.value.submissionId!, action: (await stage.actions())[0]!.Id, at: iso(nowMs()), week: { from: iso(nowMs() - 6e8), to: iso(nowMs()) },
      fresh: () => `FRESH${(number += 1)}`, request: () => stage.network.addRequest(SID, { programId: creator.id, partnerId: MARIE, code: `WISH${(number += 1)}` }).id,
    };
    stage.network.addPartner(SID, { id: "1009", name: "New" });
    stage.network.addPartnerToProgram(SID, "1009", creator.id, { state: "pending" });
  });
  afterAll(async () => {
    undo();
    await stage.local.close();
  });

  test("each call of the client is driven; a new one is added to STEPS above, by its name", () => {
    const methods = Object.entries(network).filter(([, value]) => typeof value === "function").map(([name]) => name);
    expect(methods.filter((name) => !(name in STEPS))).toEqual([]);
  });

  test.each(Object.entries(STEPS))("%s: what is sent is as the files have it, and so is what is answered", async (_name, step) => {
    seen.length = 0;
    expect(await step(network, known)).toMatchObject({ ok: true });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.flatMap(({ request }) => faultsOf(request))).toEqual([]);
    expect(seen.flatMap(differing)).toEqual([]);
    expect(seen.flatMap(missingIn)).toEqual([]);
  });
});
