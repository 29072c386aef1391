// Products that never earn, by tag, type or SKU.
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { FieldError } from "../../domain/problem.ts";
import type { NeverEarn } from "../../domain/rule-book.ts";
import type { ShopFields } from "../../domain/rule-form.ts";
import type { SeenOnOrders, Since } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { History } from "./History.tsx";
import { useRuleSentences } from "./sentences.ts";
import { WordList } from "./WordList.tsx";

type NeverEarnProps = { history: Since<NeverEarn>[]; value: ShopFields; seen: SeenOnOrders; errors: FieldError[]; onChange: (changes: Partial<ShopFields>) => void };

export function NeverEarnCard({ history, value, seen, errors, onChange }: NeverEarnProps) {
  const t = useT("settings");
  const { neverEarn } = useRuleSentences();
  const wrong = useFieldErrors(errors);
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="p" tone="subdued">
          {t("never_earn.what")}
        </Text>
        {(["tags", "types", "skus"] as const).map((kind) => (
          <WordList
            key={kind}
            label={t(`never_earn.${kind}.label`)}
            help={t(`never_earn.${kind}.help`)}
            words={value[kind]}
            seen={seen[kind]}
            error={wrong(kind)}
            none={t(`never_earn.${kind}.none`)}
            onChange={(words) => onChange({ [kind]: words })}
          />
        ))}
        <History history={history.map((entry) => ({ from: entry.from, sentences: neverEarn(entry.value) }))} />
      </BlockStack>
    </Card>
  );
}
