// The programs in use: of networks, and the shop's own; with their creators and where their sales are reported to.
import { useFetcher } from "@remix-run/react";
import { Badge, BlockStack, Box, Button, Card, Divider, InlineStack, Modal, Select, SkeletonBodyText, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { EventTypeChoice, ProgramCard } from "../../domain/pages.ts";
import type { FieldError } from "../../domain/problem.ts";
import type { ProgramPair, ProgramSteps } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { ProgramTroubles } from "./ProgramTroubles.tsx";
import { PairPart, StepsPart } from "../setup/PairPart.tsx";

type Failed = { ok: false; errors: FieldError[] };

/** How creator and performance programs of an account belong together, by program. */
export type SetUps = { pairs: ProgramPair[]; steps: ProgramSteps[] };

export function ProgramsCard({ programs, setUps }: { programs: ProgramCard[]; setUps: SetUps }) {
  const t = useT("network");
  const [making, setMaking] = useState(false);
  const [typeOf, setTypeOf] = useState<ProgramCard | null>(null);
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("programs.title")}
          </Text>
          <Button variant="plain" onClick={() => setMaking(true)}>
            {t("programs.add_own")}
          </Button>
        </InlineStack>
        {programs.length === 0 ? <Text as="p">{t("programs.none")}</Text> : null}
        {programs.map((program, index) => (
          <BlockStack key={program.id} gap="400">
            {index > 0 ? <Divider /> : null}
            <Program program={program} onEventType={() => setTypeOf(program)} />
            <SetUp program={program} setUps={setUps} />
          </BlockStack>
        ))}
      </BlockStack>
      <OwnProgram open={making} onClose={() => setMaking(false)} />
      <EventType program={typeOf} onClose={() => setTypeOf(null)} />
    </Card>
  );
}

function SetUp({ program, setUps }: { program: ProgramCard; setUps: SetUps }) {
  const pair = setUps.pairs.find((one) => one.programId === program.id);
  const steps = setUps.steps.find((one) => one.programId === program.id);
  if (pair) return <PairPart pair={pair} program={program.name} />;
  return steps ? <StepsPart steps={steps} /> : null;
}

type TakenOver = { ok: true; added: number; joined: number; pending: number; left: number; total: number } | Failed;

function Program({ program, onEventType }: { program: ProgramCard; onEventType: () => void }) {
  const t = useT("network");
  const tErrors = useT("errors");
  const format = useFormat();
  const fetcher = useFetcher<TakenOver>();
  const taken = fetcher.data;
  const failure = taken && !taken.ok ? taken.errors[0] : undefined;
  useToast(taken, taken?.ok ? t("programs.taken_over", { count: taken.total, added: taken.added, joined: taken.joined, pending: taken.pending }) : null);
  const inNetwork = program.network !== "none";
  const { joined, pending, other } = program.creators;
  return (
    <BlockStack gap="150">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h3" variant="headingSm" breakWord>
            {program.name}
          </Text>
          <Badge>{inNetwork ? t(`kind.${program.kind}`) : t("kind.none")}</Badge>
          {program.state === "ended" ? <Badge tone="warning">{t("programs.ended")}</Badge> : null}
        </InlineStack>
        {inNetwork ? (
          <Button {...(program.kind === "creator" ? {} : { variant: "plain" as const })} loading={fetcher.state !== "idle"} onClick={() => fetcher.submit({ intent: "take-over", programId: program.id }, { method: "post" })} accessibilityLabel={t("programs.take_over_named", { program: program.name })}>
            {t(program.kind === "creator" ? "programs.take_over" : "programs.take_over_partners")}
          </Button>
        ) : null}
      </InlineStack>
      <Text as="p">
        {[t("programs.joined", { count: joined }), pending > 0 ? t("programs.pending", { count: pending }) : "", other > 0 ? t("programs.other", { count: other }) : ""].filter(Boolean).join(", ")}
      </Text>
      {inNetwork ? (
        <InlineStack gap="200" blockAlign="center">
          <Text as="p" tone={program.eventTypeId ? "subdued" : "critical"}>
            {program.eventTypeId ? t("programs.reports") : t("programs.no_event_type")}
          </Text>
          <Button variant="plain" onClick={onEventType}>
            {t("programs.event_type")}
          </Button>
        </InlineStack>
      ) : (
        <Text as="p" tone="subdued">
          {t("programs.own_what")}
        </Text>
      )}
      <ProgramTroubles program={program} />
      {inNetwork ? (
        <Text as="p" tone="subdued" variant="bodySm">
          {program.readAt ? t("programs.read", { when: format.ago(program.readAt) }) : t("programs.never_read")}
        </Text>
      ) : null}
      {failure ? (
        <Text as="p" tone="critical">
          {tErrors(failure.key, failure.values ?? {})}
        </Text>
      ) : null}
    </BlockStack>
  );
}

