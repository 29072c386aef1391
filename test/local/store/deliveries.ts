// Webhooks: signed, sent with a time limit, tried again as the real store does (8 times within 4 hours, by the clock), and made worse by switches.
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import { settleJobs } from "./discounts.ts";
import { noteAttempt, topicWord } from "./hooks.ts";
import { triggeredNow } from "./instants.ts";
import { writeJson } from "./json.ts";
import { isQueue, publish } from "./queues.ts";
import type { Store } from "./store.ts";
import { onlyFields } from "./subscriptions.ts";
import type { Delivery, Idle } from "./types.ts";

export const API_VERSION = "2026-10";
const MINUTE = 60_000;
/** Waits between the attempts: eight retries, four hours in all. */
export const RETRY_WAITS_MS = [1, 2, 4, 8, 15, 30, 60, 120].map((minutes) => minutes * MINUTE);
const TOTAL_MS = 5_000;
const CONNECT_MS = 1_000;
const AT_ONCE = 12;
const KEEP_FINISHED = 1_000;
const POLL_MS = 50;
/** What the store knows of an order's lines, and its webhooks do not tell. */
const UNTOLD = ["selling_plan_allocation"];
/** Sent also where the app is no longer installed. */
const COMPLIANCE = new Set(["customers/data_request", "customers/redact", "shop/redact"]);

export class Deliveries {
  #store: Store;
  #waiting = new Set<Delivery>();
  #flying = new Set<Delivery>();
  #timer: NodeJS.Timeout | null = null;
  #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  #dice: () => number;
  #trimAt = KEEP_FINISHED * 2;

  constructor(store: Store) {
    this.#store = store;
    this.#dice = dice(store.options.seed ?? 1);
    for (const each of store.state.deliveries) if (each.state === "pending") this.#waiting.add(each);
  }

  /** Begins to send what waits, and what comes. */
  start(): void {
    this.#timer ??= setInterval(() => this.#turn(), POLL_MS).unref();
  }

