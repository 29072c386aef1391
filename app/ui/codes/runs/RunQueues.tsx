// The networks' own queues beside the store: what is there, the budget of the hour, and when the last code will be there.
import { BlockStack, Card, InlineStack, Link, ProgressBar, Text } from "@shopify/polaris";
import { REQUESTS_A_CODE } from "../../../domain/code-batch.ts";
import type { NetworkQueue } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { useFormat } from "../../format.tsx";
import { useProblemWords } from "../../marks.tsx";
import { useCounted } from "./words.ts";

const USUAL_LIMIT = 1_000;

export function RunQueue({ queue }: { queue: NetworkQueue }) {
  const t = useT("runs");
  const tSetup = useT("setup");
  const format = useFormat();
  const counted = useCounted();
  const problem = useProblemWords()(queue.problem);
  const { total, live, refused, waiting, byHand, budget } = queue;
  const limit = budget?.limit ?? USUAL_LIMIT;
  const open = budget !== null && !format.isPast(budget.endsAt) ? budget : null;
  const id = `queue-${queue.programId}`;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("network.title", { name: queue.name })}
        </Text>
        <BlockStack gap="150">
          <Text as="p" id={id}>
            {t("network.live", { live: format.number(live), total: format.number(total) })}
          </Text>
          <ProgressBar progress={total === 0 ? 0 : Math.floor((100 * live) / total)} size="small" ariaLabelledBy={id} />
        </BlockStack>
        {refused > 0 ? (
          <Text as="p" tone="critical">
            {counted("network.refused", refused)}
          </Text>
        ) : null}
        {byHand > 0 ? (
          <InlineStack gap="200">
            <Text as="p">{tSetup("program.by_hand", { count: byHand })}</Text>
            <Link url={`/app/network/steps/${queue.programId}`}>{tSetup("program.open")}</Link>
          </InlineStack>
        ) : null}
        {problem ? (
          <Text as="p" tone="critical">
            {problem}
          </Text>
        ) : null}
        {waiting > 0 ? (
          <>
            <Text as="p" fontWeight="semibold">
              {t("network.ends", { time: format.dateTime(queue.endsAt) })}
            </Text>
            <BlockStack gap="150">
              <Text as="p" id={`${id}-budget`} variant="bodySm">
                {open ? t("network.budget", { used: format.number(Math.min(open.used, open.limit)), limit: format.number(open.limit), time: format.time(open.endsAt) }) : t("network.budget_fresh", { limit: format.number(limit) })}
              </Text>
              <ProgressBar progress={open ? Math.min(100, Math.round((100 * open.used) / open.limit)) : 0} size="small" ariaLabelledBy={`${id}-budget`} />
            </BlockStack>
            <Text as="p" tone="subdued" variant="bodySm">
              {t("network.explained", { limit: format.number(limit), each: REQUESTS_A_CODE })}
            </Text>
          </>
        ) : refused === 0 && byHand === 0 ? (
          <Text as="p" tone="subdued">
            {t("network.all_there")}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}
