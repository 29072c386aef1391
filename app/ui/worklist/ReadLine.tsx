// Since when what is known of the networks holds, and why it is not newer.
import { BlockStack, Text } from "@shopify/polaris";
import type { ReadState } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useProblemWords } from "../marks.tsx";

export function ReadLine({ read }: { read: ReadState | null }) {
  const t = useT("worklist");
  const format = useFormat();
  const problem = useProblemWords()(read?.problem ?? null);
  if (read === null) return null;
  return (
    <BlockStack>
      <Text as="p" tone="subdued" variant="bodySm">
        {read.at === null ? t("reading.never") : t("reading.read", { when: format.ago(read.at) })}
      </Text>
      {problem ? (
        <Text as="p" tone="critical" breakWord>
          {t("reading.problem", { why: problem })}
        </Text>
      ) : null}
    </BlockStack>
  );
}
