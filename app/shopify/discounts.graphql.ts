// The documents about discounts. test/shopify/documents.test.ts checks each against the real schema and the app's scopes.

export const CREATE_BASIC_DISCOUNT = `#graphql
  mutation CreateBasicDiscount($input: DiscountCodeBasicInput!) {
    discountCodeBasicCreate(basicCodeDiscount: $input) {
      codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeBasic { title status } } }
      userErrors { code field message }
    }
  }`;

export const CREATE_FREE_SHIPPING_DISCOUNT = `#graphql
  mutation CreateFreeShippingDiscount($input: DiscountCodeFreeShippingInput!) {
    discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) {
      codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeFreeShipping { title status } } }
      userErrors { code field message }
    }
  }`;

export const CREATE_BXGY_DISCOUNT = `#graphql
  mutation CreateBxgyDiscount($input: DiscountCodeBxgyInput!) {
    discountCodeBxgyCreate(bxgyCodeDiscount: $input) {
      codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeBxgy { title status } } }
      userErrors { code field message }
    }
  }`;

export const UPDATE_BASIC_DISCOUNT = `#graphql
  mutation UpdateBasicDiscount($id: ID!, $input: DiscountCodeBasicInput!) {
    discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) {
      codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeBasic { title status } } }
      userErrors { code field message }
    }
  }`;

export const UPDATE_FREE_SHIPPING_DISCOUNT = `#graphql
  mutation UpdateFreeShippingDiscount($id: ID!, $input: DiscountCodeFreeShippingInput!) {
    discountCodeFreeShippingUpdate(id: $id, freeShippingCodeDiscount: $input) {
      codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeFreeShipping { title status } } }
      userErrors { code field message }
    }
  }`;

export const UPDATE_BXGY_DISCOUNT = `#graphql
  mutation UpdateBxgyDiscount($id: ID!, $input: DiscountCodeBxgyInput!) {
    discountCodeBxgyUpdate(id: $id, bxgyCodeDiscount: $input) {
      codeDiscountNode { id codeDiscount { __typename ... on DiscountCodeBxgy { title status } } }
      userErrors { code field message }
    }
  }`;

/** By any of its codes, without regard to case; unlike a search it never lags. */
export const FIND_DISCOUNT_BY_CODE = `#graphql
  query FindDiscountByCode($code: String!) {
    codeDiscountNodeByCode(code: $code) {
      id
      codeDiscount {
        __typename
        ... on DiscountCodeBasic { title status }
        ... on DiscountCodeFreeShipping { title status }
        ... on DiscountCodeBxgy { title status }
        ... on DiscountCodeApp { title status }
      }
    }
  }`;

export const ADD_REDEEM_CODES = `#graphql
  mutation AddRedeemCodes($discountId: ID!, $codes: [DiscountRedeemCodeInput!]!) {
    discountRedeemCodeBulkAdd(discountId: $discountId, codes: $codes) {
      bulkCreation { id done }
      userErrors { code field message }
    }
  }`;

export const READ_BULK_CREATION = `#graphql
  query ReadBulkCreation($id: ID!) {
    discountRedeemCodeBulkCreation(id: $id) { id done codesCount importedCount failedCount }
  }`;

export const READ_BULK_CREATION_CODES = `#graphql
  query ReadBulkCreationCodes($id: ID!, $after: String) {
    discountRedeemCodeBulkCreation(id: $id) {
      id
      codes(first: 50, after: $after) {
        nodes { code discountRedeemCode { id } errors { code field message } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`;