  /** Sends nothing more; what is on its way is waited for. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    while (this.#flying.size > 0) await new Promise((done) => setTimeout(done, 20));
    this.#agent.destroy();
  }

  /** One delivery to every subscription of the topic; all of one act share the event id. The body is what it is now, for every retry too. */
  fire(eventId: string, topic: string, body: unknown, orderId: string | null, laterMs = 0): void {
    const { state } = this.#store;
    if (!state.installed && topic !== "app/uninstalled" && !COMPLIANCE.has(topic)) return;
    const triggeredAt = triggeredNow();
    const isSilent = state.faults.tomlSilent && /^(orders|refunds|discounts)\//.test(topic);
    const declared = isSilent ? [] : this.#store.subscriptions().subscriptions.filter((each) => each.topic === topic).map((each) => ({ ...each, hookId: null }));
    const made = state.hooks.filter((each) => each.topic === topicWord(topic)).map((each) => ({ uri: each.uri, name: each.name, includeFields: each.includeFields.length > 0 ? each.includeFields : null, hookId: each.id }));
    for (const subscription of [...declared, ...made]) {
      const sent = subscription.includeFields === null ? body : onlyFields(body, subscription.includeFields);
      this.#add({
        webhookId: randomUUID(), eventId, topic, name: subscription.name, uri: subscription.uri, triggeredAt, state: "pending", attempts: 0,
        dueAtMs: this.#store.nowMs() + laterMs, lastStatus: null, lastError: null, orderId, hookId: subscription.hookId, body: writeJson(sent, UNTOLD),
      });
    }
  }

  idle(): Idle {
    const at = this.#store.nowMs();
    const pending = [...this.#waiting, ...this.#flying];
    return {
      pending: pending.length,
      due: pending.filter((each) => each.dueAtMs <= at).length,
      failed: this.#store.state.deliveries.filter((each) => each.state === "failed").length,
      nextDueAtMs: pending.reduce<number | null>((next, each) => (next === null || each.dueAtMs < next ? each.dueAtMs : next), null),
    };
  }

  #add(delivery: Delivery): void {
    const { faults, deliveries } = this.#store.state;
    if (this.#dice() < faults.drop) delivery.state = "dropped";
    else {
      delivery.dueAtMs += faults.delayMs + (faults.reorder ? Math.floor(this.#dice() * 1_500) : 0);
      this.#waiting.add(delivery);
    }
    deliveries.push(delivery);
    if (delivery.state === "pending" && this.#dice() < faults.duplicate) {
      const again = { ...delivery, webhookId: faults.duplicateNewId ? randomUUID() : delivery.webhookId, dueAtMs: delivery.dueAtMs + Math.floor(this.#dice() * 800) };
      deliveries.push(again);
      this.#waiting.add(again);
    }
    this.#trim();
    this.#store.changed();
  }

  #trim(): void {
    const { state } = this.#store;
    if (state.deliveries.length < this.#trimAt) return;
    let finished = state.deliveries.filter((each) => each.state !== "pending").length;
    state.deliveries = state.deliveries.filter((each) => each.state === "pending" || finished-- <= KEEP_FINISHED);
    this.#trimAt = state.deliveries.length + KEEP_FINISHED; // thousands may be pending at once
  }

  #turn(): void {
    settleJobs(this.#store);
    if (this.#store.state.faults.hold || this.#waiting.size === 0) return;
    const at = this.#store.nowMs();
    for (const each of this.#waiting) {
      if (this.#flying.size >= AT_ONCE) return;
      if (each.dueAtMs > at) continue;
      if (each.topic === "shop/redact" && this.#store.state.installed) this.#forget(each);
      else void this.#send(each);
    }
  }

  /** The app was installed again before the 48 hours were over. */
  #forget(delivery: Delivery): void {
    delivery.state = "dropped";
    this.#waiting.delete(delivery);
    this.#store.changed();
  }

  async #send(delivery: Delivery): Promise<void> {
    this.#waiting.delete(delivery);
    this.#flying.add(delivery);
    delivery.attempts++;
    const answer = delivery.attempts <= this.#store.state.faults.failBefore ? "the switch failBefore kept it" : await this.#post(delivery);
    this.#flying.delete(delivery);
    const isDelivered = typeof answer === "number" && answer >= 200 && answer < 300;
    noteAttempt(this.#store, delivery.hookId ?? null, isDelivered);
    delivery.lastStatus = typeof answer === "number" ? answer : null;
    delivery.lastError = typeof answer === "number" ? null : answer;
    if (isDelivered) {
      delivery.state = "delivered";
      delivery.body = null;
    } else {
      const wait = RETRY_WAITS_MS[delivery.attempts - 1];
      const isCut = delivery.hookId != null && !this.#store.state.hooks.some((each) => each.id === delivery.hookId);
      if (wait === undefined || isCut) delivery.state = "failed"; // a subscription of the TOML stays all the same
      else {
        delivery.dueAtMs = this.#store.nowMs() + wait;
        this.#waiting.add(delivery);
      }
    }
    this.#store.changed();
    if (this.#timer !== null) this.#turn();
  }

  /** The status, or why there was none. */
  #post(delivery: Delivery): Promise<number | string> {
    const body = Buffer.from(delivery.body ?? "");
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "Content-Length": String(body.length),
      "User-Agent": "Shopify-Captain-Hook",
      "X-Shopify-Topic": delivery.topic,
      "X-Shopify-Hmac-Sha256": createHmac("sha256", this.#store.apiSecret).update(body).digest("base64"),
      "X-Shopify-Shop-Domain": this.#store.shop.domain,
      "X-Shopify-API-Version": API_VERSION,
      "X-Shopify-Webhook-Id": delivery.webhookId,
      "X-Shopify-Event-Id": delivery.eventId,
      "X-Shopify-Triggered-At": delivery.triggeredAt,
    };
    if (delivery.name !== null) headers["X-Shopify-Name"] = delivery.name;
    if (isQueue(delivery.uri)) return publish(this.#store.options.queuesUrl, delivery.uri, headers, body);
    const target = new URL(delivery.uri, this.#store.appUrl);
    return new Promise((done) => {
      const sending = httpRequest(target, { method: "POST", headers, agent: this.#agent }, (response) => {
        response.resume();
        response.once("end", () => finish(response.statusCode ?? 0));
        response.once("error", (fault) => finish(fault.message));
      });
      const total = setTimeout(() => sending.destroy(new Error("no answer within 5 s")), TOTAL_MS);
      const connect = setTimeout(() => sending.destroy(new Error("no connection within 1 s")), CONNECT_MS);
      sending.once("socket", (socket) => (socket.connecting ? socket.once("connect", () => clearTimeout(connect)) : clearTimeout(connect)));
      sending.once("error", (fault) => finish(fault.message));
      sending.end(body);

      function finish(answer: number | string): void {
        clearTimeout(total);
        clearTimeout(connect);
        done(answer);
      }
    });
  }
}

/** A small generator of numbers from 0 to 1 (mulberry32): with the same seed the same troubles. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
