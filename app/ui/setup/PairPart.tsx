// On the card of programs: through which program a creator program's creators are hired, and how the creators' codes stand in a performance program.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, ChoiceList, InlineStack, Link, Modal, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import type { ProgramPair, ProgramSteps } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { useFollow, useToast } from "../live.ts";

type Answer = { ok: true; count: number } | { ok: false; errors: FieldError[] };

const PATH = "/app/network/pair";
const FOLLOW_MS = 20_000;

export function PairPart({ pair, program }: { pair: ProgramPair; program: string }) {
  const t = useT("setup");
  const [choosing, setChoosing] = useState(false);
  const fetcher = useFetcher<Answer>();
  useToast(fetcher.data, fetcher.data?.ok ? t("pair.saved") : null);
  const [following, setFollowing] = useState(false);
  useFollow(following);
  // The codes follow some seconds later.
  useEffect(() => {
    if (!following) return;
    const timer = setTimeout(() => setFollowing(false), FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [following]);
  const choose = (pairId: string) => fetcher.submit({ intent: "choose", programId: pair.programId, pairId }, { method: "post", action: PATH });
  const named = (id: string | null) => pair.choices.find((choice) => choice.id === id)?.name ?? null;
  const through = named(pair.pairId);
  const suggested = named(pair.suggested);
  const busy = fetcher.state !== "idle";
  return (
    <BlockStack gap="150" inlineAlign="start">
      <Text as="p" breakWord>
        {through !== null ? t("pair.through", { program: through }) : suggested !== null ? t("pair.suggested", { program: suggested }) : t("pair.alone")}
      </Text>
      {suggested !== null ? (
        <InlineStack gap="200">
          <Button onClick={() => setChoosing(true)} loading={busy}>
            {t("pair.yes", { program: suggested })}
          </Button>
          <Button variant="plain" onClick={() => choose("")} disabled={busy}>
            {t("pair.no")}
          </Button>
        </InlineStack>
      ) : (
        <Button variant="plain" onClick={() => setChoosing(true)} accessibilityLabel={`${t("pair.change")}: ${t("pair.label")}`}>
          {t("pair.change")}
        </Button>
      )}
      <ChoosePair open={choosing} pair={pair} program={program} onClose={() => setChoosing(false)} onSaved={() => setFollowing(true)} />
    </BlockStack>
  );
}

type ChoosePairProps = { open: boolean; pair: ProgramPair; program: string; onClose: () => void; onSaved: () => void };

function ChoosePair({ open, pair, program, onClose, onSaved }: ChoosePairProps) {
  const t = useT("setup");
  const tErrors = useT("errors");
  const [chosen, setChosen] = useState("");
  const preview = useFetcher<Answer>();
  const save = useFetcher<Answer>();
  useToast(save.data, save.data?.ok ? t("pair.saved") : null);

  function ask(pairId: string) {
    setChosen(pairId);
    preview.submit({ intent: "preview", programId: pair.programId, pairId }, { method: "post", action: PATH });
  }

  useEffect(() => {
    if (open) ask(pair.pairId ?? pair.suggested ?? "");
  }, [open]);
  useEffect(() => {
    if (!save.data?.ok) return;
    onSaved();
    onClose();
  }, [save.data]);

  const counted = preview.data?.ok && preview.state === "idle" ? preview.data.count : null;
  const errors = [preview.data, save.data].flatMap((data) => (data && !data.ok ? data.errors : []));
  return (
    <Modal
      open={open}
      onClose={onClose}
      title={t("pair.title", { program })}
      primaryAction={{ content: t("pair.save"), loading: save.state !== "idle", onAction: () => save.submit({ intent: "choose", programId: pair.programId, pairId: chosen }, { method: "post", action: PATH }) }}
      secondaryActions={[{ content: t("pair.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="300">
          <ChoiceList
            title={t("pair.label")}
            titleHidden
            choices={[...pair.choices.map(({ id, name }) => ({ value: id, label: name })), { value: "", label: t("pair.none") }]}
            selected={[chosen]}
            onChange={([id]) => ask(id ?? "")}
          />
          <div aria-live="polite">
            <Text as="p" tone="subdued">
              {chosen === "" ? t("pair.leaves") : counted === null ? "…" : t("pair.preview", { count: counted })}
            </Text>
          </div>
          {errors.map((error) => (
            <Text key={error.key} as="p" tone="critical">
              {tErrors(error.key, error.values ?? {})}
            </Text>
          ))}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

/** Of a performance program in which creators' codes stand, or are to stand. */
export function StepsPart({ steps }: { steps: ProgramSteps }) {
  const t = useT("setup");
  const { byHand, refused, live } = steps;
  return (
    <BlockStack gap="100" inlineAlign="start">
      {live > 0 ? <Text as="p">{t("program.live", { count: live })}</Text> : null}
      {refused > 0 ? (
        <InlineStack gap="200">
          <Text as="p" tone="critical">
            {t("program.refused", { count: refused })}
          </Text>
          <Link url={`/app/codes?refused_in=${steps.programId}`}>{t("program.see_refused")}</Link>
        </InlineStack>
      ) : null}
      {byHand > 0 ? (
        <InlineStack gap="200">
          <Text as="p">{t("program.by_hand", { count: byHand })}</Text>
          <Link url={`/app/network/steps/${steps.programId}`}>{t("program.open")}</Link>
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}
