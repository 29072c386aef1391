// The list of what differs, with what is chosen settled together.
import { BlockStack, Box, Button, Card, Checkbox, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import type { DriftCounts, DriftRow, InventoryState } from "../../domain/drift-page.ts";
import type { Paged } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { ListFilters, ListPages } from "../index-list.tsx";
import type { ListState } from "../list-state.ts";
import { DriftItem } from "./DriftItem.tsx";
import { Looked } from "./Looked.tsx";
import { SettleDialog } from "./SettleDialog.tsx";
import { useSettle } from "./use-settle.ts";

type DriftListProps = { drifts: Paged<DriftRow>; counts: DriftCounts; inventory: InventoryState; state: ListState };

export function DriftList({ drifts, counts, inventory, state }: DriftListProps) {
  const t = useT("drift");
  const settle = useSettle();
  const [chosen, setChosen] = useState<string[]>([]);
  const settleable = drifts.rows.filter((row) => row.closedAt === null && row.how === null);
  const picked = settleable.filter((row) => chosen.includes(row.id));
  const views = (["open", "under_way", "left", "settled"] as const).map((id) => ({ id, label: t(`view.${id}`), ...(id !== "settled" && counts[id] > 0 ? { count: counts[id] } : {}) }));
  const sorts = ["oldest", "newest", "deal"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  return (
    <BlockStack gap="400">
      <Looked inventory={inventory} />
      <Card padding="0">
        <ListFilters state={state} views={views} sorts={sorts} searchLabel={t("search")} />
        {settleable.length > 1 ? (
          <Box paddingInline="400" paddingBlock="200" borderBlockEndWidth="025" borderColor="border-secondary">
            <InlineStack align="space-between" blockAlign="center" gap="200">
              <Checkbox
                label={picked.length === 0 ? t("choose_all") : t("chosen", { count: picked.length })}
                checked={picked.length === 0 ? false : picked.length === settleable.length ? true : "indeterminate"}
                onChange={(all) => setChosen(all ? settleable.map((row) => row.id) : [])}
              />
              <Button disabled={picked.length === 0} onClick={() => settle.ask(picked)}>
                {t("settle_chosen")}
              </Button>
            </InlineStack>
          </Box>
        ) : null}
        {drifts.rows.length === 0 ? (
          <Box padding="400">
            <Text as="p" tone="subdued">
              {t(state.q ? "none.found" : `none.${["open", "under_way", "left", "settled"].includes(state.view) ? state.view : "open"}`)}
            </Text>
          </Box>
        ) : null}
        {drifts.rows.map((row, index) => (
          <Box key={row.id} padding="400" {...(index > 0 ? { borderBlockStartWidth: "025" as const, borderColor: "border-secondary" as const } : {})}>
            <Choosable row={row} choosable={settleable.length > 1 && settleable.includes(row)} chosen={chosen.includes(row.id)} onChoose={(on) => setChosen(on ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))}>
              <DriftItem row={row} onSettle={() => settle.ask([row])} onTakeUp={settle.takeUp} />
            </Choosable>
          </Box>
        ))}
        <ListPages page={drifts.page} pages={drifts.pages} total={drifts.total} shown={drifts.rows.length} />
      </Card>
      <SettleDialog rows={settle.rows} busy={settle.busy} onClose={settle.close} onChoose={settle.choose} />
    </BlockStack>
  );
}

type ChoosableProps = { row: DriftRow; choosable: boolean; chosen: boolean; onChoose: (on: boolean) => void; children: React.ReactNode };

function Choosable({ row, choosable, chosen, onChoose, children }: ChoosableProps) {
  const t = useT("drift");
  if (!choosable) return children;
  return (
    <div style={{ display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", columnGap: 12, alignItems: "start" }}>
      <Checkbox label={t("choose", { name: row.code?.code ?? row.theirs?.code ?? row.deal?.name ?? "" })} labelHidden checked={chosen} onChange={onChoose} />
      {children}
    </div>
  );
}
