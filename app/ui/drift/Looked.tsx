// Since when what is known of the store holds, how far its reading is, and a look on demand.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Box, Button, InlineStack, Text } from "@shopify/polaris";
import type { InventoryState } from "../../domain/drift-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { useProblemWords } from "../marks.tsx";

export function Looked({ inventory }: { inventory: InventoryState }) {
  const t = useT("drift");
  const format = useFormat();
  const fetcher = useFetcher();
  const problem = useProblemWords()(inventory.problem);
  useToast(fetcher.data, fetcher.data ? t("looking") : null);
  const reading = inventory.reading || inventory.waiting > 0;
  const said = reading ? t("reading", { count: inventory.seen, waiting: inventory.waiting }) : t("looked", { when: format.ago(inventory.doneAt) });
  return (
    <Box paddingInline={{ xs: "400", sm: "0" }}>
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <BlockStack>
          <Text as="p" tone="subdued">
            {said}
          </Text>
          {problem ? (
            <Text as="p" tone="critical">
              {problem}
            </Text>
          ) : null}
        </BlockStack>
        <Button onClick={() => fetcher.submit({ choice: "look" }, { method: "post", action: "/app/drift" })} loading={fetcher.state !== "idle"} disabled={reading}>
          {t("look")}
        </Button>
      </InlineStack>
    </Box>
  );
}
