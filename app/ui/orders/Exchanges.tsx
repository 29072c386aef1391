// The exchanges with the network about one order, the newest first; each can be opened.
import { BlockStack, Box, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ExchangeRow } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { OpenedExchange, OpenExchange, ExchangeOutcome, ExchangeWhat } from "../network/ExchangeLog.tsx";

export function Exchanges({ exchanges }: { exchanges: ExchangeRow[] }) {
  const t = useT("orders");
  const format = useFormat();
  const [opened, setOpened] = useState<ExchangeRow | null>(null);
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {t("told.exchanges")}
      </Text>
      {exchanges.map((row) => (
        <Box key={row.id} borderBlockStartWidth="025" borderColor="border-secondary" paddingBlockStart="200">
          <InlineStack align="space-between" gap="200">
            <BlockStack>
              <Text as="span" breakWord>
                <ExchangeWhat row={row} />
              </Text>
              <Text as="span" tone="subdued" variant="bodySm">
                {format.dateTime(row.at)}
              </Text>
            </BlockStack>
            <InlineStack gap="200" blockAlign="center">
              <ExchangeOutcome row={row} />
              <OpenExchange row={row} onOpen={() => setOpened(row)} />
            </InlineStack>
          </InlineStack>
        </Box>
      ))}
      <OpenedExchange row={opened} onClose={() => setOpened(null)} />
    </BlockStack>
  );
}
