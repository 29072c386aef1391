// Applying to the past: what it does, said in words before it is done; and how far it is once it was.
import { BlockStack, Button, Card, InlineStack, Link, List, Modal, ProgressBar, Text } from "@shopify/polaris";
import { mostMoved } from "../../domain/what-if.ts";
import type { WhatIfDetail } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { openerOf } from "../opener.ts";
import { differenceOf, usePeriodWords, useSettingSentences, useWho } from "./words.ts";

const MOST_NAMED = 6;

export const APPLY_BUTTON = "apply-what-if";

type ConfirmProps = { whatIf: WhatIfDetail; summary: NonNullable<WhatIfDetail["summary"]>; open: boolean; busy: boolean; onApply: () => void; onClose: () => void };

export function ConfirmApply({ whatIf, summary, open, busy, onApply, onClose }: ConfirmProps) {
  const t = useT("whatif");
  const format = useFormat();
  const period = usePeriodWords()(whatIf);
  const { named, more } = mostMoved(summary.creators, MOST_NAMED);
  const sentences = [
    t("apply.orders", { count: summary.changed, period }),
    ...(whatIf.settledSince > 0 ? [t("apply.and_since", { count: whatIf.settledSince })] : []),
    ...named.map((one) => {
      const difference = differenceOf(one);
      return t(difference.more ? "apply.more" : "apply.less", { name: one.name, amount: format.money(difference.amount, one.currency) });
    }),
    ...(more > 0 ? [t("apply.others", { count: more })] : []),
    t("apply.ledger"),
    t(whatIf.program.network === "none" ? "apply.no_network" : "apply.network"),
    t("apply.later"),
  ];
  return (
    <Modal
      open={open}
      onClose={onClose}
      activator={openerOf(APPLY_BUTTON)}
      title={t("apply.title")}
      primaryAction={{ content: t("apply.yes"), destructive: true, onAction: onApply, loading: busy }}
      secondaryActions={[{ content: t("apply.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="300">
          <List>
            {sentences.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
          <Text as="p" tone="subdued">
            {t("apply.undo")}
          </Text>
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

export function AppliedCard({ whatIf }: { whatIf: WhatIfDetail }) {
  const t = useT("whatif");
  const format = useFormat();
  const who = useWho();
  const { since } = whatIf;
  // What is undone already, or only gave back the settings of the time, has nothing to undo.
  const undoable = since === null && Object.values(whatIf.settings).some((setting) => setting !== null);
  const total = whatIf.summary?.asked ?? 0;
  const others = total - (whatIf.summary?.changed ?? 0);
  const done = Math.max(0, total - whatIf.waiting - whatIf.failed);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("applied.title")}
          </Text>
          {undoable ? <Button url={`/app/what-if/new?undo=${whatIf.id}`}>{t("applied.undo")}</Button> : null}
        </InlineStack>
        <Text as="p">{t(since ? `applied.by_${since.undone ? "undone" : "replaced"}` : "applied.by", { when: format.dateTime(whatIf.appliedAt), who: who(whatIf.appliedBy), since: format.dateTime(since?.at ?? null) })}</Text>
        {since ? <Link url={`/app/what-if/${since.id}`}>{t("applied.later")}</Link> : null}
        <div role="status">
          <BlockStack gap="200">
            {whatIf.waiting > 0 ? <ProgressBar progress={Math.round((100 * done) / Math.max(1, total))} size="small" ariaLabelledBy="applied-progress" /> : null}
            <Text as="p" tone="subdued" id="applied-progress">
              {t("applied.progress", { done: format.number(done), total: format.number(total) })}
            </Text>
          </BlockStack>
        </div>
        {others > 0 ? (
          <Text as="p" tone="subdued">
            {t("applied.others", { count: others })}
          </Text>
        ) : null}
        {whatIf.failed > 0 ? (
          <Text as="p" tone="critical">
            {t("applied.failed", { count: whatIf.failed })} <Link url="/app/orders?view=unreadable">{t("applied.open_unreadable")}</Link>
          </Text>
        ) : null}
        {whatIf.program.network === "none" ? null : <Link url="/app/network">{t("applied.worklist")}</Link>}
        {undoable ? (
          <Text as="p" tone="subdued">
            {t("applied.undo_text")}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

/** What was asked: the orders and the settings. */
export function AskedCard({ whatIf }: { whatIf: WhatIfDetail }) {
  const t = useT("whatif");
  const format = useFormat();
  const who = useWho();
  const period = usePeriodWords();
  const sentences = useSettingSentences();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("asked.title")}
        </Text>
        <Text as="p" breakWord>
          {t("asked.orders", { program: whatIf.program.name, period: period(whatIf) })}
        </Text>
        <List>
          {sentences(whatIf.settings).map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
        <Text as="p" tone="subdued" variant="bodySm">
          {[t("asked.made", { when: format.dateTime(whatIf.createdAt), who: who(whatIf.who) }), whatIf.doneAt && (whatIf.state === "done" || whatIf.state === "applied") ? t("asked.done", { when: format.dateTime(whatIf.doneAt) }) : ""].filter(Boolean).join(" ")}
        </Text>
      </BlockStack>
    </Card>
  );
}
