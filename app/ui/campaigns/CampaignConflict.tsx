// Somebody saved the campaign meanwhile: what either changed, and the ways on.
import { Banner, BlockStack, Button, InlineStack, List } from "@shopify/polaris";
import type { CampaignConflict as Conflict, CampaignField, CampaignFields } from "../../domain/campaign.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

type ConflictProps = { conflict: Conflict; deals: { id: string; name: string }[]; saving: boolean; onMine: () => void; onTheirs: () => void };

const LONGEST_SHOWN = 120;

export function CampaignConflict({ conflict, deals, saving, onMine, onTheirs }: ConflictProps) {
  const t = useT("campaigns");
  const tCodes = useT("codes");
  const format = useFormat();
  const { theirs, mine } = conflict;

  function shown(fields: CampaignFields, field: CampaignField): string {
    const text = field === "naming" ? fields.naming.pattern : field === "dealId" ? (deals.find((deal) => deal.id === fields.dealId)?.name ?? "") : field === "codes" ? t(`codes.${fields.codes}`) : field === "policy" ? tCodes(`policy.${fields.policy}.label`) : fields[field];
    const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
    return short === "" ? t("conflict.empty") : `“${short}”`;
  }

  return (
    <Banner tone="warning" title={t("conflict.title")}>
      <BlockStack gap="300">
        <p>{t("conflict.text", { when: format.ago(conflict.at) })}</p>
        <List>
          {conflict.fields.map(({ field, changedBy }) => (
            <List.Item key={field}>{t(`conflict.${changedBy}`, { field: t(`conflict.field.${field}`), theirs: shown(theirs, field), mine: shown(mine, field) })}</List.Item>
          ))}
        </List>
        <InlineStack gap="200">
          <Button onClick={onMine} loading={saving}>
            {t("conflict.keep_mine")}
          </Button>
          <Button onClick={onTheirs} disabled={saving}>
            {t("conflict.keep_theirs")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Banner>
  );
}
