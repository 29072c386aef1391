// The shapes of a run that makes many codes.

/** A code that is to be made. Dates are ISO 8601; null: the deal's own. */
export type NewBatchRow = {
  creatorId: string | null; // null: a code for everybody
  code: string;
  policy: "always" | "involved" | "winner";
  startsAt: string | null;
  endsAt: string | null;
  fileRow: number | null; // the row of the file that it came from, as a person counts them
};
