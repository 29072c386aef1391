// Comments and e-mail of a code: kept here, copied into the network's own form.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, FormLayout, InlineStack, Modal, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { ActAnswer } from "../../domain/code-page.ts";
import type { SetupValues } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";
import { openerOf } from "../opener.ts";
import { CopyButton } from "../share/copy.tsx";

const EDIT_BUTTON = "edit-notes";

export function NotesPart({ setup, network }: { setup: SetupValues; network: string }) {
  const t = useT("setup");
  const tNetwork = useT(network);
  const [editing, setEditing] = useState(false);
  const none = setup.comments === "" && setup.sendTo === "";
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="h3" variant="headingSm">
          {t("notes.title")}
        </Text>
        <Button id={EDIT_BUTTON} variant="plain" onClick={() => setEditing(true)} accessibilityLabel={t("notes.edit_title", { code: setup.code })}>
          {t("notes.edit")}
        </Button>
      </InlineStack>
      <Text as="p" tone="subdued">
        {`${t("notes.what")} ${tNetwork("setup.paste")}`}
      </Text>
      {none ? <Text as="p">{t("notes.none")}</Text> : null}
      <Kept label={tNetwork("setup.field.comments")} text={setup.comments} />
      <Kept label={tNetwork("setup.field.sendTo")} text={setup.sendTo} />
      <EditNotes open={editing} setup={setup} onClose={() => setEditing(false)} />
    </BlockStack>
  );
}

function Kept({ label, text }: { label: string; text: string }) {
  const t = useT("setup");
  if (text === "") return null;
  return (
    <InlineStack align="space-between" blockAlign="start" gap="200" wrap={false}>
      <BlockStack>
        <Text as="span" tone="subdued" variant="bodySm">
          {label}
        </Text>
        <Text as="span" breakWord>
          <span style={{ whiteSpace: "pre-line" }}>{text}</span>
        </Text>
      </BlockStack>
      <CopyButton text={text} label={t("copy", { field: label })} />
    </InlineStack>
  );
}

function EditNotes({ open, setup, onClose }: { open: boolean; setup: SetupValues; onClose: () => void }) {
  const t = useT("setup");
  const fetcher = useFetcher<ActAnswer>();
  const [notes, setNotes] = useState({ comments: setup.comments, sendTo: setup.sendTo });
  useToast(fetcher.data, fetcher.data?.done ? t("notes.saved") : null);
  useEffect(() => {
    if (open) setNotes({ comments: setup.comments, sendTo: setup.sendTo });
  }, [open]);
  useEffect(() => {
    if (fetcher.data?.done) onClose();
  }, [fetcher.data]);
  const errors = fetcher.state === "idle" && fetcher.data?.done === false ? fetcher.data.errors : [];
  return (
    <Modal
      open={open}
      onClose={onClose}
      activator={openerOf(EDIT_BUTTON)}
      title={t("notes.edit_title", { code: setup.code })}
      primaryAction={{ content: t("notes.save"), loading: fetcher.state !== "idle", onAction: () => fetcher.submit({ intent: "notes", ...notes }, { method: "post" }) }}
      secondaryActions={[{ content: t("notes.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <NotesFields notes={notes} onNotes={setNotes} errors={errors} />
      </Modal.Section>
    </Modal>
  );
}

type NotesFieldsProps = { notes: { comments: string; sendTo: string }; onNotes: (notes: { comments: string; sendTo: string }) => void; errors: ActAnswer["errors"]; oneCode?: boolean };

/** `oneCode` false: an address is of one creator, and cannot be given with many codes. */
export function NotesFields({ notes, onNotes, errors, oneCode = true }: NotesFieldsProps) {
  const t = useT("setup");
  const tErrors = useT("errors");
  const errorOf = (field: string) => {
    const found = errors.find((error) => error.field === field);
    return found ? { error: tErrors(found.key, found.values ?? {}) } : {};
  };
  return (
    <FormLayout>
      <TextField label={t("notes.comments")} value={notes.comments} onChange={(comments) => onNotes({ ...notes, comments })} multiline={3} maxLength={1_000} showCharacterCount autoComplete="off" {...errorOf("comments")} />
      <TextField
        label={t("notes.send_to")}
        type="email"
        value={oneCode ? notes.sendTo : ""}
        onChange={(sendTo) => onNotes({ ...notes, sendTo })}
        disabled={!oneCode}
        helpText={t(oneCode ? "notes.send_to_help" : "give.one_only")}
        autoComplete="off"
        {...errorOf("sendTo")}
      />
    </FormLayout>
  );
}
