// What came of a file: who was added, how far its codes are, and the filled file where it is the influencer platform's.
import { BlockStack, Button, Card, InlineStack, Link, List, ProgressBar, Text } from "@shopify/polaris";
import type { FileDetail } from "../../domain/sheet-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useDownload } from "../statements/download.ts";
import { useDoneWords } from "./FilesTable.tsx";

export type Run = { batchId: string; deal: string; state: string; total: number; made: number; failed: number };

/** Where a run is followed and gone on with. */
function runUrl(batchId: string): string {
  return `/app/codes/runs/${batchId}`;
}

export function DoneCard({ file, runs }: { file: FileDetail; runs: Run[] }) {
  const t = useT("files");
  const done = useDoneWords();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("done.title")}
        </Text>
        {file.done ? <Text as="p">{done(file.done)}</Text> : null}
        {runs.map((run) => (
          <RunLine key={run.batchId} run={run} />
        ))}
      </BlockStack>
    </Card>
  );
}

function RunLine({ run }: { run: Run }) {
  const t = useT("files");
  const format = useFormat();
  // Where every row is held back there is nothing to start: the run says what mends them.
  const stuck = run.state === "checked" && run.failed === run.total;
  const state = t(`done.run_state.${stuck ? "held" : run.state}`, { made: format.number(run.made), total: format.number(run.total) });
  return (
    <BlockStack gap="100">
      <InlineStack gap="200" align="space-between" blockAlign="center">
        <Text as="span">
          {t("done.run", { count: run.total, deal: run.deal })}: {state}
        </Text>
        <Link url={runUrl(run.batchId)}>{t("done.open_run")}</Link>
      </InlineStack>
      {run.failed > 0 ? <Text as="p" tone="caution">{t("done.lost", { count: run.failed })}</Text> : null}
      {run.state === "running" || run.state === "stopped" ? <ProgressBar progress={run.total === 0 ? 0 : Math.floor((run.made / run.total) * 100)} size="small" /> : null}
    </BlockStack>
  );
}

/** Runs that have not ended: the codes in them are not all there. */
export function isWaiting(runs: readonly Run[]): boolean {
  return runs.some((run) => ["checking", "checked", "running", "stopped"].includes(run.state));
}

export function FillCard({ file, runs }: { file: FileDetail; runs: Run[] }) {
  const t = useT("files");
  const { busy, download } = useDownload({ what: "filled" });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("fill.title")}
        </Text>
        <List gap="extraTight">
          <List.Item>{t("fill.text")}</List.Item>
          {isWaiting(runs) ? <List.Item>{t("fill.waiting")}</List.Item> : null}
        </List>
        <InlineStack>
          <Button variant={isWaiting(runs) ? "secondary" : "primary"} onClick={() => void download(`/app/files/${file.id}/file`, file.book.kind)} loading={busy !== null}>
            {t("fill.action")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
