// Connecting an account: two fields, checked at the network at once.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, FormLayout, InlineStack, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

type Answer = { ok: true; connectionId: string; accountName: string | null } | { ok: false; errors: FieldError[] };

export function ConnectForm({ first, onConnected, onCancel }: { first: boolean; onConnected: (connectionId: string) => void; onCancel: (() => void) | null }) {
  const t = useT("network");
  const tErrors = useT("errors");
  const fetcher = useFetcher<Answer>();
  const [accountSid, setAccountSid] = useState("");
  const [token, setToken] = useState("");
  const errors = fetcher.data && !fetcher.data.ok ? fetcher.data.errors : [];
  const wrong = (field: string) => {
    const error = errors.find((each) => each.field === field);
    if (error?.key === "network.unauthorized") return t("connect.refused");
    return error ? tErrors(error.key, error.values ?? {}) : undefined;
  };
  useToast(fetcher.data, fetcher.data?.ok ? t("connect.done", { account: fetcher.data.accountName ?? accountSid }) : null);

  useEffect(() => {
    if (!fetcher.data?.ok) return;
    setToken("");
    onConnected(fetcher.data.connectionId);
    // Going on follows the answer alone.
  }, [fetcher.data]);

  return (
    <Card>
      <fetcher.Form method="post">
        <BlockStack gap="300">
          <Text as="h2" variant="headingSm">
            {t(first ? "connect.title_first" : "connect.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("connect.where")}
          </Text>
          <input type="hidden" name="intent" value="connect" />
          <FormLayout>
            <TextField label={t("connect.sid")} name="accountSid" placeholder="IR…" value={accountSid} onChange={setAccountSid} error={wrong("accountSid")} autoComplete="off" spellCheck={false} requiredIndicator />
            <TextField label={t("connect.token")} name="token" type="password" helpText={t("connect.token_help")} value={token} onChange={setToken} error={wrong("token")} autoComplete="off" requiredIndicator />
          </FormLayout>
          <InlineStack gap="200">
            <Button submit variant="primary" loading={fetcher.state !== "idle"}>
              {t("connect.connect")}
            </Button>
            {onCancel ? <Button onClick={onCancel}>{t("cancel")}</Button> : null}
          </InlineStack>
        </BlockStack>
      </fetcher.Form>
    </Card>
  );
}
