// Words and amounts as the commands print them, in English. Pure.
import { AmountError, formatAmount } from "./money.ts";

/** Minor units of a currency as a person reads them; of one that nobody knows, as they are. */
export function amountIn(minor: string, currency: string): string {
  try {
    return `${formatAmount(BigInt(minor), currency)} ${currency}`;
  } catch (fault) {
    if (fault instanceof AmountError) return `${minor} minor units of "${currency}"`;
    throw fault;
  }
}

/** "1 order", "2,000 orders". */
export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

export function grouped(count: number): string {
  return count.toLocaleString("en");
}
