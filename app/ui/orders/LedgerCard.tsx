// The ledger of the order: what was written when, and which word of the store was the cause. Entries are never changed.
import { BlockStack, Box, Button, Card, DataTable, InlineStack, Text, useBreakpoints } from "@shopify/polaris";
import { useState } from "react";
import type { EntryRow } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useTopicWords } from "./topics.ts";

const SHOWN_FIRST = 50;

/** `byHand`: the reasons of the entries that stand under a person's decision, by entry. */
type LedgerProps = { entries: EntryRow[]; titles: Record<string, string>; currency: string | null; byHand: Record<string, string> };

export function LedgerCard({ entries, titles, currency, byHand }: LedgerProps) {
  const t = useT("orders");
  const format = useFormat();
  const { smUp } = useBreakpoints();
  const [all, setAll] = useState(false);
  const shown = all ? entries : entries.slice(0, SHOWN_FIRST);
  const total = entries.reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
  const money = (minor: string | bigint) => format.money(minor, currency ?? undefined);
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("ledger.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t(entries.length === 0 ? "ledger.none" : "ledger.what")}
          </Text>
        </BlockStack>
        {entries.length === 0 ? null : smUp ? (
          <DataTable
            columnContentTypes={["text", "text", "text", "numeric"]}
            headings={[t("ledger.when"), t("ledger.entry"), t("ledger.cause"), t("ledger.amount")]}
            rows={shown.map((entry) => [format.dateTime(entry.at), <Entry key="entry" entry={entry} titles={titles} />, <Cause key="cause" entry={entry} reason={byHand[entry.id]} />, money(entry.amount)])}
            totals={["", "", "", money(total)]}
            totalsName={{ singular: t("ledger.balance"), plural: t("ledger.balance") }}
            showTotalsInFooter
            increasedTableDensity
            verticalAlign="top"
          />
        ) : (
          <BlockStack gap="300">
            {shown.map((entry) => (
              <BlockStack key={entry.id}>
                <InlineStack align="space-between" gap="200" wrap={false}>
                  <Entry entry={entry} titles={titles} />
                  <Text as="span" numeric>
                    {money(entry.amount)}
                  </Text>
                </InlineStack>
                <Text as="span" tone="subdued" variant="bodySm">
                  {format.dateTime(entry.at)}
                </Text>
                <Cause entry={entry} reason={byHand[entry.id]} />
              </BlockStack>
            ))}
            <Text as="p" fontWeight="semibold">
              {t("ledger.balance")} {money(total)}
            </Text>
          </BlockStack>
        )}
        {entries.length > shown.length ? (
          <Button variant="plain" textAlign="start" onClick={() => setAll(true)}>
            {t("ledger.all", { count: entries.length - shown.length })}
          </Button>
        ) : null}
      </BlockStack>
    </Card>
  );
}

export function entryKind(entry: EntryRow): string {
  return `entry.${["credit", "reversal"].includes(entry.kind) ? entry.kind : "adjustment"}`;
}

function Entry({ entry, titles }: { entry: EntryRow; titles: Record<string, string> }) {
  const t = useT("orders");
  return (
    <div style={{ whiteSpace: "normal" }}>
      <Text as="p" fontWeight="semibold">
        {t(entryKind(entry))}
      </Text>
      <Text as="p" tone="subdued" variant="bodySm" breakWord>
        {[titles[entry.lineId] ?? t("entry.line", { id: entry.lineId }), entry.creator, entry.code].filter(Boolean).join(" · ")}
      </Text>
    </div>
  );
}

/** The delivery in words, or what a person gave as the reason; its id and hash beneath, for whoever wants to trace it. */
function Cause({ entry, reason }: { entry: EntryRow; reason: string | undefined }) {
  const t = useT("orders");
  const words = useTopicWords();
  const { cause } = entry;
  return (
    <Box maxWidth="320px">
      <div style={{ whiteSpace: "normal" }}>
        {cause.topic === "hand" && reason !== undefined ? null : <Text as="p">{cause.topic ? words(cause.topic) : t("topic.other")}</Text>}
        {reason !== undefined ? <Text as="p">{t("hand.entry", { reason })}</Text> : null}
        <span title={cause.hash ? t("ledger.hash", { hash: cause.hash }) : undefined} style={{ overflowWrap: "anywhere" }}>
          <Text as="span" tone="subdued" variant="bodySm">
            {[cause.id, cause.hash?.slice(0, 12)].filter(Boolean).join(" · ")}
          </Text>
        </span>
      </div>
    </Box>
  );
}
