// What of a deal only a person can change in its network: a list of exact steps, each checked off once the network was read and has it.
import { useFetcher } from "@remix-run/react";
import { Badge, BlockStack, Box, Button, Card, Icon, InlineStack, List, Text } from "@shopify/polaris";
import { CheckCircleIcon, ClockIcon } from "@shopify/polaris-icons";
import type { DealTerms } from "../../domain/deal.ts";
import { toNetworkDeal } from "../../domain/network-deal.ts";
import type { DealInProgram, KeptStep } from "../../domain/network-steps.ts";
import type { Values } from "../../domain/problem.ts";
import { useNetworksText, useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useFollow } from "../live.ts";

type Props = { dealId: string; terms: DealTerms; programs: DealInProgram[] };

/** Nothing where no network has the deal, or where each can be told all of it. */
export function NetworkSteps({ dealId, terms, programs }: Props) {
  const notes = [
    ...toNetworkDeal({ name: "", terms, startsAt: "", endsAt: null }, "").notes,
    ...programs.filter((program) => program.ownDates.length > 0).map((program) => ({ key: "own_dates", values: { program: program.programName, codes: program.ownDates.slice(0, 5).join(", ") } })),
  ];
  const shown = programs.filter((program) => program.steps.length > 0);
  useFollow(programs.some((program) => program.state === "live" && program.readAt === null));
  if (programs.length === 0 || (shown.length === 0 && notes.length === 0)) return null;
  return (
    <Card>
      <BlockStack gap="400">
        {shown.map((program) => (
          <ProgramSteps key={program.programId} dealId={dealId} program={program} />
        ))}
        {notes.length > 0 ? <Notes notes={notes} /> : null}
      </BlockStack>
    </Card>
  );
}

function ProgramSteps({ dealId, program }: { dealId: string; program: DealInProgram }) {
  const t = useT("steps");
  const format = useFormat();
  const check = useFetcher();
  const open = program.steps.filter((step) => step.doneAt === null);
  const isReading = check.state !== "idle" || program.readAt === null;
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="h2" variant="headingSm" breakWord>
          {t("title", { program: program.programName })}
        </Text>
        <check.Form method="post" action={`/app/deals/${dealId}/network`}>
          <Button submit loading={isReading} accessibilityLabel={`${t("check")}: ${program.programName}`}>
            {t("check")}
          </Button>
        </check.Form>
      </InlineStack>
      <Text as="p">{open.length > 0 ? t("intro", { count: open.length }) : t("all_done")}</Text>
      <Box as="ul" padding="0">
        <BlockStack gap="200">
          {program.steps.map((step) => (
            <Step key={`${step.key} ${JSON.stringify(step.values)}`} step={step} />
          ))}
        </BlockStack>
      </Box>
      <div aria-live="polite">
        <Text as="p" tone="subdued" variant="bodySm">
          {isReading ? t("checking", { program: program.programName }) : t("read", { when: format.ago(program.readAt) })}
        </Text>
      </div>
    </BlockStack>
  );
}

function Step({ step }: { step: KeptStep }) {
  const t = useT("steps");
  const ofNetworks = useNetworksText();
  const format = useFormat();
  const values = useShown();
  const isDone = step.doneAt !== null;
  return (
    <Box as="li" padding="200" borderWidth="025" borderColor="border-secondary" borderRadius="200">
      <InlineStack gap="200" wrap={false} blockAlign="start">
        <span>
          <Icon source={isDone ? CheckCircleIcon : ClockIcon} tone={isDone ? "success" : "caution"} />
        </span>
        <BlockStack gap="100" inlineAlign="start">
          <Text as="p" breakWord {...(isDone ? { tone: "subdued" } : {})}>
            {ofNetworks(`deal_step.${step.key}`, values(step.values)) ?? t("unknown")}
          </Text>
          {isDone ? (
            <Text as="p" tone="subdued" variant="bodySm">
              {t("done", { when: format.ago(step.doneAt) })}
            </Text>
          ) : (
            <Badge tone="attention">{t("open")}</Badge>
          )}
        </BlockStack>
      </InlineStack>
    </Box>
  );
}

function Notes({ notes }: { notes: { key: string; values: Values }[] }) {
  const t = useT("steps");
  const values = useShown();
  return (
    <BlockStack gap="150">
      <Text as="h3" variant="headingXs">
        {t("notes_title")}
      </Text>
      <Text as="p" tone="subdued">
        {t("notes_intro")}
      </Text>
      <List>
        {notes.map((note) => (
          <List.Item key={`${note.key} ${JSON.stringify(note.values)}`}>{t(`note.${note.key}`, values(note.values))}</List.Item>
        ))}
      </List>
    </BlockStack>
  );
}

/** Amounts as money of their currency, or of the shop's; the rest as it is. */
function useShown(): (values: Values) => Values {
  const format = useFormat();
  return (values) => ({ ...values, ...(values.amount === undefined ? {} : { amount: format.money(String(values.amount), values.currency === undefined ? undefined : String(values.currency)) }) });
}
