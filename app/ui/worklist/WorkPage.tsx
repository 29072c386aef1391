// The whole worklist: its groups as tabs with how many there are, a search, pages.
import { BlockStack, Box, Card, Text } from "@shopify/polaris";
import { GROUPS, type Worklist } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { ListFilters, ListPages } from "../index-list.tsx";
import type { ListState } from "../list-state.ts";
import { Groups } from "./Groups.tsx";
import { ReadLine } from "./ReadLine.tsx";
import { RepairDialog } from "./RepairDialog.tsx";
import { useRepair } from "./use-repair.ts";
import { WorkItem } from "./WorkItem.tsx";

const KINDS = GROUPS.filter((group) => group !== "under_way" && group !== "accepted");

export function WorkPage({ work, state }: { work: Worklist; state: ListState }) {
  const t = useT("worklist");
  const repairing = useRepair(work.rows);
  const { counts } = work;
  // A row of tabs has no room for all kinds: they stand above, and the one that is shown is a tab as well.
  const kind = KINDS.find((group) => group === state.view);
  const views = (["all", ...(kind ? [kind] : []), "under_way", "accepted"] as const).map((id) => ({ id, label: t(`view.${id}`), ...((counts[id] ?? 0) > 0 ? { count: counts[id]! } : {}) }));
  return (
    <BlockStack gap="400">
      <Box paddingInline={{ xs: "400", sm: "0" }}>
        <BlockStack gap="200">
          <ReadLine read={work.read} />
          <Groups counts={counts} of={KINDS} shown={kind ?? null} />
        </BlockStack>
      </Box>
      <Card padding="0">
        <ListFilters state={state} views={views} sorts={[]} searchLabel={t("search")} />
        {work.rows.length === 0 ? (
          <Box padding="400">
            <Text as="p" tone="subdued">
              {t(state.q !== "" || state.view !== "all" ? "none_found" : "none")}
            </Text>
          </Box>
        ) : null}
        {work.rows.map((row, index) => (
          <Box key={row.key} padding="400" {...(index > 0 ? { borderBlockStartWidth: "025" as const, borderColor: "border-secondary" as const } : {})}>
            <WorkItem row={row} repairing={repairing} />
          </Box>
        ))}
        <ListPages page={work.page} pages={work.pages} total={work.total} shown={work.rows.length} />
      </Card>
      <RepairDialog repairing={repairing} />
    </BlockStack>
  );
}
