// Every answer of the local network, field by field, against the provider's own OpenAPI files. They lie beside the project, where they are present at all.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { nowMs } from "#app/clock.ts";
import { idOf, iso, JONAS, MARIE, SID, startStage, type Answer, type Stage } from "./network-calls.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "shared", "contracts", "impact");
const present = existsSync(folder);
if (!present) console.log("skipped: the provider's files (../shared/contracts/impact) are not here");

type Schema = { $ref?: string; type?: string; properties?: Record<string, Schema>; items?: Schema; enum?: string[]; format?: string };
type Document = { paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }> }>>; components: { schemas?: Record<string, Schema>; responses?: Record<string, unknown> } };

const documents: Document[] = present ? readdirSync(folder).filter((name) => name.endsWith(".yaml")).map((name) => parse(readFileSync(join(folder, name), "utf8")) as Document) : [];

function resolve<T extends { $ref?: string }>(document: Document, value: T): T {
  if (value.$ref === undefined) return value;
  return value.$ref.split("/").slice(1).reduce((at: any, key) => at[key], document) as T;
}

/** The schema of an answer: the endpoint's, by its template and status. */
function schemaOf(method: string, path: string, status: number): { document: Document; schema: Schema } {
  for (const document of documents) {
    for (const [template, methods] of Object.entries(document.paths)) {
      const pattern = new RegExp(`^${template.replace("/Advertisers/{AccountSID}", "").replace(/\{\w+\}/g, "[^/]+")}$`);
      const operation = methods[method.toLowerCase()];
      if (!pattern.test(path.split("?")[0]!) || operation === undefined) continue;
      const response = resolve(document, operation.responses[String(status)]!);
      return { document, schema: response.content!["application/json"]!.schema };
    }
  }
  throw new Error(`no contract for ${method} ${path}`);
}

/** Where an answer has what its schema has not: unknown fields, another shape, a value outside an enumeration, a date or number that is none. */
function strange(document: Document, schema: Schema, value: unknown, at: string): string[] {
  const { type, properties, items, enum: values, format } = resolve(document, schema);
  if (properties !== undefined) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at}: no object`];
    return Object.entries(value).filter(([name]) => !name.startsWith("@")).flatMap(([name, each]) => (properties[name] === undefined ? [`${at}.${name}: unknown`] : strange(document, properties[name], each, `${at}.${name}`)));
  }
  if (type === "array") return Array.isArray(value) ? value.flatMap((each, index) => (items === undefined ? [] : strange(document, items, each, `${at}[${index}]`))) : [`${at}: no list`];
  if (typeof value !== "string") return [`${at}: not a string`];
  if (value === "") return [];
  if (values !== undefined && !values.includes(value)) return [`${at}: ${value} is none of ${values.join(", ")}`];
  if (type === "integer" && !/^-?\d+$/.test(value)) return [`${at}: ${value} is no integer`];
  if (type === "number" && Number.isNaN(Number(value))) return [`${at}: ${value} is no number`];
  if (format === "date-time" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(value)) return [`${at}: ${value} is no date`];
  return [];
}

describe.skipIf(!present)("the answers have the fields of the provider's files", () => {
  let stage: Stage;
  const seen: { name: string; method: string; path: string; answer: Answer }[] = [];

  async function ask(method: string, path: string, form?: Record<string, string>, json?: unknown): Promise<Answer> {
    const answer = await stage.call(method, path, form, json === undefined ? {} : { json });
    seen.push({ name: `${method} ${path}`, method, path, answer });
    return answer;
  }

  beforeAll(async () => {
    stage = await startStage();
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
    await ask("POST", `/Programs/${creator.id}/TrackingLinks?MediaPartnerId=${MARIE}`, {});
    const request = network.addRequest(SID, { programId: creator.id, partnerId: MARIE, code: "M20", dealId: deal });
    await ask("GET", "/TrackingValueRequests");
    await ask("GET", `/TrackingValueRequests/${request.id}`);
    await ask("PUT", `/TrackingValueRequests/${request.id}`, { PromoCode: "M20", CreditPolicy: "ALWAYS", MatchMode: "LI" });
    await ask("DELETE", `/PromoCodes/${code}`);
    await ask("DELETE", `/Deals/${deal}`);
  });
  afterAll(() => stage.local.close());

  test("every call was answered as its contract knows, and no field is unknown to it", () => {
    expect(seen.length).toBeGreaterThan(30);
    const found = seen.flatMap(({ name, method, path, answer }) => {
      const { document, schema } = schemaOf(method, path, answer.status);
      return strange(document, schema, answer.body, name);
    });
    expect(found).toEqual([]);
  });

  test("an object of the provider's lacks none of the fields that its file names", () => {
    const lacking = seen.filter(({ method, answer }) => method === "GET" && answer.body["@page"] === undefined).flatMap(({ name, method, path, answer }) => {
      const { document, schema } = schemaOf(method, path, answer.status);
      return Object.keys(resolve(document, schema).properties ?? {}).filter((field) => answer.body[field] === undefined).map((field) => `${name}: ${field}`);
    });
    expect(lacking).toEqual([]);
  });
});
