// Where a deal stands: the store and the network side by side, each with what it is known to have and since when.
import { Banner, BlockStack, Box, Card, InlineGrid, InlineStack, List, Text } from "@shopify/polaris";
import { differsFrom, storeWindow } from "../../domain/deal-seen.ts";
import type { DealDetail, Mark } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { NEEDS_HAND, SideMark, UNDER_WAY, useProblemWords } from "../marks.tsx";
import { useOffer } from "../offer.ts";
import { usePartWords } from "./part-words.ts";

export function DealProblems({ deal, onAgain, busy }: { deal: DealDetail; onAgain: () => void; busy: boolean }) {
  const t = useT("deals");
  const words = useProblemWords();
  const sides = [{ name: t("side.store"), where: "store", mark: deal.store as Mark }, ...deal.networks.map((mark) => ({ name: mark.programName, where: "network", mark: mark as Mark }))];
  const wrong = sides.filter((side) => NEEDS_HAND.includes(side.mark.state));
  if (wrong.length === 0) return null;
  return (
    <BlockStack gap="200">
      {wrong.map((side) => {
        // The store has the deal as it was before the edit that it refused.
        const changed = side.where === "store" && side.mark.state === "refused" && deal.storeId !== null;
        const edit = side.where === "store" && side.mark.state === "refused" ? { secondaryAction: { content: t("edit.action"), url: `/app/deals/${deal.id}/edit` } } : {};
        const key = changed ? "changed" : side.mark.state;
        return (
          <Banner key={side.name} tone="critical" title={t(`problem.${key}_title`, { side: side.name })} action={{ content: t("problem.again"), onAction: onAgain, loading: busy }} {...edit}>
            <BlockStack gap="100">
              {side.mark.problem ? <p>{words(side.mark.problem)}</p> : null}
              <p>{t(`problem.${key}_${side.where}`)}</p>
            </BlockStack>
          </Banner>
        );
      })}
    </BlockStack>
  );
}

export function DealSides({ deal }: { deal: DealDetail }) {
  const t = useT("deals");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("sides.title")}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: deal.networks.length > 0 ? 2 : 1 }} gap="300">
          <Side title={t("side.store")} what={t("sides.store_what", { name: deal.seen?.title ?? deal.name })} mark={deal.store}>
            <StoreHas deal={deal} />
          </Side>
          {deal.networks.map((mark) => (
            <Side key={mark.programId} title={mark.programName} what={t("sides.network_what", { name: mark.seen?.name ?? deal.name })} mark={mark}>
              <NetworkHas deal={deal} mark={mark} />
            </Side>
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

/** The store's discount as it was read back, and in what it is not what the deal asks for. */
function StoreHas({ deal }: { deal: DealDetail }) {
  const t = useT("deals");
  const offer = useOffer();
  const words = usePartWords();
  const { seen } = deal;
  if (!seen || deal.store.state === "missing") return null;
  const instant = (iso: string | null) => (iso === null ? null : new Date(iso));
  const window = storeWindow({ startsAt: new Date(deal.startsAt), endsAt: instant(deal.endsAt), pausedAt: instant(deal.pausedAt) });
  const parts = differsFrom({ title: deal.name, terms: deal.terms, ...window }, seen);
  const theirs = seen.terms && { name: seen.title, terms: seen.terms, startsAt: seen.startsAt, endsAt: seen.endsAt, pausedAt: null };
  const onItsWay = deal.storeVersion < deal.version && deal.store.state !== "refused";
  return (
    <>
      {seen.terms ? (
        <Text as="p" breakWord>
          {offer(seen.terms, deal.phase === "paused" ? { startsAt: null, endsAt: null } : seen)}
        </Text>
      ) : (
        <List>
          {seen.unread.map((key) => (
            <List.Item key={key}>{t(`unread.${key}`)}</List.Item>
          ))}
        </List>
      )}
      {deal.phase === "paused" && deal.store.state === "ended" && parts.length === 0 ? <Text as="p">{t("sides.paused")}</Text> : null}
      {onItsWay ? <Text as="p">{t("sides.on_its_way")}</Text> : null}
      {!onItsWay && parts.length > 0 ? (
        <BlockStack gap="050">
          <Text as="p" fontWeight="semibold">
            {t("sides.differs")}
          </Text>
          <List>
            {parts.map((part) => (
              <List.Item key={part}>{theirs ? t("sides.part", { part: words.name(part), value: words.of(part, theirs) }) : words.name(part)}</List.Item>
            ))}
          </List>
        </BlockStack>
      ) : null}
      <Text as="p" tone="subdued">
        {t("sides.uses", { count: seen.uses })}
      </Text>
      {deal.reserveCode ? (
        <Text as="p" tone="subdued" breakWord>
          {t("sides.reserve", { code: deal.reserveCode })}
        </Text>
      ) : null}
    </>
  );
}

/** The dates of the network's deal as they were read back. */
function NetworkHas({ deal, mark }: { deal: DealDetail; mark: DealDetail["networks"][number] }) {
  const t = useT("deals");
  const format = useFormat();
  if (!mark.seen || !["live", "scheduled", "ended"].includes(mark.state)) return null;
  const { startsAt, endsAt } = mark.seen;
  return (
    <>
      {startsAt ? <Text as="p">{endsAt && !isFar(endsAt) ? t("sides.from_to", { from: format.dateTime(startsAt), to: format.dateTime(endsAt) }) : t("sides.from", { from: format.dateTime(startsAt) })}</Text> : null}
      {mark.version < deal.version ? <Text as="p">{t("sides.on_its_way")}</Text> : null}
    </>
  );
}

/** The network knows no "no end": a day that far off means it (domain/network-deal.ts). */
function isFar(iso: string): boolean {
  return iso >= "2099";
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
        {children}
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
