// Conversions that wait for a person: what happened, what it means, what to do.
import { BlockStack, Card, Divider, InlineStack, Link, Text } from "@shopify/polaris";
import type { StuckConversion } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useDetailWords } from "./code-words.ts";
import { TellAgain } from "./TellAgain.tsx";

const KNOWN = ["after_lock", "added_item", "rejected", "no_event_type", "no_partner", "refused", "gave_up", "partly_kept", "no_edits"];

export function Worklist({ stuck, total }: { stuck: StuckConversion[]; total: number }) {
  const t = useT("network");
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm">
          {t("worklist.title")}
        </Text>
        {stuck.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("worklist.none")}
          </Text>
        ) : null}
        {stuck.map((row, index) => (
          <BlockStack key={`${row.orderId}/${row.n}`} gap="400">
            {index > 0 ? <Divider /> : null}
            <Stuck row={row} />
          </BlockStack>
        ))}
        {total > stuck.length ? (
          <Text as="p" tone="subdued">
            {t("worklist.more", { count: total - stuck.length })}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Stuck({ row }: { row: StuckConversion }) {
  const t = useT("network");
  const format = useFormat();
  const { said, todo } = useDetailWords(row.network)(row.detail);
  const kind = KNOWN.includes(row.problem) ? row.problem : "refused";
  const amounts = { wanted: format.money(row.wanted, row.currency), known: row.known === null ? "–" : format.money(row.known, row.currency) };
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" gap="200">
        <Text as="h3" variant="headingSm" breakWord>
          <Link url={`/app/orders/${row.orderId}`}>{row.orderName || t("worklist.order")}</Link>
          {" · "}
          {t(`problem.${kind}.what`)}
        </Text>
        <Text as="span" tone="subdued" variant="bodySm">
          {format.dateTime(row.changedAt)}
        </Text>
      </InlineStack>
      <Text as="p">{row.known === null ? t("worklist.amounts_unknown", amounts) : t("worklist.amounts", amounts)}</Text>
      {said.map((sentence) => (
        <Text key={sentence} as="p">
          {sentence}
        </Text>
      ))}
      <Text as="p">
        <strong>{t("worklist.do")}</strong> {todo[0] ?? t(`problem.${kind}.do`)}
      </Text>
      {row.canTellAgain ? <TellAgain orderId={row.orderId} n={row.n} /> : null}
      <Text as="p" tone="subdued" variant="bodySm">
        {row.creator ? <Link url={`/app/creators/${row.creator.id}`}>{row.creator.name}</Link> : "–"}
        {[row.code ?? "", row.programName].filter(Boolean).map((text) => ` · ${text}`)}
      </Text>
    </BlockStack>
  );
}
