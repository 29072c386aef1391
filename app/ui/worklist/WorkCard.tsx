// What needs a hand on the page of the networks: how much of each kind, the most urgent of it, and the way to all.
import { BlockStack, Button, Card, Divider, InlineStack, Text } from "@shopify/polaris";
import type { Worklist } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { Groups } from "./Groups.tsx";
import { ReadLine } from "./ReadLine.tsx";
import { RepairDialog } from "./RepairDialog.tsx";
import { useRepair } from "./use-repair.ts";
import { WorkItem } from "./WorkItem.tsx";

export function WorkCard({ work }: { work: Worklist }) {
  const t = useT("worklist");
  const repairing = useRepair(work.rows);
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingSm">
              {t("title")}
            </Text>
            {(work.counts.all ?? 0) + (work.counts.accepted ?? 0) > 0 ? (
              <Button variant="plain" url="/app/network/worklist">
                {t("open_all", { count: Math.max(1, work.total) })}
              </Button>
            ) : null}
          </InlineStack>
          <ReadLine read={work.read} />
          <Groups counts={work.counts} />
        </BlockStack>
        {work.rows.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("none")}
          </Text>
        ) : null}
        {work.rows.map((row, index) => (
          <BlockStack key={row.key} gap="400">
            {index > 0 ? <Divider /> : null}
            <WorkItem row={row} repairing={repairing} />
          </BlockStack>
        ))}
      </BlockStack>
      <RepairDialog repairing={repairing} />
    </Card>
  );
}
