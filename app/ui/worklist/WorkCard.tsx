// What needs a hand on the page of the networks: how much of each kind, the most urgent of it, and the way to all.
import { Badge, BlockStack, Button, Card, Divider, InlineStack, Link, Text } from "@shopify/polaris";
import { GROUPS, type Group, type Worklist } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { RepairDialog } from "./RepairDialog.tsx";
import { useRepair } from "./use-repair.ts";
import { WorkItem } from "./WorkItem.tsx";

export function WorkCard({ work }: { work: Worklist }) {
  const t = useT("worklist");
  const repairing = useRepair(work.rows);
  const groups = GROUPS.filter((group) => (work.counts[group] ?? 0) > 0);
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingSm">
              {t("title")}
            </Text>
            {groups.length > 0 ? (
              <Button variant="plain" url="/app/network/worklist">
                {t("open_all", { count: Math.max(1, work.total) })}
              </Button>
            ) : null}
          </InlineStack>
          {groups.length > 0 ? (
            <InlineStack gap="200">
              {groups.map((group) => (
                <Link key={group} url={`/app/network/worklist?view=${group}`} removeUnderline>
                  <Badge tone={toneOf(group)}>{`${t(`view.${group}`)}: ${work.counts[group]}`}</Badge>
                </Link>
              ))}
            </InlineStack>
          ) : null}
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

function toneOf(group: Group): "critical" | "info" | "warning" {
  if (group === "near_lock") return "critical";
  return group === "under_way" || group === "accepted" ? "info" : "warning";
}
