// What goes out as a file: its columns, and the words for them.

export const CREATOR_COLUMNS = ["creator", "email", "handle", "program", "codes", "orders", "sold", "added"] as const;
export const CODE_COLUMNS = ["creator", "email", "handle", "program", "code", "deal", "policy", "start", "end", "link", "state", "store", "network", "orders", "sold", "made"] as const;
export type OutColumn = (typeof CREATOR_COLUMNS)[number] | (typeof CODE_COLUMNS)[number];
export type OutWhat = "creators" | "codes";

/** In the reader's language. `fileName` without its ending. */
export type OutWords = {
  column: (column: OutColumn, currency: string) => string;
  policy: (policy: string) => string;
  mark: (state: string) => string;
  state: (state: "in_force" | "paused" | "retired") => string;
  everybody: string;
  sheet: string;
  fileName: string;
};
