// What a person decides about an order on its page: the form, and the shapes that the page shows. Plain JSON: times are ISO 8601, amounts minor units as strings.
import type { Reason } from "./credit.ts";

export type HandActName = "credit" | "correct" | "exclude" | "withdraw";

/** As it was typed. `seen`: the changes that the person was shown and agreed to; "" while none were. */
export type HandFields = { act: string; codeId: string; amount: string; reason: string; seen: string };

/** A code that can be credited. `creator`: whose it was when the order was placed. `joined`: whether that creator was in the program then. */
export type HandCode = { id: string; code: string; creator: string; program: string; joined: boolean; retired: boolean; onOrder: boolean };

/** What an act does to one code's credit. */
export type HandChange = { codeId: string; code: string; creator: string; before: string; after: string };

/** `notPaid`: the order is to be paid first, then the chosen code is credited. `seen` is sent back with the agreement. */
export type HandPreview = { currency: string; changes: HandChange[]; notPaid: boolean; seen: string };

/** What a code is credited with. */
export type HandCredit = { codeId: string; code: string; creator: string; amount: string };

/** A decision as it was kept. */
export type HandLine = { id: string; cause: string; at: string; who: string; act: HandActName; code: string | null; creator: string | null; amount: string | null; reason: string };

/** What a person decided about an order so far, the newest first, and what the rules alone would say. */
export type HandView = {
  currency: string;
  lines: HandLine[];
  /** The reasons of the ledger's entries that stand under a decision, by the entry's id. */
  entries: Record<string, string>;
  /** The newest decision holds: it is no withdrawal. */
  holds: boolean;
  /** A decision is not settled yet. */
  settling: boolean;
  /** What is left of the order: a correction cannot be above it. */
  left: string;
  /** Why nothing can be credited on this order at all. */
  closed: "test_order" | "cancelled" | "charged_back" | null;
  /** Credited by the rules, left to the network by them, or why not (of which code). */
  rules: { credited: HandCredit[]; awaiting: HandCredit[]; reason: Reason | null; codeId: string | null };
  /** The code that a correction is about unless another is chosen: the one that is credited now. */
  credited: HandCode | null;
};

export type HandAnswer = { preview: HandPreview | null; done: HandActName | null; errors: { field: string; key: string; values?: Record<string, string | number> }[] };

export const LONGEST_REASON = 500;

export function readHandForm(form: FormData): HandFields {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  return { act: text("act"), codeId: text("codeId"), amount: text("amount"), reason: text("reason"), seen: text("seen") };
}
