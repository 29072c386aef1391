// Products that earn nothing, by a rule of the shop: samples, shipping protection (rules, section 6).
import type { Beside } from "./beside.ts";
import type { Line } from "./order.ts";
import type { NeverEarn } from "./rule-book.ts";

/** By what a line's product never earns: a SKU, a type or a tag, as the rule has the word. */
export type NeverBy = { by: "sku" | "type" | "tag"; word: string };

/** Null: the line earns. Tags and types are those that the store told of the line. */
export function neverBy(line: Line, beside: Beside | null, never: NeverEarn): NeverBy | null {
  const marks = beside?.lines[line.id];
  const listed = (list: readonly string[], value: string | null | undefined) => (value == null ? undefined : list.find((each) => sameWord(each, value)));
  const [sku, type, tag] = [listed(never.skus, line.sku), listed(never.types, marks?.type), marks?.tags.map((each) => listed(never.tags, each)).find((word) => word !== undefined)];
  if (sku !== undefined) return { by: "sku", word: sku };
  if (type !== undefined) return { by: "type", word: type };
  return tag === undefined ? null : { by: "tag", word: tag };
}

/** Without regard to case and surrounding white space. */
export function sameWord(a: string, b: string): boolean {
  return a.trim().toUpperCase() === b.trim().toUpperCase();
}
