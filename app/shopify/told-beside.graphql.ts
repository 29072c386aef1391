// The documents that tell a network more of what was sold: many products' types at once, and of orders whether their buyers agreed to be written to.

export const VARIANT_TYPES = `#graphql
query CreatorCodesVariantTypes($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on ProductVariant { product { productType } } }
}`;

/** The address itself is read only to be hashed, and kept nowhere. */
export const AGREED_BUYERS = `#graphql
query CreatorCodesAgreedBuyers($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on Order {
      email customerAcceptsMarketing
      customer { defaultEmailAddress { emailAddress marketingState } }
    }
  }
}`;
