// A row of the worklist in sentences: what is so here and there, and what each repair will do.
import type { Effect } from "../../domain/worklist.ts";
import type { WorkRow } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

const MOST_ITEMS = 4;

/** Of a conversion that waits for a person: why, in some words; else null. */
export function useWhy(): (row: WorkRow) => string | null {
  const t = useT("network");
  return ({ problem }) => (problem === null || problem === "near_lock" ? null : t(`problem.${problem}.what`));
}

/** What is so here and there, in one sentence. */
export function useWhat(): (row: WorkRow) => string {
  const t = useT("worklist");
  const format = useFormat();
  return (row) => {
    const { difference, problem } = row;
    const values = {
      here: row.here === null ? t("unknown") : format.money(row.here, row.currency),
      there: row.there?.amount ? format.money(row.there.amount, row.there.currency) : t("unknown"),
      partner: row.partner || row.creator?.name || t("nobody"),
      creator: row.creator?.name ?? t("nobody"),
      word: row.word ?? "",
      ref: row.orderRef,
    };
    if (problem === "near_lock") return t("what.near_lock", values);
    if (problem !== null) return t(row.there === null ? "what.not_held" : "what.held", values);
    if (difference === null) return t(row.group === "under_way" ? underWay(row) : "what.settled", values);
    return t(difference.kind === "state" ? `what.state_${difference.how ?? "word"}` : `what.${difference.kind}`, values);
  };
}

/** What was chosen is not done before the network, read back, shows it: until then it holds what it held. */
function underWay({ chosen, here, there }: WorkRow): string {
  if (chosen?.repair === "send_anew" || chosen?.repair === "send_again") return `what.being_sent_${chosen.repair}`;
  if (chosen?.repair === "reverse" || here === "0") return "what.being_reversed";
  return here === null || there === null ? "what.being_asked" : "what.being_set";
}

/** What a person can do that no repair does; null: the repairs say it all. */
export function useAdvice(): (row: WorkRow) => string | null {
  const t = useT("worklist");
  const tNetwork = useT("network");
  return ({ problem, difference, locked, offers }) => {
    if (problem !== null) return problem === "near_lock" ? null : tNetwork(`problem.${problem}.do`);
    if (difference?.kind === "partner") return t("advice.partner");
    if (difference?.kind === "amount" && !locked && !offers.some((offer) => offer.repair === "edit")) return t("advice.added");
    if (difference?.how === "early") return t("advice.state_early");
    return difference?.how === "word" ? t("advice.state_word") : null;
  };
}

/** What a repair will do. */
export function useEffectWords(): (effect: Effect, creator: string | null) => string {
  const t = useT("worklist");
  const format = useFormat();
  return (effect, creator) => {
    const { key, currency, items, payout } = effect;
    const set = items.map(({ name, quantity, amount }) => (amount === "0" ? t("effect.item_gone", { name }) : t("effect.item", { quantity, name, amount: format.money(amount, currency) })));
    const named = set.length > MOST_ITEMS ? [...set.slice(0, MOST_ITEMS), t("effect.items_more", { count: set.length - MOST_ITEMS })] : set;
    const values = {
      amount: effect.amount === null ? t("unknown") : format.money(effect.amount, currency),
      items: format.list(named),
      ref: effect.ref,
      creator: creator ?? t("nobody"),
      payout: payout === null ? "" : format.money(payout.amount, payout.currency),
    };
    if (key === "edit" || key === "edit_partly") return t(items.length === 0 ? `effect.${key}_all` : `effect.${key}`, values);
    if (payout !== null && (key === "reverse_extra" || key === "reverse_own")) return t(`effect.${key}_payout`, values);
    return t(`effect.${key}`, values);
  };
}
