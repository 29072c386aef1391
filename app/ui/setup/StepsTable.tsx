// The codes that wait for a person in a program, as a table to work through, to copy, or to take along as a file.
import { useAppBridge } from "@shopify/app-bridge-react";
import { Badge, BlockStack, Box, Button, Card, IndexTable, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import { BYTE_ORDER_MARK, csvRecord } from "../../domain/csv.ts";
import type { DoneStep, WaitingStep, WaitingSteps } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { CopyButton, copyText } from "../share/copy.tsx";
import { useNetworkWords } from "./StepLines.tsx";

/** `done`: what was checked off since the page was opened. */
type Props = { rows: WaitingStep[]; done: DoneStep[]; total: number; program: WaitingSteps["program"]; timezone: string };

export function StepsTable({ rows, done, total, program, timezone }: Props) {
  const t = useT("setup");
  const { smDown } = useBreakpoints();
  const table = useTable(program.network);
  const shopify = useAppBridge();
  if (rows.length + done.length === 0) {
    return (
      <Card>
        <Text as="p">{t("page.none", { program: program.name })}</Text>
      </Card>
    );
  }
  async function copy() {
    const copied = await copyText([table.headings, ...rows.map(table.cells)].map((cells) => cells.map((cell) => cell.replace(/[\t\n]+/g, " ")).join("\t")).join("\n"));
    shopify.toast.show(t(copied ? "page.copied" : "page.not_copied"), { isError: !copied });
  }
  function save() {
    const text = BYTE_ORDER_MARK + [table.headings, ...rows.map(table.cells)].map((cells) => csvRecord(cells.map((cell) => ({ text: cell })))).join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `${program.name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
  }
  const headings = ["code", "policy", "match", "ends", "state"].map((name) => ({ title: t(`page.${name}`) }));
  const [first, ...rest] = headings;
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="200">
          {rows.length === 0 ? (
            <Text as="p">{t("page.none", { program: program.name })}</Text>
          ) : (
            <InlineStack gap="200">
              <Button onClick={() => void copy()}>{t("page.copy")}</Button>
              <Button onClick={save}>{t("page.file")}</Button>
            </InlineStack>
          )}
          <Text as="p" tone="subdued" variant="bodySm">
            {[t("zone", { timezone }), total > rows.length ? t("page.more", { shown: rows.length, total }) : ""].filter(Boolean).join(" ")}
          </Text>
        </BlockStack>
      </Box>
      <IndexTable condensed={smDown} selectable={false} itemCount={rows.length + done.length} resourceName={{ singular: t("page.resource_one"), plural: t("page.resource_other") }} headings={[first!, ...rest]}>
        {[...rows.map((row) => ({ row, doneAt: null })), ...done.map((row) => ({ row, doneAt: row.doneAt }))].map(({ row, doneAt }, index) => (
          <IndexTable.Row id={row.codeId} key={row.codeId} position={index}>
            <Row row={row} doneAt={doneAt} network={program.network} narrow={smDown} />
          </IndexTable.Row>
        ))}
      </IndexTable>
    </Card>
  );
}

/** The table in words, for the clipboard and the file. */
function useTable(network: string): { headings: string[]; cells: (row: WaitingStep) => string[] } {
  const t = useT("setup");
  const format = useFormat();
  const words = useNetworkWords(network);
  const date = (at: string | null) => (at === null ? "" : format.dateTime(at));
  return {
    headings: [t("page.code"), t("page.creator"), t("page.policy"), t("page.match"), t("page.starts"), t("page.ends"), t("page.comments"), t("page.send_to")],
    cells: (row) => [row.code, row.creator, words.policy(row.policy), words.match(row.match), date(row.startsAt), date(row.endsAt), row.comments, row.sendTo],
  };
}

function Row({ row, doneAt, network, narrow }: { row: WaitingStep; doneAt: string | null; network: string; narrow: boolean }) {
  const t = useT("setup");
  const format = useFormat();
  const words = useNetworkWords(network);
  const open = row.steps.filter((step) => step.doneAt === null).map((step) => step.key);
  const state = doneAt !== null ? <Badge tone="success" progress="complete">{t("page.found", { when: format.ago(doneAt) })}</Badge> : <Badge tone="attention">{open.includes("policy") ? t("page.policy_wrong") : open.includes("dates") ? t("page.dates_wrong") : t("page.assign")}</Badge>;
  const until = row.endsAt === null ? "–" : format.dateTime(row.endsAt);
  const name = (
    <BlockStack inlineAlign="start">
      <InlineStack gap="200" blockAlign="center" wrap={false}>
        <Link url={`/app/codes/${row.codeId}`} monochrome removeUnderline>
          <Text as="span" fontWeight="semibold" breakWord>
            {row.code}
          </Text>
        </Link>
        <CopyButton text={row.code} label={t("copy", { field: t("page.code") })} />
      </InlineStack>
      <Text as="span" tone="subdued" variant="bodySm">
        {row.creator}
      </Text>
    </BlockStack>
  );
  if (narrow) {
    return (
      <NarrowRow>
        <BlockStack gap="100" inlineAlign="start">
          {name}
          <Text as="span" tone="subdued">
            {[words.policy(row.policy), words.match(row.match), row.endsAt === null ? "" : until].filter(Boolean).join(" · ")}
          </Text>
          {state}
        </BlockStack>
      </NarrowRow>
    );
  }
  return (
    <>
      <IndexTable.Cell>{name}</IndexTable.Cell>
      <IndexTable.Cell>{words.policy(row.policy)}</IndexTable.Cell>
      <IndexTable.Cell>{words.match(row.match)}</IndexTable.Cell>
      <IndexTable.Cell>{until}</IndexTable.Cell>
      <IndexTable.Cell>{state}</IndexTable.Cell>
    </>
  );
}
