// What has to be chosen before a file can be taken over.
import type { KeptProblem } from "./problem.ts";
import type { FileChoices } from "./sheet-page.ts";

/** Without these columns, or a deal, a file says nothing; null: nothing is missing. `key` of locales/<language>/files.json, under "problem". */
export function whatIsMissing({ purpose, columns, dealId, newDeal }: FileChoices): KeptProblem | null {
  const named = columns.name !== undefined || columns.first !== undefined || columns.last !== undefined;
  const person = columns.email !== undefined || columns.handle !== undefined || (named && purpose !== "platform");
  if (!person) return { key: "no_person_column", values: {} };
  if (purpose === "codes" && columns.code === undefined) return { key: "no_code_column", values: {} };
  if (purpose === "codes" && columns.deal === undefined && dealId === null && newDeal === "") return { key: "no_deal", values: {} };
  if (purpose === "platform" && columns.code === undefined && columns.link === undefined) return { key: "no_fill_column", values: {} };
  return purpose === "platform" && dealId === null && newDeal === "" ? { key: "no_deal", values: {} } : null;
}
