// Rejecting requests, with a reason that stays here: the network passes none on.
import { Banner, BlockStack, List, Modal, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { LONGEST_REASON } from "../../domain/code-request.ts";
import type { FieldError } from "../../domain/problem.ts";
import type { RequestItem } from "../../domain/request-page.ts";
import { useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { CreatorsWords } from "./RequestParts.tsx";

type RejectProps = { items: RequestItem[]; busy: boolean; errors: readonly FieldError[]; onClose: () => void; onReject: (form: Record<string, string>) => void };

export function RejectDialog({ items, busy, errors, onClose, onReject }: RejectProps) {
  const t = useT("requests");
  const tErrors = useT("errors");
  const wrong = useFieldErrors(errors);
  const [reason, setReason] = useState("");
  const general = errors.filter((error) => error.field !== "reason");
  const [only] = items;
  return (
    <Modal
      open
      onClose={onClose}
      title={items.length === 1 ? t("reject.title", { creator: only!.creator?.name ?? only!.partnerName }) : t("reject.title_many", { count: items.length })}
      primaryAction={{ content: t("reject.yes", { count: items.length }), destructive: true, loading: busy, onAction: () => onReject({ intent: "reject", ids: items.map((item) => item.id).join("\n"), reason }) }}
      secondaryActions={[{ content: t("cancel"), onAction: onClose, disabled: busy }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          {general.length > 0 ? (
            <Banner tone="critical">
              <List>{general.map((error) => <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>)}</List>
            </Banner>
          ) : null}
          {items.length === 1 ? <CreatorsWords item={only!} /> : null}
          <TextField label={t("reject.reason")} value={reason} onChange={setReason} multiline={3} maxLength={LONGEST_REASON} showCharacterCount autoComplete="off" error={wrong("reason")} helpText={t("reject.reason_help")} />
          <Text as="p">{t("reject.no_reason_there")}</Text>
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
