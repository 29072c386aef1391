// What the page of an order says of the lamp and the cups (goods.ts), bought with MARIE10 and JONASFREE.
import { words } from "./words.ts";

/** Line by line. */
export const LINES = [
  lineOf("Lampe Colline", 1, { price: "89.00", off: "8.90", tax: "12.79", left: "67.31" }),
  lineOf("Tasse Aurore", 2, { price: "18.00", off: "3.60", tax: "5.17", left: "27.23" }),
];

/** Why one of the codes was credited. */
export const CONTEST = words("orders", "contest.won.largest_discount", {
  took: [words("orders", "contest.took", { code: "MARIE10", amount: "€12.50" }), words("orders", "contest.took_too", { code: "JONASFREE", amount: "€4.90" })].join(words("orders", "line.comma_joint")),
});

function lineOf(title: string, quantity: number, { price, off, tax, left }: Record<"price" | "off" | "tax" | "left", string>): string {
  const part = (key: string, values: Record<string, string | number>) => words("orders", `line.${key}`, values);
  const base = [part("gross", { title, quantity, price }), part("discount", { amount: off, name: "MARIE10" }), part("tax", { amount: tax }), part("base", { amount: left })];
  return `${base.join(part("comma_joint", {}))}${part("semicolon_joint", {})}${part("credited", { amount: left })}${part("stop", {})}`;
}
