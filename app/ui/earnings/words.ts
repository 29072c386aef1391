// What a network pays for a sale, and why, in sentences.
import type { Earning, Reason } from "../../domain/earnings.ts";
import type { PayRate, PayRule } from "../../domain/pages.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";

export type EarningWords = { headline: string; reasons: string[] };

export function useEarningWords(): (earning: Earning) => EarningWords {
  const t = useT("earnings");
  const format = useFormat();
  return (earning) => earningSentences(earning, t, format);
}

export function earningSentences(earning: Earning, t: Translate, format: Format): EarningWords {
  return { headline: headline(earning, t, format), reasons: earning.reasons.map((reason) => reasonWords(reason, t, format)) };
}

function headline({ paid, base, rate, byRate, differs, state }: Earning, t: Translate, format: Format): string {
  const percent = rate?.kind === "percent" ? format.percent(rate.basisPoints) : null;
  const values = { paid: paid ? format.money(paid.amount, paid.currency) : "", rate: percent ?? "", base: format.money(base.amount, base.currency), byRate: byRate === null ? "" : format.money(byRate, base.currency) };
  if (state === "reversed") return t("headline.reversed");
  if (state === "unknown" || paid === null) return byRate === null ? t("headline.unknown") : t(percent === null ? "headline.expected_fixed" : "headline.expected", values);
  if (byRate === null || percent === null || paid.currency !== base.currency) return t("headline.paid", values);
  return t(differs ? "headline.differs" : "headline.by_rate", values);
}

export function rateWords(rate: PayRate, format: Format): string {
  if (rate === null) return "";
  return rate.kind === "percent" ? format.percent(rate.basisPoints) : format.money(rate.amount, rate.currency);
}

function reasonWords(reason: Reason, t: Translate, format: Format): string {
  const money = ({ amount, currency }: { amount: string; currency: string }) => format.money(amount, currency);
  const signed = ({ amount, currency }: { amount: string; currency: string }) => format.signedMoney(amount, currency);
  switch (reason.key) {
    case "elsewhere":
      return t(reason.partner === "" ? "reason.elsewhere_unnamed" : "reason.elsewhere", { partner: reason.partner });
    case "currency":
      return t("reason.currency", { told: reason.told, paid: reason.paid });
    case "late":
      return t("reason.late", { date: format.date(reason.at) });
    case "scheduled":
      return t(reason.name === "" ? "reason.scheduled_unnamed" : "reason.scheduled", { name: reason.name });
    case "held":
      return t("reason.held", { held: money(reason.held), sent: money(reason.sent) });
    case "fixed":
      return t(`reason.fixed_${reason.level}`, { rate: money(reason.rate), times: format.number(reason.times) });
    case "group":
      return t(reason.rate === null ? "reason.group_in_steps" : "reason.group", { on: money(reason.on), rate: rateWords(reason.rate, format), rules: rulesWords(reason.rules, t, format) });
    case "fits":
    case "unused":
      return t(reason.rules.length === 0 ? `reason.${reason.key}_unnamed` : `reason.${reason.key}`, { rate: rateWords(reason.rate, format), rules: rulesWords(reason.rules, t, format) });
    case "rounding":
      return t(reason.items > 1 ? "reason.rounding_items" : "reason.rounding", { off: signed(reason.off) });
    case "unexplained":
      return t(reason.unread > 0 ? "reason.unexplained_rules" : "reason.unexplained", { off: signed(reason.off) });
    default:
      return t(`reason.${reason.key}`);
  }
}

/** What is understood in plain words; else a rule as the network names it. */
export function rulesWords(rules: readonly PayRule[], t: Translate, format: Format): string {
  return format.list(rules.map((rule) => (rule.about && rule.test ? t(`rule.${rule.about}.${rule.test}`, { values: rule.values.join(", ") }) : [plain(rule.variable), plain(rule.operator), rule.values.join(", ")].filter(Boolean).join(" "))));
}

function plain(name: string): string {
  return name.replaceAll("_", " ").toLowerCase();
}
