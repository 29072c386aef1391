// The rules by which an order was judged, in sentences: what was chosen for its time later, the shop's, and those of each program whose codes stood on it.
import type { OrderProof } from "../../domain/explain.ts";
import { stillChosen } from "../../domain/proof.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useRuleSentences } from "../settings/sentences.ts";
import { useSettingSentences } from "../what-if/words.ts";

/** `title` is a key of the namespace "orders". `chosen`: what was chosen later and still decides, by the id of the what-if that was applied. */
export type RulesInForce = {
  title: string;
  chosen: { id: string; sentence: string; settings: string[] }[];
  intro: string;
  shop: string[];
  programs: { id: string; name: string; sentences: string[]; since: string | null }[];
};

/** What was chosen later is contained in the rules; they are not said to have held when the order was placed then. */
export function useRulesInForce(): (proof: OrderProof) => RulesInForce {
  const t = useT("orders");
  const format = useFormat();
  const { stacking, neverEarn, program } = useRuleSentences();
  const chosenSentences = useSettingSentences();
  return ({ codes, shopRule, overrides }) => {
    const chosen = stillChosen(overrides);
    const { tags, types, skus } = shopRule.neverEarn;
    const first = codes.filter((code, index) => codes.findIndex((other) => other.program.id === code.program.id) === index);
    const isChosen = (id: string) => chosen.some((one) => one.program.id === id);
    return {
      title: chosen.length > 0 ? "rules.title_chosen" : "rules.title",
      chosen: chosen.map((one) => ({ id: one.id, sentence: t("rules.chosen_later", { program: one.program.name, when: format.dateTime(one.appliedAt) }), settings: chosenSentences(one.settings) })),
      intro: t(chosen.length > 0 ? "rules.intro_chosen" : "rules.intro"),
      shop: [stacking(shopRule.stackingRule), ...(tags.length + types.length + skus.length > 0 ? neverEarn(shopRule.neverEarn) : [])],
      programs: first.map((code) => ({
        id: code.program.id,
        name: code.program.name,
        sentences: program(code.rule, code.program.network),
        since: code.since === null || isChosen(code.program.id) ? null : t("rules.since", { when: format.dateTime(code.since) }),
      })),
    };
  };
}
