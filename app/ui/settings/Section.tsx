// A part of the settings: what it is about at the side, or above where there is no room; then its cards.
import { BlockStack, Box, InlineGrid, Text } from "@shopify/polaris";

export function Section({ title, help, children }: { title: string; help: string; children: React.ReactNode }) {
  return (
    <InlineGrid columns={{ xs: "1fr", md: "2fr 5fr" }} gap={{ xs: "300", md: "500" }} alignItems="start">
      <Box paddingInline={{ xs: "400", sm: "0" }} paddingBlockStart={{ xs: "200", md: "400" }}>
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          <Text as="p" tone="subdued">
            {help}
          </Text>
        </BlockStack>
      </Box>
      <div style={{ minWidth: 0 }}>{children}</div>
    </InlineGrid>
  );
}
