// The provider's own OpenAPI files, where they lie beside the project (../shared), and what they say of one request.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const folder = fileURLToPath(new URL("../../../../shared/contracts/impact/", import.meta.url));

export const hasContract = existsSync(folder);

type Schema = { type?: string; format?: string; enum?: string[]; required?: string[]; maxLength?: number; properties?: Record<string, Schema>; $ref?: string };
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Operation = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

export type SentRequest = { method: string; url: URL; form: Record<string, string> };

function documents(): Document[] {
  return readdirSync(folder).filter((name) => name.endsWith(".yaml")).map((name) => parse(readFileSync(folder + name, "utf8")) as Document);
}

/** What is wrong with a request by the provider's files; empty where nothing is. Page and PageSize are documented for every list, apart from them. */
export function faultsOf(request: SentRequest): string[] {
  for (const document of documents()) {
    for (const [template, operations] of Object.entries(document.paths)) {
      const operation = operations[request.method.toLowerCase()];
      if (operation && pathOf(template).test(request.url.pathname)) return check(document, operation, request);
    }
  }
  return [`no such operation: ${request.method} ${request.url.pathname}`];
}

function pathOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`);
}

function check(document: Document, operation: Operation, { url, form }: SentRequest): string[] {
  const faults: string[] = [];
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  for (const [name, value] of url.searchParams) {
    if (name === "Page" || name === "PageSize") continue;
    const parameter = parameters.find((one) => one.name === name);
    faults.push(...(parameter ? misfits(name, parameter.schema, value) : [`query ${name} is not documented`]));
  }
  for (const { name, required } of parameters) if (required && !url.searchParams.has(name)) faults.push(`query ${name} is missing`);

  const body = operation.requestBody?.content["application/x-www-form-urlencoded"]?.schema;
  if (!body) return Object.keys(form).length > 0 ? [...faults, "a body is not documented"] : faults;
  const schema = body.$ref ? document.components.schemas[body.$ref.split("/").at(-1)!]! : body;
  const properties = schema.properties ?? {};
  for (const [name, value] of Object.entries(form)) {
    const property = properties[name] ?? properties[`${name.replace(/\d+$/, "")}[i]`] ?? properties[name.replace(/\d+$/, "")];
    faults.push(...(property ? misfits(name, property, value) : [`field ${name} is not documented`]));
  }
  for (const name of schema.required ?? []) if (!(name in form)) faults.push(`field ${name} is missing`);
  return faults;
}

function misfits(name: string, schema: Schema, value: string): string[] {
  const fits =
    schema.type === "integer" ? /^-?\d+$/.test(value)
    : schema.type === "number" ? /^-?\d+(\.\d+)?$/.test(value)
    : schema.type === "boolean" ? /^(true|false)$/.test(value)
    : schema.format === "date-time" ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value)
    : value.length <= (schema.maxLength ?? Infinity);
  const known = !schema.enum || schema.enum.includes(value);
  return fits && known ? [] : [`${name}=${value} does not fit ${JSON.stringify({ type: schema.type, format: schema.format, enum: schema.enum })}`];
}
