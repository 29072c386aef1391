// The history of a rule: from when each wording held. Orders keep the rules of their day.
import { BlockStack, Button, Collapsible, InlineStack, Text } from "@shopify/polaris";
import { useId, useState } from "react";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function History({ history }: { history: { from: string | null; sentences: string[] }[] }) {
  const t = useT("settings");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const id = useId();
  const [held] = history;
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" blockAlign="center">
        <Text as="span" tone="subdued">
          {held?.from ? t("history.holds_since", { when: format.dateTime(held.from) }) : t("history.holds_since_ever")}
        </Text>
        {history.length > 1 ? (
          <Button variant="plain" disclosure={open ? "up" : "down"} ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
            {t("history.before")}
          </Button>
        ) : null}
      </InlineStack>
      <Collapsible open={open} id={id}>
        <BlockStack gap="200">
          {history.slice(1).map((entry, index) => (
            <BlockStack key={`${entry.from}`}>
              <Text as="p" fontWeight="semibold">
                {entry.from ? t("history.from_to", { from: format.dateTime(entry.from), to: format.dateTime(history[index]!.from) }) : t("history.until", { to: format.dateTime(history[index]!.from) })}
              </Text>
              <Text as="p" tone="subdued">
                {entry.sentences.join(" ")}
              </Text>
            </BlockStack>
          ))}
        </BlockStack>
      </Collapsible>
    </BlockStack>
  );
}
