// Where a deal stands: the store and the network side by side, each with what it is known to have and since when.
import { Banner, BlockStack, Box, Card, InlineGrid, InlineStack, Text } from "@shopify/polaris";
import type { DealDetail, Mark } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { NEEDS_HAND, SideMark, UNDER_WAY, useProblemWords } from "../marks.tsx";

export function DealProblems({ deal, onAgain, busy }: { deal: DealDetail; onAgain: () => void; busy: boolean }) {
  const t = useT("deals");
  const words = useProblemWords();
  const sides = [{ name: t("side.store"), where: "store", mark: deal.store as Mark }, ...deal.networks.map((mark) => ({ name: mark.programName, where: "network", mark: mark as Mark }))];
  const wrong = sides.filter((side) => NEEDS_HAND.includes(side.mark.state));
  if (wrong.length === 0) return null;
  return (
    <BlockStack gap="200">
      {wrong.map((side) => (
        <Banner key={side.name} tone="critical" title={t(`problem.${side.mark.state}_title`, { side: side.name })} action={{ content: t("problem.again"), onAction: onAgain, loading: busy }}>
          <BlockStack gap="100">
            {side.mark.problem ? <p>{words(side.mark.problem)}</p> : null}
            <p>{t(`problem.${side.mark.state}_${side.where}`)}</p>
          </BlockStack>
        </Banner>
      ))}
    </BlockStack>
  );
}

export function DealSides({ deal }: { deal: DealDetail }) {
  const t = useT("deals");
  const storeNumber = deal.storeId?.split("/").pop() ?? null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("sides.title")}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: deal.networks.length > 0 ? 2 : 1 }} gap="300">
          <Side title={t("side.store")} what={t("sides.store_what", { name: deal.name })} mark={deal.store}>
            {storeNumber ? t("sides.store_made") : null}
          </Side>
          {deal.networks.map((mark) => (
            <Side key={mark.programId} title={mark.programName} what={t("sides.network_what", { name: deal.name })} mark={mark} />
          ))}
        </InlineGrid>
        {deal.networks.length === 0 ? (
          <Text as="p" tone="subdued">
            {t(deal.program ? "sides.no_network" : "sides.no_program")}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Side({ title, what, mark, children }: { title: string; what: string; mark: Mark; children?: React.ReactNode }) {
  const t = useT("deals");
  const format = useFormat();
  // What needs a hand is said above, in a banner; here is what a side waits for, or differs in.
  const said = useProblemWords()(mark.problem);
  const problem = NEEDS_HAND.includes(mark.state) ? null : said;
  const read = mark.readAt ? t("sides.read", { when: format.ago(mark.readAt) }) : t(UNDER_WAY.includes(mark.state) ? "sides.not_made" : "sides.never_read");
  return (
    <Box padding="300" borderWidth="025" borderColor="border-secondary" borderRadius="200">
      <BlockStack gap="150">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h3" variant="headingXs" breakWord>
            {title}
          </Text>
          <SideMark mark={mark} />
        </InlineStack>
        <Text as="p" breakWord>
          {what}
        </Text>
        {children ? <Text as="p">{children}</Text> : null}
        {problem ? (
          <Text as="p" breakWord>
            {problem}
          </Text>
        ) : null}
        <Text as="p" tone="subdued" variant="bodySm">
          {read}
        </Text>
      </BlockStack>
    </Box>
  );
}
