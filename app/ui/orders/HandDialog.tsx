// Deciding by hand, in two steps: what and why; then the amounts that it changes, to be agreed to.
import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Modal, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { type HandActName, type HandAnswer, type HandPreview, type HandView, LONGEST_REASON } from "../../domain/hand-page.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { useFieldErrors } from "../field-errors.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { openerOf } from "../opener.ts";
import { ChooseCode } from "./ChooseCode.tsx";

/** The id of the button that opens the dialog. */
export function buttonOf(act: HandActName): string {
  return `hand-${act}`;
}

type DialogProps = { orderId: string; hand: HandView; act: HandActName; open: boolean; onClose: () => void };

export function HandDialog({ orderId, hand, act, open, onClose }: DialogProps) {
  const t = useT("orders");
  const fetcher = useFetcher<HandAnswer>();
  const [fields, setFields] = useState({ codeId: act === "correct" ? (hand.credited?.id ?? "") : "", amount: "", reason: "" });
  const [preview, setPreview] = useState<HandPreview | null>(null);
  const answer = fetcher.data;
  const busy = fetcher.state !== "idle";

  useToast(answer, answer?.done ? t(`hand.act.${answer.done}.done`) : null);
  useEffect(() => {
    if (!answer) return;
    setPreview(answer.preview);
    if (answer.done) onClose();
    // Only a new answer is news; a new render alone is none.
  }, [answer]);

  function send(seen: string): void {
    fetcher.submit({ act, ...fields, seen }, { method: "post", action: `/app/orders/${orderId}` });
  }

  const change = (changes: Partial<typeof fields>) => setFields((before) => ({ ...before, ...changes }));
  return (
    <Modal
      open={open}
      onClose={onClose}
      activator={openerOf(buttonOf(act))}
      title={t(`hand.act.${act}.title`)}
      primaryAction={
        preview
          ? { content: t(`hand.act.${act}.yes`), destructive: act === "exclude", loading: busy, onAction: () => send(preview.seen) }
          : { content: t("hand.continue"), loading: busy, onAction: () => send("") }
      }
      secondaryActions={[preview ? { content: t("hand.back"), disabled: busy, onAction: () => setPreview(null) } : { content: t("hand.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          <Problems answer={answer ?? null} />
          {preview ? <Preview preview={preview} reason={fields.reason} /> : <Fields orderId={orderId} hand={hand} act={act} fields={fields} errors={answer?.errors ?? []} onChange={change} />}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

/** What is wrong with the act as a whole. */
function Problems({ answer }: { answer: HandAnswer | null }) {
  const wrong = useFieldErrors(answer?.errors ?? []);
  const problem = wrong("act");
  return problem ? (
    <Banner tone="warning">
      <p>{problem}</p>
    </Banner>
  ) : null;
}

type Fields = { codeId: string; amount: string; reason: string };
type FieldsProps = { orderId: string; hand: HandView; act: HandActName; fields: Fields; errors: HandAnswer["errors"]; onChange: (changes: Partial<Fields>) => void };

function Fields({ orderId, hand, act, fields, errors, onChange }: FieldsProps) {
  const t = useT("orders");
  const format = useFormat();
  const wrong = useFieldErrors(errors);
  const { sign } = useCurrency();
  const choosing = act === "credit" || act === "correct";
  return (
    <>
      <Text as="p">{t(`hand.act.${act}.what`)}</Text>
      {choosing ? <ChooseCode orderId={orderId} first={act === "correct" ? hand.credited : null} chosen={fields.codeId} error={wrong("codeId")} onChoose={(codeId) => onChange({ codeId })} /> : null}
      {act === "correct" ? (
        <TextField
          label={t("hand.amount")}
          helpText={t("hand.amount_most", { amount: format.money(hand.left, hand.currency) })}
          prefix={sign}
          inputMode="decimal"
          value={fields.amount}
          onChange={(amount) => onChange({ amount })}
          error={wrong("amount")}
          autoComplete="off"
        />
      ) : null}
      <TextField
        label={t("hand.reason")}
        helpText={t("hand.reason_help")}
        value={fields.reason}
        onChange={(reason) => onChange({ reason })}
        error={wrong("reason")}
        multiline={2}
        maxLength={LONGEST_REASON}
        showCharacterCount
        autoComplete="off"
      />
    </>
  );
}

/** Whose credit changes, from what to what. */
function Preview({ preview, reason }: { preview: HandPreview; reason: string }) {
  const t = useT("orders");
  const format = useFormat();
  const money = (minor: string) => format.money(minor, preview.currency);
  return (
    <>
      {preview.notPaid ? <Text as="p">{t("hand.not_paid")}</Text> : null}
      {preview.changes.length === 0 && !preview.notPaid ? <Text as="p">{t("hand.no_change")}</Text> : null}
      {preview.changes.map((one) => {
        const kind = one.before === "0" ? "gets" : one.after === "0" ? "loses" : BigInt(one.after) > BigInt(one.before) ? "rises" : "falls";
        return (
          <Text key={`${one.codeId} ${one.creator}`} as="p" fontWeight="semibold" breakWord>
            {t(`hand.change.${kind}`, { creator: one.creator || t("somebody"), code: one.code, before: money(one.before), after: money(one.after) })}
          </Text>
        );
      })}
      <Text as="p" breakWord tone="subdued">
        {t("hand.why", { reason: reason.trim() })}
      </Text>
      {preview.changes.length > 0 ? (
        <Text as="p" tone="subdued">
          {t("hand.follows")}
        </Text>
      ) : null}
    </>
  );
}
