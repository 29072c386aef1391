// The account's programs, read from the network while the merchant waits; each can be taken into use.
import { useFetcher } from "@remix-run/react";
import { Badge, Banner, BlockStack, Button, InlineStack, Modal, SkeletonBodyText, Text } from "@shopify/polaris";
import { useEffect } from "react";
import type { OfferedProgram } from "../../domain/pages.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

type Listed = { ok: true; programs: OfferedProgram[] } | { ok: false; errors: FieldError[] };
type Chosen = { ok: true; programId: string; eventTypeId: string | null; takesPromoCodes: boolean } | { ok: false; errors: FieldError[] };

export function ChoosePrograms({ connectionId, onClose }: { connectionId: string | null; onClose: () => void }) {
  const t = useT("network");
  const tErrors = useT("errors");
  const list = useFetcher<Listed>();

  useEffect(() => {
    if (connectionId) list.submit({ intent: "programs", connectionId }, { method: "post" });
    // Asked once for each account that is opened.
  }, [connectionId]);

  return (
    <Modal open={connectionId !== null} onClose={onClose} title={t("choose.title")} primaryAction={{ content: t("choose.done"), onAction: onClose }}>
      <Modal.Section>
        <BlockStack gap="400">
          <Text as="p">{t("choose.what")}</Text>
          {!list.data || list.state !== "idle" ? (
            <div role="status" aria-label={t("choose.reading")}>
              <SkeletonBodyText lines={4} />
            </div>
          ) : list.data.ok ? (
            list.data.programs.length === 0 ? (
              <Text as="p">{t("choose.none")}</Text>
            ) : (
              list.data.programs.map((program) => <Program key={program.externalId} program={program} connectionId={connectionId ?? ""} />)
            )
          ) : (
            <Banner tone="critical">
              {list.data.errors.map((error) => (
                <p key={error.key}>{tErrors(error.key, error.values ?? {})}</p>
              ))}
            </Banner>
          )}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

function Program({ program, connectionId }: { program: OfferedProgram; connectionId: string }) {
  const t = useT("network");
  const tErrors = useT("errors");
  const fetcher = useFetcher<Chosen>();
  const inUse = program.programId !== null || fetcher.data?.ok === true;
  const usable = program.kind !== "other";
  useToast(fetcher.data, fetcher.data?.ok ? t("choose.chosen", { program: program.name }) : null);
  const notes = [
    !usable ? (program.word ? t("choose.not_usable_says", { word: program.word }) : t("choose.not_usable")) : "",
    usable && !program.active ? t("choose.not_active") : "",
    usable && !program.takesPromoCodes ? t("choose.no_promo_codes") : "",
    fetcher.data?.ok && fetcher.data.eventTypeId === null ? t("choose.no_event_type") : "",
  ].filter(Boolean);
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="span" fontWeight="semibold" breakWord>
            {program.name}
          </Text>
          <Badge>{program.word ?? t(`kind.${program.kind}`)}</Badge>
        </InlineStack>
        {inUse ? (
          <Badge tone="success">{t("choose.in_use")}</Badge>
        ) : (
          <Button
            disabled={!usable}
            loading={fetcher.state !== "idle"}
            onClick={() => fetcher.submit({ intent: "choose", connectionId, externalId: program.externalId }, { method: "post" })}
            accessibilityLabel={t("choose.use_named", { program: program.name })}
          >
            {t("choose.use")}
          </Button>
        )}
      </InlineStack>
      {notes.map((note) => (
        <Text key={note} as="p" tone="subdued" variant="bodySm">
          {note}
        </Text>
      ))}
      {fetcher.data && !fetcher.data.ok
        ? fetcher.data.errors.map((error) => (
            <Text key={error.key} as="p" tone="critical">
              {tErrors(error.key, error.values ?? {})}
            </Text>
          ))
        : null}
    </BlockStack>
  );
}
