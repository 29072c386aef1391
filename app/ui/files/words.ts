// What is said of files and their rows, in the reader's words.
import type { KeptProblem } from "../../domain/problem.ts";
import type { RowNote } from "../../domain/sheet-page.ts";
import { useT } from "../../i18n.ts";

/** Why a file, or what was chosen for it, cannot be taken. */
export function useFileProblem(): (problem: KeptProblem) => string {
  const t = useT("files");
  return ({ key, values }) => t(`problem.${key}`, values);
}

export function useRowNote(): (note: Pick<RowNote, "key" | "values">) => string {
  const t = useT("files");
  return ({ key, values }) => t(`row.${key}`, values);
}

/** A column by its letters and, where it has one, its heading: "B: E-mail". */
export function useColumnName(): (names: readonly string[], column: number) => string {
  const t = useT("files");
  return (names, column) => {
    const name = names[column] ?? "";
    return name === "" ? t("choose.untitled", { letters: lettersOf(column) }) : t("choose.titled", { letters: lettersOf(column), name });
  };
}

function lettersOf(column: number): string {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}
