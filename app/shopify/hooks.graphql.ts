// The documents of webhook subscriptions that are made for one shop.

export const LIST_HOOKS = `#graphql
query CreatorCodesListHooks($after: String) {
  webhookSubscriptions(first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id topic uri name createdAt }
  }
}`;

export const MAKE_HOOK = `#graphql
mutation CreatorCodesMakeHook($topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {
    webhookSubscription { id topic uri name createdAt }
    userErrors { field message }
  }
}`;

export const DROP_HOOK = `#graphql
mutation CreatorCodesDropHook($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }
}`;
