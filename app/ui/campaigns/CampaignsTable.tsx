// Campaigns in a list: what each is, who takes part, what it sold.
import { Badge, BlockStack, IndexTable, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { CampaignRow } from "../../domain/campaign-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";

export function CampaignStateBadge({ state }: { state: string }) {
  const t = useT("campaigns");
  return <Badge {...(state === "open" ? { tone: "success" as const } : {})}>{t(`state.${state}`)}</Badge>;
}

export function CampaignsTable({ campaigns, empty }: { campaigns: CampaignRow[]; empty: React.ReactNode }) {
  const t = useT("campaigns");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={campaigns.length}
      resourceName={{ singular: t("resource_one"), plural: t("resource_other") }}
      emptyState={empty}
      headings={[
        { title: t("column.campaign") },
        { title: t("column.state") },
        { title: t("column.creators") },
        { title: t("column.codes") },
        { title: t("column.orders"), alignment: "end" },
        { title: t("column.sales"), alignment: "end" },
      ]}
    >
      {campaigns.map((campaign, index) => (
        <IndexTable.Row id={campaign.id} key={campaign.id} position={index}>
          {smDown ? <NarrowCampaign campaign={campaign} /> : <WideCampaign campaign={campaign} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function Name({ campaign }: { campaign: CampaignRow }) {
  return (
    <BlockStack>
      <Link url={`/app/campaigns/${campaign.id}`} dataPrimaryLink monochrome removeUnderline>
        <Text as="span" fontWeight="semibold" breakWord>
          {campaign.name}
        </Text>
      </Link>
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {campaign.programName}
      </Text>
    </BlockStack>
  );
}

function Codes({ campaign }: { campaign: CampaignRow }) {
  const t = useT("campaigns");
  return (
    <BlockStack>
      <Text as="span">{t(`codes.${campaign.codes === "one" ? "one" : "each"}`)}</Text>
      {campaign.dealName ? (
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {campaign.dealName}
        </Text>
      ) : null}
    </BlockStack>
  );
}

function WideCampaign({ campaign }: { campaign: CampaignRow }) {
  const t = useT("campaigns");
  const format = useFormat();
  const { accepted, invited, declined } = campaign;
  return (
    <>
      <WrapCell>
        <Name campaign={campaign} />
      </WrapCell>
      <IndexTable.Cell>
        <CampaignStateBadge state={campaign.state} />
      </IndexTable.Cell>
      <WrapCell>{t("counts", { accepted, invited, declined })}</WrapCell>
      <WrapCell>
        <Codes campaign={campaign} />
      </WrapCell>
      <NumberCell>{format.number(campaign.orders)}</NumberCell>
      <NumberCell>{format.money(campaign.amount)}</NumberCell>
    </>
  );
}

function NarrowCampaign({ campaign }: { campaign: CampaignRow }) {
  const t = useT("campaigns");
  const format = useFormat();
  const { accepted, invited, declined } = campaign;
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <InlineStack gap="200" blockAlign="start" align="space-between" wrap={false}>
          <Name campaign={campaign} />
          <CampaignStateBadge state={campaign.state} />
        </InlineStack>
        <Text as="span">{t("counts", { accepted, invited, declined })}</Text>
        <Codes campaign={campaign} />
        <Text as="span" tone="subdued">
          {t("narrow", { orders: t("orders", { count: campaign.orders }), amount: format.money(campaign.amount) })}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
