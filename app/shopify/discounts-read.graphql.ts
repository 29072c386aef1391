// The documents that read a discount whole. Most discounts name a few things: a page of 20 of each list keeps the call cheap, the later documents read all of a list.

const items = (first: number) => `
  __typename
  ... on DiscountProducts {
    products(first: ${first}) { nodes { id title } pageInfo { hasNextPage } }
    productVariants(first: ${first}) { nodes { id title product { id title } } pageInfo { hasNextPage } }
  }
  ... on DiscountCollections { collections(first: ${first}) { nodes { id title } pageInfo { hasNextPage } } }`;

const context = (first: number) => `
  context {
    __typename
    ... on DiscountCustomerSegments { segments { id name } }
    ... on DiscountMarkets { marketsCount markets(first: ${first}) @include(if: $markets) { nodes { id name } pageInfo { hasNextPage } } }
  }`;

const SHARED = `
  title status startsAt endsAt createdAt updatedAt usageLimit appliesOncePerCustomer asyncUsageCount tags
  codesCount { count }
  combinesWith { orderDiscounts productDiscounts shippingDiscounts productDiscountsWithTagsOnSameCartLine }
  ${context(20)}`;

const MINIMUM = `
  recurringCycleLimit
  minimumRequirement {
    __typename
    ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
    ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount currencyCode } }
  }`;

const VALUE = `
  __typename
  ... on DiscountPercentage { percentage }
  ... on DiscountAmount { amount { amount currencyCode } appliesOnEachItem }
  ... on DiscountOnQuantity {
    quantity { quantity }
    effect { __typename ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount currencyCode } appliesOnEachItem } }
  }`;

/** `markets`: whether the app may read markets; without the scope the whole answer would be refused. */
export const READ_DISCOUNT = `#graphql
  query ReadDiscount($id: ID!, $markets: Boolean!) {
    node(id: $id) {
      id
      ... on DiscountCodeNode {
        codeDiscount {
          __typename
          ... on DiscountCodeBasic {
            ${SHARED} ${MINIMUM}
            customerGets { appliesOnOneTimePurchase appliesOnSubscription value { ${VALUE} } items { ${items(20)} } }
          }
          ... on DiscountCodeFreeShipping {
            ${SHARED} ${MINIMUM}
            appliesOnOneTimePurchase appliesOnSubscription
            maximumShippingPrice { amount currencyCode }
            destinationSelection { __typename ... on DiscountCountries { countries includeRestOfWorld } }
          }
          ... on DiscountCodeBxgy {
            ${SHARED}
            usesPerOrderLimit
            customerBuys {
              isOneTimePurchase isSubscription
              value { __typename ... on DiscountQuantity { quantity } ... on DiscountPurchaseAmount { amount } }
              items { ${items(20)} }
            }
            customerGets { value { ${VALUE} } items { ${items(20)} } }
          }
          ... on DiscountCodeApp { title status startsAt endsAt createdAt updatedAt asyncUsageCount tags codesCount { count } }
        }
      }
    }
  }`;

/** All that a discount is on, or that a buyer gets; the store takes no more than a hundred. */
export const READ_DISCOUNT_GETS = `#graphql
  query ReadDiscountGets($id: ID!) {
    node(id: $id) {
      id
      ... on DiscountCodeNode {
        codeDiscount {
          __typename
          ... on DiscountCodeBasic { customerGets { items { ${items(100)} } } }
          ... on DiscountCodeBxgy { customerGets { items { ${items(100)} } } }
        }
      }
    }
  }`;

/** All that a buyer has to buy. */
export const READ_DISCOUNT_BUYS = `#graphql
  query ReadDiscountBuys($id: ID!) {
    node(id: $id) {
      id
      ... on DiscountCodeNode { codeDiscount { __typename ... on DiscountCodeBxgy { customerBuys { items { ${items(100)} } } } } }
    }
  }`;

/** All the markets that a discount is for. */
export const READ_DISCOUNT_MARKETS = `#graphql
  query ReadDiscountMarkets($id: ID!, $markets: Boolean!) {
    node(id: $id) {
      id
      ... on DiscountCodeNode {
        codeDiscount {
          __typename
          ... on DiscountCodeBasic { ${context(100)} }
          ... on DiscountCodeFreeShipping { ${context(100)} }
          ... on DiscountCodeBxgy { ${context(100)} }
        }
      }
    }
  }`;
