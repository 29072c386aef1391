// The form of the rules on Settings: what holds now, as fields that a person edits.
import type { ProgramRulesView, Since } from "./settings-page.ts";
import { DEFAULT_PROGRAM_RULE, type StackingRule } from "./rule-book.ts";

/** The number of days is as it was typed. */
export type ProgramFields = { mode: string; creditOn: string; scope: string; clickWindowDays: string; blockSelfReferral: boolean; orderIdForm: string; renewals: string; newCustomersOnly: boolean; chargebacks: string };

export type RuleForm = { stackingRule: string; programs: Record<string, ProgramFields> };

/** The fields of what holds now. Histories are sorted with the newest first. */
export function ruleForm(stacking: readonly Since<StackingRule>[], programs: readonly ProgramRulesView[]): RuleForm {
  return {
    stackingRule: stacking[0]?.value ?? "largest_discount",
    programs: Object.fromEntries(programs.map((program) => {
      const { clickWindowDays, ...rule } = { ...DEFAULT_PROGRAM_RULE, ...program.history[0]?.value };
      const { mode, creditOn, scope, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks } = rule;
      return [program.id, { mode, creditOn, scope, clickWindowDays: String(clickWindowDays), blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks }];
    })),
  };
}

/** Reads what a browser sent; null where it has another shape. Values are judged by whoever writes them. */
export function readRuleForm(sent: unknown): RuleForm | null {
  if (typeof sent !== "object" || sent === null) return null;
  const { stackingRule, programs } = sent as Record<string, unknown>;
  if (typeof stackingRule !== "string" || typeof programs !== "object" || programs === null) return null;
  const read: [string, ProgramFields][] = [];
  for (const [id, value] of Object.entries(programs as Record<string, unknown>)) {
    if (typeof value !== "object" || value === null) return null;
    const { mode, creditOn, scope, clickWindowDays, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks } = value as Record<string, unknown>;
    if (typeof mode !== "string" || typeof creditOn !== "string" || typeof scope !== "string" || typeof clickWindowDays !== "string" || typeof orderIdForm !== "string" || typeof blockSelfReferral !== "boolean") return null;
    if (typeof renewals !== "string" || typeof newCustomersOnly !== "boolean" || typeof chargebacks !== "string") return null;
    read.push([id, { mode, creditOn, scope, clickWindowDays: clickWindowDays.trim(), blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks }]);
  }
  return { stackingRule, programs: Object.fromEntries(read) };
}
