// Of the first set-up: how far pixel and theme are, and the way to turn the theme's embed on.
import { BlockStack, InlineStack, Link, Text } from "@shopify/polaris";
import { pixelStateOf, type StorefrontState } from "../../domain/storefront-page.ts";
import { useT } from "../../i18n.ts";
import { useProblemWords } from "../marks.tsx";
import { EmbedButton } from "../settings/StorefrontCard.tsx";

export function ClicksStep({ storefront, embedUrl }: { storefront: StorefrontState; embedUrl: string }) {
  const t = useT("storefront");
  const why = useProblemWords()(storefront.problem) ?? "";
  const seen = storefront.embedSeenAt !== null;
  return (
    <BlockStack gap="200" inlineAlign="start">
      <Text as="p" tone="subdued" breakWord>
        {t(`step.pixel_${pixelStateOf(storefront)}`, { why })}
      </Text>
      <Text as="p" tone="subdued">
        {t(seen ? "step.embed_seen" : "step.embed_unseen")}
      </Text>
      <InlineStack gap="300" blockAlign="center">
        <EmbedButton url={embedUrl} primary={!seen} />
        <Link url="/app/settings?show=storefront">{t("step.more")}</Link>
      </InlineStack>
    </BlockStack>
  );
}
