// What bounds the storefront's endpoint: the rates, whose address counts, the token, and how many may wait for a commit.
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { groupCommit, type Outcome } from "#app/flow/group-commit.ts";
import { makeLimiter } from "#app/flow/limiter.ts";
import { addressOf } from "#app/flow/storefront-door.ts";
import { readStorefrontToken, storefrontToken } from "#app/flow/storefront-token.ts";
import { setTestEnv } from "#test/support/env.ts";

process.env.DATABASE_URL ??= "postgresql://nowhere";
setTestEnv();

describe("a rate", () => {
  test("lets so many pass in any stretch of its length, and says when one may come again", () => {
    const limiter = makeLimiter({ most: 10, perMs: 1_000, mostKeys: 100 });
    for (let n = 0; n < 10; n++) expect(limiter.take("a", 5_900)).toBe(0);
    expect(limiter.take("a", 5_900)).toBe(100);
    // At the turn of the window most of what was taken still counts.
    expect([6_100, 6_101, 6_102].map((ms) => limiter.take("a", ms))).toEqual([0, 0, 898]);
    expect(limiter.take("b", 6_100)).toBe(0);
    expect(limiter.take("a", 8_000)).toBe(0);
  });

  test("who is turned away does not make it longer", () => {
    const limiter = makeLimiter({ most: 2, perMs: 1_000, mostKeys: 100 });
    let passed = 0;
    for (let ms = 0; ms < 10_000; ms += 10) passed += limiter.take("a", ms) === 0 ? 1 : 0;
    expect(passed).toBeGreaterThanOrEqual(10);
    expect(passed).toBeLessThanOrEqual(21);
  });

  test("remembers a bounded number of keys, and goes on counting those that it knows", () => {
    const limiter = makeLimiter({ most: 3, perMs: 1_000, mostKeys: 50 });
    for (let n = 0; n < 5_000; n++) limiter.take(`key ${n}`, 100 + (n % 3) * 1_000);
    expect(limiter.size()).toBeLessThanOrEqual(100);
    const full = makeLimiter({ most: 3, perMs: 1_000, mostKeys: 1 });
    expect([1, 2, 3, 4].map(() => full.take("known", 0) === 0)).toEqual([true, true, true, false]);
    expect([1, 2, 3, 4].map(() => full.take("one too many", 0))).toEqual([0, 0, 0, 0]);
  });
});

describe("the address that counts", () => {
  const cases: [string, string, string | undefined, number, string | null][] = [
    ["the caller's", "203.0.113.7", undefined, 0, "203.0.113.7"],
    ["the caller's, as an IPv6 socket shows it", "::ffff:203.0.113.7", undefined, 0, "203.0.113.7"],
    ["not what anybody may write", "203.0.113.7", "198.51.100.1", 0, "203.0.113.7"],
    ["what the proxy adds", "10.0.0.1", "198.51.100.1, 203.0.113.9", 1, "203.0.113.9"],
    ["what the first of two proxies adds", "10.0.0.1", "1.2.3.4, 198.51.100.1, 203.0.113.9", 2, "198.51.100.1"],
    ["all there is, of fewer than are trusted", "10.0.0.1", "198.51.100.1", 3, "198.51.100.1"],
    ["with a port", "10.0.0.1", "198.51.100.1:5123", 1, "198.51.100.1"],
    ["the network of an IPv6 address", "2001:db8:1:2:3:4:5:6", undefined, 0, "2001:db8:1:2"],
    ["the network of a short one", "2001:db8::1", undefined, 0, "2001:db8:0:0"],
    ["in brackets, with a port", "10.0.0.1", "[2001:DB8:1:2::9]:443", 1, "2001:db8:1:2"],
    ["none of a private network: it is a proxy's", "10.1.2.3", undefined, 0, null],
    ["none of this machine", "::1", undefined, 0, null],
    ["one for all that cannot be read", "10.0.0.1", "<script>", 1, "unreadable"],
    ["none of a socket that is gone", "", undefined, 0, null],
  ];
  test.each(cases)("%s", (_what, remoteAddress, forwarded, proxies, is) => {
    const request = { headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded }, socket: { remoteAddress } } as unknown as IncomingMessage;
    expect(addressOf(request, proxies)).toBe(is);
  });
});

