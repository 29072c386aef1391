// Beside the form: the deal as a buyer will read it, while it is being typed, and what making it will do.
import { BlockStack, Card, List, Text } from "@shopify/polaris";
import type { ReadDeal } from "../../domain/deal-form.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useOfferPhrases } from "../offer.ts";

type SummaryProps = { name: string; read: ReadDeal; startsNow: boolean; program: { name: string; network: string } | null };

export function DealSummary({ name, read, startsNow, program }: SummaryProps) {
  const t = useT("deals");
  const format = useFormat();
  const phrases = useOfferPhrases();
  const terms = read.ok ? read.deal.terms : read.terms;
  const dates = read.ok ? read.deal : { startsAt: null, endsAt: null };
  const [offer, ...more] = terms ? phrases(terms, dates) : [];
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
          </BlockStack>
        </div>
        <Text as="h3" variant="headingXs">
          {t("summary.then")}
        </Text>
        <List type="number">
          <List.Item>{t("summary.store")}</List.Item>
          {program && program.network !== "none" ? <List.Item>{t("summary.network", { program: program.name })}</List.Item> : null}
          <List.Item>{t("summary.codes")}</List.Item>
        </List>
      </BlockStack>
    </Card>
  );
}
