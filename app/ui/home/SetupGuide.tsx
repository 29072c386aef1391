// The first steps until the first credited order: what is done, and what comes next with its button.
import { Badge, BlockStack, Box, Button, Card, Icon, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import { CheckCircleIcon } from "@shopify/polaris-icons";
import type { Setup } from "../../domain/home-page.ts";
import { isStorefrontSetUp, type StorefrontState } from "../../domain/storefront-page.ts";
import { useT } from "../../i18n.ts";
import { ClicksStep } from "./ClicksStep.tsx";

type GuideProps = { setup: Setup; storefront: StorefrontState; embedUrl: string };

export function SetupGuide({ setup, storefront, embedUrl }: GuideProps) {
  const t = useT("home");
  const steps = [
    { id: "network", done: setup.programs > 0, url: "/app/network" },
    { id: "creators", done: setup.creators > 0, url: setup.connected ? "/app/network" : "/app/creators" },
    { id: "deal", done: setup.deals > 0, url: "/app/deals/new" },
    { id: "codes", done: setup.codes > 0, url: "/app/codes/give" },
    { id: "clicks", done: isStorefrontSetUp(storefront), url: null },
    { id: "order", done: setup.credited, url: null },
  ];
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done)?.id;
  // Codes earn without clicks, too: who leaves that step out reads the last one all the same.
  const isOpen = (id: string) => id === next || (next === "clicks" && id === "order");
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t("setup.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("setup.text")}
          </Text>
          <InlineStack gap="300" blockAlign="center">
            <Badge>{t("setup.done", { done, all: steps.length })}</Badge>
            <div style={{ flex: 1, minWidth: 80, maxWidth: 240 }}>
              <ProgressBar progress={(done / steps.length) * 100} size="small" tone="success" ariaLabelledBy="setup-progress" />
            </div>
            <Text as="span" visuallyHidden id="setup-progress">
              {t("setup.done", { done, all: steps.length })}
            </Text>
          </InlineStack>
        </BlockStack>
      </Box>
      <ol style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {steps.map((step) => (
          <li key={step.id}>
            <Box padding="400" borderBlockStartWidth="025" borderColor="border-secondary" {...(isOpen(step.id) ? { background: "bg-surface-secondary" as const } : {})}>
              <InlineStack gap="300" blockAlign="start" wrap={false}>
                <div>{step.done ? <Icon source={CheckCircleIcon} tone="success" accessibilityLabel={t("setup.is_done")} /> : <OpenStep label={t("setup.is_open")} />}</div>
                <BlockStack gap="200" inlineAlign="start">
                  <Text as="h3" variant="headingSm" {...(step.done ? { tone: "subdued" as const } : {})}>
                    {t(`setup.${step.id}.title`)}
                  </Text>
                  {isOpen(step.id) ? (
                    <>
                      <Text as="p">{t(`setup.${step.id}.text`)}</Text>
                      {step.id === "clicks" ? <ClicksStep storefront={storefront} embedUrl={embedUrl} /> : null}
                      {step.url ? (
                        <Button variant="primary" url={step.url}>
                          {t(`setup.${step.id}.action`)}
                        </Button>
                      ) : null}
                    </>
                  ) : null}
                </BlockStack>
              </InlineStack>
            </Box>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** A hollow circle, as wide as the icon of a step that is done. */
function OpenStep({ label }: { label: string }) {
  return (
    <svg role="img" aria-label={label} width="20" height="20" viewBox="0 0 20 20">
      <circle cx="10" cy="10" r="6.5" fill="none" stroke="#8a8a8a" strokeWidth="1.5" strokeDasharray="2.6 2.2" />
    </svg>
  );
}
