// A file that was brought in, as it is kept and as its page shows it: plain JSON. Times are ISO 8601.
import { namingSettings, type NamingSettings } from "./naming-pattern.ts";
import type { Values } from "./problem.ts";
import { type Columns, FIELDS_OF, type Purpose, PURPOSES, SHEET_FIELDS } from "./sheet-columns.ts";

export const POLICIES = ["always", "involved", "winner"] as const;
export type Policy = (typeof POLICIES)[number];

/** What is in a file. `sample`: its first rows, each cell cut to what can be shown. `n` is the header's row as a person counts. */
export type FileBook = {
  kind: "xlsx" | "csv";
  macros: boolean;
  sheets: { name: string; hidden: boolean }[];
  sheet: number;
  header: { n: number; names: string[] };
  sample: { n: number; cells: string[] }[];
  rows: number;
  formulas: number;
  csv: { encoding: string; separator: string } | null;
};

/** What a person chose for it. `programId`: where new creators join; `dealId`, or `newDeal` as typed ("10 %"): of codes whose row names none. */
export type FileChoices = {
  purpose: Purpose;
  sheet: number;
  columns: Columns;
  programId: string | null;
  dealId: string | null;
  newDeal: string;
  newDealProgramId: string | null; // null: of no program, so that a code counts in the one that its creator is in
  policy: Policy;
  naming: NamingSettings;
  overwrite: boolean; // cells that are filled already
  addMissing: boolean; // people that nobody knows become creators
  campaignId: string | null; // its people take part in this campaign, and its codes are for it
};

export type RowNote = { n: number; key: string; values: Values; blocking: boolean };

/** What will happen, in numbers; `notes` are the first of all that there are. */
export type FilePlan = {
  rows: number;
  known: number; // people
  added: number;
  joining: number; // known ones that join the program
  repeated: number; // rows
  left: number; // rows
  codes: number; // to be made
  had: number; // rows for people who have their code already
  kept: number; // cells that are filled and stay
  newDeals: string[];
  examples: { n: number; who: string; code: string; isNew: boolean }[];
  notes: RowNote[];
  noteCount: number;
};

export type FileDone = { added: number; joined: number; known: number; left: number; codes: number; runs: { batchId: string; deal: string; codes: number }[] };

export type FileLine = { id: string; name: string; purpose: Purpose; state: "read" | "applied"; who: string; createdAt: string; appliedAt: string | null; rows: number; left: number; done: FileDone | null };

export type FileDetail = FileLine & { book: FileBook; choices: FileChoices; plan: FilePlan | null };

/** Choices as a form sends them; what is odd or not of this file becomes what nobody chose. */
export function fileChoices(sent: unknown, width: number, sheets: number): FileChoices {
  const from = record(sent);
  const purpose = PURPOSES.find((one) => one === from.purpose) ?? "creators";
  const text = (value: unknown, longest: number) => (typeof value === "string" ? value.slice(0, longest).trim() : "");
  const sheet = typeof from.sheet === "number" && Number.isInteger(from.sheet) && from.sheet >= 0 && from.sheet < sheets ? from.sheet : 0;
  return {
    purpose,
    sheet,
    columns: chosenColumns(from.columns, purpose, width),
    programId: text(from.programId, 255) || null,
    dealId: text(from.dealId, 255) || null,
    newDeal: text(from.newDeal, 100),
    newDealProgramId: text(from.newDealProgramId, 255) || null,
    policy: POLICIES.find((one) => one === from.policy) ?? "always",
    naming: namingSettings(from.naming),
    overwrite: from.overwrite === true,
    addMissing: from.addMissing === true,
    campaignId: text(from.campaignId, 255) || null,
  };
}

/** Each column is one field at most; the first that claims it has it. */
function chosenColumns(sent: unknown, purpose: Purpose, width: number): Columns {
  const from = record(sent);
  const columns: Columns = {};
  const used = new Set<number>();
  for (const field of SHEET_FIELDS) {
    const at = from[field];
    if (typeof at !== "number" || !Number.isInteger(at) || at < 0 || at >= width || used.has(at) || !FIELDS_OF[purpose].includes(field)) continue;
    columns[field] = at;
    used.add(at);
  }
  return columns;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
