// One row of the worklist: the order, what is so here and there, when it locks, and the way to what can be done.
import { Badge, BlockStack, Button, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { WorkRow } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useDetailWords } from "../network/code-words.ts";
import type { Repairing } from "./use-repair.ts";
import { useAdvice, useWhat, useWhy } from "./words.ts";

export function WorkItem({ row, repairing }: { row: WorkRow; repairing: Repairing }) {
  const t = useT("worklist");
  const what = useWhat();
  const why = useWhy()(row);
  const advised = useAdvice()(row);
  const detail = useDetailWords(row.network);
  const { smDown } = useBreakpoints();
  const { said, todo } = detail(row.detail);
  const failed = detail(row.failed).said.join(" ");
  const advice = todo[0] ?? advised;
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" blockAlign="start" gap="200" wrap={smDown}>
        <BlockStack gap="050">
          <InlineStack gap="200" blockAlign="center" align="start">
            <Text as="h3" variant="headingSm" breakWord>
              {row.order ? <Link url={`/app/orders/${row.order.id}`}>{row.order.name ? t("order", { name: row.order.name }) : t("ref", { ref: row.orderRef })}</Link> : t("ref", { ref: row.orderRef })}
              {why === null ? null : ` · ${why}`}
            </Text>
            <LockMark row={row} />
            {row.group === "under_way" ? (
              <Badge tone="info" progress="partiallyComplete">
                {t("under_way")}
              </Badge>
            ) : null}
          </InlineStack>
          <Text as="p" breakWord>
            {what(row)}
          </Text>
        </BlockStack>
        <div style={{ flexShrink: 0 }}>
          <Act row={row} repairing={repairing} />
        </div>
      </InlineStack>
      {said.map((sentence) => (
        <Text key={sentence} as="p" breakWord>
          {sentence}
        </Text>
      ))}
      {failed ? (
        <Text as="p" tone="critical" breakWord>
          {t("failed", { why: failed })}
        </Text>
      ) : null}
      {advice && row.chosen === null ? (
        <Text as="p" breakWord>
          <strong>{t("do")}</strong> {advice}
        </Text>
      ) : null}
      {row.offline && row.group !== "accepted" ? <Text as="p">{t("offline")}</Text> : null}
      <Chosen row={row} />
      <About row={row} />
    </BlockStack>
  );
}

function Act({ row, repairing }: { row: WorkRow; repairing: Repairing }) {
  const t = useT("worklist");
  if (row.group === "accepted") {
    return (
      <Button onClick={() => repairing.choose(row, "take_up")} disabled={repairing.busy}>
        {t("take_up")}
      </Button>
    );
  }
  if (row.offers.length === 0) return null;
  return (
    <Button onClick={() => repairing.ask(row)} accessibilityLabel={t("settle_named", { what: row.order?.name || row.orderRef })}>
      {t("settle")}
    </Button>
  );
}

function LockMark({ row }: { row: WorkRow }) {
  const t = useT("worklist");
  const format = useFormat();
  if (row.lockAt === null) return null;
  if (row.locked) return <Badge>{t("lock.over", { date: format.date(row.lockAt) })}</Badge>;
  return row.near ? <Badge tone="critical">{t("lock.soon", { when: format.ago(row.lockAt) })}</Badge> : <Badge>{t("lock.on", { date: format.date(row.lockAt) })}</Badge>;
}

function Chosen({ row }: { row: WorkRow }) {
  const t = useT("worklist");
  const format = useFormat();
  if (row.chosen === null) return null;
  const values = { who: row.chosen.who === "" || row.chosen.who === "merchant" ? t("merchant") : row.chosen.who, when: format.ago(row.chosen.at) };
  return (
    <Text as="p" tone="subdued" breakWord>
      {t(row.group === "accepted" ? "accepted" : "chosen", values)}
    </Text>
  );
}

function About({ row }: { row: WorkRow }) {
  const t = useT("worklist");
  const format = useFormat();
  const parts = [row.code ?? "", row.program, row.since ? t("since", { when: format.ago(row.since) }) : "", row.readAt ? t("read", { when: format.ago(row.readAt) }) : ""].filter(Boolean);
  return (
    <Text as="p" tone="subdued" variant="bodySm" breakWord>
      {row.creator ? <Link url={`/app/creators/${row.creator.id}`}>{row.creator.name}</Link> : null}
      {row.creator && parts.length > 0 ? " · " : ""}
      {parts.join(" · ")}
    </Text>
  );
}
