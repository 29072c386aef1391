// What a person should know of a code before all else: that its creator's contract ends, what is to take its place, and that its credits are void.
import { Banner, BlockStack, Layout } from "@shopify/polaris";
import type { CodeDetail } from "../../domain/code-page.ts";
import { useT } from "../../i18n.ts";
import { ContractBanner } from "../contracts/ContractMarks.tsx";
import { useFormat } from "../format.tsx";

export function CodeBanners({ code }: { code: CodeDetail }) {
  const t = useT("life");
  const tCodes = useT("codes");
  const format = useFormat();
  const { life, replacedBy, voided } = code;
  const retiredPattern = code.match === "regex" && code.retiredAt !== null;
  if (!voided && !life.beingReplaced && !retiredPattern && code.contract === null) return null;
  return (
    <Layout.Section variant="fullWidth">
      <BlockStack gap="400">
        <ContractBanner code={code} />
        {retiredPattern ? (
          <Banner title={tCodes("page.retired.title", { date: format.dateTime(code.retiredAt) })}>
            <p>{tCodes("page.retired.text")}</p>
          </Banner>
        ) : null}
        {life.beingReplaced && replacedBy ? (
          <Banner tone="info" title={t("banner.replacing.title", { code: replacedBy.code })} action={{ content: t("banner.replacing.open", { code: replacedBy.code }), url: `/app/codes/${replacedBy.id}` }}>
            <p>{t("sentence.being_replaced", { code: replacedBy.code })}</p>
          </Banner>
        ) : null}
        {voided ? (
          <Banner tone="warning" title={t("banner.void.title", { date: format.date(voided.from) })}>
            <p>{t("banner.void.text", { reason: voided.reason })}</p>
          </Banner>
        ) : null}
      </BlockStack>
    </Layout.Section>
  );
}
