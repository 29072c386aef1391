// The instructions as one creator reads them, with the creator's own code and link.
import { BlockStack, Box, Card, InlineStack, Text } from "@shopify/polaris";
import { campaignText } from "../../domain/campaign-text.ts";
import { useT } from "../../i18n.ts";
import { CopyButton } from "../share/copy.tsx";

type Reader = { name: string; code: string | null; link: string | null };

/** The text for a creator, in the page's language where the app adds words of its own. */
export function useCampaignText(): (instructions: { title: string; description: string }, reader: Reader) => string {
  const t = useT("campaigns");
  return (instructions, reader) => campaignText(instructions, reader, { code: (code) => t("preview.code", { code }), link: (link) => t("preview.link", { link }) });
}

type PreviewProps = { instructions: { title: string; description: string }; reader: Reader; copies?: boolean };

export function CampaignPreview({ instructions, reader, copies = false }: PreviewProps) {
  const t = useT("campaigns");
  const text = useCampaignText()(instructions, reader);
  const hasWords = instructions.title.trim() !== "" || instructions.description.trim() !== "";
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("preview.title")}
          </Text>
          {copies && hasWords ? <CopyButton text={text} label={t("person.copy_text_label", { name: reader.name })} /> : null}
        </InlineStack>
        <Text as="p" tone="subdued" variant="bodySm">
          {t("preview.for", { name: reader.name })}
        </Text>
        <Box padding="300" background="bg-surface-secondary" borderRadius="200">
          {hasWords ? <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</div> : <Text as="p" tone="subdued">{t("preview.empty")}</Text>}
        </Box>
      </BlockStack>
    </Card>
  );
}
