// Which code is credited when several creator codes meet on one order, and since when.
import { BlockStack, Card, ChoiceList } from "@shopify/polaris";
import type { StackingRule } from "../../domain/rule-book.ts";
import type { Since } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";
import { History } from "./History.tsx";
import { useRuleSentences } from "./sentences.ts";

const RULES: StackingRule[] = ["largest_discount", "first_listed", "newest_code", "split"];

export function StackingCard({ history, value, onChange }: { history: Since<StackingRule>[]; value: string; onChange: (rule: string) => void }) {
  const t = useT("settings");
  const { stacking } = useRuleSentences();
  return (
    <Card>
      <BlockStack gap="400">
        <ChoiceList
          title={t("stacking.question")}
          name="stackingRule"
          choices={RULES.map((rule) => ({ value: rule, label: t(`stacking.${rule}.label`), helpText: stacking(rule) }))}
          selected={[value]}
          onChange={([rule]) => onChange(rule!)}
        />
        <History history={history.map((entry) => ({ from: entry.from, sentences: [stacking(entry.value)] }))} />
      </BlockStack>
    </Card>
  );
}
