// A code in its networks: the step that only a person can take, what is to be pasted there, and where it was given up.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, Divider, Icon, InlineStack, Text } from "@shopify/polaris";
import { CheckCircleIcon } from "@shopify/polaris-icons";
import type { ActAnswer } from "../../domain/code-page.ts";
import type { CodeInNetwork, CodeSetup } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useFollow, useToast } from "../live.ts";
import { NotesPart } from "./NotesPart.tsx";
import { InviteSteps, MenuSteps, ValuesToEnter, WrongSteps } from "./StepLines.tsx";

export function CodeNetworkCard({ setup, timezone, onAgain, busy }: { setup: CodeSetup; timezone: string; onAgain: () => void; busy: boolean }) {
  const t = useT("setup");
  const format = useFormat();
  const { places, joined, policy } = setup;
  useFollow(places.some((place) => place.nextAt !== null && format.isPast(place.nextAt)));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("title")}
        </Text>
        {policy === "always" ? (
          <Text as="p" tone="subdued">
            {t("always")}
          </Text>
        ) : null}
        {joined ? <NotJoined joined={joined} /> : null}
        {places.map((place) => (
          <Place key={place.programId} place={place} setup={setup} timezone={timezone} onAgain={onAgain} busy={busy} />
        ))}
        <Divider />
        <NotesPart setup={setup} network={places[0]!.network} />
      </BlockStack>
    </Card>
  );
}

type PlaceProps = { place: CodeInNetwork; setup: CodeSetup; timezone: string; onAgain: () => void; busy: boolean };

function Place({ place, setup, timezone, onAgain, busy }: PlaceProps) {
  if (place.givenUp) return <GivenUp place={place} />;
  if (place.wanted === "live" && place.state === "by_hand") return <ByHand place={place} setup={setup} timezone={timezone} onAgain={onAgain} busy={busy} />;
  return place.holder === "media_source" && place.state === "live" ? <Assigned place={place} /> : null;
}

function ByHand({ place, setup, timezone, onAgain, busy }: PlaceProps) {
  const t = useT("setup");
  const format = useFormat();
  const { program, network, source, steps } = place;
  const open = steps.filter((step) => step.doneAt === null);
  const wrong = open.filter((step) => step.key !== "assign");
  return (
    <BlockStack gap="300">
      <Divider />
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="h3" variant="headingSm" breakWord>
          {t(wrong.length > 0 ? "wrong" : "yours", { program })}
        </Text>
        <Button onClick={onAgain} loading={busy} accessibilityLabel={`${t("look")}: ${program}`}>
          {t("look")}
        </Button>
      </InlineStack>
      <Text as="p">{t(place.refusedAt === null ? "yours_why" : "yours_refused", { program })}</Text>
      {wrong.length > 0 ? <WrongSteps network={network} steps={wrong} /> : <MenuSteps network={network} program={program} source={source} />}
      <ValuesToEnter network={network} values={setup} timezone={timezone} />
      <div aria-live="polite">
        <Text as="p" tone="subdued" variant="bodySm">
          {[place.readAt === null ? t("not_read") : t("read", { when: format.ago(place.readAt) }), place.nextAt === null || format.isPast(place.nextAt) ? t("looking", { program }) : t("next", { when: format.ago(place.nextAt) })].join(" · ")}
        </Text>
      </div>
    </BlockStack>
  );
}

function Assigned({ place: { source, program, readAt } }: { place: CodeInNetwork }) {
  const t = useT("setup");
  const format = useFormat();
  const when = format.ago(readAt);
  return (
    <InlineStack gap="100" wrap={false} blockAlign="start">
      <span>
        <Icon source={CheckCircleIcon} tone="success" />
      </span>
      <Text as="p" breakWord>
        {source === null ? t("done_unnamed", { program, when }) : t("done", { source, program, when })}
      </Text>
    </InlineStack>
  );
}

function GivenUp({ place: { programId, program } }: { place: CodeInNetwork }) {
  const t = useT("setup");
  const fetcher = useFetcher<ActAnswer>();
  useToast(fetcher.data, fetcher.data?.done ? t("brought_back") : null);
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200">
      <Text as="p" breakWord>
        {t("given_up", { program })}
      </Text>
      <Button onClick={() => fetcher.submit({ intent: "bring-back", programId }, { method: "post" })} loading={fetcher.state !== "idle"} accessibilityLabel={`${t("bring_back")}: ${program}`}>
        {t("bring_back")}
      </Button>
    </InlineStack>
  );
}

function NotJoined({ joined: { state, creatorId, creator, program, network } }: { joined: NonNullable<CodeSetup["joined"]> }) {
  const t = useT("setup");
  return (
    <BlockStack gap="200" inlineAlign="start">
      <Text as="h3" variant="headingSm" tone="critical" breakWord>
        {t(state === "pending" ? "not_joined_pending" : "not_joined", { creator, program })}
      </Text>
      <InviteSteps network={network} program={program} />
      <Button variant="plain" url={`/app/creators/${creatorId}`}>
        {t("to_creator")}
      </Button>
    </BlockStack>
  );
}
