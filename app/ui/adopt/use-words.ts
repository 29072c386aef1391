// How a code of the store was used so far: by the store's own count, and by the orders that are known here.
import type { FoundCode, SoldBefore } from "../../domain/adopt.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function useUse(): (code: Pick<FoundCode, "uses">, sold: SoldBefore | undefined) => string {
  const t = useT("adopt");
  const format = useFormat();
  return ({ uses }, sold) => {
    if (uses === 0 && !sold) return t("use.never");
    const known = sold ? t("use.known", { count: sold.orders, amount: format.money(sold.amount) }) : t("use.none_known");
    return `${t("use.uses", { count: uses })}, ${known}`;
  };
}
