// How much differs, with the way to it: a line for other pages. Nothing where nothing does.
import { Banner } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

export function DriftLine({ open }: { open: number }) {
  const t = useT("drift");
  return open === 0 ? null : <Banner tone="warning" title={t("line", { count: open })} action={{ content: t("line_action"), url: "/app/drift" }} />;
}
