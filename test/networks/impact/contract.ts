// The provider's own OpenAPI files, where they lie beside the project (../shared), and what they say of a request and of an answer.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const folder = fileURLToPath(new URL("../../../../shared/contracts/impact/", import.meta.url));

export const hasContract = existsSync(folder);
if (!hasContract) console.log("skipped: what is checked against the provider's files, for ../shared/contracts/impact is not here");

export type Schema = {
  $ref?: string; type?: string; format?: string; nullable?: boolean; enum?: string[]; required?: string[]; maxLength?: number; example?: unknown;
  properties?: Record<string, Schema>; items?: Schema; oneOf?: Schema[]; anyOf?: Schema[]; allOf?: Schema[];
};
type Content = Record<string, { schema: Schema; example?: unknown }>;
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Described = { parameters?: Parameter[]; requestBody?: { required?: boolean; content: Content }; responses: Record<string, { $ref?: string; content?: Content }> };
type Document = { paths: Record<string, Record<string, Described>>; components: object };

/** One operation of the provider's: "GET /PromoCodes/{PromoCodeId}" and what its file says of it. */
export type Operation = { name: string; document: Document; template: string; described: Described };

/** A request as it went out; `body` is the text that was sent. */
export type SentRequest = { method: string; url: URL; form: Record<string, string>; body?: string; headers?: Headers };

const METHODS = ["get", "post", "put", "delete", "patch"];
const BELOW = "/Advertisers/{AccountSID}";

export const operations: readonly Operation[] = !hasContract ? [] : readdirSync(folder).filter((name) => name.endsWith(".yaml")).flatMap((name) => {
  const document = parse(readFileSync(folder + name, "utf8")) as Document;
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => ({ name: `${method.toUpperCase()} ${template.replace(BELOW, "")}`, document, template, described: methods[method]! })));
});

/** The operation that a request is one of; the path is with or without the account. */
export function operationOf(method: string, pathname: string): Operation | null {
  const below = pathname.replace(/^\/Advertisers\/[^/]+/, "");
  return operations.find(({ name, template }) => name.startsWith(`${method} `) && pathOf(template).test(below)) ?? null;
}

function pathOf(template: string): RegExp {
  return new RegExp(`^${template.replace(BELOW, "").replace(/\{[^}]+\}/g, "([^/]+)")}$`);
}

export function resolved<T extends { $ref?: string }>(operation: Operation, value: T): T {
  if (value.$ref === undefined) return value;
  const found = value.$ref.split("/").slice(1).reduce((at: any, key) => at[key], operation.document) as T;
  return resolved(operation, found);
}

/** What is wrong with a request by the provider's files; empty where nothing is. Page and PageSize are documented for every list, apart from them. */
export function faultsOf(request: SentRequest): string[] {
  const { method, url, headers } = request;
  const operation = operationOf(method, url.pathname);
  if (!operation) return [`no such operation: ${method} ${url.pathname}`];
  const faults = [...pathFaults(operation, url), ...queryFaults(operation, url), ...bodyFaults(operation, request)];
  if (headers && headers.get("ir-version") !== "14") faults.push("version 14 is not asked for");
  if (headers && headers.get("accept") !== "application/json") faults.push("JSON is not asked for");
  return faults;
}

function parameters(operation: Operation, where: string): Parameter[] {
  return (operation.described.parameters ?? []).map((one) => resolved(operation, one as Parameter & { $ref?: string })).filter((parameter) => parameter.in === where);
}

function pathFaults(operation: Operation, url: URL): string[] {
  const names = [...operation.template.replace(BELOW, "").matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
  const values = pathOf(operation.template).exec(url.pathname.replace(/^\/Advertisers\/[^/]+/, ""))!.slice(1).map(decodeURIComponent);
  return names.flatMap((name, at) => misfits(operation, name, parameters(operation, "path").find((one) => one.name === name)?.schema ?? {}, values[at]!));
}

function queryFaults(operation: Operation, url: URL): string[] {
  const known = parameters(operation, "query");
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [name, value] of url.searchParams) {
    if (seen.has(name)) faults.push(`query ${name} is there twice`);
    seen.add(name);
    const parameter = known.find((one) => one.name === name);
    if (!parameter && (name === "Page" || name === "PageSize")) faults.push(...(/^[1-9]\d{0,6}$/.test(value) ? [] : [`${name}=${value} is no page`]));
    else faults.push(...(parameter ? misfits(operation, name, parameter.schema, value) : [`query ${name} is not documented`]));
  }
  for (const { name, required } of known) if (required && !url.searchParams.get(name)) faults.push(`query ${name} is missing`);
  return faults;
}

function bodyFaults(operation: Operation, { form, body, headers, method }: SentRequest): string[] {
  const content = operation.described.requestBody?.content;
  const kind = (headers?.get("content-type") ?? "").split(";")[0]!.trim();
  if (!content) return Object.keys(form).length > 0 || (body ?? "") !== "" ? ["a body is not documented"] : [];
  const documented = Object.keys(content);
  if (headers && !documented.includes(kind)) return [`the body is ${kind || "nothing"}, where ${documented.join(" or ")} is documented`];
  const isJson = kind === "application/json";
  const schema = resolved(operation, content[kind || documented[0]!]!.schema);
  const sent = isJson ? (JSON.parse(body ?? "null") as Record<string, unknown>) : form;
  const faults: string[] = [];
  for (const [name, value] of Object.entries(sent)) {
    const property = propertyOf(schema, name);
    if (!property) faults.push(`field ${name} is not documented`);
    else faults.push(...(isJson && typeof value !== "string" ? [`${name} is no text`] : misfits(operation, name, property, String(value))));
  }
  for (const name of schema.required ?? []) if (!sent[name]) faults.push(`field ${name} is missing`);
  if (operation.name === "POST /Conversions") faults.push(...conversionFaults(form));
  if (operation.name === "PUT /Actions" || operation.name === "DELETE /Actions") faults.push(...actionFaults(method, form));
  return faults;
}

