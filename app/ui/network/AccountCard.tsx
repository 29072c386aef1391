// One account: is it in step, what of this hour's budget is used, what waits and until when.
import { useFetcher } from "@remix-run/react";
import { Badge, Banner, BlockStack, Button, ButtonGroup, Card, InlineStack, Modal, Text } from "@shopify/polaris";
import { useState } from "react";
import type { Backlog } from "../../domain/backlog.ts";
import type { ConnectionCard } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { useProblemWords } from "../marks.tsx";
import { HintAddress } from "./HintAddress.tsx";
import { HourBudget } from "./HourBudget.tsx";
import { Permissions } from "./Permissions.tsx";

type AccountProps = { account: ConnectionCard; backlog: Backlog | null; programs: number; onChoose: () => void; onReconnect: () => void };

export function AccountCard({ account, backlog, programs, onChoose, onReconnect }: AccountProps) {
  const t = useT("network");
  const tNetwork = useT(account.network);
  const [asking, setAsking] = useState(false);
  const open = account.state !== "disconnected";
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <BlockStack gap="050" inlineAlign="start">
            <InlineStack gap="200" blockAlign="center">
              <Text as="h2" variant="headingMd" breakWord>
                {accountName(account, tNetwork("account.unnamed"))}
              </Text>
              <StateBadge state={account.state} />
            </InlineStack>
            <Text as="p" tone="subdued" variant="bodySm" breakWord>
              {tNetwork("account.sid", { sid: account.accountSid })}
            </Text>
          </BlockStack>
          <ButtonGroup>
            {open ? <Button onClick={onChoose}>{t("account.choose")}</Button> : <Button onClick={onReconnect}>{t("account.reconnect")}</Button>}
            {open ? (
              <Button variant="tertiary" tone="critical" onClick={() => setAsking(true)}>
                {t("account.disconnect")}
              </Button>
            ) : null}
          </ButtonGroup>
        </InlineStack>
        {open ? <StepLine account={account} programs={programs} onReconnect={onReconnect} /> : <Text as="p">{t("account.disconnected")}</Text>}
        {open && backlog ? <HourBudget backlog={backlog} /> : null}
        {open && account.state === "connected" ? <Permissions account={account} /> : null}
        {open && account.state === "connected" && account.hints ? <HintAddress connectionId={account.id} network={account.network} /> : null}
      </BlockStack>
      <Disconnect account={account} open={asking} onClose={() => setAsking(false)} />
    </Card>
  );
}

/** Where the network tells no name, the account's id was kept as one. */
function accountName(account: ConnectionCard, unnamed: string): string {
  return account.name === "" || account.name === account.accountSid ? unnamed : account.name;
}

function StateBadge({ state }: { state: string }) {
  const t = useT("network");
  const tone = state === "connected" ? "success" : state === "refused" ? "critical" : undefined;
  return <Badge {...(tone ? { tone } : {})}>{t(`state.${["connected", "refused", "disconnected"].includes(state) ? state : "disconnected"}`)}</Badge>;
}

/** One line that says whether the network knows what we know; what is wrong comes before what is under way. */
function StepLine({ account, programs, onReconnect }: { account: ConnectionCard; programs: number; onReconnect: () => void }) {
  const t = useT("network");
  const format = useFormat();
  const words = useProblemWords();
  const { conversions, codes, deals, nextAt } = account.waiting;
  const parts = [conversions ? t("waits.conversions", { count: conversions }) : "", codes ? t("waits.codes", { count: codes }) : "", deals ? t("waits.deals", { count: deals }) : ""].filter(Boolean);
  if (account.state === "refused") {
    return (
      <Banner tone="critical" title={t("step.refused")} action={{ content: t("account.new_token"), onAction: onReconnect }}>
        {account.problem ? <p>{words(account.problem)}</p> : null}
      </Banner>
    );
  }
  if (programs === 0) {
    return (
      <Text as="p" variant="bodyLg">
        {t("step.no_program")}
      </Text>
    );
  }
  return (
    <BlockStack gap="200">
      {account.problem ? (
        <Banner tone="warning" title={t("step.hindered")}>
          <p>{words(account.problem)}</p>
        </Banner>
      ) : null}
      {account.stuck > 0 ? (
        <Banner tone="warning" title={t("step.stuck", { count: account.stuck })}>
          <p>{t("step.stuck_what")}</p>
        </Banner>
      ) : null}
      <Text as="p" variant="bodyLg">
        {parts.length > 0 ? t("step.waiting", { what: format.list(parts) }) : account.stuck > 0 ? t("step.rest_in_step") : t("step.in_step")}
      </Text>
      <Text as="p" tone="subdued">
        {[
          parts.length > 0 && nextAt ? t("step.next", { when: format.dateTime(nextAt) }) : "",
          t("step.reported", { count: account.reported }),
          account.lastExchangeAt ? t("step.last", { when: format.ago(account.lastExchangeAt) }) : t("step.never"),
        ]
          .filter(Boolean)
          .join(" ")}
      </Text>
    </BlockStack>
  );
}

function Disconnect({ account, open, onClose }: { account: ConnectionCard; open: boolean; onClose: () => void }) {
  const t = useT("network");
  const fetcher = useFetcher<{ ok: boolean }>();
  useToast(fetcher.data, fetcher.data?.ok ? t("disconnect.done") : null);
  function disconnect() {
    fetcher.submit({ intent: "disconnect", connectionId: account.id }, { method: "post" });
    onClose();
  }
  return (
    <Modal
      open={open}
      onClose={onClose}
      title={t("disconnect.title", { account: accountName(account, account.accountSid) })}
      primaryAction={{ content: t("disconnect.yes"), destructive: true, onAction: disconnect }}
      secondaryActions={[{ content: t("cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <Text as="p">{t("disconnect.what")}</Text>
      </Modal.Section>
    </Modal>
  );
}
