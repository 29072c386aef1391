// Changes to values and bytes, drawn from dice: what a sender with a fault, or with intent, makes of something that was in order.
import type { Dice } from "#test/local/seed/dice.ts";

const ODD: unknown[] = [
  null, true, false, 0, -0, -1, 1, 1e308, -1e-308, 9_007_199_254_740_993, "", " ", "0", "-1", "1e5", "1.005", "99999999999999999999.99", "-0.00", "NaN", "Infinity", "0x10", "１２.００", "1,00", "٣",
  "2026-06-10T10:00:00+02:00", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60.999999999Z", "yesterday",
  "\0", "\ud800", "a\0b", "\u202eabc", "ſtraße", "🎉".repeat(40), "=1+1", "<script>alert(1)</script>", "__proto__", "constructor", "x".repeat(300), "{}", [], {}, [[]], { __proto__: null },
  { shop_money: { amount: "1.00", currency_code: "EUR" } }, { amount: "1.00" }, "gid://shopify/Order/1?x=1", "gid://shopify/Order/99999999999999999999999", "EUR", "JPY", "KWD", "XXX", "eur",
];

type Place = { holder: Record<string, unknown> | unknown[]; key: string | number };

function placesIn(value: unknown, places: Place[] = []): Place[] {
  if (Array.isArray(value)) value.forEach((one, key) => (places.push({ holder: value, key }), placesIn(one, places)));
  else if (typeof value === "object" && value !== null) for (const [key, one] of Object.entries(value)) (places.push({ holder: value as Record<string, unknown>, key }), placesIn(one, places));
  return places;
}

/** Changes a tree of JSON in a few places. The tree itself is changed. */
export function mutateTree(tree: Record<string, unknown>, dice: Dice, changes: number): void {
  for (let n = 0; n < changes; n++) {
    const places = placesIn(tree);
    if (places.length === 0) return;
    const { holder, key } = dice.pick(places);
    const at = holder as Record<string, unknown>;
    const old = at[key];
    switch (dice.whole(0, 7)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete at[key];
        break;
      case 1:
        if (Array.isArray(holder)) holder.push(structuredClone(old));
        else at[`${key}${dice.pick(["", "_set", "2", " "])}`] = structuredClone(old);
        break;
      case 2: {
        const other = dice.pick(places);
        at[key] = structuredClone((other.holder as Record<string, unknown>)[other.key]);
        break;
      }
      case 3:
        at[key] = nested(dice.whole(1, 60));
        break;
      case 4:
        at[key] = typeof old === "string" ? changedText(old, dice) : typeof old === "number" ? old * dice.pick([-1, 10, 0.5, 1e15]) + dice.whole(-1, 1) : [old];
        break;
      case 5:
        if (Array.isArray(old)) at[key] = Array.from({ length: dice.whole(2, 40) }, () => structuredClone(old[0] ?? null));
        else at[key] = { value: old };
        break;
      default:
        at[key] = structuredClone(dice.pick(ODD));
    }
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A text with a few characters changed. */
export function changedText(text: string, dice: Dice): string {
  const at = dice.whole(0, text.length);
  switch (dice.whole(0, 3)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + String(dice.pick(["0", "9", ".", "-", "e", "é", "\0", '"', "'", "%", "\u2028", "ſ"])) + text.slice(at);
    case 2:
      return text.slice(0, at);
    default:
      return text + text;
  }
}

/** Bytes with a few of them flipped, cut, doubled or filled with others. */
export function mutateBytes(bytes: Buffer, dice: Dice, changes: number): Buffer {
  let out = Buffer.from(bytes);
  for (let n = 0; n < changes && out.length > 0; n++) {
    const at = dice.whole(0, out.length - 1);
    const length = dice.whole(1, Math.min(64, out.length - at));
    switch (dice.whole(0, 4)) {
      case 0:
        out[at] = dice.whole(0, 255);
        break;
      case 1:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
        break;
      case 2:
        out = Buffer.concat([out.subarray(0, at + length), out.subarray(at)]);
        break;
      case 3:
        out = Buffer.concat([out.subarray(0, at), Buffer.from(dice.pick(["\0", "\ufeff", "[[[[", '{"a":', "\r", ",,,,", '""""', "PK\u0003\u0004", "&#0;", "<![CDATA["])), out.subarray(at)]);
        break;
      default:
        out = out.subarray(0, at);
    }
  }
  return out;
}
