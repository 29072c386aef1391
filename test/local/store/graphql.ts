// The Admin API: executed against the real schema, so that a field which does not exist is the schema's own error, and one which exists but is not
// served here says so. Scopes, cost and throttling are the API's.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  buildClientSchema, type DocumentNode, execute, executeSync, getNamedType, GraphQLError, type GraphQLFieldResolver, type GraphQLResolveInfo, GraphQLScalarType, type GraphQLSchema,
  type IntrospectionQuery, Kind, parse, specifiedRules, validate, valueFromASTUntyped, type ValueNode,
} from "graphql";
import { adminSchemaPath } from "#test/local/schema.ts";
import { type AccessMap, accessMap, granted, type Needed } from "./access.ts";
import { settleBulks } from "./bulk-operations.ts";
import { type Args, NotServed } from "./connection.ts";
import { Bucket, costOf, MOST_COST, type ThrottleStatus } from "./cost.ts";
import { settleJobs, THIS_APP } from "./discounts.ts";
import { mutations } from "./mutations.ts";
import { type Context, queries } from "./queries.ts";
import type { Store } from "./store.ts";
import type { Maker } from "./types.ts";
import { operationOf, variableErrors } from "./variables.ts";

type Loaded = { schema: GraphQLSchema; access: AccessMap };
type Cost = { requestedQueryCost: number; actualQueryCost: number | null; throttleStatus: ThrottleStatus };
export type Answer = { data?: Record<string, unknown> | null; errors?: unknown; extensions?: { cost: Cost } };
export type Asked = { query?: unknown; variables?: unknown; operationName?: unknown };

const MOST_IN_LIST = 250;
const ROOT = {};

let loading: Promise<Loaded> | null = null;

/** Reads the schema once for the process: about a second. The raw introspection is let go of. */
export function loadSchema(): Promise<Loaded> {
  return (loading ??= read());
}

async function read(): Promise<Loaded> {
  const path = await adminSchemaPath();
  // The descriptions are most of the file, and nobody reads them here.
  const text = gunzipSync(readFileSync(path)).toString("utf8").replace(/"description":"(?:[^"\\]|\\.)*"/g, '"description":null');
  const { data } = JSON.parse(text) as { data: IntrospectionQuery };
  const access = accessMap(data.__schema as unknown as Parameters<typeof accessMap>[0]);
  const schema = buildClientSchema(data, { assumeValid: true });
  for (const type of Object.values(schema.getTypeMap())) if (type instanceof GraphQLScalarType) strict(type);
  return { schema, access };
}

/** The custom scalars check what they are given, with the API's words. */
function strict(type: GraphQLScalarType): void {
  const checks: Record<string, (value: unknown) => string | null> = {
    Decimal: (value) => (/^-?\d+(\.\d+)?$/.test(String(value)) ? null : `invalid decimal '${String(value)}'`),
    Money: (value) => (/^-?\d+(\.\d+)?$/.test(String(value)) ? null : `invalid money '${String(value)}'`),
    UnsignedInt64: (value) =>
      /^-\d+$/.test(String(value)) ? `UnsignedInt64 '${String(value)}' is out of range` : /^\d+$/.test(String(value)) ? null : `UnsignedInt64 invalid value '${String(value)}'`,
    DateTime: (value) => (typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)) ? null : `invalid DateTime '${String(value)}'`),
    URL: (value) => (typeof value === "string" && URL.canParse(value) ? null : `invalid URL '${String(value)}'`),
  };
  const check = checks[type.name];
  if (check === undefined) return;
  type.parseValue = (value: unknown) => {
    const fault = check(value);
    if (fault !== null) throw new GraphQLError(fault);
    return String(value);
  };
  type.parseLiteral = (node: ValueNode, variables) => type.parseValue(valueFromASTUntyped(node, variables));
}

export class AdminApi {
  #store: Store;
  #bucket: Bucket;

  constructor(store: Store) {
    this.#store = store;
    this.#bucket = new Bucket(store.options.bucket ?? { maximum: 2_000, restorePerSecond: 100 }, () => store.nowMs());
  }

