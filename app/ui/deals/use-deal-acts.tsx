// What a person does with a deal: edit, pause, resume, end; what that means in store and network is said before it is done.
import { useFetcher } from "@remix-run/react";
import { BlockStack, List, Modal, type PageProps, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { DealActAnswer, DealVariation } from "../../domain/deal-page.ts";
import type { DealDetail } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { openerOf } from "../opener.ts";

type Act = "pause" | "resume" | "end";

export function useDealActs(deal: DealDetail, variations: DealVariation[]): { actions: Pick<PageProps, "secondaryActions">; dialog: React.ReactNode } {
  const t = useT("deals");
  const fetcher = useFetcher<DealActAnswer>();
  const [asking, setAsking] = useState<Act | null>(null);
  const { data } = fetcher;
  const done = data && data.errors.length === 0 && !data.conflict;
  useToast(data, done ? t(`done.${data.intent}`) : null);
  useEffect(() => {
    if (done) setAsking(null);
  }, [data]);
  const acts: Act[] = deal.phase === "ended" ? [] : deal.phase === "paused" ? ["resume", "end"] : ["pause", "end"];
  return {
    actions: {
      secondaryActions: [
        { content: t("edit.action"), url: `/app/deals/${deal.id}/edit` },
        ...acts.map((act) => ({ content: t(`turn.${act}.action`), id: `turn-${act}`, destructive: act === "end", onAction: () => setAsking(act) })),
      ],
    },
    dialog:
      asking === null ? null : (
        <TurnDialog key={asking} act={asking} deal={deal} variations={variations} answer={data?.intent === asking ? data : undefined} busy={fetcher.state !== "idle"} onClose={() => setAsking(null)}
          onSend={() => fetcher.submit({ intent: asking, version: String(deal.version) }, { method: "post" })} />
      ),
  };
}

type DialogProps = { act: Act; deal: DealDetail; variations: DealVariation[]; answer: DealActAnswer | undefined; busy: boolean; onSend: () => void; onClose: () => void };

function TurnDialog({ act, deal, variations, answer, busy, onSend, onClose }: DialogProps) {
  const t = useT("deals");
  const tErrors = useT("errors");
  const format = useFormat();
  const network = deal.networks.map(({ programName }) => programName).join(", ");
  const steps = [
    t(`turn.${act}.store`, { date: deal.endsAt ? format.dateTime(deal.endsAt) : "" }),
    ...(deal.codes > 0 ? [t(`turn.${act}.codes`, { count: deal.codes })] : []),
    ...(variations.length > 0 ? [t(`turn.${act}.variations`, { count: variations.length })] : []),
    ...(network ? [t(`turn.${act}.network`, { program: network })] : []),
  ];
  return (
    <Modal
      open
      onClose={onClose}
      activator={openerOf(`turn-${act}`)}
      title={t(`turn.${act}.title`, { deal: deal.name })}
      primaryAction={{ content: t(`turn.${act}.confirm`), destructive: act === "end", loading: busy, onAction: onSend }}
      secondaryActions={[{ content: t("turn.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="300">
          <List>
            {steps.map((step) => (
              <List.Item key={step}>{step}</List.Item>
            ))}
          </List>
          <Text as="p">{t(`turn.${act}.after`)}</Text>
          {answer?.conflict ? (
            <Text as="p" tone="critical">
              {t("turn.conflict", { who: answer.conflict.who === "merchant" ? t("conflict.somebody") : answer.conflict.who })}
            </Text>
          ) : null}
          {(answer?.errors ?? []).map((error) => (
            <Text as="p" tone="critical" key={error.key}>
              {tErrors(error.key, error.values ?? {})}
            </Text>
          ))}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}
