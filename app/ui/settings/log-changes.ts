// What a change of the rules made of what, in words: "Click window: 30 days → 7 days".
import type { LogLine } from "../../domain/pages.ts";
import type { NeverEarn } from "../../domain/rule-book.ts";
import type { ProgramSettingsView } from "../../domain/settings-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";
import { type RuleSentences, useRuleSentences } from "./sentences.ts";

/** The groups of texts that describe a program's settings, in the order in which its card lists them. */
const GROUPS: Record<string, string> = {
  creditOn: "credit_on", scope: "scope", clickWindowDays: "window", blockSelfReferral: "self_referral", renewals: "renewals", newCustomersOnly: "customers", chargebacks: "chargebacks", mode: "mode", orderIdForm: "order_id",
  clicks: "clicks", emailHash: "email_hash",
};

/** Each difference as a phrase; of lines that were logged without what stood there before, all that holds since then. */
export function useLogChanges(): (line: LogLine) => string[] {
  const t = useT("settings");
  const format = useFormat();
  const rules = useRuleSentences();
  return ({ what, detail }) => {
    const before = typeof detail.before === "string" ? (JSON.parse(detail.before) as Record<string, unknown>) : null;
    if (what === "rules.program_changed") return before ? programChanges(before, detail, t) : rules.program(detail as unknown as ProgramSettingsView, "");
    if (what === "rules.shop_changed") return before ? shopChanges(before, detail, { t, format, rules }) : shopSentences(detail, rules);
    return [];
  };
}

function programChanges(before: Record<string, unknown>, after: Record<string, unknown>, t: Translate): string[] {
  return Object.entries(GROUPS)
    .filter(([name]) => name in before)
    .map(([name, group]) => t("log.change", { what: t(group === "window" ? "window.label" : `${group}.title`), before: valueOf(name, group, before[name], t), after: valueOf(name, group, after[name], t) }));
}

function valueOf(name: string, group: string, value: unknown, t: Translate): string {
  if (group === "window") return t("log.days", { count: Number(value) });
  const choice = name === "blockSelfReferral" ? (value ? "blocked" : "allowed") : name === "newCustomersOnly" ? (value ? "new" : "all") : name === "emailHash" ? (value ? "on" : "off") : String(value);
  return t(`${group}.${choice}.label`);
}

type Speech = { t: Translate; format: Format; rules: RuleSentences };

function shopChanges(before: Record<string, unknown>, detail: Record<string, unknown>, speech: Speech): string[] {
  const { t, rules } = speech;
  const phrases: string[] = [];
  if ("stackingRule" in before) phrases.push(t("log.change", { what: t("stacking.title"), before: t(`stacking.${String(before.stackingRule)}.label`), after: t(`stacking.${String(detail.stackingRule)}.label`) }));
  if ("renewalSources" in before) phrases.push(...listChanges(t("renewal_sources.label"), before.renewalSources as string[], listOf<string[]>(detail.renewalSources), speech, rules.sourceName));
  if ("neverEarn" in before) {
    const [held, now] = [before.neverEarn as NeverEarn, listOf<NeverEarn>(detail.neverEarn)];
    for (const kind of ["tags", "types", "skus"] as const) phrases.push(...listChanges(t(`log.never_earn.${kind}`), held[kind], now[kind], speech));
  }
  return phrases;
}

function listChanges(what: string, before: readonly string[], after: readonly string[], { t, format }: Speech, nameOf = (word: string) => word): string[] {
  const phrase = (key: string, words: readonly string[]) => (words.length === 0 ? [] : [t(key, { what, words: format.list(words.map(nameOf)) })]);
  return [...phrase("log.added", after.filter((word) => !before.includes(word))), ...phrase("log.removed", before.filter((word) => !after.includes(word)))];
}

function listOf<T>(json: unknown): T {
  return JSON.parse(String(json)) as T;
}

/** What of the shop's rules holds since then; lists are kept as JSON. */
function shopSentences(detail: Record<string, unknown>, rules: RuleSentences): string[] {
  const { stackingRule, renewalSources, neverEarn } = detail as Record<string, string | undefined>;
  return [
    ...(stackingRule ? [rules.stacking(stackingRule)] : []),
    ...(renewalSources ? [rules.renewalSources(JSON.parse(renewalSources) as string[])] : []),
    ...(neverEarn ? rules.neverEarn(JSON.parse(neverEarn) as NeverEarn) : []),
  ];
}
