// The form of a deal with what it comes to always in sight: beside it where there is room, else as a line that stays above it.
import { BlockStack, Box, InlineGrid, PageActions, type PageActionsProps, Text, useBreakpoints } from "@shopify/polaris";
import { useT } from "../../i18n.ts";
import { DealSummary, type DealSummaryProps, useRead } from "./DealSummary.tsx";

const GAP = 16;
const BESIDE: React.CSSProperties = { position: "sticky", top: GAP, maxHeight: `calc(100vh - ${2 * GAP}px)`, overflowY: "auto", borderRadius: "var(--p-border-radius-300)" };

/** Polaris' Layout gives its columns their own height each, and what sticks needs one as high as the form: a grid stretches them. */
export function DealLayout({ children, summary, actions }: { children: React.ReactNode; summary: DealSummaryProps; actions: PageActionsProps }) {
  const { mdUp } = useBreakpoints({ defaults: { mdUp: true } });
  return (
    <InlineGrid columns={{ xs: "minmax(0, 1fr)", md: "minmax(0, 2fr) minmax(0, 1fr)" }} gap="400">
      <div>
        {mdUp ? null : <Strip summary={summary} />}
        <BlockStack gap="400">
          {children}
          {mdUp ? null : <DealSummary {...summary} />}
        </BlockStack>
        <PageActions {...actions} />
      </div>
      {mdUp ? (
        <div>
          <div style={BESIDE}>
            <DealSummary {...summary} />
          </div>
        </div>
      ) : null}
    </InlineGrid>
  );
}

/** For the eye only: who listens is told by the summary itself. */
function Strip({ summary }: { summary: DealSummaryProps }) {
  const t = useT("deals");
  const { offer } = useRead(summary.read);
  if (!offer) return null;
  return (
    <div aria-hidden style={{ position: "sticky", top: 0, zIndex: 2, marginBlockEnd: GAP }}>
      <Box background="bg-surface" padding="300" shadow="200" borderBlockEndWidth="025" borderColor="border">
        <BlockStack gap="050">
          <Text as="p" variant="bodySm" tone="subdued">
            {t("summary.title")}
          </Text>
          <Text as="p" fontWeight="semibold" breakWord>
            {offer}
          </Text>
        </BlockStack>
      </Box>
    </div>
  );
}
