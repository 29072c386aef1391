// The rows of a run: each code with its creator, where it stands, and what was found or went wrong; chosen rows are tried again or left out.
import { Badge, type BadgeProps, BlockStack, Box, Card, IndexTable, Link, Text, useBreakpoints, useIndexResourceState } from "@shopify/polaris";
import type { Paged } from "../../../domain/pages.ts";
import type { RunRow } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { NarrowRow, WrapCell } from "../../cells.tsx";
import { useFormat } from "../../format.tsx";
import { ListFilters, ListPages } from "../../index-list.tsx";
import type { ListState } from "../../list-state.ts";
import { useProblemWords } from "../../marks.tsx";
import { GiveFindings } from "../GiveFindings.tsx";

type RunRowsProps = { rows: Paged<RunRow>; state: ListState; open: number; onAct: (intent: "retry" | "skip" | "unskip", ns: number[]) => void; onName: (n: number, code: string) => void };

export function RunRows({ rows, state, open, onAct, onName }: RunRowsProps) {
  const t = useT("runs");
  const { smDown } = useBreakpoints();
  const resource = { singular: t("rows.resource", { count: 1 }), plural: t("rows.resource", { count: 2 }) };
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } = useIndexResourceState(rows.rows.map((row) => ({ id: String(row.n) })));
  const act = (intent: "retry" | "skip" | "unskip") => {
    onAct(intent, selectedResources.map(Number));
    clearSelection();
  };
  const actions = state.view === "skipped" ? [{ content: t("skip.undo"), onAction: () => act("unskip") }] : [{ content: t("retry.action"), onAction: () => act("retry") }, { content: t("skip.action"), onAction: () => act("skip") }];
  const views = (["all", "open", "noted", "skipped"] as const).map((id) => ({ id, label: t(`rows.view.${id}`), ...(id === "open" && open > 0 ? { count: open } : {}) }));
  return (
    <Card padding="0">
      <Box paddingInline="400" paddingBlockStart="400" paddingBlockEnd="200">
        <Text as="h2" variant="headingSm">
          {t("rows.title")}
        </Text>
      </Box>
      <ListFilters state={state} views={views} sorts={[]} searchLabel={t("rows.search")} />
      {rows.total === 0 ? (
        <Box padding="400">
          <Text as="p" tone="subdued">
            {t("rows.none")}
          </Text>
        </Box>
      ) : (
        <IndexTable
          condensed={smDown}
          itemCount={rows.rows.length}
          resourceName={resource}
          selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
          onSelectionChange={handleSelectionChange}
          promotedBulkActions={actions}
          headings={[{ title: t("rows.column.code") }, { title: t("rows.column.creator") }, { title: t("rows.column.state") }, { title: t("rows.column.why") }]}
        >
          {rows.rows.map((row, index) => (
            <IndexTable.Row id={String(row.n)} key={row.n} position={index} selected={selectedResources.includes(String(row.n))}>
              {smDown ? (
                <NarrowRow>
                  <BlockStack gap="150" inlineAlign="start">
                    <Code row={row} />
                    <Creator row={row} />
                    <StateMark row={row} />
                    <Why row={row} onName={onName} />
                  </BlockStack>
                </NarrowRow>
              ) : (
                <>
                  <WrapCell width={240}>
                    <Code row={row} />
                  </WrapCell>
                  <WrapCell width={200}>
                    <Creator row={row} />
                  </WrapCell>
                  <IndexTable.Cell>
                    <StateMark row={row} />
                  </IndexTable.Cell>
                  <WrapCell width={420}>
                    <Why row={row} onName={onName} />
                  </WrapCell>
                </>
              )}
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
      <ListPages page={rows.page} pages={rows.pages} total={rows.total} shown={rows.rows.length} />
    </Card>
  );
}

function Code({ row }: { row: RunRow }) {
  const t = useT("runs");
  const format = useFormat();
  const { startsAt, endsAt } = row;
  const dates = startsAt && endsAt ? t("rows.own_dates", { from: format.date(startsAt), to: format.date(endsAt) }) : startsAt ? t("rows.own_from", { from: format.date(startsAt) }) : endsAt ? t("rows.own_to", { to: format.date(endsAt) }) : null;
  const below = [row.fileRow === null ? null : t("rows.file_row", { row: row.fileRow }), dates].filter(Boolean).join(" · ");
  return (
    <BlockStack gap="050">
      {row.codeId ? (
        <Link url={`/app/codes/${row.codeId}`} dataPrimaryLink>
          {row.code}
        </Link>
      ) : (
        <Text as="span" fontWeight="semibold" breakWord>
          {row.code}
        </Text>
      )}
      {below ? (
        <Text as="span" tone="subdued" variant="bodySm">
          {below}
        </Text>
      ) : null}
    </BlockStack>
  );
}

function Creator({ row: { creator } }: { row: RunRow }) {
  const t = useT("runs");
  return creator ? <Link url={`/app/creators/${creator.id}`}>{creator.name}</Link> : <Text as="span">{t("rows.everybody")}</Text>;
}

const TONES: Record<string, BadgeProps["tone"]> = { live: "success", network: "success", network_refused: "warning", checked: "info", waiting: "attention", blocked: "critical", failed: "critical" };

/** Where a row stands, in one word of rows.state. */
function standingOf({ state, store, network }: RunRow): string {
  if (state !== "made") return state;
  if (store === "waiting" || store === "asked" || store === null) return "waiting";
  if (store !== "live") return "out";
  if (network === null || network.state === "live") return "live";
  return network.state === "refused" ? "network_refused" : "network";
}

function StateMark({ row }: { row: RunRow }) {
  const t = useT("runs");
  const standing = standingOf(row);
  const tone = TONES[standing];
  return <Badge {...(tone ? { tone } : {})}>{t(`rows.state.${standing}`)}</Badge>;
}

/** What went wrong, or what the check found. Once a code is made, what was found before is over. */
function Why({ row, onName }: { row: RunRow; onName: RunRowsProps["onName"] }) {
  const words = useProblemWords();
  const problem = words(row.problem) ?? words(row.network?.problem ?? null);
  const findings = row.state === "made" || row.state === "failed" ? [] : row.findings;
  return (
    <BlockStack gap="100">
      {problem ? (
        <Text as="span" breakWord {...(row.state === "failed" ? { tone: "critical" as const } : {})}>
          {problem}
        </Text>
      ) : null}
      {findings.length > 0 ? <GiveFindings findings={findings} free="" {...(row.state === "blocked" ? { onName: (code: string) => onName(row.n, code) } : {})} /> : null}
    </BlockStack>
  );
}