function OwnProgram({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT("network");
  const tErrors = useT("errors");
  const fetcher = useFetcher<{ ok: true } | Failed>();
  const [name, setName] = useState("");
  const error = fetcher.data && !fetcher.data.ok ? fetcher.data.errors[0] : undefined;
  useToast(fetcher.data, fetcher.data?.ok ? t("own.done") : null);
  useEffect(() => {
    if (!fetcher.data?.ok) return;
    setName("");
    onClose();
  }, [fetcher.data]);
  return (
    <Modal
      open={open}
      onClose={onClose}
      title={t("own.title")}
      primaryAction={{ content: t("own.save"), loading: fetcher.state !== "idle", onAction: () => fetcher.submit({ intent: "own", name }, { method: "post" }) }}
      secondaryActions={[{ content: t("cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="300">
          <Text as="p">{t("own.what")}</Text>
          <TextField label={t("own.name")} value={name} onChange={setName} error={error ? tErrors(error.key, error.values ?? {}) : undefined} autoComplete="off" requiredIndicator />
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

type EventTypes = { ok: true; eventTypes: EventTypeChoice[] } | Failed;

function EventType({ program, onClose }: { program: ProgramCard | null; onClose: () => void }) {
  const t = useT("network");
  const tErrors = useT("errors");
  const list = useFetcher<EventTypes>();
  const save = useFetcher<{ ok: true } | Failed>();
  const [chosen, setChosen] = useState("");
  useToast(save.data, save.data?.ok ? t("event_type.saved") : null);

  useEffect(() => {
    if (!program) return;
    setChosen(program.eventTypeId ?? "");
    list.submit({ intent: "event-types", programId: program.id }, { method: "post" });
  }, [program]);

  function keep() {
    if (!program) return;
    save.submit({ intent: "event-type", programId: program.id, eventTypeId: chosen }, { method: "post" });
    onClose();
  }

  const types = list.data?.ok && list.state === "idle" ? list.data.eventTypes : null;
  const failures = list.data && !list.data.ok && list.state === "idle" ? list.data.errors : [];
  return (
    <Modal
      open={program !== null}
      onClose={onClose}
      title={t("event_type.title", { program: program?.name ?? "" })}
      primaryAction={{ content: t("event_type.save"), onAction: keep, disabled: !types || chosen === "" }}
      secondaryActions={[{ content: t("cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="300">
          <Text as="p">{t("event_type.what")}</Text>
          {types ? (
            types.length === 0 ? (
              <Text as="p">{t("event_type.none")}</Text>
            ) : (
              <Select label={t("event_type.label")} options={types.map((type) => ({ value: type.eventTypeId, label: type.name }))} placeholder={t("event_type.choose")} value={chosen} onChange={setChosen} />
            )
          ) : failures.length > 0 ? (
            failures.map((error) => (
              <Text key={error.key} as="p" tone="critical">
                {tErrors(error.key, error.values ?? {})}
              </Text>
            ))
          ) : (
            <Box>
              <SkeletonBodyText lines={2} />
            </Box>
          )}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
