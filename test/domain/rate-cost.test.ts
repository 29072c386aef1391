import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { buildClientSchema, Kind, parse, type GraphQLSchema, type IntrospectionQuery } from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import { estimateCost } from "#app/domain/rate-cost.ts";
import { findCodesDocument, readJobsDocument } from "#app/shopify/bulk-codes.graphql.ts";
import { adminSchemaPath } from "#test/local/schema.ts";
import { costOf } from "#test/local/store/cost.ts";

describe("what a document will cost", () => {
  test.each<[string, string, Record<string, unknown>, number]>([
    ["an object", "query Q { shop { name } }", {}, 1],
    ["objects in objects", "{ order(id: 1) { id customer { id } } }", {}, 2],
    ["a connection and its page", "query Q($n: Int!) { orders(first: $n) { nodes { id customer { id } } pageInfo { hasNextPage } } }", { n: 50 }, 2 + 50 * 2],
    ["a page of edges", "{ orders(first: 3) { edges { cursor node { id } } } }", {}, 2 + 3 * 2],
    ["a mutation", "mutation M($a: ID!) { discountRedeemCodeBulkAdd(id: $a, codes: [{code: \"}\"}]) { bulkCreation { id } userErrors { field } } }", {}, 10],
    ["fragments", "query Q { node(id: 1) { ...A ... on Order { customer { id } } } } fragment A on Order { ...B shop { id } } fragment B on Order { staff { id } }", {}, 4],
    ["aliases", "{ a: shop { id } b: shop { id } }", {}, 2],
    ["a document that it cannot read", "what is this", {}, 1],
  ])("%s", (_name, document, variables, points) => {
    expect(estimateCost(document, variables)).toBe(points);
  });
});

describe("the app's own documents", () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = buildClientSchema((JSON.parse(gunzipSync(readFileSync(await adminSchemaPath())).toString()) as { data: IntrospectionQuery }).data);
  }, 60_000);

  const folder = join(import.meta.dirname, "..", "..", "app", "shopify");
  const files = readdirSync(folder).filter((name) => name.endsWith(".graphql.ts"));

  test("are never estimated lower than the store counts them, and at less than four times as much", async () => {
    const modules = await Promise.all(files.map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>));
    const texts = modules.flatMap((module) => Object.values(module).filter((text) => typeof text === "string" && /\b(query|mutation)\b/.test(text)) as string[]);
    for (const text of [...texts, readJobsDocument(50), findCodesDocument(100)]) {
      const document = parse(text);
      const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)!;
      const variables = Object.fromEntries((operation.variableDefinitions ?? []).map((each) => [each.variable.name.value, 25]));
      const counted = costOf(schema, document, operation, variables);
      expect(estimateCost(text, variables), text).toBeGreaterThanOrEqual(counted);
      expect(estimateCost(text, variables), text).toBeLessThanOrEqual(Math.max(12, counted * 4));
    }
  });
});
