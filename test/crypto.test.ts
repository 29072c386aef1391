import { describe, expect, test } from "vitest";
import { SealError, hashesOf, keyedHash, open, seal, sealingKeyId } from "#app/crypto.server.ts";

const a = Buffer.alloc(32, 1);
const b = Buffer.alloc(32, 2);
const old = new Map([["k1", a]]);
const rotated = new Map([["k2", b], ["k1", a]]);

describe("sealing", () => {
  test("opens what it sealed, also empty text and any script", () => {
    for (const text of ["", "token", "Zoë 李雷 🎉", "x".repeat(5_000)]) expect(open(seal(text, old), old)).toBe(text);
  });

  test("shows neither the text nor a repetition of it", () => {
    const [one, two] = [seal("secret-token", old), seal("secret-token", old)];
    expect(one).not.toContain("secret");
    expect(one).not.toBe(two);
    expect(one.split(":")).toHaveLength(4);
  });

  test("after a rotation the newest key seals, and what is old still opens", () => {
    const before = seal("token", old);
    expect(open(before, rotated)).toBe("token");
    expect(seal("token", rotated).startsWith("k2:")).toBe(true);
    expect(sealingKeyId(rotated)).toBe("k2");
  });

  test("a key that left the ring is named, and nothing else is said", () => {
    const sealed = seal("token", rotated);
    expect(() => open(sealed, old)).toThrow(new SealError('no key "k2" in ENCRYPTION_KEYS'));
  });

  test.each([
    ["another key under the same id", (sealed: string) => sealed, new Map([["k1", b]])],
    ["changed ciphertext", (sealed: string) => sealed.replace(/:([^:])([^:]*)$/, (_all, one: string, rest: string) => `:${one === "A" ? "B" : "A"}${rest}`), old],
    ["a shortened tag", (sealed: string) => sealed.split(":").map((part, index) => (index === 2 ? part.slice(0, 6) : part)).join(":"), old],
    ["the key id of another key", (sealed: string) => sealed.replace(/^k1/, "k3"), new Map([["k3", a]])],
    ["no sealed text at all", () => "token", old],
  ])("does not open with %s", (_name, change, ring) => {
    expect(() => open(change(seal("a longer secret token", old)), ring)).toThrow(SealError);
  });
});

describe("keyed hashes", () => {
  test("are the same for one address however it is written, and name their key", () => {
    expect(keyedHash("  Ada@Example.COM ", old)).toBe(keyedHash("ada@example.com", old));
    expect(keyedHash("ada@example.com", old)).toMatch(/^k1:[0-9a-f]{64}$/);
    expect(keyedHash("ada@example.com", old)).not.toBe(keyedHash("eve@example.com", old));
  });

  test("differ under another key; after a rotation the old one is still among them", () => {
    expect(keyedHash("ada@example.com", rotated).slice(3)).not.toBe(keyedHash("ada@example.com", old).slice(3));
    expect(hashesOf("ada@example.com", rotated)).toEqual([keyedHash("ada@example.com", rotated), keyedHash("ada@example.com", old)]);
  });
});
