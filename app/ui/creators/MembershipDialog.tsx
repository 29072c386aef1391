// Puts creators into one of the shop's own programs, or takes them out, from a day on.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Modal, Select, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

export type MembershipAnswer = { ok: true; joined?: number; left?: number } | { ok: false; errors: FieldError[] };

type Props = {
  /** null: closed. */
  what: "put_in" | "take_out" | null;
  creatorIds: string[];
  programs: { id: string; name: string; network: string }[];
  /** Today in the shop's time zone: 2026-06-10. */
  today: string;
  onClose: () => void;
};

const NEW = "new";

export function MembershipDialog({ what, creatorIds, programs, today, onClose }: Props) {
  const t = useT("creators");
  const tErrors = useT("errors");
  const fetcher = useFetcher<MembershipAnswer>();
  const own = programs.filter((program) => program.network === "none");
  const [fields, setFields] = useState({ programId: own[0]?.id ?? NEW, newName: "", since: today });
  const isPut = what !== "take_out";
  const answer = fetcher.data;
  const errors = answer && !answer.ok ? answer.errors : [];
  const wrong = (...names: string[]) => {
    const error = errors.find((each) => names.includes(each.field));
    return error ? tErrors(error.key, error.values ?? {}) : undefined;
  };
  useToast(answer, answer?.ok ? doneWords(answer) : null);
  useEffect(() => {
    if (answer?.ok) onClose();
    // Closing follows the answer alone.
  }, [answer]);

  function doneWords({ joined, left }: { joined?: number; left?: number }): string {
    if (joined === 0) return t("membership.put_known");
    return joined !== undefined ? t("membership.put_done", { count: joined }) : t("membership.out_done", { count: left ?? 0 });
  }

  const set = (name: keyof typeof fields) => (value: string) => setFields((before) => ({ ...before, [name]: value }));
  const save = () => fetcher.submit({ intent: what ?? "", creatorIds: creatorIds.join(","), ...fields }, { method: "post", action: "/app/creators?index" });
  const options = [...own.map((program) => ({ value: program.id, label: program.name })), ...(isPut ? [{ value: NEW, label: t("membership.new_program") }] : [])];
  const isEmpty = !isPut && own.length === 0;
  return (
    <Modal
      open={what !== null}
      onClose={onClose}
      title={t(isPut ? "membership.put_title" : "membership.out_title", { count: creatorIds.length })}
      primaryAction={{ content: t(isPut ? "membership.put_save" : "membership.out_save"), onAction: save, loading: fetcher.state !== "idle", disabled: isEmpty, destructive: !isPut }}
      secondaryActions={[{ content: t("membership.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        {isEmpty ? (
          <Text as="p">{t("membership.no_program_to_leave")}</Text>
        ) : (
          <BlockStack gap="400">
            <Select label={t("membership.program")} helpText={t(own.length === 0 ? "membership.no_own" : "membership.program_help")} options={options} value={fields.programId} onChange={set("programId")} error={wrong("programId")} />
            {isPut && fields.programId === NEW ? <TextField label={t("membership.new_name")} value={fields.newName} onChange={set("newName")} error={wrong("name")} autoComplete="off" maxLength={255} /> : null}
            <TextField label={t("membership.from")} type="date" max={today} value={fields.since} onChange={set("since")} helpText={t(isPut ? "membership.from_help" : "membership.out_help")} error={wrong("at", "creatorIds")} autoComplete="off" />
          </BlockStack>
        )}
      </Modal.Section>
    </Modal>
  );
}