describe("a token", () => {
  const token = storefrontToken("some-shop.myshopify.com", 3);

  test("says for which shop it is, and which version", () => {
    expect(readStorefrontToken(token)).toEqual({ shop: "some-shop.myshopify.com", version: 3 });
    expect(readStorefrontToken(token)).toEqual({ shop: "some-shop.myshopify.com", version: 3 });
  });

  test.each([
    "", "x", "..", token.slice(0, -1), `${token}A`, ` ${token}`, token.replace("some", "other"), token.replace(".3.", ".4."), token.toUpperCase(), token.replace("myshopify.com", "example.com"), `${token.slice(0, -43)}${"=".repeat(43)}`, "a".repeat(100_000),
  ])("%.60s is none", (text) => {
    expect(readStorefrontToken(text)).toBeNull();
  });
});

describe("what is committed together", () => {
  type Write = { items: number[]; patient: boolean; end: (outcomes: Outcome[] | Error) => void };

  function stage(mostWaiting = 100) {
    const writes: Write[] = [];
    const commit = groupCommit<number>({
      write: (_group, items, patient) => new Promise((resolve, reject) => writes.push({ items: [...items], patient, end: (outcomes) => (outcomes instanceof Error ? reject(outcomes) : resolve(outcomes)) })),
      mostWaiting, mostAtOnce: 4, collectMs: 1,
    });
    const next = async (n: number) => {
      await expect.poll(() => writes.length).toBeGreaterThan(n);
      return writes[n]!;
    };
    return { commit, next };
  }

  test("is what came while the one before was written, in order, and nobody is told before", async () => {
    const { commit, next } = stage();
    const told: number[] = [];
    const all = [1, 2, 3].map((n) => commit.add("a", n)!.then(() => told.push(n)));
    const first = await next(0);
    for (const n of [4, 5, 6, 7, 8, 9]) all.push(commit.add("a", n)!.then(() => told.push(n)));
    expect([first.items, told, commit.waiting()]).toEqual([[1, 2, 3], [], 9]);
    first.end(["done", "done", "done"]);
    const second = await next(1);
    expect([second.items, told]).toEqual([[4, 5, 6, 7], [1, 2, 3]]);
    second.end(["done", "done", "done", "done"]);
    (await next(2)).end(["done", "done"]);
    await Promise.all(all);
    expect([told, commit.waiting()]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], 0]);
  });

  test("never more than may wait, and again as many when they are written", async () => {
    const { commit, next } = stage(3);
    const taken = [1, 2, 3].map((n) => commit.add(`group ${n}`, n));
    expect([taken.includes(null), commit.add("another", 4)]).toEqual([false, null]);
    for (let n = 0; n < 3; n++) (await next(n)).end(["done"]);
    await Promise.all(taken);
    const more = commit.add("another", 4);
    expect(more).not.toBeNull();
    (await next(3)).end(["done"]);
    await more;
  });

  test("what stands in somebody's way waits apart; a fault is told to those whom it concerns", async () => {
    const { commit, next } = stage();
    const [good, busy, bad] = [1, 2, 3].map((n) => commit.add("a", n)!);
    bad!.catch(() => {});
    (await next(0)).end(["done", "busy", new Error("of the third")]);
    await good;
    await expect(bad).rejects.toThrow("of the third");
    const patient = await next(1);
    expect([patient.items, patient.patient, commit.waiting()]).toEqual([[2], true, 1]);
    const lost = commit.add("a", 4)!;
    lost.catch(() => {});
    const third = await next(2);
    expect([third.items, third.patient]).toEqual([[4], false]);
    third.end(new Error("the connection is lost"));
    await expect(lost).rejects.toThrow("the connection is lost");
    patient.end(["done"]);
    await busy;
    expect(commit.waiting()).toBe(0);
  });
});
