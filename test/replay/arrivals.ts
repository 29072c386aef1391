// In which order, and how often, a case's deliveries arrive; and what the store has when it is asked.
import { createHash } from "node:crypto";
import { instantNs } from "#app/domain/instant.ts";
import { writeJson } from "#test/local/store/json.ts";
import type { Case, CaseDelivery, CaseDispute } from "./case.ts";

/** A small generator (mulberry32) that a seed determines: the same seed gives the same arrivals. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of one case: the same case comes out alike whatever else is replayed with it. */
export function seedOf(seed: number, name: string): number {
  return createHash("sha256").update(`${seed} ${name}`).digest().readUInt32LE();
}

/** Without a seed as they stand. With one: shuffled, about a third repeated, half of these under a new webhook id. */
export function arrivals(one: Case, seed: number | null): CaseDelivery[] {
  if (seed === null) return one.deliveries;
  const next = random(seedOf(seed, one.name));
  const all = one.deliveries.flatMap((delivery, at) => {
    const again = next() < 0.35 ? [next() < 0.5 ? delivery : { ...delivery, webhookId: `${delivery.webhookId}-again-${at}` }] : [];
    return [delivery, ...again];
  });
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}

const CARRIES_ORDER = new Set(["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"]);

/** The orders as the store itself has them: those that the case names, else the newest state among the deliveries; what was deleted is gone. */
export function storeTruth(one: Case): Record<string, unknown>[] {
  const newest = new Map<string, { body: Record<string, unknown>; version: [bigint, bigint] }>();
  const deleted = new Set<string>();
  for (const delivery of one.deliveries) {
    const id = String(delivery.body.id);
    if (delivery.topic === "orders/delete") deleted.add(id);
    if (!CARRIES_ORDER.has(delivery.topic) || typeof delivery.body.updated_at !== "string") continue;
    const version: [bigint, bigint] = [instantNs(delivery.body.updated_at) ?? 0n, instantNs(delivery.triggeredAt) ?? 0n];
    const known = newest.get(id);
    if (!known || version[0] > known.version[0] || (version[0] === known.version[0] && version[1] > known.version[1])) newest.set(id, { body: delivery.body, version });
  }
  const orders = new Map([...newest].map(([id, { body }]) => [id, body]));
  for (const order of one.store?.orders ?? []) orders.set(String(order.id), order);
  for (const id of deleted) orders.delete(id);
  return [...orders.values()];
}

/** The disputes as the store had them one after the other: as the deliveries told them, and in the end as the case names them. It keeps how one began. */
export function storeDisputes(one: Case): CaseDispute[] {
  const told = one.deliveries.filter(({ topic }) => topic.startsWith("disputes/")).sort((a, b) => ((instantNs(a.triggeredAt) ?? 0n) < (instantNs(b.triggeredAt) ?? 0n) ? -1 : 1));
  return [...told.map(({ body }) => body as CaseDispute), ...(one.store?.disputes ?? [])];
}

/** The latest instant that a case speaks of, in milliseconds: its replay begins a minute later. */
export function latestMs(one: Case): number {
  const instants = [...one.deliveries.flatMap((delivery) => [delivery.triggeredAt, delivery.body.updated_at, delivery.body.created_at]), ...storeTruth(one).map((order) => order.updated_at)];
  const found = instants.flatMap((text) => (typeof text === "string" && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : []));
  return Math.max(Date.parse("2026-01-01T00:00:00Z"), ...found);
}

export function bodyText(delivery: CaseDelivery): string {
  return writeJson(delivery.body);
}
