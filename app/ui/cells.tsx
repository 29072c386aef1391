// The cells of lists: text that wraps, numbers that line up, and a row as it is shown on a narrow screen.
import { Box, IndexTable, Text } from "@shopify/polaris";

/** A cell whose text wraps; cells keep to one line by default. */
export function WrapCell({ children, width = 280 }: { children: React.ReactNode; width?: number }) {
  return (
    <IndexTable.Cell>
      <div style={{ whiteSpace: "normal", maxWidth: width }}>{children}</div>
    </IndexTable.Cell>
  );
}

export function NumberCell({ children, subdued = false }: { children: React.ReactNode; subdued?: boolean }) {
  return (
    <IndexTable.Cell>
      <Text as="span" alignment="end" numeric {...(subdued ? { tone: "subdued" as const } : {})}>
        {children}
      </Text>
    </IndexTable.Cell>
  );
}

export function NarrowRow({ children }: { children: React.ReactNode }) {
  return (
    <Box paddingInline="400" paddingBlock="300" width="100%">
      <div style={{ whiteSpace: "normal" }}>{children}</div>
    </Box>
  );
}
