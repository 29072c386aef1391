// Which side is right? Each choice says what it will do where, before anything is done.
import { BlockStack, ChoiceList, Modal, Text } from "@shopify/polaris";
import { useState } from "react";
import type { DriftChoice } from "../../domain/drift.ts";
import type { DriftRow } from "../../domain/drift-page.ts";
import { useT } from "../../i18n.ts";
import { useEffects, useWhat } from "./words.ts";

type SettleDialogProps = {
  /** What is to be settled, one or many; null: the dialog is closed. */
  rows: DriftRow[] | null;
  busy: boolean;
  onClose: () => void;
  onChoose: (rows: DriftRow[], choice: DriftChoice) => void;
};

const CHOICES: DriftChoice[] = ["ours", "theirs", "leave"];

export function SettleDialog({ rows, busy, onClose, onChoose }: SettleDialogProps) {
  const key = rows?.map((row) => row.id).join(" ") ?? "";
  return rows === null ? null : <Settling key={key} rows={rows} busy={busy} onClose={onClose} onChoose={onChoose} />;
}

function Settling({ rows, busy, onClose, onChoose }: SettleDialogProps & { rows: DriftRow[] }) {
  const t = useT("drift");
  const what = useWhat();
  const effects = useEffects();
  const offered = CHOICES.filter((choice) => rows.some((row) => row.choices.includes(choice)));
  const [choice, setChoice] = useState<DriftChoice>(offered[0] ?? "leave");
  const fit = (one: DriftChoice) => rows.filter((row) => row.choices.includes(one));
  const side = rows.every((row) => row.inStore) ? "store" : rows.every((row) => !row.inStore) ? "network" : "there";
  const [only] = rows;
  const choices = offered.map((one) => ({
    value: one,
    label: t(`choice.${one}_${one === "leave" ? "it" : side}`),
    helpText: rows.length === 1 ? effects(only!, one) : t(`effect.many.${one}`, { count: fit(one).length, total: rows.length }),
  }));
  return (
    <Modal
      open
      onClose={onClose}
      title={rows.length === 1 ? t("dialog.title") : t("dialog.title_many", { count: rows.length })}
      primaryAction={{ content: t(`dialog.do_${choice}`, { count: fit(choice).length }), onAction: () => onChoose(fit(choice), choice), loading: busy, disabled: fit(choice).length === 0 }}
      secondaryActions={[{ content: t("dialog.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          {rows.length === 1 ? (
            <Text as="p" fontWeight="medium" breakWord>
              {what(only!)}
            </Text>
          ) : null}
          <ChoiceList title={t("dialog.question")} choices={choices} selected={[choice]} onChange={([chosen]) => setChoice(chosen as DriftChoice)} />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
