// The rules in sentences, as a merchant would say them.
import type { NeverEarn } from "../../domain/rule-book.ts";
import type { ProgramSettingsView } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export type RuleSentences = {
  stacking: (rule: string) => string;
  renewalSources: (sources: readonly string[]) => string;
  neverEarn: (never: NeverEarn) => string[];
  program: (rule: Omit<ProgramSettingsView, "renewals" | "clicks"> & { renewals?: string; clicks?: string }, network: string) => string[];
  /** Where orders come from, in words where the platform itself names it. */
  sourceName: (source: string) => string;
};

/** The platform's own names of where orders come from; apps have numbers. */
const KNOWN_SOURCES = ["subscription_contract", "web", "pos", "shopify_draft_order", "iphone", "android"];

/** `program` leaves out what only matters where there is a network. */
export function useRuleSentences(): RuleSentences {
  const t = useT("settings");
  const format = useFormat();
  const sourceName = (source: string) => (KNOWN_SOURCES.includes(source) ? t(`renewal_sources.source.${source}`) : /^\d+$/.test(source) ? t("renewal_sources.app", { id: source }) : source);
  return {
    stacking: (rule) => t(`stacking.${rule}.sentence`),
    renewalSources: (sources) => (sources.length === 0 ? t("renewal_sources.none") : t("renewal_sources.sentence", { sources: format.list(sources.map(sourceName)) })),
    neverEarn: (never) => {
      const kinds = (["tags", "types", "skus"] as const).filter((kind) => never[kind].length > 0);
      return kinds.length === 0 ? [t("never_earn.none")] : kinds.map((kind) => t(`never_earn.${kind}.sentence`, { words: format.list([...never[kind]]) }));
    },
    program: (rule, network) => [
      t(`credit_on.${rule.creditOn}.sentence`),
      t(`scope.${rule.scope}.sentence`),
      t("window.sentence", { count: rule.clickWindowDays }),
      t(`self_referral.${rule.blockSelfReferral ? "blocked" : "allowed"}.sentence`),
      // What was logged before there were these settings does not say them.
      ...(rule.renewals === undefined ? [] : [t(`renewals.${rule.renewals}.sentence`), t(`customers.${rule.newCustomersOnly ? "new" : "all"}.sentence`), t(`chargebacks.${rule.chargebacks}.sentence`)]),
      ...(network === "none" ? [] : [t(`mode.${rule.mode}.sentence`)]),
      ...(network === "none" || rule.mode === "codes_only" ? [] : [t(`order_id.${rule.orderIdForm}.sentence`)]),
      ...(network === "none" || rule.mode === "codes_only" || rule.clicks === undefined ? [] : [t(`clicks.${rule.clicks}.sentence`), t(`email_hash.${rule.emailHash ? "on" : "off"}.sentence`)]),
    ],
    sourceName,
  };
}
