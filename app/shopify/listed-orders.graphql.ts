// The documents that list a period's orders: of each only what a reconciliation compares, so that a page costs a point for each order.

export const LISTED_ORDERS = `#graphql
query CreatorCodesListedOrders($query: String!, $after: String) {
  orders(first: 200, after: $after, query: $query, sortKey: CREATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id name createdAt updatedAt cancelledAt test displayFinancialStatus discountCodes }
  }
}`;

export const OWN_SCOPES = `#graphql
query CreatorCodesOwnScopes {
  currentAppInstallation { accessScopes { handle } }
}`;
