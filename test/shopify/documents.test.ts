// Every document that the app sends is asked of the real schema: no field is invented, and no scope is missing.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { GraphQLEnumType, GraphQLSchema, IntrospectionQuery } from "graphql";
import { buildClientSchema, Kind, parse, TypeInfo, validate, visit, visitWithTypeInfo } from "graphql";
import { parse as parseToml } from "smol-toml";
import { beforeAll, describe, expect, test } from "vitest";
import { parseEnv } from "#app/env.server.ts";
import { API_VERSION } from "#app/shopify/admin.ts";
import { adminSchemaPath } from "#test/local/schema.ts";
import { costOf, MOST_COST } from "#test/local/store/cost.ts";
import { testEnv } from "#test/support/env.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "app", "shopify");

type Access = { requiredAccess?: string | null };
type Introspected = IntrospectionQuery & { __schema: { types: ({ name: string; fields?: ({ name: string } & Access)[] | null } & Access)[] } };

type Config = { access_scopes: { scopes: string }; webhooks: { api_version: string; subscriptions: { topics?: string[] }[] } };
const config = parseToml(readFileSync(join(root, "shopify.app.toml"), "utf8")) as Config;
const asked = config.access_scopes.scopes.split(",").map((scope) => scope.trim());
// Who may write may read.
const granted = asked.flatMap((scope) => (scope.startsWith("write_") ? [scope, scope.replace("write_", "read_")] : [scope]));

const files = readdirSync(folder).filter((name) => name.endsWith(".graphql.ts"));
const documents = (
  await Promise.all(
    files.map(async (file) => {
      const module = (await import(join(folder, file))) as Record<string, unknown>;
      return Object.entries(module).flatMap(([name, text]) => (typeof text === "string" ? [{ file, name, text }] : []));
    }),
  )
).flat();

let schema: GraphQLSchema;
const access = new Map<string, string>();

beforeAll(async () => {
  const { data } = JSON.parse(gunzipSync(readFileSync(await adminSchemaPath())).toString()) as { data: Introspected };
  schema = buildClientSchema(data);
  for (const type of data.__schema.types) {
    if (type.requiredAccess) access.set(type.name, type.requiredAccess);
    for (const field of type.fields ?? []) if (field.requiredAccess) access.set(`${type.name}.${field.name}`, field.requiredAccess);
  }
}, 60_000);

/** Scopes that a document's fields and types ask for, as the schema says; alternatives ("`a` or `b`") are kept together. */
function scopesOf(text: string): string[][] {
  const info = new TypeInfo(schema);
  const found: string[][] = [];
  const note = (name: string) => {
    const text = access.get(name) ?? "";
    const scopes = [...text.matchAll(/`([a-z]+_[a-z_]+)`/g)].map((match) => match[1]!);
    if (scopes.length > 0) found.push(scopes);
    const besides = /The app requires ([a-z]+_[a-z_]+) access scope/.exec(text)?.[1];
    if (besides !== undefined) found.push([besides]);
  };
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field(node) {
        const parent = info.getParentType();
        if (parent) note(`${parent.name}.${node.name.value}`);
        const type = info.getType();
        if (type) note(String(type).replace(/[[\]!]/g, ""));
      },
    }),
  );
  return found;
}

describe("the documents of the Admin API", () => {
  test("are all found, in app/shopify/*.graphql.ts and nowhere else", () => {
    expect(documents.length).toBeGreaterThan(7);
    const others = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !name.endsWith(".graphql.ts"));
    for (const name of others) expect(readFileSync(join(folder, name), "utf8"), name).not.toMatch(/`#graphql|\b(query|mutation) [A-Z]\w*(\(|\s*\{)/);
  });

  test.each(documents)("$name of $file is valid in the schema of this version", ({ text }) => {
    expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  });

  test.each(documents)("$name of $file costs no more points than one call may", ({ text }) => {
    const document = parse(text);
    const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)!;
    expect(costOf(schema, document, operation, {})).toBeLessThanOrEqual(MOST_COST);
  });

  test.each(documents)("$name of $file needs no scope that shopify.app.toml does not ask for", ({ text }) => {
    expect(config.webhooks.api_version).toBe(API_VERSION);
    for (const alternatives of scopesOf(text)) expect(alternatives.some((scope) => granted.includes(scope)), alternatives.join(" or ")).toBe(true);
  });
});

describe("shopify.app.toml", () => {
  const topics = config.webhooks.subscriptions.flatMap((subscription) => subscription.topics ?? []);

  /** What a topic's description names: "Requires the `a` scope", or "at least one of the following scopes: a, b". */
  function scopesOfTopic(description: string): string[] {
    const text = description.replace(/\s+/g, " ");
    const [, one, several] = /Requires (?:the `([a-z_]+)` scope|at least one of the following scopes: ([a-z_, ]+))/.exec(text) ?? [];
    return one === undefined ? (several ?? "").split(",").map((scope) => scope.trim()).filter(Boolean) : [one];
  }

  test.each(topics)("%s is a topic of this version, and its scope is asked for", (topic) => {
    const known = (schema.getType("WebhookSubscriptionTopic") as GraphQLEnumType).getValue(topic.toUpperCase().replace("/", "_"));
    expect(known).toBeDefined();
    const needed = scopesOfTopic(known!.description ?? "");
    if (!topic.startsWith("app/")) expect(needed).not.toEqual([]);
    if (needed.length > 0) expect(needed.some((scope) => granted.includes(scope)), needed.join(" or ")).toBe(true);
  });

  test("asks for no scope that neither a document nor a topic needs", () => {
    const values = (schema.getType("WebhookSubscriptionTopic") as GraphQLEnumType).getValues();
    const ofTopics = topics.flatMap((topic) => scopesOfTopic(values.find((value) => value.name === topic.toUpperCase().replace("/", "_"))?.description ?? ""));
    const needed = new Set([...documents.flatMap(({ text }) => scopesOf(text).flat()), ...ofTopics]);
    expect(asked.filter((scope) => !needed.has(scope))).toEqual([]);
  });

  test("asks for what the app takes itself to ask for", () => {
    expect(parseEnv({ ...testEnv, DATABASE_URL: "postgresql://unused", SCOPES: "" }).SCOPES).toBe(config.access_scopes.scopes);
  });
});
