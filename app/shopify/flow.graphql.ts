// The document with which the platform's workflows are told of something. test/shopify/documents.test.ts checks it against the real schema and the app's scopes.

export const TELL_FLOW = `#graphql
  mutation TellFlow($handle: String!, $payload: JSON!) {
    flowTriggerReceive(handle: $handle, payload: $payload) {
      userErrors { field message }
    }
  }`;
