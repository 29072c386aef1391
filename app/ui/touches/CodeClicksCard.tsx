// Of one code: how many of its orders came after a click of its creator, how many without, and of how many that is not known.
import { BlockStack, Card, Link, Text } from "@shopify/polaris";
import { type CodeClicks, shareOf } from "../../domain/touches-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { roughly } from "./FunnelCard.tsx";

type CardProps = { code: string; clicks: Pick<CodeClicks, "seen" | "without" | "unsure" | "unseen"> };

export function CodeClicksCard({ code, clicks }: CardProps) {
  const t = useT("touches");
  const format = useFormat();
  const { seen, without } = clicks;
  const unknown = clicks.unsure + clicks.unseen;
  const share = shareOf(without, seen);
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("of_code.title")}
        </Text>
        {seen > 0 ? (
          <>
            <Text as="p">{t("of_code.with", { count: seen - without })}</Text>
            <Text as="p">{t("of_code.without", { count: without, share: format.percent(roughly(share ?? 0)) })}</Text>
          </>
        ) : null}
        {unknown > 0 ? (
          <Text as="p" tone="subdued">
            {t("of_code.not_known", { count: unknown })}
          </Text>
        ) : null}
        {without > 0 ? <Link url={`/app/orders?view=unclicked&q=${encodeURIComponent(code)}`}>{t("of_code.see")}</Link> : null}
      </BlockStack>
    </Card>
  );
}
