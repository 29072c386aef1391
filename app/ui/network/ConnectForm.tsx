// Connecting an account: two fields, checked at the network at once.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, FormLayout, InlineStack, Select, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { NetworkChoice } from "../../domain/pages.ts";
import type { FieldError } from "../../domain/problem.ts";
import { translateIn, useLanguage, useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

type Answer = { ok: true; connectionId: string; accountName: string | null } | { ok: false; errors: FieldError[] };

/** `again`: the account that is connected once more; null: a new one. */
type ConnectProps = { networks: NetworkChoice[]; first: boolean; again: { network: string; accountSid: string } | null; onConnected: (connectionId: string) => void; onCancel: (() => void) | null };

export function ConnectForm({ networks, first, again, onConnected, onCancel }: ConnectProps) {
  const t = useT("network");
  const [chosen, setChosen] = useState(again?.network ?? networks[0]?.id ?? "");
  const tNetwork = useT(chosen);
  const language = useLanguage();
  const examples = networks.find((network) => network.id === chosen)?.examples;
  const tErrors = useT("errors");
  const fetcher = useFetcher<Answer>();
  const [accountSid, setAccountSid] = useState(again?.accountSid ?? "");
  const [token, setToken] = useState("");
  const errors = fetcher.data && !fetcher.data.ok ? fetcher.data.errors : [];
  const wrong = (field: string) => {
    const error = errors.find((each) => each.field === field);
    if (error?.key === "network.unauthorized") return tNetwork("connect.refused");
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
            {first ? tNetwork("connect.title") : t("connect.title")}
          </Text>
          <Text as="p" tone="subdued">
            {tNetwork("connect.where")}
          </Text>
          <input type="hidden" name="intent" value="connect" />
          <input type="hidden" name="network" value={chosen} />
          <FormLayout>
            {networks.length > 1 ? <Select label={t("connect.which")} options={networks.map(({ id }) => ({ value: id, label: translateIn(language, id)("name") }))} value={chosen} onChange={setChosen} /> : null}
            <TextField label={tNetwork("credentials.accountSid.label")} name="accountSid" placeholder={examples?.accountSid} value={accountSid} onChange={setAccountSid} error={wrong("accountSid")} autoComplete="off" spellCheck={false} requiredIndicator />
            <TextField label={tNetwork("credentials.token.label")} name="token" type="password" helpText={t("connect.token_help")} value={token} onChange={setToken} error={wrong("token")} autoComplete="off" requiredIndicator />
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
