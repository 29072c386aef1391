// What is to be done about one row? Each choice says what it will do before anything is done.
import { BlockStack, ChoiceList, Modal, Text } from "@shopify/polaris";
import { useState } from "react";
import type { WorkRow } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import type { Repairing } from "./use-repair.ts";
import { useEffectWords, useWhat, useWhy } from "./words.ts";

export function RepairDialog({ repairing }: { repairing: Repairing }) {
  const { row } = repairing;
  return row === null || row.offers.length === 0 ? null : <Repair key={`${row.key} ${row.version}`} row={row} repairing={repairing} />;
}

function Repair({ row, repairing }: { row: WorkRow; repairing: Repairing }) {
  const t = useT("worklist");
  const what = useWhat();
  const why = useWhy()(row);
  const effects = useEffectWords();
  const [chosen, setChosen] = useState<string>(row.offers[0]!.repair);
  const choices = row.offers.map(({ repair, effect }) => ({ value: repair as string, label: t(`repair.${repair}`), helpText: effects(effect, row.creator?.name ?? null) }));
  return (
    <Modal
      open
      onClose={repairing.close}
      title={t("dialog.title")}
      primaryAction={{ content: t("dialog.do"), onAction: () => repairing.choose(row, chosen), loading: repairing.busy, destructive: chosen === "reverse" }}
      secondaryActions={[{ content: t("dialog.cancel"), onAction: repairing.close }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          <BlockStack gap="100">
            <Text as="p" fontWeight="medium" breakWord>
              {[row.order?.name ? t("order", { name: row.order.name }) : t("ref", { ref: row.orderRef }), why].filter(Boolean).join(" · ")}
            </Text>
            <Text as="p" breakWord>
              {what(row)}
            </Text>
          </BlockStack>
          <ChoiceList title={t("dialog.question")} choices={choices} selected={[chosen]} onChange={([value]) => setChosen(value!)} />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
