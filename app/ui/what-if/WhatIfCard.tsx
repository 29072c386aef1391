// From the rules to the past: a change holds from now on, and what it would have changed before is asked with a what-if.
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

export function WhatIfCard() {
  const t = useT("whatif");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="p">{t("card.text")}</Text>
        <InlineStack gap="300">
          <Button url="/app/what-if/new">{t("new.action")}</Button>
          <Button variant="plain" url="/app/what-if">
            {t("card.all")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
