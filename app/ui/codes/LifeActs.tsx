// What a person does with a code: the buttons of its page, and a dialog for each act that is final or asks for something.
import { useFetcher } from "@remix-run/react";
import { BlockStack, FormLayout, Modal, type PageProps, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { LifeAct } from "../../domain/code-life.ts";
import type { ActAnswer, CodeDetail, OwnWindow } from "../../domain/code-page.ts";
import { codeKey } from "../../domain/code.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { openerOf } from "../opener.ts";

const ASKING: readonly LifeAct[] = ["end", "retire", "replace", "dates", "void"];
/** Beside the menu: what is done most often. */
const IN_SIGHT: readonly LifeAct[] = ["pause", "resume", "keep", "replace"];

const SETTLING_MS = 20_000;

type ActsProps = { code: CodeDetail; timezone: string; window: OwnWindow };

/** The page's actions, and the dialog that is open. */
export function useLifeActs({ code, timezone, window }: ActsProps): { actions: Pick<PageProps, "secondaryActions" | "actionGroups">; dialog: React.ReactNode; settling: boolean } {
  const t = useT("life");
  const fetcher = useFetcher<ActAnswer>();
  const { data } = fetcher;
  // What was answered before a dialog opened is not about it.
  const [asking, setAsking] = useState<{ act: LifeAct; after: ActAnswer | undefined } | null>(null);
  useToast(data, data ? toastOf(data, t) : null, data ? !data.done : false);
  const [settling, setSettling] = useState(false);
  useEffect(() => {
    if (!data?.done) return;
    setAsking(null);
    if (data.intent !== "void" && data.intent !== "unvoid") return;
    // Its orders are settled one after the other: the page follows for a while.
    setSettling(true);
    const timer = setTimeout(() => setSettling(false), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [data]);

  function send(intent: string, fields: Record<string, string> = {}) {
    fetcher.submit({ intent, ...fields }, { method: "post" });
  }

  const busy = fetcher.state !== "idle";
  const { acts } = code.life;
  const actionOf = (act: LifeAct) => ({
    content: t(`act.${act}.action`),
    id: `act-${act}`,
    destructive: act === "end" || act === "retire" || act === "void",
    onAction: () => (ASKING.includes(act) ? setAsking({ act, after: data }) : send(act)),
    loading: busy && fetcher.formData?.get("intent") === act,
  });
  const rest = acts.filter((act) => !IN_SIGHT.includes(act));
  return {
    actions: {
      secondaryActions: acts.filter((act) => IN_SIGHT.includes(act)).map(actionOf),
      actionGroups: rest.length > 0 ? [{ title: t("act.menu"), actions: rest.map(actionOf) }] : [],
    },
    dialog: asking === null ? null : <Dialog key={asking.act} act={asking.act} code={code} timezone={timezone} window={window} busy={busy} errors={data && data !== asking.after ? data.errors : []} onSend={send} onClose={() => setAsking(null)} />,
    settling,
  };
}

function toastOf(data: ActAnswer, t: ReturnType<typeof useT>): string | null {
  if (data.intent === "again") return null;
  if (data.errors.some((error) => error.field !== "form")) return null; // it stands at the field
  if (!data.done && data.intent !== "keep") return data.errors.length > 0 || data.count === 0 ? t("act.failed") : null;
  if (data.intent === "keep") return t(data.done ? "act.keep.done" : "act.keep.gone");
  if (data.intent === "replace") return t("act.replace.done", { code: data.code ?? "" });
  if (data.intent === "dates") return t("act.dates.done");
  return t(`act.${data.intent}.done`, { count: data.count });
}

type DialogProps = { act: LifeAct; code: CodeDetail; timezone: string; window: OwnWindow; busy: boolean; errors: FieldError[]; onSend: (intent: string, fields: Record<string, string>) => void; onClose: () => void };

function Dialog({ act, code, timezone, window, busy, errors, onSend, onClose }: DialogProps) {
  const t = useT("life");
  const tCodes = useT("codes");
  const format = useFormat();
  const errorOf = useFieldErrors(errors);
  const [fields, setFields] = useState<Record<string, string>>(act === "replace" ? { code: nextName(code.code) } : act === "dates" ? window : act === "void" ? { from: "", reason: "" } : {});
  const values = { code: code.code, creator: code.creator?.name ?? tCodes("everybody"), timezone, count: 1 };
  const takes = useVoidTakes(code.id, act === "void" ? (fields.from ?? "") : "");
  const field = (name: string, label: string, more: { type?: "date" | "time"; helpText?: string; multiline?: number } = {}) => (
    <TextField label={label} value={fields[name] ?? ""} onChange={(value) => setFields((before) => ({ ...before, [name]: value }))} autoComplete="off" error={errorOf(name)} {...more} />
  );
  return (
    <Modal
      open
      onClose={onClose}
      activator={openerOf(`act-${act}`)}
      title={t(`act.${act}.title`, values)}
      primaryAction={{ content: t(`act.${act}.confirm`), destructive: act === "end" || act === "retire" || act === "void", loading: busy, onAction: () => onSend(act, fields) }}
      secondaryActions={[{ content: t(`act.${act}.cancel`), onAction: onClose }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          <Text as="p">{t(`act.${act}.text`, values)}</Text>
          {errorOf("form") ? (
            <Text as="p" tone="critical">
              {errorOf("form")}
            </Text>
          ) : null}
          {act === "replace" ? <FormLayout>{field("code", t("act.replace.field"))}</FormLayout> : null}
          {act === "dates" ? (
            <FormLayout>
              <FormLayout.Group condensed>
                {field("startDate", t("act.dates.start"), { type: "date" })}
                {field("startTime", t("act.dates.start_time"), { type: "time" })}
              </FormLayout.Group>
              <FormLayout.Group condensed>
                {field("endDate", t("act.dates.end"), { type: "date" })}
                {field("endTime", t("act.dates.end_time"), { type: "time" })}
              </FormLayout.Group>
            </FormLayout>
          ) : null}
          {act === "void" ? (
            <FormLayout>
              {field("from", t("act.void.from"), { type: "date", helpText: t("act.void.from_help", values) })}
              {field("reason", t("act.void.reason"), { multiline: 2 })}
              <div aria-live="polite">
                {takes ? (
                  <Text as="p" fontWeight="semibold">
                    {t("act.void.takes", { count: takes.orders, amount: format.money(takes.amount), creator: values.creator })}
                  </Text>
                ) : null}
              </div>
            </FormLayout>
          ) : null}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

/** What a void since this day would take back; null until it is known. */
function useVoidTakes(codeId: string, from: string): { orders: number; amount: string } | null {
  const { data, load } = useFetcher<{ from: string; takes: { orders: number; amount: string } | null }>();
  useEffect(() => {
    if (from !== "") load(`/app/codes/${codeId}/void?from=${encodeURIComponent(from)}`);
  }, [codeId, from, load]);
  return data && data.from === from ? data.takes : null;
}

/** "MARIE10" is "MARIE11": a first suggestion, to be typed over. */
function nextName(code: string): string {
  const [, stem, digits] = /^(.*?)(\d{1,9})$/u.exec(code) ?? [];
  const next = digits === undefined ? `${code}2` : `${stem}${String(Number(digits) + 1).padStart(digits.length, "0")}`;
  return codeKey(next) === codeKey(code) ? "" : next;
}