/** A field by its name, or by the name of its series: ItemSku[i], ItemText[i]_[n], and Sku2, Quantity2 of Sku and Quantity. */
function propertyOf(schema: Schema, name: string): Schema | undefined {
  const properties = schema.properties ?? {};
  const series = name.replace(/\d+/, "[i]");
  const found = properties[name] ?? properties[series] ?? properties[series.replace(/_\d+$/, "_[n]")] ?? Object.entries(properties).find(([one]) => one.replace(/\[\w+\]/g, "#") === name.replace(/\d+/g, "#"))?.[1];
  return found ?? (/^(Sku|Quantity|Amount|Category|ItemName|ItemSubTotalDelta|Rebate)([2-9]|[1-9]\d+)$/.test(name) ? properties[name.replace(/\d+$/, "")] : undefined);
}

/** Longest values that the object's own page names, which the files leave out. */
const LENGTHS: [RegExp, number][] = [
  [/^(CampaignId|EventTypeId|ActionTrackerId|MediaId|MediaPartnerId|AssignedPartnerId)$/, 10], [/^(EventTypeCode|OrderId|ClickId)$/, 64], [/^CustomProfileId$/, 70], [/^(CustomerId|SubId[1-3]|SharedId|Note)$/, 255], [/^(Text\d+|ItemText\d+_\d+)$/, 64],
];

function misfits(operation: Operation, name: string, given: Schema, value: string): string[] {
  const schema = resolved(operation, given);
  const longest = Math.min(schema.maxLength ?? Infinity, LENGTHS.find(([which]) => which.test(name))?.[1] ?? Infinity);
  const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  if ([...value].length > longest) return [`${name}=${shown} is longer than ${longest}`];
  if (/[\0\uFFFD]/.test(value)) return [`${name}=${shown} has characters that are none`];
  if (schema.enum && !schema.enum.includes(value)) return [`${name}=${shown} is none of ${schema.enum.join(", ")}`];
  const fits =
    schema.type === "integer" ? /^-?\d{1,18}$/.test(value)
    : schema.type === "number" ? /^-?\d+(\.\d+)?$/.test(value)
    : schema.type === "boolean" ? /^(true|false)$/.test(value)
    : schema.format === "date-time" ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))
    : schema.format === "date" ? /^\d{4}-\d\d-\d\d$/.test(value)
    : true;
  return fits ? [] : [`${name}=${shown} does not fit ${JSON.stringify({ type: schema.type, format: schema.format })}`];
}

const EVENT_TYPES = ["ActionTrackerId", "EventTypeId", "EventTypeCode"];
const ATTRIBUTION = ["ClickId", "CustomerId", "CustomProfileId", "OrderPromoCode", "MediaId", "MediaPartnerId", "UniqueUrl", "CallerId", "GoogAId", "AndroidId", "AppleIfa", "AppleIfv"];

/** What the conversion's page says of fields together. */
function conversionFaults(form: Record<string, string>): string[] {
  const faults: string[] = [];
  if (!EVENT_TYPES.some((name) => form[name])) faults.push("no event type is named");
  if (!ATTRIBUTION.some((name) => form[name])) faults.push("nothing attributes it");
  if (form.MediaId && form.MediaPartnerId) faults.push("MediaId beside MediaPartnerId");
  if (form.CustomerEmail !== undefined && !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(form.CustomerEmail)) faults.push("CustomerEmail is no hash");
  if (form.CurrencyCode !== undefined && !/^[A-Z]{3}$/.test(form.CurrencyCode)) faults.push("CurrencyCode is no currency");
  const indexes = [...new Set(Object.keys(form).map((name) => /^Item[A-Za-z]+(\d+)/.exec(name)?.[1]).filter((index) => index !== undefined))].map(Number).sort((a, b) => a - b);
  indexes.forEach((index, at) => {
    if (index !== at + 1) faults.push(`item ${index} is not the next one`);
    for (const name of ["ItemSku", "ItemQuantity"]) if (!form[`${name}${index}`]) faults.push(`${name}${index} is missing`);
    if (!form[`ItemSubTotal${index}`] === !form[`ItemPrice${index}`]) faults.push(`item ${index} has not exactly one of total and price`);
  });
  if (indexes.length > 0 && form.OrderSubTotalPostDiscount !== undefined) faults.push("OrderSubTotalPostDiscount beside items");
  const money = Object.keys(form).some((name) => /^(Amount|Order(Discount|SubTotalPostDiscount|Shipping|Tax|Margin)|Item(SubTotal|Price|Discount|TotalDiscount)\d+|Money\d+)$/.test(name));
  if (money && !form.CurrencyCode) faults.push("amounts without a currency");
  return faults;
}

function actionFaults(method: string, form: Record<string, string>): string[] {
  const faults = form.ActionId || (form.ActionTrackerId && form.OrderId) ? [] : ["no action is named"];
  if (method === "DELETE") return faults;
  if (!form.Reason) faults.push("no reason is named");
  const items = Object.keys(form).filter((name) => /^Sku\d*$/.test(name));
  if (items.length > 0 && form.Reason !== "ORDER_UPDATE") faults.push("items are edited as ORDER_UPDATE alone");
  if (items.length > 0 && !("Sku" in form)) faults.push("the first item has no index");
  return faults;
}
