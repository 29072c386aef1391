// Beside the form: the deal as a buyer will read it, while it is being typed, and what making or saving it will do.
import { Banner, BlockStack, Card, List, Text } from "@shopify/polaris";
import type { EditWarning } from "../../domain/deal-edit.ts";
import type { ReadDeal } from "../../domain/deal-form.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useOfferPhrases } from "../offer.ts";

export type DealSummaryProps = {
  name: string;
  read: ReadDeal;
  startsNow: boolean;
  /** What happens then, in order; and when that is. */
  then: string[];
  when: "made" | "saved";
  warnings?: EditWarning[];
};

/** What a buyer will read: the offer in a sentence, and each further condition in one of its own. */
export function useRead(read: ReadDeal): { offer: string | undefined; more: string[] } {
  const phrases = useOfferPhrases();
  const terms = read.ok ? read.deal.terms : read.terms;
  const [offer, ...more] = terms ? phrases(terms, read.ok ? read.deal : { startsAt: null, endsAt: null }) : [];
  return { offer, more };
}

export function DealSummary({ name, read, startsNow, then, when, warnings = [] }: DealSummaryProps) {
  const t = useT("deals");
  const format = useFormat();
  const { offer, more } = useRead(read);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("summary.title")}
        </Text>
        <div aria-live="polite">
          <BlockStack gap="200">
            {offer ? (
              <Text as="p" variant="headingLg" breakWord>
                {offer}
              </Text>
            ) : (
              <Text as="p" tone="subdued">
                {t("summary.hint")}
              </Text>
            )}
            {name.trim() ? (
              <Text as="p" tone="subdued" breakWord>
                {name.trim()}
              </Text>
            ) : null}
            <List>
              {more.map((phrase) => (
                <List.Item key={phrase}>{phrase}</List.Item>
              ))}
              {read.ok ? <List.Item>{startsNow ? t("summary.starts_now") : t("summary.starts", { date: format.dateTime(read.deal.startsAt) })}</List.Item> : null}
            </List>
            {warnings.length > 0 ? (
              <Banner tone="warning">
                <List>
                  {warnings.map((warning) => (
                    <List.Item key={warning}>{t(`warning.${warning}`)}</List.Item>
                  ))}
                </List>
              </Banner>
            ) : null}
          </BlockStack>
        </div>
        <Text as="h3" variant="headingXs">
          {t(when === "made" ? "summary.then" : "summary.then_saved")}
        </Text>
        <List type="number">
          {then.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
      </BlockStack>
    </Card>
  );
}
