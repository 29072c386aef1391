// The shapes of the page Settings: types only, plain JSON. Times are ISO 8601.
import type { LogLine, Paged } from "./pages.ts";
import type { StackingRule } from "./rule-book.ts";

export type ProgramSettingsView = { mode: string; creditOn: string; scope: string; clickWindowDays: number; blockSelfReferral: boolean; orderIdForm: string; renewals: string; newCustomersOnly: boolean; chargebacks: string };

/** `from` null: since ever. */
export type Since<T> = { from: string | null; value: T };

export type ProgramRulesView = { id: string; name: string; kind: string; network: string; state: string; history: Since<ProgramSettingsView>[] };

export type ConnectionLine = { id: string; name: string; accountSid: string; network: string; state: string; checkedAt: string | null };

export type SettingsView = {
  /** the newest first; the first entry holds now */
  stacking: Since<StackingRule>[];
  programs: ProgramRulesView[];
  connections: ConnectionLine[];
  log: Paged<LogLine>;
};
