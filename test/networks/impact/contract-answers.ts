// Answers by the provider's files: which ones fit, and such as the files allow, drawn for the client to read.
import fc from "fast-check";
import { operationOf, resolved, type Operation, type Schema } from "./contract.ts";

/** The schema of an operation's answer of a status, and the example that the file has for it; null where the file names none. */
export function answerOf(operation: Operation, status: number): { schema: Schema; example: unknown } | null {
  const response = operation.described.responses[String(status)];
  const json = response && resolved(operation, response).content?.["application/json"];
  return json ? { schema: resolved(operation, json.schema ?? {}), example: json.example } : null;
}

/**
 * Where an answer of the local network is not as its file has it: an unknown field, another shape, a value outside an enumeration, a date or
 * number that is none. Scalars are texts, as the provider's own examples have them, and blanks are "".
 */
export function strange(operation: Operation, given: Schema, value: unknown, at: string): string[] {
  const { type, properties, items, enum: values, format } = resolved(operation, given);
  if (properties !== undefined) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at}: no object`];
    return Object.entries(value).filter(([name]) => !name.startsWith("@")).flatMap(([name, each]) => (properties[name] === undefined ? [`${at}.${name}: unknown`] : strange(operation, properties[name], each, `${at}.${name}`)));
  }
  if (type === "array") return Array.isArray(value) ? value.flatMap((each, index) => (items === undefined ? [] : strange(operation, items, each, `${at}[${index}]`))) : [`${at}: no list`];
  if (type === "object") return typeof value === "object" && value !== null ? [] : [`${at}: no object`];
  if (typeof value !== "string") return [`${at}: not a string`];
  if (value === "") return [];
  if (values !== undefined && !values.includes(value)) return [`${at}: ${value} is none of ${values.join(", ")}`];
  if (type === "integer" && !/^-?\d+$/.test(value)) return [`${at}: ${value} is no integer`];
  if (type === "number" && Number.isNaN(Number(value))) return [`${at}: ${value} is no number`];
  if (type === "boolean" && !/^(true|false)$/.test(value)) return [`${at}: ${value} is neither true nor false`];
  if (format === "date-time" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(value)) return [`${at}: ${value} is no date`];
  if (format === "uri-reference" && !value.startsWith("/Advertisers/")) return [`${at}: ${value} is no address below the account`];
  return [];
}

/** The fields that a file names of an object and that an answer lacks, at any depth. */
export function lacking(operation: Operation, given: Schema, value: unknown, at: string): string[] {
  const { type, properties, items } = resolved(operation, given);
  if (type === "array" && items && Array.isArray(value)) return value.flatMap((each, index) => lacking(operation, items, each, `${at}[${index}]`));
  if (properties === undefined || typeof value !== "object" || value === null) return [];
  const held = value as Record<string, unknown>;
  return Object.entries(properties).flatMap(([name, each]) => (held[name] === undefined ? [`${at}.${name}`] : lacking(operation, each, held[name], `${at}.${name}`)));
}

export type Manner = {
  /** Scalars as the file types them, or all as texts. */
  scalars: "typed" | "texts";
  /** What is nullable is null (as text: "") now and then; `blanks`: so is everything else. */
  blanks?: boolean;
  /** Lists of one as that element alone, empty ones as {}. */
  bareLists?: boolean;
  /** Words that no file knows in the place of those of an enumeration, fields that no file knows beside the others, and some left out. */
  newer?: boolean;
};

/** Words that a later version might bring, and some that would hurt who takes them as they are. */
const NEW_WORDS = fc.constantFrom("SUSPENDED_NEW", "constructor", "__proto__", "toString", "", " ", "Ünbekannt", "PENDING_APPROVED", "0", "null", "\u0000", "😀".repeat(300));

const awkward = fc.constantFrom("%zz", "\u0000", "\ud800", "😀", "<b>", "a".repeat(5_000), "1e999", "-0", "NaN", "9999-99-99", "https://%zz/%zz");

/** Bodies that fit a schema, in a manner. */
export function bodies(operation: Operation, given: Schema, manner: Manner, depth = 0): fc.Arbitrary<unknown> {
  const schema = resolved(operation, given);
  if (schema.properties !== undefined) return objects(operation, schema, manner, depth);
  if (schema.type === "array") return lists(operation, schema, manner, depth);
  if (schema.type === "object") return fc.constant({});
  return scalars(schema, manner);
}

function objects(operation: Operation, schema: Schema, manner: Manner, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(schema.properties!).map(([name, each]) => [name, bodies(operation, each, manner, depth + 1)]));
  if (!manner.newer) return fc.record(fields);
  const more = fc.dictionary(fc.constantFrom("Surprise", "newField", "constructor", "items", "@new", "😀", "status2"), fc.oneof(awkward, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 3 });
  return fc.tuple(fc.record(fields, { requiredKeys: Object.keys(fields).filter((name) => /^(Id|Uri|QueuedUri|BatchId|TrackingURL|Sku)$/.test(name)) }), more).map(([known, unknown]) => ({ ...unknown, ...known }));
}

function lists(operation: Operation, schema: Schema, manner: Manner, depth: number): fc.Arbitrary<unknown> {
  const elements = fc.array(bodies(operation, schema.items ?? { type: "object" }, manner, depth + 1), { maxLength: depth > 1 ? 2 : 3 });
  if (!manner.bareLists) return elements;
  return elements.map((list) => (list.length === 0 ? {} : list.length === 1 ? list[0] : list));
}

function scalars(schema: Schema, manner: Manner): fc.Arbitrary<unknown> {
  const typed = typedScalars(schema, manner);
  const asText = manner.scalars === "texts";
  const value = asText ? typed.map(String) : typed;
  if (schema.nullable || manner.blanks) return fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constant(asText ? "" : null) });
  return value;
}

function typedScalars(schema: Schema, manner: Manner): fc.Arbitrary<string | number | boolean> {
  const example = schema.example;
  const examples = typeof example === "string" || typeof example === "number" || typeof example === "boolean" ? [fc.constant(example)] : [];
  if (manner.newer && schema.enum) return NEW_WORDS;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (manner.newer && schema.format !== "uri-reference") return fc.oneof({ weight: 3, arbitrary: typedScalars(schema, { ...manner, newer: false }) }, { weight: 1, arbitrary: awkward });
  switch (schema.type) {
    case "integer":
      return fc.oneof(...examples, fc.integer({ min: 0, max: 2_147_483_647 }));
    case "number":
      return fc.oneof(...examples, fc.integer({ min: 0, max: 10_000_000 }).map((cents) => cents / 100));
    case "boolean":
      return fc.boolean();
    default:
      return textsOf(schema, examples);
  }
}

function textsOf(schema: Schema, examples: fc.Arbitrary<string | number | boolean>[]): fc.Arbitrary<string | number | boolean> {
  if (schema.format === "date-time") return fc.oneof(...examples, fc.tuple(fc.date({ min: new Date("2019-01-01"), max: new Date("2035-01-01"), noInvalidDate: true }), fc.constantFrom("-07:00", "+02:00", "Z")).map(([at, zone]) => at.toISOString().slice(0, 19) + zone));
  if (schema.format === "uri-reference") return fc.oneof(...examples, fc.integer({ min: 1, max: 99_999_999 }).map((id) => `/Advertisers/IRx/Things/${id}`));
  if (schema.format === "uri") return fc.oneof(...examples, fc.webUrl());
  return fc.oneof(...examples, fc.stringMatching(/^[A-Za-z0-9éÉ林][A-Za-z0-9éÉ林 &,._-]{0,19}$/));
}

/** The envelope of the provider's lists, as far as a list of one page has it. */
export function enveloped(body: unknown, operation: Operation): unknown {
  const key = listKeyOf(operation);
  if (key === null || typeof body !== "object" || body === null) return body;
  const value = (body as Record<string, unknown>)[key];
  const total = Array.isArray(value) ? value.length : value && typeof value === "object" && Object.keys(value).length > 0 ? 1 : 0;
  return { "@page": "1", "@numpages": "1", "@pagesize": "1000", "@total": String(total), "@start": "0", "@end": String(Math.max(0, total - 1)), "@uri": "", "@firstpageuri": "", "@previouspageuri": "", "@nextpageuri": "", "@lastpageuri": "", ...body };
}

/** The name of the list that an operation answers with; null where it answers with an object. */
export function listKeyOf(operation: Operation): string | null {
  const properties = answerOf(operation, 200)?.schema.properties ?? {};
  const [only, ...others] = Object.entries(properties).filter(([name]) => !name.startsWith("@"));
  return only && others.length === 0 && resolved(operation, only[1]).type === "array" ? only[0] : null;
}

/** Answers of status 200 to whatever is asked, each drawn anew by the file of what is asked. */
export function drawnAnswers(manner: Manner): fc.Arbitrary<(method: string, pathname: string) => unknown> {
  return fc.gen().map((gen) => (method, pathname) => {
    const operation = operationOf(method, pathname);
    const answer = operation && answerOf(operation, 200);
    if (!operation || !answer) throw new Error(`no contract for ${method} ${pathname}`);
    return enveloped(gen(bodies, operation, answer.schema, manner), operation);
  });
}
