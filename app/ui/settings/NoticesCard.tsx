// Who is told by e-mail when something needs the merchant, and what was told lately.
import { useFetcher } from "@remix-run/react";
import { Badge, Banner, BlockStack, Box, Button, Card, Checkbox, InlineStack, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { accountWords, LONGEST_EMAIL, type NoticeLine, type NoticeSettings } from "../../domain/notice.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";

export function NoticesCard({ notify, email, ownEmail, canMail, lines }: NoticeSettings) {
  const t = useT("notices");
  const tSettings = useT("settings");
  const fetcher = useFetcher<{ errors: FieldError[] }>();
  const [form, setForm] = useState({ notify, email: ownEmail ?? "" });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const wrong = useFieldErrors(errors);
  useEffect(() => setForm({ notify, email: ownEmail ?? "" }), [notify, ownEmail]);
  useEffect(() => setErrors(fetcher.data?.errors ?? []), [fetcher.data]);
  useToast(fetcher.data, fetcher.data ? (fetcher.data.errors.length === 0 ? t("saved") : tSettings("not_saved_short")) : null, (fetcher.data?.errors.length ?? 0) > 0);
  const dirty = form.notify !== notify || form.email.trim() !== (ownEmail ?? "");

  function change(changes: Partial<typeof form>) {
    setErrors([]);
    setForm((before) => ({ ...before, ...changes }));
  }

  return (
    <Card>
      <BlockStack gap="400">
        {canMail ? null : <Banner tone="info">{t("no_server")}</Banner>}
        <Checkbox label={t("on")} checked={form.notify} onChange={(checked) => change({ notify: checked })} />
        <TextField
          label={t("email")}
          type="email"
          value={form.email}
          onChange={(typed) => change({ email: typed })}
          autoComplete="email"
          maxLength={LONGEST_EMAIL}
          disabled={!form.notify}
          placeholder={email}
          helpText={email === "" ? t("email_help_none") : t("email_help", { email })}
          error={wrong("email")}
        />
        <InlineStack>
          <Button variant="primary" disabled={!dirty} loading={fetcher.state !== "idle"} onClick={() => fetcher.submit(form, { method: "post", action: "/app/settings/notices", encType: "application/json" })}>
            {t("save")}
          </Button>
        </InlineStack>
        <BlockStack gap="200">
          <Text as="h3" variant="headingSm">
            {t("last")}
          </Text>
          {lines.length === 0 ? (
            <Text as="p" tone="subdued">
              {t("none")}
            </Text>
          ) : (
            lines.map((line) => <Line key={line.id} line={line} />)
          )}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

function Line({ line }: { line: NoticeLine }) {
  const t = useT("notices");
  const network = useT(line.values["network"] ?? "notices")("name");
  const { dateTime } = useFormat();
  const mail = line.mailedAt !== null ? t("line.mailed", { at: dateTime(line.mailedAt) }) : line.mail === "none" ? null : t(`line.${line.mail}`);
  const span = line.closedAt === null ? t("line.open", { at: dateTime(line.openedAt) }) : t("line.closed", { from: dateTime(line.openedAt), to: dateTime(line.closedAt) });
  return (
    <Box borderBlockStartWidth="025" borderColor="border-secondary" paddingBlockStart="200">
      <InlineStack align="space-between" gap="200" blockAlign="start" wrap={false}>
        <BlockStack>
          <Text as="span">{t(`cause.${line.cause}.what`, { ...line.values, account: accountWords(line.values, network) })}</Text>
          <Text as="span" variant="bodySm" tone="subdued">
            {mail === null ? span : `${span} · ${mail}`}
          </Text>
        </BlockStack>
        <Badge tone={line.closedAt === null ? "attention" : undefined}>{t(line.closedAt === null ? "line.standing" : "line.over")}</Badge>
      </InlineStack>
    </Box>
  );
}
