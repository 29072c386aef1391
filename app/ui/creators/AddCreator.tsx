// Adding a creator by hand: name, e-mail, handle and program.
import { useFetcher } from "@remix-run/react";
import { FormLayout, Modal, Select, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

type Answer = { ok: true } | { ok: false; errors: FieldError[] };

const EMPTY = { name: "", email: "", handle: "" };

export function AddCreator({ open, onClose, programs }: { open: boolean; onClose: () => void; programs: { id: string; name: string; network: string }[] }) {
  const t = useT("creators");
  const tErrors = useT("errors");
  const fetcher = useFetcher<Answer>();
  // A network's creators are taken over from it; by hand they join the shop's own programs.
  const own = programs.filter((program) => program.network === "none");
  const [fields, setFields] = useState({ ...EMPTY, programId: own[0]?.id ?? "" });
  const errors = fetcher.data && !fetcher.data.ok ? fetcher.data.errors : [];
  const wrong = (field: string) => {
    const error = errors.find((each) => each.field === field);
    return error ? tErrors(error.key, error.values ?? {}) : undefined;
  };
  useToast(fetcher.data, fetcher.data?.ok ? t("add.done") : null);

  useEffect(() => {
    if (!fetcher.data?.ok) return;
    setFields((before) => ({ ...before, ...EMPTY }));
    onClose();
    // Closing follows the answer alone.
  }, [fetcher.data]);

  function save() {
    fetcher.submit({ intent: "add", ...fields }, { method: "post" });
  }

  const set = (name: keyof typeof fields) => (value: string) => setFields((before) => ({ ...before, [name]: value }));
  const options = [...own.map((program) => ({ value: program.id, label: program.name })), { value: "", label: t("add.no_program") }];
  return (
    <Modal
      open={open}
      onClose={onClose}
      title={t("add.title")}
      primaryAction={{ content: t("add.save"), onAction: save, loading: fetcher.state !== "idle" }}
      secondaryActions={[{ content: t("add.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <FormLayout>
          <TextField label={t("add.name")} value={fields.name} onChange={set("name")} error={wrong("name")} autoComplete="off" requiredIndicator />
          <TextField label={t("add.email")} helpText={t("add.email_help")} type="email" value={fields.email} onChange={set("email")} error={wrong("email")} autoComplete="off" />
          <TextField label={t("add.handle")} helpText={t("add.handle_help")} value={fields.handle} onChange={set("handle")} error={wrong("handle")} autoComplete="off" />
          <Select
            label={t("add.program")}
            helpText={t(own.length > 0 ? "add.program_help" : "add.program_help_no_own")}
            options={options}
            value={fields.programId}
            onChange={set("programId")}
            error={wrong("programId")}
          />
        </FormLayout>
      </Modal.Section>
    </Modal>
  );
}
