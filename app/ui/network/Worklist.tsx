// Conversions that wait for a person: what happened, what it means, what to do.
import { BlockStack, Card, Divider, InlineStack, Link, Text } from "@shopify/polaris";
import type { StuckConversion } from "../../domain/pages.ts";
import { readProblem } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

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
  const said = useDetailWords()(row.detail);
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
      {said ? <Text as="p">{said}</Text> : null}
      <Text as="p">
        <strong>{t("worklist.do")}</strong> {t(`problem.${kind}.do`)}
      </Text>
      <Text as="p" tone="subdued" variant="bodySm">
        {row.creator ? <Link url={`/app/creators/${row.creator.id}`}>{row.creator.name}</Link> : "–"}
        {[row.code ?? "", row.programName].filter(Boolean).map((text) => ` · ${text}`)}
      </Text>
    </BlockStack>
  );
}

/** The detail is the network's error codes, a kept problem, or the network's own words: codes are explained, words are quoted. */
export function useDetailWords(): (detail: string | null) => string | null {
  const t = useT("network");
  const tErrors = useT("errors");
  return (detail) => {
    if (!detail) return null;
    if (/^[A-Z_]{4,}([ ,;]+[A-Z_]{4,})*$/.test(detail)) {
      return detail.split(/[ ,;]+/).map((code) => t(`code.${EXPLAINED.includes(code) ? code : "other"}`, { code })).join(" ");
    }
    const problem = readProblem(detail);
    return problem ? tErrors(problem.key, problem.values) : null;
  };
}

/** The network's error codes that have words in network.json under "code". */
const EXPLAINED = [
  "ACTIONTRACKER_NOT_ACTIVE",
  "ACTIONTRACKER_NOT_FOUND",
  "ACTION_REF_NOT_FOUND",
  "BLOCKED_BY_PROMOCODE",
  "CONTRACT_NOT_FOUND",
  "CONV_DUPLICATE",
  "CREDITING_RULE_MISMATCH",
  "MALFORMED",
  "NO_ITEM",
  "NO_VALID_ACTION_REF",
  "OID_MISSING",
  "OTHER_REF_PRIORITIZED",
  "OUTSIDE_ASSOCIATION_WINDOW",
  "PARTNER_NOT_ACTIVE",
  "REFTYPE_NOT_ACCEPTED",
  "RESTRICTED_PROMOCODE",
  "UNCLAIMED",
];
