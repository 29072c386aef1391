import { useFetcher } from "@remix-run/react";
import { Modal, Text } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

/** Asks before a file goes. */
export function DeleteFile({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT("files");
  const fetcher = useFetcher();
  return (
    <Modal
      open={open}
      onClose={onClose}
      title={t("page.delete_title")}
      primaryAction={{ content: t("page.delete"), destructive: true, loading: fetcher.state !== "idle", onAction: () => fetcher.submit({ intent: "delete" }, { method: "post", encType: "application/json" }) }}
      secondaryActions={[{ content: t("page.keep"), onAction: onClose }]}
    >
      <Modal.Section>
        <Text as="p">{t("page.delete_text")}</Text>
      </Modal.Section>
    </Modal>
  );
}
