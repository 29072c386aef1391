// The documents with which redeem codes are taken out of a discount. test/shopify/documents.test.ts checks each against the real schema and the app's scopes.

/** Who has the code, and its redeem code there: the search may lag, the discount never does. */
export const LOOK_FOR_REDEEM_CODE = `#graphql
  query LookForRedeemCode($code: String!, $search: String!) {
    codeDiscountNodeByCode(code: $code) {
      id
      codeDiscount {
        __typename
        ... on DiscountCodeBasic { codes(first: 5, query: $search) { nodes { id code } } }
        ... on DiscountCodeFreeShipping { codes(first: 5, query: $search) { nodes { id code } } }
        ... on DiscountCodeBxgy { codes(first: 5, query: $search) { nodes { id code } } }
        ... on DiscountCodeApp { codes(first: 5, query: $search) { nodes { id code } } }
      }
    }
  }`;

export const TAKE_OUT_REDEEM_CODES = `#graphql
  mutation TakeOutRedeemCodes($discountId: ID!, $ids: [ID!]) {
    discountCodeRedeemCodeBulkDelete(discountId: $discountId, ids: $ids) {
      job { id done }
      userErrors { code field message }
    }
  }`;

export const READ_JOB = `#graphql
  query ReadJob($id: ID!) {
    job(id: $id) { id done }
  }`;
