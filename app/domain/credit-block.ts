// What the block on the store's own page of an order shows (extensions/order-credit), in the language that it asked in. Types only, without an import:
// the extension reads them too.
export type BlockTone = "success" | "info" | "caution" | "warning" | "critical" | "neutral";

export type BlockState = { text: string; tone: BlockTone };

export type CreditBlock = {
  /** No creator code stood on the order: there is nothing to say. */
  quiet: boolean;
  /** It is being settled this moment: asking again will tell more. */
  waiting: boolean;
  state: BlockState;
  /** What stands beside the heading while the block is folded; the platform cuts it after 30 characters. */
  summary: string;
  /** Who was credited with how much, and why; or why nobody was. The proof's own sentences. */
  sentences: string[];
  /** What each creator was credited with, for what; the amount is written out. */
  credits: { creator: string; code: string; amount: string }[];
  /** What the network has of it. `state` null: it is told nothing, and the sentence says why. `about`: in which program, under which order number. */
  network: { state: BlockState | null; about: string; sentences: string[] }[];
  /** The address of the order's proof within the app, without a slash before it. */
  path: string;
};