  /** One POST to graphql.json by an app that was granted `scopes`; the codes that it makes are `by` that app, or by a person (null). `throttled`: the bucket is emptied first. Always answered with 200, as there. */
  async answer(asked: Asked, scopes: ReadonlySet<string>, by: Maker = THIS_APP, throttled = false): Promise<Answer> {
    if (typeof asked.query !== "string" || asked.query.trim() === "") return { errors: { query: "Required parameter missing or invalid" } };
    const { schema, access } = await loadSchema();
    let document: DocumentNode;
    try {
      document = parse(asked.query);
    } catch (fault) {
      return { errors: [plain(fault as GraphQLError)] };
    }
    const faults = validate(schema, document, specifiedRules);
    if (faults.length > 0) return { errors: faults.map(plain) };
    const operation = operationOf(document, asked.operationName as string | null);
    if (operation === null) return { errors: [{ message: "An operation name is required" }] };
    const variables = (asked.variables ?? {}) as Args;
    const wrong = variableErrors(schema, operation, variables);
    if (wrong.length > 0) return { errors: wrong.map(plain) };

    const requested = costOf(schema, document, operation, variables);
    if (requested > MOST_COST) return { errors: [tooCostly(requested)] };
    const cost = (actual: number | null): Cost => ({ requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: this.#bucket.status() });
    if (throttled) this.#bucket.drain();
    if (!this.#bucket.take(requested)) {
      const documentation = "https://shopify.dev/api/usage/rate-limits";
      return { errors: [{ message: "Throttled", extensions: { code: "THROTTLED", documentation } }], extensions: { cost: cost(null) } };
    }
    settleJobs(this.#store);
    settleBulks(this.#store, (bulk, variableValues, granted) => executeSync({ schema, document: bulk, rootValue: ROOT, contextValue: { store: this.#store, schema, scopes: granted, access, by }, variableValues, fieldResolver: resolve }) as never);
    const contextValue: Context & { access: AccessMap } = { store: this.#store, schema, scopes, access, by };
    const result = await execute({
      schema, document, rootValue: ROOT, contextValue, variableValues: variables, operationName: asked.operationName as string | null, fieldResolver: resolve,
    });
    const actual = Math.min(requested, costOf(schema, document, operation, variables, result.data as Args | null));
    this.#bucket.giveBack(requested - actual);
    return {
      ...(result.data === undefined ? {} : { data: result.data as Args | null }),
      ...(result.errors === undefined ? {} : { errors: result.errors.map(plain) }),
      extensions: { cost: cost(actual) },
    };
  }
}

/** Every field goes through here: its scopes, then its resolver, or the value that the view above it holds. */
const resolve: GraphQLFieldResolver<Record<string, unknown>, Context & { access: AccessMap }, Args> = (source, args, context, info) => {
  const { parentType, fieldName } = info;
  const name = `${parentType.name}.${fieldName}`;
  const needed = [context.access.fields.get(name) ?? null, context.access.types.get(getNamedType(info.returnType).name) ?? null];
  for (const each of needed) if (!granted(each, context.scopes)) throw denied(fieldName, each);
  if (source === ROOT) arraysWithin(args, [fieldName]);
  if (parentType === info.schema.getQueryType()) return (queries[fieldName] ?? missing(name))(args, context);
  if (parentType === info.schema.getMutationType()) return (mutations[fieldName] ?? missing(name))(args, context, { idempotencyKey: idempotencyKey(info) });
  if (!Object.hasOwn(source, fieldName)) missing(name);
  const value = source[fieldName];
  return typeof value === "function" ? (value as (args: Args, context: Context) => unknown)(args, context) : value;
};

/** No list of an input is longer, on whatever level; recorded for the codes of discountRedeemCodeBulkAdd. */
function arraysWithin(value: unknown, path: string[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value) && value.length > MOST_IN_LIST) {
    const message = `The input array size of ${value.length} is greater than the maximum allowed of ${MOST_IN_LIST}.`;
    throw new GraphQLError(message, { path, extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" } });
  }
  if (!Array.isArray(value)) for (const [name, each] of Object.entries(value)) arraysWithin(each, [...path, name]);
}

function missing(name: string): never {
  throw new NotServed(name);
}

function idempotencyKey(info: GraphQLResolveInfo): string | null {
  const directive = info.fieldNodes[0]?.directives?.find((each) => each.name.value === "idempotent");
  const value = directive?.arguments?.find((each) => each.name.value === "key")?.value;
  if (value === undefined) return null;
  return value.kind === Kind.VARIABLE ? String(info.variableValues[value.name.value] ?? "") || null : String(valueFromASTUntyped(value));
}

function denied(field: string, needed: Needed): GraphQLError {
  const requiredAccess = needed?.text ?? "";
  return new GraphQLError(`Access denied for ${field} field. Required access: ${requiredAccess}`, {
    extensions: { code: "ACCESS_DENIED", documentation: "https://shopify.dev/api/usage/access-scopes", requiredAccess },
  });
}

function tooCostly(cost: number): unknown {
  const documentation = "https://shopify.dev/api/usage/rate-limits";
  return {
    message: `Query cost is ${cost}, which exceeds the single query max cost limit (${MOST_COST}).\n\nSee ${documentation} for more information on how the\ncost of a query is calculated.`,
    extensions: { code: "MAX_COST_EXCEEDED", cost, maxCost: MOST_COST, documentation },
  };
}

/** An error as the API writes it. One whose resolver named a path of its own keeps that. */
function plain(error: GraphQLError): unknown {
  const own = error.originalError instanceof GraphQLError ? error.originalError : error;
  const path = own.path ?? error.path;
  return {
    message: error.message,
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    ...(Object.keys(error.extensions).length === 0 ? {} : { extensions: error.extensions }),
    ...(path === undefined ? {} : { path }),
  };
}
