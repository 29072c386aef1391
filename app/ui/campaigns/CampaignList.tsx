// Creators from a pasted list: names, handles or e-mails, marked together.
import { BlockStack, Modal, Select, TextField } from "@shopify/polaris";
import { useState } from "react";
import { useT } from "../../i18n.ts";

type ListProps = { open: boolean; program: string; saving: boolean; error: string | undefined; onSave: (text: string, state: string) => void; onClose: () => void };

export function CampaignList({ open, program, saving, error, onSave, onClose }: ListProps) {
  const t = useT("campaigns");
  const [text, setText] = useState("");
  const [state, setState] = useState("accepted");
  return (
    <Modal
      open={open}
      onClose={onClose}
      title={t("list.title")}
      primaryAction={{ content: t("list.save"), onAction: () => onSave(text, state), loading: saving }}
      secondaryActions={[{ content: t("list.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="300">
          <TextField label={t("list.text")} helpText={t("list.help", { program })} value={text} onChange={setText} multiline={6} maxHeight={320} autoComplete="off" error={error} />
          <Select label={t("list.state")} options={["accepted", "invited", "declined"].map((value) => ({ value, label: t(`asked.${value}`) }))} value={state} onChange={setState} />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
