// Google Pub/Sub and Amazon EventBridge, as far as the store's deliveries go through them: they take what the store publishes, call the app with their own proof of who they
// are, and call again, ever later, until it is acknowledged. Google signs with keys of its own and publishes their certificates.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, type KeyLike, SignJWT } from "jose";

export type Options = {
  /** Where the app answers: pushes go to /webhooks/pubsub, events to /webhooks/eventbridge. */
  appUrl: string;
  audience: string;
  account: string;
  /** The API key of the connection. */
  eventBridgeKey: string;
  /** How long the first redelivery waits; each next one twice as long. */
  firstWaitMs?: number;
};

type Key = { id: string; secret: KeyLike; published: JWK };
/** A call of the app. `send` makes it anew each time: a token is fresh at every try. */
type Call = { attempts: number; send: () => Promise<Response> };

export type LocalQueues = {
  url: string;
  /** The claims of a push's token as they are due, for tests that change them. */
  claims: () => JWTPayload;
  /** A token signed by the key of now. */
  token: (claims?: JWTPayload) => Promise<string>;
  /** Signs with a new key from now on; the certificates name both, or with `drop` only the new one. */
  rotateKey: (drop?: boolean) => Promise<void>;
  /** While set, the certificates cannot be read. */
  certsAreDown: boolean;
  certsRead: number;
  /** The statuses that the app answered with, in order; 0: none. */
  answers: number[];
  /** Messages that are not acknowledged yet. */
  waiting: () => number;
  close: () => Promise<void>;
};

const HOUR_S = 3_600;
const MOST_WAIT_MS = 2_000;

export async function startQueues(options: Options): Promise<LocalQueues> {
  const { appUrl, audience, account, eventBridgeKey, firstWaitMs = 50 } = options;
  let keys: Key[] = [await newKey()];
  let waiting = 0;
  const timers = new Set<NodeJS.Timeout>();

  function deliver(call: Call): void {
    if (call.attempts === 0) waiting += 1;
    call.attempts += 1;
    void call.send().then(({ status }) => status, () => 0).then((status) => {
      queues.answers.push(status);
      if (status >= 200 && status < 300) {
        waiting -= 1;
        return;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        deliver(call);
      }, Math.min(firstWaitMs * 2 ** (call.attempts - 1), MOST_WAIT_MS));
      timers.add(timer);
    });
  }

  /** projects.topics.publish of the Pub/Sub API: each message goes to the one push subscription of its topic. */
  function publish(project: string, topic: string, { messages }: { messages: { data: string; attributes: Record<string, string> }[] }): { messageIds: string[] } {
    const subscription = `projects/${project}/subscriptions/${topic}`;
    return {
      messageIds: messages.map(({ data, attributes }) => {
        const messageId = String(Math.floor(Math.random() * 1e15));
        const body = JSON.stringify({ message: { data, attributes, messageId, message_id: messageId, publishTime: new Date().toISOString() }, subscription });
        deliver({ attempts: 0, send: async () => fetch(`${appUrl}/webhooks/pubsub`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${await queues.token()}` }, body }) });
        return messageId;
      }),
    };
  }

  /** PutPartnerEvents of EventBridge: each event goes to the one API destination of its rule. The detail stands in it letter for letter. */
  function putEvents({ Entries }: { Entries: { Source: string; DetailType: string; Detail: string; Time: string }[] }): { FailedEntryCount: number; Entries: { EventId: string }[] } {
    return {
      FailedEntryCount: 0,
      Entries: Entries.map(({ Source, DetailType, Detail, Time }) => {
        const id = randomUUID();
        const head = JSON.stringify({ version: "0", id, "detail-type": DetailType, source: Source, account: "123456789012", time: Time, region: "eu-central-1", resources: [] });
        const body = `${head.slice(0, -1)},"detail":${Detail}}`;
        deliver({ attempts: 0, send: () => fetch(`${appUrl}/webhooks/eventbridge`, { method: "POST", headers: { "content-type": "application/json; charset=utf-8", "x-api-key": eventBridgeKey }, body }) });
        return { EventId: id };
      }),
    };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0]!;
    if (path === "/oauth2/v3/certs") {
      queues.certsRead += 1;
      if (queues.certsAreDown) return send(response, 503, {});
      return send(response, 200, { keys: keys.map(({ published }) => published) });
    }
    const body: never = JSON.parse(await textOf(request)) as never;
    const topic = /^\/v1\/projects\/([^/]+)\/topics\/([^/]+):publish$/.exec(path);
    if (topic !== null) return send(response, 200, publish(topic[1]!, topic[2]!, body));
    if (request.headers["x-amz-target"] === "AWSEvents.PutPartnerEvents") return send(response, 200, putEvents(body));
    send(response, 404, {});
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => send(response, 400, {})));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const queues: LocalQueues = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: () => ({ iss: "https://accounts.google.com", aud: audience, azp: "113774264463038321964", sub: "113774264463038321964", email: account, email_verified: true, iat: nowS(), exp: nowS() + HOUR_S }),
    token: (claims = queues.claims()) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: keys.at(-1)!.id, typ: "JWT" }).sign(keys.at(-1)!.secret),
    async rotateKey(drop = false) {
      keys = [...(drop ? [] : keys), await newKey()];
    },
    certsAreDown: false,
    certsRead: 0,
    answers: [],
    waiting: () => waiting,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return queues;
}

async function newKey(): Promise<Key> {
  const id = randomUUID().replaceAll("-", "");
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  return { id, secret: privateKey, published: { ...(await exportJWK(publicKey)), kid: id, alg: "RS256", use: "sig" } };
}

function nowS(): number {
  return Math.floor(Date.now() / 1_000);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
