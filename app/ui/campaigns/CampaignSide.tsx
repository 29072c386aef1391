// Beside the creators of a campaign: what it gives, and its way to files and back.
import { BlockStack, Button, Card, DescriptionList, Link, Text } from "@shopify/polaris";
import type { CampaignFields } from "../../domain/campaign.ts";
import { useT } from "../../i18n.ts";

type Shown = Pick<CampaignFields, "programId" | "codes" | "dealId" | "naming" | "policy" | "landing"> & { id: string; programName: string; dealName: string | null };

export function CampaignGives({ campaign }: { campaign: Shown }) {
  const t = useT("campaigns");
  const tCodes = useT("codes");
  const items = [
    { term: t("side.program"), description: campaign.programName },
    { term: t("side.deal"), description: campaign.dealName ? <Link url={`/app/deals/${campaign.dealId}`}>{campaign.dealName}</Link> : t("side.no_deal") },
    { term: t("side.codes"), description: t(`codes.${campaign.codes}`) },
    { term: t("side.naming"), description: campaign.naming.pattern },
    ...(campaign.codes === "each" ? [{ term: t("side.policy"), description: tCodes(`policy.${campaign.policy}.label`) }] : []),
    { term: t("side.landing"), description: campaign.landing === "/" ? t("side.first_page") : campaign.landing },
  ];
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("side.title")}
        </Text>
        <DescriptionList items={items} gap="tight" />
      </BlockStack>
    </Card>
  );
}

export function CampaignFiles({ id }: { id: string }) {
  const t = useT("campaigns");
  return (
    <Card>
      <BlockStack gap="200" inlineAlign="start">
        <Text as="h2" variant="headingSm">
          {t("files.title")}
        </Text>
        <Text as="p">{t("files.text")}</Text>
        <Button url={`/app/files?campaign=${encodeURIComponent(id)}`}>{t("files.open")}</Button>
      </BlockStack>
    </Card>
  );
}
