// The stores' post office: every delivery is signed, some are sent twice, some late, none in order. What is not answered with 2xx is sent again eight times
// within four hours of simulated time, as the platform does it, and then given up.
import { createHash, createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { RETRY_WAITS_MS } from "#test/local/store/deliveries.ts";
import { dice } from "./draw.ts";

/** How it was sent: a first time, once more under the same webhook id, or under another; or by somebody who has no key: another order's id, and the signature of this one's. */
export type Kind = "first" | "same id" | "another id" | "forged";
export type Delivery = { n: number; kind: Kind; of: number; shop: string; topic: string; orderId: string | null; dueMs: number; headers: Record<string, string>; body: string; attempts: number; status: number | null };

export type Post = {
  /** Takes one delivery of a store, and draws when it leaves and whether it is repeated. */
  take: (delivery: { shop: string; topic: string; orderId: string | null; eventId: string; triggeredAtMs: number; body: string }) => void;
  /** Sends what is due at this time. */
  turn: (nowMs: number) => void;
  /** Due and not answered yet. */
  backlog: (nowMs: number) => number;
  /** Waiting or on their way. */
  waiting: () => number;
  /** When the next one leaves; null: none waits. One that is on its way counts as due. */
  nextMs: () => number | null;
  counts: { deliveries: number; repeated: number; stale: number; attempts: number; answered: number; failedAttempts: number; givenUp: number; forged: number; forgedTaken: number; idsUsedAgain: number };
  /** The shops of which any came. */
  shops: ReadonlySet<string>;
  /** "<shop> <order>" of which a delivery that carries the order was answered. */
  seen: ReadonlySet<string>;
};

type Options = { seed: number; secret: string; webs: () => string[]; nowMs: () => number; onEnd: (delivery: Delivery) => void };

const AT_ONCE = 24;
const TOTAL_MS = 5_000;
const MINUTE = 60_000;
/** A fifth of all that is sent is a repetition. */
const REPEATED = 0.26;
const LEAST_REPEATED = 0.2;
/** Beside what was asked for: one in so many is forged too, and must be refused with 401. */
const FORGED = 0.01;
/** One in so many comes under a webhook id that another delivery of its shop had: it has another body, and is another delivery. */
const ID_USED_AGAIN = 0.005;
/** The unknown drawn waits: most come within seconds, some within minutes, a few hours later. */
const STALE = 0.03;

/** Topics whose body is the order. */
const CARRIES = /^orders\/(?!delete$|edited$)/;

export function openPost({ seed, secret, webs, nowMs, onEnd }: Options): Post {
  const heap: Delivery[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const counts: Post["counts"] = { deliveries: 0, repeated: 0, stale: 0, attempts: 0, answered: 0, failedAttempts: 0, givenUp: 0, forged: 0, forgedTaken: 0, idsUsedAgain: 0 };
  const shops = new Set<string>();
  const seen = new Set<string>();
  const lastIds = new Map<string, string>();
  let flying = 0;
  let taken = 0;

  function add(delivery: Delivery): void {
    counts.deliveries += 1;
    shops.add(delivery.shop);
    push(heap, delivery);
  }

  /** It is refused, and not sent again; one that found nobody there is. */
  function endForged(delivery: Delivery, status: number | null): void {
    if (status !== null && status >= 200 && status < 300) counts.forgedTaken += 1;
    if (status !== null && status < 500) return onEnd(delivery);
    delivery.dueMs = nowMs() + MINUTE;
    push(heap, delivery);
  }

  async function fly(delivery: Delivery): Promise<void> {
    flying += 1;
    const to = webs();
    const status = await send(`${to[(Math.abs(delivery.n) + delivery.attempts) % to.length]}/webhooks`, delivery, agent);
    flying -= 1;
    delivery.attempts += 1;
    delivery.status = status;
    if (delivery.kind === "forged") return endForged(delivery, status);
    counts.attempts += 1;
    if (status !== null && status >= 200 && status < 300) {
      counts.answered += 1;
      if (CARRIES.test(delivery.topic)) seen.add(`${delivery.shop} ${delivery.orderId}`);
      return onEnd(delivery);
    }
    counts.failedAttempts += 1;
    const wait = RETRY_WAITS_MS[delivery.attempts - 1];
    if (wait === undefined) {
      counts.givenUp += 1;
      return onEnd(delivery);
    }
    delivery.dueMs = nowMs() + wait;
    push(heap, delivery);
  }

  return {
    counts,
    shops,
    seen,
    take({ shop, topic, orderId, eventId, triggeredAtMs, body }) {
      const n = taken++;
      const d = dice(seed, `delivery ${n}`);
      const wait = () => (d.chance(STALE) ? d.whole(20, 180) * MINUTE : d.chance(0.1) ? d.whole(1, 10) * MINUTE : d.whole(0, 60_000));
      const headers = (webhookId: string) => ({
        "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), "user-agent": "Shopify-Captain-Hook", "x-shopify-topic": topic, "x-shopify-shop-domain": shop, "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": webhookId, "x-shopify-event-id": eventId, "x-shopify-triggered-at": triggeredAt(triggeredAtMs, n), "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
      });
      const make = (kind: Kind, dueMs: number, webhookId: string): Delivery => ({ n: counts.deliveries, kind, of: n, shop, topic, orderId, dueMs, headers: headers(webhookId), body, attempts: 0, status: null });
      const first = wait();
      if (first >= 20 * MINUTE) counts.stale += 1;
      const used = d.chance(ID_USED_AGAIN) ? (lastIds.get(shop) ?? null) : null;
      if (used !== null) counts.idsUsedAgain += 1;
      const webhookId = used ?? drawnId(seed, n, 0);
      lastIds.set(shop, webhookId);
      add(make("first", triggeredAtMs + first, webhookId));
      if (orderId !== null && d.chance(FORGED)) {
        counts.forged += 1;
        push(heap, { ...make("forged", triggeredAtMs + first, drawnId(seed, n, 2)), n: -counts.forged, body: body.replaceAll(orderId, `9${orderId.slice(1)}`) });
      }
      if (!d.chance(REPEATED) && counts.repeated >= LEAST_REPEATED * counts.deliveries) return;
      counts.repeated += 1;
      const isSame = d.chance(0.6);
      add(make(isSame ? "same id" : "another id", triggeredAtMs + first + wait(), isSame ? webhookId : drawnId(seed, n, 1)));
    },
    turn(atMs) {
      while (flying < AT_ONCE && heap.length > 0 && heap[0]!.dueMs <= atMs) void fly(pop(heap));
    },
    backlog: (atMs) => flying + (heap.length > 0 && heap[0]!.dueMs <= atMs ? countDue(heap, atMs) : 0),
    waiting: () => flying + heap.length,
    nextMs: () => (flying > 0 ? 0 : (heap[0]?.dueMs ?? null)),
  };
}

/** UTC with nanoseconds, never the same twice. */
function triggeredAt(ms: number, n: number): string {
  const at = new Date(ms).toISOString();
  return `${at.slice(0, 23)}${String(n % 1_000_000).padStart(6, "0")}Z`;
}

function drawnId(seed: number, n: number, again: number): string {
  return createHash("sha256").update(`${seed} ${n} ${again}`).digest("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** The status, or null where there was no answer. */
function send(url: string, { headers, body }: Delivery, agent: Agent): Promise<number | null> {
  return new Promise((done) => {
    const sending = request(url, { method: "POST", headers, agent }, (response) => {
      response.resume();
      response.once("end", () => finish(response.statusCode ?? null));
      response.once("error", () => finish(null));
    });
    const total = setTimeout(() => sending.destroy(new Error("no answer within 5 s")), TOTAL_MS);
    sending.once("error", () => finish(null));
    sending.end(body);
    function finish(status: number | null): void {
      clearTimeout(total);
      done(status);
    }
  });
}

// ---- a heap by the time at which each is due ----
function before(a: Delivery, b: Delivery): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.n < b.n);
}

function push(heap: Delivery[], one: Delivery): void {
  heap.push(one);
  for (let at = heap.length - 1; at > 0; ) {
    const up = (at - 1) >> 1;
    if (!before(heap[at]!, heap[up]!)) return;
    [heap[at], heap[up]] = [heap[up]!, heap[at]!];
    at = up;
  }
}

function pop(heap: Delivery[]): Delivery {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  heap[0] = last;
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === at) return first;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}

function countDue(heap: readonly Delivery[], atMs: number, at = 0): number {
  if (at >= heap.length || heap[at]!.dueMs > atMs) return 0;
  return 1 + countDue(heap, atMs, 2 * at + 1) + countDue(heap, atMs, 2 * at + 2);
}
