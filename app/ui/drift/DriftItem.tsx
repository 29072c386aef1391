// One difference: what happened, what is here beside what is there, and what can be done about it.
import { Badge, BlockStack, Button, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { DriftRow } from "../../domain/drift-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useProblemWords } from "../marks.tsx";
import { useBeside, useWhat } from "./words.ts";

type DriftItemProps = {
  row: DriftRow;
  /** Asks what is to be done; left out: nothing can be done here. */
  onSettle?: (row: DriftRow) => void;
  /** Shows again what was left. */
  onTakeUp?: (row: DriftRow) => void;
};

export function DriftItem({ row, onSettle, onTakeUp }: DriftItemProps) {
  const t = useT("drift");
  const format = useFormat();
  const what = useWhat();
  const { smDown } = useBreakpoints();
  const problem = useProblemWords()(row.problem);
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" blockAlign="start" gap="200" wrap={smDown}>
        <BlockStack gap="050">
          <Text as="p" fontWeight="medium" breakWord>
            {what(row)}
          </Text>
          <Text as="p" tone="subdued" variant="bodySm" breakWord>
            <Where row={row} /> · {t("found", { when: format.ago(row.foundAt) })}
          </Text>
        </BlockStack>
        <InlineStack gap="200" blockAlign="center" wrap={false}>
          {row.closedAt === null && row.how === "ours" ? <Badge tone="info" progress="partiallyComplete">{t("state.under_way")}</Badge> : null}
          {row.closedAt !== null ? <Badge>{t(`state.${row.how ?? "gone"}`)}</Badge> : null}
          {row.closedAt === null && row.how === null && row.kind === "extra_code" ? (
            <Button variant="plain" url={`/app/adopt/link?${new URLSearchParams({ codes: row.theirs?.code ?? "" })}`}>
              {t("link")}
            </Button>
          ) : null}
          {row.closedAt === null && row.how === null && onSettle ? (
            <Button onClick={() => onSettle(row)} accessibilityLabel={t("settle_named", { what: what(row) })}>
              {t("settle")}
            </Button>
          ) : null}
          {row.how === "left" && onTakeUp ? <Button onClick={() => onTakeUp(row)}>{t("take_up")}</Button> : null}
        </InlineStack>
      </InlineStack>
      <BesideTable row={row} />
      {problem ? (
        <Text as="p" tone="critical" breakWord>
          {t("not_done", { why: problem })}
        </Text>
      ) : null}
    </BlockStack>
  );
}

/** The deal or the code, and the side it is about. */
function Where({ row }: { row: DriftRow }) {
  const t = useT("drift");
  const side = row.inStore ? t("side.store") : (row.program ?? t("side.network"));
  return (
    <>
      {row.code ? (
        <>
          <Link url={`/app/codes/${row.code.id}`}>{row.code.code}</Link> ·{" "}
        </>
      ) : null}
      {row.deal ? (
        <>
          <Link url={`/app/deals/${row.deal.id}`}>{row.deal.name}</Link> ·{" "}
        </>
      ) : null}
      {side}
    </>
  );
}

/** A real table: who cannot see it hears which column is which. */
export function BesideTable({ row }: { row: DriftRow }) {
  const t = useT("drift");
  const beside = useBeside()(row);
  if (beside.length === 0) return null;
  if (beside.every(({ here, there }) => here === "" && there === "")) {
    return (
      <Text as="p" tone="subdued" breakWord>
        {t("changed_there", { parts: beside.map(({ label }) => label).join(", ") })}
      </Text>
    );
  }
  const cell = { textAlign: "start", verticalAlign: "top", padding: "4px 16px 4px 0", overflowWrap: "anywhere" } as const;
  return (
    <table style={{ borderCollapse: "collapse", width: "100%", maxWidth: 720, tableLayout: "fixed" }}>
      <thead>
        <tr>
          {["part", "here", row.inStore ? "there_store" : "there_network"].map((name) => (
            <th key={name} scope="col" style={cell}>
              <Text as="span" variant="bodySm" tone="subdued" fontWeight="regular">
                {t(`column.${name}`)}
              </Text>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {beside.map(({ label, here, there }) => (
          <tr key={label} style={{ borderTop: "1px solid var(--p-color-border-secondary)" }}>
            <th scope="row" style={cell}>
              <Text as="span" fontWeight="regular">
                {label}
              </Text>
            </th>
            <td style={cell}>
              <Text as="span">{here}</Text>
            </td>
            <td style={cell}>
              <Text as="span" fontWeight="medium">
                {there}
              </Text>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
