// What an account's token may do: what is missing first, by the name under which the network's own settings have it.
import { useFetcher } from "@remix-run/react";
import { Badge, Banner, BlockStack, Button, Collapsible, InlineStack, List, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ConnectionCard, PermissionLine } from "../../domain/pages.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";

type Tried = { ok: true; lacking: number } | { ok: false; errors: FieldError[] };

export function Permissions({ account }: { account: ConnectionCard }) {
  const t = useT("network");
  const tNetwork = useT(account.network);
  const tErrors = useT("errors");
  const fetcher = useFetcher<Tried>();
  const [open, setOpen] = useState(false);
  const lacking = account.permissions.filter((permission) => permission.state === "lacking");
  const untried = account.permissions.filter((permission) => permission.state === "untried").length;
  const tried = account.permissions.some((permission) => permission.state !== "untried");
  const failure = fetcher.data && !fetcher.data.ok ? fetcher.data.errors[0] : undefined;
  const id = `permissions-${account.id}`;
  useToast(fetcher.data, fetcher.data?.ok ? t("permission.tried") : null);
  if (account.permissions.length === 0) return null;
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {t("permission.title")}
      </Text>
      {lacking.length > 0 ? (
        <Banner tone="warning" title={t("permission.lacks", { count: lacking.length })}>
          <BlockStack gap="200">
            <List>
              {lacking.map(({ id, name }) => (
                <List.Item key={id}>
                  {tNetwork(`permission.doing.${id}`)}. {t("permission.switch_on", { name })}
                </List.Item>
              ))}
            </List>
            <p>{tNetwork("permission.where")}</p>
            <p>{untried > 0 ? t("permission.rest_untried", { count: untried }) : t("permission.rest")}</p>
          </BlockStack>
        </Banner>
      ) : tried ? (
        <Text as="p">{t("permission.all")}</Text>
      ) : null}
      <InlineStack gap="300">
        <Button variant="plain" disclosure={open ? "up" : "down"} onClick={() => setOpen(!open)} ariaExpanded={open} ariaControls={id}>
          {t(open ? "permission.hide" : "permission.show")}
        </Button>
        <Button variant="plain" loading={fetcher.state !== "idle"} onClick={() => fetcher.submit({ intent: "permissions", connectionId: account.id }, { method: "post" })}>
          {t("permission.try")}
        </Button>
      </InlineStack>
      {failure ? (
        <Text as="p" tone="critical">
          {tErrors(failure.key, failure.values ?? {})}
        </Text>
      ) : null}
      <Collapsible id={id} open={open}>
        <BlockStack gap="150">
          {account.permissions.map((permission) => (
            <Line key={permission.id} permission={permission} network={account.network} />
          ))}
          <Text as="p" tone="subdued" variant="bodySm">
            {t("permission.untried_why")}
          </Text>
        </BlockStack>
      </Collapsible>
    </BlockStack>
  );
}

const TONES = { allowed: "success", lacking: "critical", untried: undefined } as const;

function Line({ permission, network }: { permission: PermissionLine; network: string }) {
  const t = useT("network");
  const tNetwork = useT(network);
  const format = useFormat();
  const tone = TONES[permission.state];
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200" wrap={false}>
      <BlockStack>
        <Text as="span">{tNetwork(`permission.doing.${permission.id}`)}</Text>
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {[permission.name, permission.at === null ? "" : t("permission.seen", { when: format.ago(permission.at) })].filter(Boolean).join(" · ")}
        </Text>
      </BlockStack>
      <div>
        <Badge {...(tone ? { tone } : {})}>{t(`permission.state.${permission.state}`)}</Badge>
      </div>
    </InlineStack>
  );
}
