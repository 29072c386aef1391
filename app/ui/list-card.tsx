// A card with a short list of one kind of thing, or one sentence where there is none.
import { BlockStack, Box, Card, IndexTable, Text, useBreakpoints } from "@shopify/polaris";

type ListCardProps<T> = {
  title: string;
  none: string;
  rows: T[];
  keyOf: (row: T) => string;
  resource: { singular: string; plural: string };
  headings: { title: string; alignment?: "end" }[];
  /** The cells of a row; on a narrow screen one cell that holds it all (cells.tsx NarrowRow). */
  cells: (row: T, narrow: boolean) => React.ReactNode;
};

export function ListCard<T>({ title, none, rows, keyOf, resource, headings, cells }: ListCardProps<T>) {
  const { smDown } = useBreakpoints();
  const [first, ...rest] = headings;
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {title}
          </Text>
          {rows.length === 0 ? (
            <Text as="p" tone="subdued">
              {none}
            </Text>
          ) : null}
        </BlockStack>
      </Box>
      {rows.length === 0 ? null : (
        <IndexTable condensed={smDown} selectable={false} itemCount={rows.length} resourceName={resource} headings={[first!, ...rest]}>
          {rows.map((row, index) => (
            <IndexTable.Row id={keyOf(row)} key={keyOf(row)} position={index}>
              {cells(row, smDown)}
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
    </Card>
  );
}
