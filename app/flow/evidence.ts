// Loads what the clicks of orders are known from (domain/evidence.ts), in the order in which one thing names the next: ids of the order's, browsers tied by
// them, touches, owners. Settling holds what it reads, so that nothing of it is noted unseen in between.
import { handlesOf, ownersOf, tiesOf, touchesFor } from "../db/evidence.ts";
import { holdClicksOf } from "../db/touch.ts";
import { codesNamed } from "../db/touch-word.ts";
import { together, type Queryable } from "../db.server.ts";
import type { Beside } from "../domain/beside.ts";
import { codeKey } from "../domain/code.ts";
import { evidenceOf, ownIds, ownWords, type Evidence, type KnownClicks, type Tie } from "../domain/evidence.ts";
import type { OrderFacts } from "../domain/order.ts";
import { FIRST_PARAMETER, type ClickId } from "../domain/origin.ts";
import type { Touch } from "../domain/rule-book.ts";
import { creatorNamed, handleKey } from "../domain/touch-word.ts";

/** What is known of an order, as far as its clicks are read from it. */
export type JudgedOrder = { facts: OrderFacts; beside: Beside | null };

export type ShopOrders = { shop: string; orders: readonly JudgedOrder[] };

export type LoadedEvidence = { evidenceOf: (order: JudgedOrder) => Evidence; networks: KnownClicks["networks"]; creators: string[] };

/** What the ids and browsers of some orders of a shop are. */
type Named = { shop: string; orders: readonly JudgedOrder[]; ids: ClickId[]; visitors: string[]; tying: Pick<Tie, "kind" | "value">[] };

/** The clicks of some orders of several shops, as far as they are known by now. */
export type FoundTies = { named: Named[]; ties: (Tie & { shop: string })[] };

/** `hold`: nothing that concerns the orders is noted until the transaction ends. To be followed by loadEvidence. */
export async function loadTies(client: Queryable, asked: readonly ShopOrders[], hold: boolean): Promise<FoundTies> {
  const named = asked.map(({ shop, orders }): Named => ({
    shop,
    orders,
    ids: [...new Map(orders.flatMap((order) => inForm(() => ownIds(order))).map((click) => [idText(click), click])).values()],
    visitors: [...new Set(orders.flatMap(({ facts }) => facts.visitor ?? []))],
    tying: orders.flatMap(tyingOf),
  }));
  const names = named.flatMap(({ shop, ids, visitors, tying }) => [...visitors, ...tying.map(({ kind, value }) => `${kind} ${value}`), ...ids.map((click) => `click ${idText(click)}`)].map((name) => ({ shop, name })));
  const [, ties] = await together(client, async () => hold && holdClicksOf(client, names), () => tiesOf(client, named.flatMap(({ shop, tying }) => tying.map((tie) => ({ shop, ...tie })))));
  return { named, ties };
}

/** By shop. `creators`: all whose clicks may count. */
export async function loadEvidence(client: Queryable, { named, ties }: FoundTies, networks: ReadonlyMap<string, KnownClicks["networks"]>, hold: boolean): Promise<Map<string, LoadedEvidence>> {
  const tiesBy = Map.groupBy(ties, ({ shop }) => shop);
  const tied = named.flatMap(({ shop, visitors }) => [...new Set((tiesBy.get(shop) ?? []).map(({ visitor }) => visitor))].filter((visitor) => !visitors.includes(visitor)).map((name) => ({ shop, name })));
  if (hold) await holdClicksOf(client, tied);
  const found = await together(client, ...named.map((own) => () => evidenceOfShop(client, own, tiesBy.get(own.shop) ?? [], networks.get(own.shop)!)));
  return new Map(named.map(({ shop }, at) => [shop, found[at]!]));
}

async function evidenceOfShop(client: Queryable, { shop, orders, ids, visitors, tying: _ }: Named, ties: readonly Tie[], networks: KnownClicks["networks"]): Promise<LoadedEvidence> {
  const everyone = [...new Set([...visitors, ...ties.map(({ visitor }) => visitor)])];
  const touches = await touchesFor(client, shop, everyone, ids.map(({ value }) => value));
  const owners = new Map((await ownersOf(client, shop, idsOf(touches, ids))).map((owner) => [idText(owner), owner.creatorId]));
  const owned = touches.map((touch) => (touch.creatorId === null && touch.clickId !== null ? { ...touch, creatorId: owners.get(idText(clickOf(touch)!)) ?? null } : touch));
  const words = await loadWords(client, shop, [...new Set(orders.flatMap((order) => inForm(() => ownWords(order))))]);
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
