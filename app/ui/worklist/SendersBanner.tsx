// Two integrations seem to report the same sales, or nobody reports any: what is to be looked at, and where it is changed.
import { Banner, BlockStack, Text } from "@shopify/polaris";
import type { SendersWarning } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";

export function SendersBanners({ warnings }: { warnings: SendersWarning[] }) {
  const t = useT("worklist");
  return warnings.map(({ kind, programId, program, count }) => (
    <Banner key={`${kind} ${programId}`} tone="warning" title={t(`senders.${kind}_title`, { program })} action={{ content: t("senders.both_settings"), url: "/app/settings" }}>
      <BlockStack gap="100">
        <Text as="p">{t(`senders.${kind}`, { count })}</Text>
        <Text as="p">{t(`senders.${kind}_do`)}</Text>
      </BlockStack>
    </Banner>
  ));
}
