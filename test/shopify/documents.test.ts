// Every document that the app sends is asked of the real schema: no field is invented, and no scope is missing.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { GraphQLSchema, IntrospectionQuery } from "graphql";
import { buildClientSchema, parse, TypeInfo, validate, visit, visitWithTypeInfo } from "graphql";
import { parse as parseToml } from "smol-toml";
import { beforeAll, describe, expect, test } from "vitest";
import { API_VERSION } from "#app/shopify/admin.ts";
import { adminSchemaPath } from "#test/local/schema.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "app", "shopify");

type Access = { requiredAccess?: string | null };
type Introspected = IntrospectionQuery & { __schema: { types: ({ name: string; fields?: ({ name: string } & Access)[] | null } & Access)[] } };

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
  const asked: string[][] = [];
  const note = (name: string) => {
    const scopes = [...(access.get(name) ?? "").matchAll(/`([a-z]+_[a-z_]+)`/g)].map((match) => match[1]!);
    if (scopes.length > 0) asked.push(scopes);
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
  return asked;
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

  test.each(documents)("$name of $file needs no scope that shopify.app.toml does not ask for", ({ text }) => {
    const config = parseToml(readFileSync(join(root, "shopify.app.toml"), "utf8")) as { access_scopes: { scopes: string }; webhooks: { api_version: string } };
    const granted = config.access_scopes.scopes.split(",").map((scope) => scope.trim());
    // Who may write may read.
    for (const scope of [...granted]) if (scope.startsWith("write_")) granted.push(scope.replace("write_", "read_"));
    expect(config.webhooks.api_version).toBe(API_VERSION);
    for (const alternatives of scopesOf(text)) expect(alternatives.some((scope) => granted.includes(scope)), alternatives.join(" or ")).toBe(true);
  });
});
