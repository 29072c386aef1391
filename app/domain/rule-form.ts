// The form of the rules on Settings: what holds now, as fields that a person edits, and what of it was changed.
import { DEFAULT_PROGRAM_RULE, DEFAULT_SHOP_RULE } from "./rule-book.ts";
import type { ProgramRulesView, ShopSettingsView, Since } from "./settings-page.ts";
import { cleanText } from "./typed-text.ts";

/** The number of days is as it was typed. */
export type ProgramFields = { mode: string; creditOn: string; scope: string; clickWindowDays: string; blockSelfReferral: boolean; orderIdForm: string; renewals: string; newCustomersOnly: boolean; chargebacks: string; clicks: string; emailHash: boolean };

export type WordField = "renewalSources" | "tags" | "types" | "skus";
/** The rules of the shop as a whole. Words are as they were typed. */
export type ShopFields = { stackingRule: string } & Record<WordField, string[]>;

export type RuleForm = { shop: ShopFields; programs: Record<string, ProgramFields> };

/** Only what a person changed is sent and written: what somebody else changed meanwhile stays. */
export type RuleChanges = { shop: Partial<ShopFields>; programs: Record<string, ProgramFields> };

export const WORD_FIELDS: readonly WordField[] = ["renewalSources", "tags", "types", "skus"];
export const MOST_WORDS = 100;
/** As long as the store lets a tag, a product type or an SKU be. */
export const LONGEST_WORD = 255;

/** The fields of what holds now. Histories are sorted with the newest first. */
export function ruleForm(shopRules: readonly Since<ShopSettingsView>[], programs: readonly ProgramRulesView[]): RuleForm {
  const { stackingRule, renewalSources, neverEarn } = shopRules[0]?.value ?? DEFAULT_SHOP_RULE;
  return {
    shop: { stackingRule, renewalSources: [...renewalSources], tags: [...neverEarn.tags], types: [...neverEarn.types], skus: [...neverEarn.skus] },
    programs: Object.fromEntries(programs.map((program) => {
      const { clickWindowDays, ...rule } = { ...DEFAULT_PROGRAM_RULE, ...program.history[0]?.value };
      const { mode, creditOn, scope, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash } = rule;
      return [program.id, { mode, creditOn, scope, clickWindowDays: String(clickWindowDays), blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash }];
    })),
  };
}

/** What differs in `form` from what is kept. */
export function changesOf(form: RuleForm, kept: RuleForm): RuleChanges {
  const differs = <T>(a: T, b: T) => JSON.stringify(a) !== JSON.stringify(b);
  return {
    shop: Object.fromEntries(Object.entries(form.shop).filter(([name, value]) => differs(value, kept.shop[name as keyof ShopFields]))),
    programs: Object.fromEntries(Object.entries(form.programs).filter(([id, program]) => differs(program, kept.programs[id]))),
  };
}

/** A setting's own history: entries in which only other settings changed are one. */
export function historyOf<All, Part>(history: readonly Since<All>[], part: (all: All) => Part): Since<Part>[] {
  const own = history.map(({ from, value }) => ({ from, value: part(value) }));
  return own.filter((entry, index) => index === own.length - 1 || JSON.stringify(entry.value) !== JSON.stringify(own[index + 1]!.value));
}

/** Words as they are kept: trimmed, none empty, none twice without regard to case. */
export function cleanWords(words: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const word of words.map(cleanText)) if (word !== "" && !kept.has(word.toUpperCase())) kept.set(word.toUpperCase(), word);
  return [...kept.values()];
}

/** Reads what a browser sent; null where it has another shape. Values are judged by whoever writes them. */
export function readRuleChanges(sent: unknown): RuleChanges | null {
  if (!isRecord(sent) || !isRecord(sent.shop) || !isRecord(sent.programs)) return null;
  const shop: Partial<ShopFields> = {};
  for (const [name, value] of Object.entries(sent.shop)) {
    if (name === "stackingRule" && typeof value === "string") shop.stackingRule = value;
    else if (isWordField(name) && Array.isArray(value) && value.every((word) => typeof word === "string")) shop[name] = value;
    else return null;
  }
  const programs: [string, ProgramFields][] = [];
  for (const [id, value] of Object.entries(sent.programs)) {
    const program = readProgram(value);
    if (program === null) return null;
    programs.push([id, program]);
  }
  return { shop, programs: Object.fromEntries(programs) };
}

function readProgram(value: unknown): ProgramFields | null {
  if (!isRecord(value)) return null;
  const { mode, creditOn, scope, clickWindowDays, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash } = value;
  if (typeof mode !== "string" || typeof creditOn !== "string" || typeof scope !== "string" || typeof clickWindowDays !== "string" || typeof orderIdForm !== "string" || typeof blockSelfReferral !== "boolean") return null;
  if (typeof renewals !== "string" || typeof newCustomersOnly !== "boolean" || typeof chargebacks !== "string") return null;
  if (typeof clicks !== "string" || typeof emailHash !== "boolean") return null;
  return { mode, creditOn, scope, clickWindowDays: clickWindowDays.trim(), blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWordField(name: string): name is WordField {
  return (WORD_FIELDS as readonly string[]).includes(name);
}
