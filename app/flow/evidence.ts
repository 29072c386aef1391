// Loads what the clicks of orders are known from (domain/evidence.ts), in the order in which one thing names the next: ids of the order's, browsers tied by
// them, touches, owners. Settling holds what it reads, so that nothing of it is noted unseen in between.
import { handlesOf, ownersOf, tiesOf, touchesFor } from "../db/evidence.ts";
import { holdClicks } from "../db/touch.ts";
import { codesNamed } from "../db/touch-word.ts";
import type { Queryable } from "../db.server.ts";
import type { Beside } from "../domain/beside.ts";
import { codeKey } from "../domain/code.ts";
import { evidenceOf, ownIds, ownWords, type Evidence, type KnownClicks, type Tie } from "../domain/evidence.ts";
import type { OrderFacts } from "../domain/order.ts";
import { FIRST_PARAMETER, type ClickId } from "../domain/origin.ts";
import type { Touch } from "../domain/rule-book.ts";
import { creatorNamed, handleKey } from "../domain/touch-word.ts";
import { clickNetworks } from "./click-parameters.ts";

/** What is known of an order, as far as its clicks are read from it. */
export type JudgedOrder = { facts: OrderFacts; beside: Beside | null };

export type LoadedEvidence = { evidenceOf: (order: JudgedOrder) => Evidence; networks: KnownClicks["networks"]; creators: string[] };

/** `hold`: nothing that concerns the orders is noted until the transaction ends. `creators`: all whose clicks may count. */
export async function loadEvidence(client: Queryable, shop: string, orders: readonly JudgedOrder[], hold: boolean): Promise<LoadedEvidence> {
  const ids = [...new Map(orders.flatMap((order) => inForm(() => ownIds(order))).map((click) => [idText(click), click])).values()];
  const tying = orders.flatMap(tyingOf);
  const named = [...new Set(orders.flatMap(({ facts }) => facts.visitor ?? []))];
  if (hold) await holdClicks(client, shop, [...named, ...tying.map(({ kind, value }) => `${kind} ${value}`), ...ids.map((click) => `click ${idText(click)}`)]);
  const ties = await tiesOf(client, shop, tying);
  const visitors = [...new Set([...named, ...ties.map(({ visitor }) => visitor)])];
  if (hold) await holdClicks(client, shop, visitors.filter((visitor) => !named.includes(visitor)));
  const touches = await touchesFor(client, shop, visitors, ids.map(({ value }) => value));
  const owners = new Map((await ownersOf(client, shop, idsOf(touches, ids))).map((owner) => [idText(owner), owner.creatorId]));
  const owned = touches.map((touch) => (touch.creatorId === null && touch.clickId !== null ? { ...touch, creatorId: owners.get(idText(clickOf(touch)!)) ?? null } : touch));
  const words = await loadWords(client, shop, [...new Set(orders.flatMap((order) => inForm(() => ownWords(order))))]);
  const networks = await clickNetworks(shop, client);
  const known = knownClicks(owned, ties, owners, words, networks);
  return {
    evidenceOf: (order) => evidenceOf(order, known),
    networks,
    creators: [...new Set([...owned.flatMap((touch) => touch.creatorId ?? []), ...owners.values(), ...words.creators])],
  };
}

function tyingOf({ beside }: JudgedOrder): Pick<Tie, "kind" | "value">[] {
  const { checkoutToken = null, customer = null } = beside?.origin ?? {};
  return [...(checkoutToken === null ? [] : [{ kind: "checkout" as const, value: checkoutToken }]), ...(customer === null ? [] : [{ kind: "customer" as const, value: customer }])];
}

/** Facts that are not in their form are found when they are settled. */
function inForm<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function idText({ parameter, value }: ClickId): string {
  return `${parameter} ${value}`;
}

function clickOf({ parameter, clickId }: Touch): ClickId | null {
  return clickId === null ? null : { parameter: parameter ?? FIRST_PARAMETER, value: clickId };
}

function idsOf(touches: readonly Touch[], ids: readonly ClickId[]): ClickId[] {
  const unowned = touches.flatMap((touch) => (touch.creatorId === null ? (clickOf(touch) ?? []) : []));
  return [...new Map([...ids, ...unowned].map((click) => [idText(click), click])).values()];
}

type LoadedWords = { creatorOf: KnownClicks["creatorOf"]; creators: string[] };

async function loadWords(client: Queryable, shop: string, words: readonly string[]): Promise<LoadedWords> {
  if (words.length === 0) return { creatorOf: () => null, creators: [] };
  const codes = await codesNamed(shop, words.map(codeKey), client);
  const handles = await handlesOf(client, shop, words.map(handleKey));
  const handlesAt = (atMs: number) => new Map(handles.filter(({ fromMs, untilMs }) => fromMs <= atMs && (untilMs === null || atMs < untilMs)).reverse().map(({ handle, creatorId }) => [handle, creatorId]));
  return {
    // A code or handle that came since is not named: what an old link said does not change with them.
    creatorOf: (word, atMs) => creatorNamed(word, codes.filter((code) => code.createdAtMs <= atMs), handlesAt(atMs), atMs),
    creators: [...codes.flatMap((code) => code.terms.flatMap((term) => term.creatorId ?? [])), ...handles.map(({ creatorId }) => creatorId)],
  };
}

function knownClicks(touches: readonly Touch[], ties: readonly Tie[], owners: ReadonlyMap<string, string>, words: LoadedWords, networks: KnownClicks["networks"]): KnownClicks {
  const byVisitor = Map.groupBy(touches, (touch) => touch.visitor);
  const byId = Map.groupBy(touches, (touch) => (touch.clickId === null ? "" : idText(clickOf(touch)!)));
  const byTie = Map.groupBy(ties, ({ kind, value }) => `${kind} ${value}`);
  return {
    touchesOf: (visitor) => byVisitor.get(visitor) ?? [],
    tiedBy: (kind, value) => (byTie.get(`${kind} ${value}`) ?? []).map(({ visitor }) => visitor),
    touchesWith: (click) => byId.get(idText(click)) ?? [],
    ownerOf: (click) => owners.get(idText(click)) ?? null,
    creatorOf: words.creatorOf,
    networks,
  };
}
