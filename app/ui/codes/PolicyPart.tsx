// The choice of a credit policy, each explained in a line.
import { Banner, BlockStack, Card, ChoiceList, Text } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

type PolicyPartProps = { title: string; policy: string; inNetwork: boolean; error?: string | undefined; onPolicy: (policy: string) => void };

export function PolicyPart({ title, policy, inNetwork, error, onPolicy }: PolicyPartProps) {
  const t = useT("codes");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {title}
        </Text>
        <ChoiceList
          title={title}
          titleHidden
          name="policy"
          choices={["always", "involved", "winner"].map((value) => ({ value, label: t(`policy.${value}.label`), helpText: t(`policy.${value}.help`) }))}
          selected={[policy]}
          onChange={([chosen]) => onPolicy(chosen ?? "")}
          {...(error ? { error } : {})}
        />
        {policy === "always" && inNetwork ? (
          <Banner tone="warning">
            <p>{t("policy.always.warning")}</p>
          </Banner>
        ) : null}
      </BlockStack>
    </Card>
  );
}
