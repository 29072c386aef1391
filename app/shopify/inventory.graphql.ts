// The documents that ask which discounts and codes the store has. test/shopify/documents.test.ts checks each against the real schema and the app's scopes.

/** One page of all discounts, automatic ones among them; with a search only those that changed. By id, unless a search says otherwise. */
export const LIST_DISCOUNTS = `#graphql
  query ListDiscounts($query: String, $sortKey: DiscountSortKeys, $after: String) {
    discountNodes(first: 100, query: $query, sortKey: $sortKey, after: $after) {
      nodes {
        id
        discount {
          __typename
          ... on DiscountCodeBasic { updatedAt codesCount { count } }
          ... on DiscountCodeFreeShipping { updatedAt codesCount { count } }
          ... on DiscountCodeBxgy { updatedAt codesCount { count } }
          ... on DiscountCodeApp { updatedAt codesCount { count } }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }`;

export const READ_CODES_OF_BASIC = codesOf("Basic");
export const READ_CODES_OF_FREE_SHIPPING = codesOf("FreeShipping");
export const READ_CODES_OF_BXGY = codesOf("Bxgy");
export const READ_CODES_OF_APP = codesOf("App");

/** A page of a discount's codes. One document per kind: for all kinds at once the store would count the page four times. */
function codesOf(kind: string): string {
  return `#graphql
    query ReadCodesOf${kind}($id: ID!, $first: Int!, $after: String) {
      discountNode(id: $id) {
        id
        discount {
          ... on DiscountCode${kind} {
            codes(first: $first, after: $after) {
              nodes { id code asyncUsageCount createdBy { title } }
              pageInfo { hasNextPage endCursor }
            }
          }
        }
      }
    }`;
}
