// What a person decides about an order, against or beside the rules. It is kept with its reason, and later states of the order keep it.

/**
 * `credit`: the code is credited as if it had won, whatever reasons of section 3 stand against it but those of the order itself (a test order,
 * cancelled, not paid, charged back). `correct`: the same, with an amount (at most what is left of the order). `exclude`: nobody is credited.
 * `withdraw`: the rules decide again.
 */
export type HandAct = { id: string; who: string; atMs: number; reason: string } & ({ act: "credit" | "correct"; codeId: string; amount: bigint | null } | { act: "exclude" });

/** The name under which an act stands in the inbox, and in the ledger as the cause of its entries. */
export function handCause(id: string): string {
  return `hand:${id}`;
}
