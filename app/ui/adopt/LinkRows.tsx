// The codes of the form, each with whose it is to be and what was found about it.
import { BlockStack, Box, Text } from "@shopify/polaris";
import type { CheckedLink, FoundCode, SoldBefore } from "../../domain/adopt.ts";
import { useT } from "../../i18n.ts";
import { GiveFindings } from "../codes/GiveFindings.tsx";
import { CreatorPicker } from "./CreatorPicker.tsx";
import { useUse } from "./use-words.ts";
import type { Owner, Owners } from "./link-state.ts";

type LinkRowsProps = { codes: FoundCode[]; owners: Owners; sold: Record<string, SoldBefore>; checked: CheckedLink[] | null; onOwner: (key: string, owner: Owner) => void };

export function LinkRows({ codes, owners, sold, checked, onOwner }: LinkRowsProps) {
  const t = useT("adopt");
  const use = useUse();
  if (codes.length === 0) {
    return (
      <Box padding="400" paddingBlockStart="0">
        <Text as="p" tone="subdued">
          {t("link.none")}
        </Text>
      </Box>
    );
  }
  return codes.map((code) => {
    const row = checked?.find((one) => one.key === code.key);
    return (
      <Box key={code.key} padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
        <BlockStack gap="200">
          <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 220px), 1fr))", gap: 12, alignItems: "start" }}>
            <BlockStack>
              <Text as="p" fontWeight="medium" breakWord>
                {code.code}
              </Text>
              <Text as="p" tone="subdued" variant="bodySm" breakWord>
                {code.discount.title} · {use(code, sold[code.key])}
              </Text>
            </BlockStack>
            <CreatorPicker code={code.code} owner={owners[code.key] ?? null} onOwner={(owner) => onOwner(code.key, owner)} />
          </div>
          {row ? <GiveFindings findings={row.findings} free={t("link.fine")} /> : null}
        </BlockStack>
      </Box>
    );
  });
}
