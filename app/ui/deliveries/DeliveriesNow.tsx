// How it stands: what is wrong, when a delivery last came, when the store was last asked, and through what it tells.
import { Banner, BlockStack, Card, Icon, InlineStack, Text } from "@shopify/polaris";
import { CheckCircleIcon, ClockIcon } from "@shopify/polaris-icons";
import type { DeliveriesView } from "../../domain/deliveries-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function DeliveriesNow({ view }: { view: DeliveriesView }) {
  const t = useT("deliveries");
  const tErrors = useT("errors");
  const format = useFormat();
  const troubles = [...(view.token ? [{ key: "token", ...view.token }] : []), ...(view.hooks ? [{ key: "hooks", ...view.hooks, since: view.heardAt ?? view.hooks.since }] : [])];
  const isFilling = view.gaps.some(({ filledAt }) => filledAt === null);
  return (
    <BlockStack gap="400">
      {troubles.map(({ key, problem, since }) => (
        <Banner key={key} tone="warning" title={t(`trouble.${key}`, { since: format.dateTime(since) })}>
          <p>{tErrors(problem.key, problem.values)}</p>
        </Banner>
      ))}
      <Card>
        <BlockStack gap="300">
          {troubles.length === 0 ? (
            <InlineStack gap="200" blockAlign="center" wrap={false}>
              <div>
                <Icon source={isFilling || view.heardAt === null ? ClockIcon : CheckCircleIcon} tone={isFilling || view.heardAt === null ? "info" : "success"} />
              </div>
              <Text as="p" variant="bodyLg">
                {t(isFilling ? "now.filling" : view.heardAt === null ? "now.none" : "now.well")}
              </Text>
            </InlineStack>
          ) : null}
          <dl className="deliveries-facts">
            <Fact name={t("fact.heard")} value={view.heardAt === null ? t("never") : t("at_and_ago", { at: format.dateTime(view.heardAt), ago: format.ago(view.heardAt) })} />
            <Fact name={t("fact.swept")} value={view.sweptAt === null ? t("never") : t("at_and_ago", { at: format.dateTime(view.sweptAt), ago: format.ago(view.sweptAt) })} />
            <Fact name={t("fact.subscriptions")} value={<Subscriptions view={view} />} />
            <Fact name={t("fact.reach")} value={view.shownFrom === null ? t("reach.all") : t("reach.days", { from: format.date(view.shownFrom) })} />
          </dl>
          <style>{FACTS}</style>
        </BlockStack>
      </Card>
    </BlockStack>
  );
}

const FACTS = ".deliveries-facts{display:grid;grid-template-columns:minmax(9rem,13rem) 1fr;gap:var(--p-space-200) var(--p-space-400);margin:0}.deliveries-facts dd{margin:0}@media(max-width:30rem){.deliveries-facts{grid-template-columns:1fr;gap:0}.deliveries-facts dd{margin-block-end:var(--p-space-300)}}";

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <>
      <dt>
        <Text as="span" tone="subdued">{name}</Text>
      </dt>
      <dd>{typeof value === "string" ? <Text as="span">{value}</Text> : value}</dd>
    </>
  );
}

function Subscriptions({ view: { made, readAt } }: { view: DeliveriesView }) {
  const t = useT("deliveries");
  const format = useFormat();
  return (
    <BlockStack gap="100">
      <Text as="span">{t("subscriptions.own")}</Text>
      {made.topics.length > 0 ? <Text as="span">{t("subscriptions.made", { count: made.topics.length, at: format.dateTime(made.at) })}</Text> : null}
      {made.others > 0 ? <Text as="span">{t("subscriptions.others", { count: made.others })}</Text> : null}
      {readAt === null ? null : (
        <Text as="span" tone="subdued" variant="bodySm">{t("subscriptions.read", { at: format.dateTime(readAt) })}</Text>
      )}
    </BlockStack>
  );
}
