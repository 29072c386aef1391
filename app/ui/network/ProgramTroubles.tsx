// What hinders a program's sales, as the network's last reading has it.
import { BlockStack, Text } from "@shopify/polaris";
import type { ProgramCard } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";

export function ProgramTroubles({ program }: { program: ProgramCard }) {
  const t = useT("contracts");
  if (program.troubles.length === 0) return null;
  return (
    <BlockStack gap="100">
      {program.troubles.map(({ key, values }) => (
        <Text key={key} as="p" tone="critical">
          {t(`trouble.${key}`, values)}
        </Text>
      ))}
    </BlockStack>
  );
}
