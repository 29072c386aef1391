// What went wrong, as a key of app/locales/<language>/errors.json with its values: never a sentence.

export type Values = Record<string, string | number>;

/** An input that cannot be taken: the field as the form names it, and why. */
export type FieldError = { field: string; key: string; values?: Values };

/** Something that keeps a thing from being in step, as it is kept in a `problem` column. */
export type KeptProblem = { key: string; values: Values };

/** As it is kept: JSON. */
export function writeProblem(key: string, values: Values = {}): string {
  return JSON.stringify({ key, values });
}

/** Reads a `problem` column; text that is no such JSON is shown as somebody's words. null: no problem. */
export function readProblem(text: string | null): KeptProblem | null {
  if (text === null || text === "") return null;
  try {
    const read = JSON.parse(text) as Partial<KeptProblem> | null;
    if (read && typeof read.key === "string") return { key: read.key, values: read.values ?? {} };
  } catch {
    // Not ours: shown as it stands.
  }
  return { key: "problem.said", values: { words: text } };
}
