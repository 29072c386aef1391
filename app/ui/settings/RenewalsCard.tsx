// Which orders renew a subscription: told by where they come from. What becomes of them, each program says.
import { BlockStack, Card } from "@shopify/polaris";
import type { FieldError } from "../../domain/problem.ts";
import type { ShopFields } from "../../domain/rule-form.ts";
import type { SeenOnOrders, Since } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";
import { History } from "./History.tsx";
import { useRuleSentences } from "./sentences.ts";
import { useFieldErrors } from "../field-errors.ts";
import { WordList } from "./WordList.tsx";

/** Where people buy themselves: such an order renews nothing, so it is not offered. */
const SALES_CHANNELS = new Set(["web", "pos", "shopify_draft_order", "iphone", "android"]);

type RenewalsProps = { history: Since<readonly string[]>[]; value: ShopFields; seen: SeenOnOrders; errors: FieldError[]; onChange: (changes: Partial<ShopFields>) => void };

export function RenewalsCard({ history, value, seen, errors, onChange }: RenewalsProps) {
  const t = useT("settings");
  const { renewalSources, sourceName } = useRuleSentences();
  const wrong = useFieldErrors(errors);
  return (
    <Card>
      <BlockStack gap="400">
        <WordList
          label={t("renewal_sources.label")}
          help={t("renewal_sources.what")}
          words={value.renewalSources}
          seen={seen.sources.filter(({ word }) => !SALES_CHANNELS.has(word))}
          error={wrong("renewalSources")}
          none={renewalSources([])}
          nameOf={sourceName}
          onChange={(words) => onChange({ renewalSources: words })}
        />
        <History history={history.map((entry) => ({ from: entry.from, sentences: [renewalSources(entry.value)] }))} />
      </BlockStack>
    </Card>
  );
}
