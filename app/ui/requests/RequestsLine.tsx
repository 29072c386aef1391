// How many creators wait for an answer, with the way to it: a line for other pages. Nothing where none does.
import { Banner } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

export function RequestsLine({ waiting }: { waiting: number }) {
  const t = useT("requests");
  return waiting === 0 ? null : <Banner tone="info" title={t("line", { count: waiting })} action={{ content: t("line_action"), url: "/app/requests" }} />;
}
