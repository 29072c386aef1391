// A code that outlives its creator's contract: said where the code stands, before its sales count for nobody.
import { Badge, Banner } from "@shopify/polaris";
import type { CodeRow } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

/** In lists: of a contract that ends soon, or ended. */
export function ContractBadge({ code }: { code: CodeRow }) {
  const t = useT("contracts");
  const format = useFormat();
  if (!code.contract?.soon) return null;
  return code.contract.ended ? <Badge tone="critical">{t("badge.ended")}</Badge> : <Badge tone="warning">{t("badge.ends", { date: format.date(code.contract.endsAt) })}</Badge>;
}

/** On the code's own page, however far the end is. */
export function ContractBanner({ code }: { code: CodeRow }) {
  const t = useT("contracts");
  const format = useFormat();
  const { contract, creator } = code;
  if (contract === null || creator === null) return null;
  const values = { creator: creator.name, code: code.code, program: code.program?.name ?? "", date: format.date(contract.endsAt) };
  const what = contract.ended ? "ended" : "ends";
  return (
    <Banner tone={contract.soon ? "warning" : "info"} title={t(`code.${what}.title`, values)} action={{ content: t("code.open"), url: `/app/creators/${creator.id}` }}>
      <p>{t(`code.${what}.text`, values)}</p>
    </Banner>
  );
}
