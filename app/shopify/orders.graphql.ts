// The documents that read an order. Pages are small, since the store counts what could come, not what comes: at most 1,000 points a call.

const MONEY = "{ shopMoney { amount currencyCode } }";

const LINES = `
  pageInfo { hasNextPage endCursor }
  nodes {
    id sku title quantity currentQuantity isGiftCard
    variant { id }
    originalUnitPriceSet ${MONEY}
    discountAllocations { allocatedAmountSet ${MONEY} discountApplication { index } }
    taxLines { priceSet ${MONEY} }
    sellingPlan { sellingPlanId }
    product { productType tags }
  }`;

export const ORDER = `#graphql
query CreatorCodesOrder($id: ID!) {
  order(id: $id) {
    id name createdAt updatedAt cancelledAt cancelReason test displayFinancialStatus currencyCode presentmentCurrencyCode taxesIncluded sourceName email
    totalPriceSet { presentmentMoney { amount currencyCode } }
    totalTipReceivedSet { shopMoney { amount currencyCode } }
    customAttributes { key value }
    discountCodes
    discountApplications(first: 50) {
      pageInfo { hasNextPage }
      nodes {
        __typename index targetType
        ... on DiscountCodeApplication { code }
        ... on AutomaticDiscountApplication { title }
        ... on ManualDiscountApplication { title }
        ... on ScriptDiscountApplication { title }
      }
    }
    lineItems(first: 30) {${LINES}
    }
    shippingLines(first: 10, includeRemovals: true) {
      pageInfo { hasNextPage }
      nodes { discountAllocations { allocatedAmountSet ${MONEY} discountApplication { index } } }
    }
    refunds(first: 100) { id }
    disputes { id initiatedAs status }
    checkoutToken
    customerJourneySummary { ready customerOrderIndex lastVisit { landingPage occurredAt } }
  }
}`;

export const ORDER_LINES = `#graphql
query CreatorCodesOrderLines($id: ID!, $after: String!) {
  order(id: $id) {
    updatedAt
    lineItems(first: 50, after: $after) {${LINES}
    }
  }
}`;

/** Alone in asking for a customer, whose scope a token may lack. Of the customer nothing is read but the id, which is kept as a hash, and when they ordered. */
export const CUSTOMERS_ORDERS = `#graphql
query CreatorCodesCustomersOrders($id: ID!, $after: String) {
  order(id: $id) {
    customer {
      id
      orders(first: 25, after: $after, sortKey: CREATED_AT) {
        pageInfo { hasNextPage endCursor }
        nodes { id createdAt test }
      }
    }
  }
}`;

export const REFUND = `#graphql
query CreatorCodesRefund($id: ID!, $after: String) {
  refund(id: $id) {
    id createdAt
    order { updatedAt }
    orderAdjustments(first: 50) { pageInfo { hasNextPage } nodes { amountSet ${MONEY} } }
    refundLineItems(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { quantity lineItem { id } subtotalSet ${MONEY} totalTaxSet ${MONEY} }
    }
  }
}`;

export const ORDER_TIPS = `#graphql
query CreatorCodesOrderTips($id: ID!) {
  order(id: $id) {
    updatedAt
    agreements(first: 20) { pageInfo { hasNextPage } nodes { sales(first: 20) { pageInfo { hasNextPage } nodes { lineType ... on TipSale { lineItem { id } } } } } }
  }
}`;

export const ORDERS_CHANGED = `#graphql
query CreatorCodesOrdersChanged($query: String!, $after: String) {
  orders(first: 200, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { id updatedAt }
  }
}`;

/** How many orders changed, as far as counting pays, and whether the token sees those of every age. */
export const CHANGED_COUNTED = `#graphql
query CreatorCodesChangedCounted($query: String!, $limit: Int!) {
  ordersCount(query: $query, limit: $limit) { count }
  currentAppInstallation { accessScopes { handle } }
}`;
