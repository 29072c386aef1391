// The documents that ask the store about many names at once: one alias for each. test/shopify/documents.test.ts checks the longest of each
// against the real schema and the app's scopes.

/** The most names of one call: a free name costs the store one point when it is asked for, and nothing when it has answered. */
export const MOST_NAMES_A_CALL = 50;
/** The most codes of one call whose maker is asked for. */
export const MOST_MAKERS_A_CALL = 20;

const HEAD = "title status tags";

/** `$c0`… are the codes. By any code of a discount, without regard to case; unlike a search it never lags. */
export function findNamesDocument(count: number): string {
  const aliases = Array.from({ length: count }, (_, n) => `n${n}: codeDiscountNodeByCode(code: $c${n}) { ...Named }`);
  return `#graphql
    query FindNames(${Array.from({ length: count }, (_, n) => `$c${n}: String!`).join(", ")}) {
      ${aliases.join("\n      ")}
    }
    fragment Named on DiscountCodeNode {
      id
      codeDiscount {
        __typename
        ... on DiscountCodeBasic { ${HEAD} }
        ... on DiscountCodeFreeShipping { ${HEAD} }
        ... on DiscountCodeBxgy { ${HEAD} }
        ... on DiscountCodeApp { ${HEAD} }
      }
    }`;
}

/** `$c0`… are the codes, `$q0`… the same as searches. `kinds`: what discount each is in ("DiscountCodeBasic"). */
export function findMakersDocument(kinds: readonly string[]): string {
  const aliases = kinds.map((kind, n) => `n${n}: codeDiscountNodeByCode(code: $c${n}) { id codeDiscount { ... on ${kind} { codes(first: 5, query: $q${n}) { nodes { code createdBy { title } } } } } }`);
  return `#graphql
    query FindMakers(${kinds.map((_, n) => `$c${n}: String!, $q${n}: String!`).join(", ")}) {
      ${aliases.join("\n      ")}
    }`;
}

export const FIND_NAMES = findNamesDocument(MOST_NAMES_A_CALL);
export const FIND_MAKERS = findMakersDocument(Array.from({ length: MOST_MAKERS_A_CALL }, (_, n) => ["DiscountCodeBasic", "DiscountCodeFreeShipping", "DiscountCodeBxgy", "DiscountCodeApp"][n % 4]!));
