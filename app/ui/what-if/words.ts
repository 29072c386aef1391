// What-ifs in words: the settings that were chosen, the period, and the result in one sentence.
import type { OverrideSettings } from "../../domain/rule-book.ts";
import { mostMoved } from "../../domain/what-if.ts";
import { AS_AT_THE_TIME, chosenOf, type SettingName } from "../../domain/what-if-form.ts";
import type { CreatorSum } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

/** Groups of the texts of Settings, where a setting is described there. */
const OF_SETTINGS: Partial<Record<SettingName, string>> = { stackingRule: "stacking", scope: "scope", creditOn: "credit_on", selfReferral: "self_referral", renewals: "renewals" };

export type SettingWords = { label: (name: SettingName, value: string) => string; sentence: (name: SettingName, value: string, days: number | null) => string };

export function useSettingWords(): SettingWords {
  const t = useT("whatif");
  const tSettings = useT("settings");
  return {
    label(name, value) {
      const group = OF_SETTINGS[name];
      if (name === "window") return t("setting.window.days");
      return group ? tSettings(`${group}.${value}.label`) : t(`setting.${name}.${value}.label`);
    },
    sentence(name, value, days) {
      const group = OF_SETTINGS[name];
      if (value === AS_AT_THE_TIME) return t(`setting.${name}.history`);
      if (name === "window") return tSettings("window.sentence", { count: days ?? 0 });
      return group ? tSettings(`${group}.${value}.sentence`) : t(`setting.${name}.${value}.sentence`);
    },
  };
}

/** The chosen settings, a sentence each. */
export function useSettingSentences(): (settings: OverrideSettings) => string[] {
  const words = useSettingWords();
  return (settings) => chosenOf(settings).map(({ name, value, days }) => words.sentence(name, value, days));
}

/** "1 Oct 2026 to 31 Oct 2026". */
export function usePeriodWords(): (period: { from: string; to: string }) => string {
  const t = useT("whatif");
  const format = useFormat();
  return ({ from, to }) => t("period", { from: format.day(from), to: format.day(to) });
}

/** Whoever did it; the app knows some only as somebody of the shop. */
export function useWho(): (who: string | null) => string {
  const t = useT("whatif");
  return (who) => (who === null || who === "merchant" ? t("somebody") : who);
}

/** The difference of a sum, without its sign. */
export function differenceOf({ before, after }: { before: string; after: string }): { more: boolean; amount: bigint } {
  const difference = BigInt(after) - BigInt(before);
  return { more: difference > 0n, amount: difference < 0n ? -difference : difference };
}

/** `more`: so many other creators' sums change. `asks`: of so many orders the store has yet to tell what the settings ask for. */
type Result = { orders: number; changed: number; asks: number; creators: CreatorSum[]; more: number };

/** What is said of a whole summary. */
export function resultOf(summary: { orders: number; changed: number; asks: number; creators: CreatorSum[] }): Result {
  const { named, more } = mostMoved(summary.creators);
  return { orders: summary.orders, changed: summary.changed, asks: summary.asks, creators: named, more };
}

/** "Marie would get 240.00 more and Leo would get 310.00 less; 48 of 1,204 orders change." Where the store has yet to tell of some, these are not all. */
export function useResultWords(): (result: Result, applied: boolean) => string {
  const t = useT("whatif");
  const format = useFormat();
  function known({ orders, changed, creators, more }: Result, applied: boolean, open: boolean): string {
    const tense = applied ? "result.applied" : "result";
    if (orders === 0) return t("result.no_orders");
    if (changed === 0) return t(open ? "result.none_known" : `${tense}.nothing`, { count: orders, orders: format.number(orders) });
    const parts = creators.map((one) => {
      const { more, amount } = differenceOf(one);
      return t(`${tense}.${more ? "more" : "less"}`, { name: one.name, amount: format.money(amount, one.currency) });
    });
    if (more > 0) parts.push(t(`${tense}.others`, { count: more }));
    const said = orders === 1 ? t(`${tense}.only`) : t(open ? "result.at_least" : `${tense}.orders`, { count: changed, changed: format.number(changed), total: format.number(orders) });
    return t("result.with_orders", { creators: parts.length > 0 ? format.list(parts) : t("result.same_sums"), orders: said });
  }
  return (result, applied) => {
    const open = result.asks > 0 && !applied;
    const words = known(result, applied, open);
    return open ? t("result.with_unknown", { result: words, unknown: t("result.unknown", { count: result.asks, unknown: format.number(result.asks) }) }) : words;
  };
}
