// The rules in sentences, as a merchant would say them.
import type { ProgramSettingsView } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";

export type RuleSentences = { stacking: (rule: string) => string; program: (rule: ProgramSettingsView, network: string) => string[] };

/** `program` leaves out what only matters where there is a network. */
export function useRuleSentences(): RuleSentences {
  const t = useT("settings");
  return {
    stacking: (rule) => t(`stacking.${rule}.sentence`),
    program: (rule, network) => [
      t(`credit_on.${rule.creditOn}.sentence`),
      t(`scope.${rule.scope}.sentence`),
      t("window.sentence", { count: rule.clickWindowDays }),
      t(`self_referral.${rule.blockSelfReferral ? "blocked" : "allowed"}.sentence`),
      ...(network === "none" ? [] : [t(`mode.${rule.mode}.sentence`)]),
      ...(network === "none" || rule.mode === "codes_only" ? [] : [t(`order_id.${rule.orderIdForm}.sentence`)]),
    ],
  };
}
