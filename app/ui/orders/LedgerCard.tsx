// The ledger of the order: what was written when, and which word of the store was the cause. Entries are never changed.
import { BlockStack, Box, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import type { EntryRow } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { type EntryGroup, groupedByCause } from "./ledger-groups.ts";
import { useTopicWords } from "./topics.ts";

const SHOWN_FIRST = 50;

/** `byHand`: the reasons of the entries that stand under a person's decision, by entry. */
type LedgerProps = { entries: EntryRow[]; titles: Record<string, string>; currency: string | null; byHand: Record<string, string> };

export function LedgerCard({ entries, titles, currency, byHand }: LedgerProps) {
  const t = useT("orders");
  const format = useFormat();
  const [all, setAll] = useState(false);
  const shown = all ? entries : entries.slice(0, SHOWN_FIRST);
  const total = entries.reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
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
        {groupedByCause(shown).map((group) => (
          <Group key={group[0].id} group={group} titles={titles} reason={byHand[group[0].id]} />
        ))}
        {entries.length === 0 ? null : (
          <Box borderBlockStartWidth="025" borderColor="border" paddingBlockStart="200">
            <InlineStack align="space-between" gap="200">
              <Text as="span" fontWeight="semibold">
                {t("ledger.balance")}
              </Text>
              <Text as="span" fontWeight="semibold" numeric>
                {format.money(total, currency ?? undefined)}
              </Text>
            </InlineStack>
          </Box>
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

type GroupProps = { group: EntryGroup; titles: Record<string, string>; reason: string | undefined };

/** What one cause brought: when and why above, its entries beneath. */
function Group({ group, titles, reason }: GroupProps) {
  const t = useT("orders");
  const format = useFormat();
  const [first] = group;
  return (
    <Box borderBlockStartWidth="025" borderColor="border-secondary" paddingBlockStart="200">
      <BlockStack gap="100">
        <Cause entry={first} reason={reason} />
        {group.map((entry) => (
          <InlineStack key={entry.id} align="space-between" blockAlign="start" gap="200" wrap={false}>
            <Text as="span" breakWord>
              <Text as="span" fontWeight="semibold">
                {t(entryKind(entry))}
              </Text>{" "}
              <Text as="span" tone="subdued">
                {[titles[entry.lineId] ?? t("entry.line", { id: entry.lineId }), entry.creator, entry.code].filter(Boolean).join(" · ")}
              </Text>
            </Text>
            <span style={{ whiteSpace: "nowrap" }}>
              <Text as="span" numeric>
                {format.money(entry.amount, entry.currency)}
              </Text>
            </span>
          </InlineStack>
        ))}
      </BlockStack>
    </Box>
  );
}

const HASH_SHOWN = 12;

/** The delivery in words, or what a person gave as the reason; its id and fingerprint can be opened, for whoever wants to trace it. */
function Cause({ entry, reason }: { entry: EntryRow; reason: string | undefined }) {
  const t = useT("orders");
  const format = useFormat();
  const words = useTopicWords();
  const [open, setOpen] = useState(false);
  const { cause, version } = entry;
  const said = cause.topic === "hand" && reason !== undefined ? "" : cause.topic ? words(cause.topic) : t("topic.other");
  return (
    <BlockStack gap="050">
      <InlineStack align="space-between" gap="200">
        <Text as="span" tone="subdued">
          {[format.dateTime(entry.at), said].filter(Boolean).join(" · ")}
        </Text>
        <Button variant="plain" size="micro" disclosure={open ? "up" : "down"} ariaExpanded={open} onClick={() => setOpen(!open)}>
          {cause.hash ? t("ledger.trace_hash", { hash: cause.hash.slice(0, HASH_SHOWN) }) : t("ledger.trace")}
        </Button>
      </InlineStack>
      {reason !== undefined ? (
        <Text as="p" breakWord>
          {t("hand.entry", { reason })}
        </Text>
      ) : null}
      {open ? (
        <Text as="p" tone="subdued" variant="bodySm" breakWord>
          {[cause.id, version.updatedAt ? t("ledger.state", { when: format.dateTime(version.updatedAt) }) : "", cause.hash ? t("ledger.hash", { hash: cause.hash }) : ""].filter(Boolean).join(" · ")}
        </Text>
      ) : null}
    </BlockStack>
  );
}
