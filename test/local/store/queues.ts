// What the store publishes instead of calling the app: to a topic of Google Pub/Sub, or as an event of its source in Amazon EventBridge.
const TOPIC = /^pubsub:\/\/([^:/]+):([^/]+)$/;
const SOURCE = /^arn:aws:events:[a-z0-9-]+::event-source\/(aws\.partner\/shopify\.com\/.+)$/;

/** Is the uri that of a queue, and no address to be called? */
export function isQueue(uri: string): boolean {
  return TOPIC.test(uri) || SOURCE.test(uri);
}

/** Publishes a delivery; resolves with the queue's status, or why there was none. The store's headers go along as attributes, or as the event's metadata. */
export async function publish(queuesUrl: string | undefined, uri: string, headers: Record<string, string>, body: Buffer): Promise<number | string> {
  if (queuesUrl === undefined) return "there is no local stand-in for the queue";
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("X-Shopify-")));
  const topic = TOPIC.exec(uri);
  const source = SOURCE.exec(uri)?.[1];
  const call = topic !== null
    ? { path: `/v1/projects/${topic[1]}/topics/${topic[2]}:publish`, target: null, body: { messages: [{ data: body.toString("base64"), attributes: own }] } }
    : { path: "/", target: "AWSEvents.PutPartnerEvents", body: { Entries: [{ Source: source, DetailType: "shopifyWebhook", Detail: `{"payload":${body.toString("utf8")},"metadata":${JSON.stringify({ "Content-Type": "application/json", ...own })}}`, Time: headers["X-Shopify-Triggered-At"] }] } };
  try {
    const answer = await fetch(queuesUrl + call.path, { method: "POST", headers: { "content-type": "application/json", ...(call.target === null ? {} : { "x-amz-target": call.target }) }, body: JSON.stringify(call.body) });
    await answer.arrayBuffer();
    return answer.status;
  } catch (fault) {
    return (fault as Error).message;
  }
}
