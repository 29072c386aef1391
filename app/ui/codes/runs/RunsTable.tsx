import { BlockStack, IndexTable, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { RunHead } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { NarrowRow, WrapCell } from "../../cells.tsx";
import { useFormat } from "../../format.tsx";
import { useWho } from "../../what-if/words.ts";
import { RunBadge } from "./RunBadge.tsx";
import { useCounted, useStepWords } from "./words.ts";

export function RunsTable({ runs }: { runs: RunHead[] }) {
  const t = useT("runs");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={runs.length}
      resourceName={{ singular: t("resource", { count: 1 }), plural: t("resource", { count: 2 }) }}
      headings={[{ title: t("column.what") }, { title: t("column.state") }, { title: t("column.progress") }, { title: t("column.open") }, { title: t("column.made") }]}
    >
      {runs.map((run, index) => (
        <IndexTable.Row id={run.id} key={run.id} position={index}>
          {smDown ? <Narrow run={run} /> : <Wide run={run} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function What({ run }: { run: RunHead }) {
  const counted = useCounted();
  return (
    <BlockStack gap="050">
      <Link url={`/app/codes/runs/${run.id}`} dataPrimaryLink monochrome removeUnderline>
        <Text as="span" fontWeight="semibold" breakWord>
          {run.deal.name}
        </Text>
      </Link>
      <Text as="span" tone="subdued">
        {counted("codes", run.progress.total)}
      </Text>
    </BlockStack>
  );
}

function useOpenWords(): (run: RunHead) => string {
  const t = useT("runs");
  const counted = useCounted();
  return ({ progress: { rows } }) => (rows.failed + rows.blocked === 0 ? t("nothing_open") : counted("open", rows.failed + rows.blocked));
}

function Wide({ run }: { run: RunHead }) {
  const t = useT("runs");
  const format = useFormat();
  const words = useStepWords()(run, false);
  const open = useOpenWords();
  const who = useWho();
  return (
    <>
      <WrapCell>
        <What run={run} />
      </WrapCell>
      <IndexTable.Cell>
        <RunBadge state={run.state} />
      </IndexTable.Cell>
      <WrapCell width={240}>{words.far}</WrapCell>
      <WrapCell width={200}>{open(run)}</WrapCell>
      <WrapCell width={200}>{t("made_by", { when: format.dateTime(run.createdAt), who: who(run.who) })}</WrapCell>
    </>
  );
}

function Narrow({ run }: { run: RunHead }) {
  const words = useStepWords()(run, false);
  const open = useOpenWords();
  const wrong = run.progress.rows.failed + run.progress.rows.blocked > 0;
  return (
    <NarrowRow>
      <BlockStack gap="150" inlineAlign="start">
        <What run={run} />
        <RunBadge state={run.state} />
        <Text as="span">{words.far}</Text>
        {wrong ? <Text as="span">{open(run)}</Text> : null}
      </BlockStack>
    </NarrowRow>
  );
}
