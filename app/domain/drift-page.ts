// The shapes that the reads of differences hand to the pages: types only, plain JSON. Instants are ISO 8601.
import type { DriftChoice, DriftFacts } from "./drift.ts";

export type DriftRow = {
  id: string;
  about: "deal" | "code" | "program";
  aboutId: string;
  inStore: boolean;
  kind: string;
  ours: DriftFacts | null;
  theirs: DriftFacts | null;
  foundAt: string;
  closedAt: string | null;
  /** ours | theirs | left | gone; null: nobody has chosen. `ours` on an open one: it is being carried out. */
  how: string | null;
  who: string | null;
  problem: string | null;
  choices: DriftChoice[];
  deal: { id: string; name: string } | null;
  code: { id: string; code: string } | null;
  creator: { id: string; name: string } | null;
  program: string | null;
};

export type DriftCounts = { open: number; under_way: number; left: number; settled: number };

/** How far the inventory of the store is, and since when what it says holds. */
export type InventoryState = { reading: boolean; seen: number; doneAt: string | null; waiting: number; problem: string | null };
