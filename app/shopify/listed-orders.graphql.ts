// The documents that list a period's orders: of each only what a reconciliation compares, and no object, so that a page costs a point for each order. (subtotalPrice
// is deprecated for subtotalPriceSet, which costs two points more.)

export const LISTED_ORDERS = `#graphql
query CreatorCodesListedOrders($query: String!, $after: String) {
  orders(first: 200, after: $after, query: $query, sortKey: CREATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id name createdAt updatedAt cancelledAt test displayFinancialStatus discountCodes edited currencyCode subtotalPrice }
  }
}`;

export const OWN_SCOPES = `#graphql
query CreatorCodesOwnScopes {
  currentAppInstallation { accessScopes { handle } }
}`;
