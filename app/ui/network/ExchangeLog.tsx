// What was said to the network and what it answered, the newest first; each exchange can be opened.
import { useFetcher } from "@remix-run/react";
import { Badge, BlockStack, Box, Button, Card, IndexTable, InlineStack, Link, Modal, SkeletonBodyText, Text, useBreakpoints } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { ExchangeRow, Paged } from "../../domain/pages.ts";
import { useNetworksText, useT } from "../../i18n.ts";
import { WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { ListFilters, ListPages } from "../index-list.tsx";
import type { ListState } from "../list-state.ts";

export function ExchangeLog({ log, state }: { log: Paged<ExchangeRow>; state: ListState }) {
  const t = useT("network");
  const { smDown } = useBreakpoints();
  const [opened, setOpened] = useState<ExchangeRow | null>(null);
  const views = ["all", "failed", "conversion", "code", "deal", "request", "account"].map((id) => ({ id, label: t(`log.view.${id}`) }));
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("log.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("log.what")}
          </Text>
        </BlockStack>
      </Box>
      <ListFilters state={state} views={views} sorts={[]} searchLabel={null} />
      <IndexTable
        condensed={smDown}
        selectable={false}
        itemCount={log.rows.length}
        resourceName={{ singular: t("log.resource_one"), plural: t("log.resource_other") }}
        emptyState={
          <Box padding="400">
            <Text as="p" tone="subdued">
              {t("log.none")}
            </Text>
          </Box>
        }
        headings={[{ title: t("log.column.at") }, { title: t("log.column.about") }, { title: t("log.column.what") }, { title: t("log.column.outcome") }, { title: t("log.column.open"), hidden: true }]}
      >
        {log.rows.map((row, index) => (
          <IndexTable.Row id={row.id} key={row.id} position={index}>
            {smDown ? <NarrowExchange row={row} onOpen={() => setOpened(row)} /> : <WideExchange row={row} onOpen={() => setOpened(row)} />}
          </IndexTable.Row>
        ))}
      </IndexTable>
      <ListPages page={log.page} pages={log.pages} total={log.total} shown={log.rows.length} />
      <OpenedExchange row={opened} onClose={() => setOpened(null)} />
    </Card>
  );
}

type ExchangeProps = { row: ExchangeRow; onOpen: () => void };

function NarrowExchange({ row, onOpen }: ExchangeProps) {
  const format = useFormat();
  return (
    <Box padding="300" width="100%">
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200">
          <About row={row} />
          <ExchangeOutcome row={row} />
        </InlineStack>
        <Text as="span" tone="subdued" variant="bodySm">
          {format.dateTime(row.at)}
        </Text>
        <Text as="span" breakWord>
          <ExchangeWhat row={row} />
        </Text>
        <InlineStack>
          <OpenExchange row={row} onOpen={onOpen} />
        </InlineStack>
      </BlockStack>
    </Box>
  );
}

function WideExchange({ row, onOpen }: ExchangeProps) {
  const format = useFormat();
  return (
    <>
      <IndexTable.Cell>{format.dateTime(row.at)}</IndexTable.Cell>
      <IndexTable.Cell>
        <About row={row} />
      </IndexTable.Cell>
      <WrapCell>
        <ExchangeWhat row={row} />
      </WrapCell>
      <IndexTable.Cell>
        <ExchangeOutcome row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <OpenExchange row={row} onOpen={onOpen} />
      </IndexTable.Cell>
    </>
  );
}

function About({ row }: { row: ExchangeRow }) {
  const t = useT("network");
  const known = ["conversion", "code", "deal", "request", "account"].includes(row.about) ? row.about : "account";
  const name = row.aboutName ?? t("log.gone");
  const url = row.openId === null ? null : row.about === "conversion" ? `/app/orders/${row.openId}` : row.about === "deal" ? `/app/deals/${row.openId}` : row.about === "request" ? `/app/requests?view=all&q=${encodeURIComponent(row.openId)}` : `/app/codes/${row.openId}`;
  if (known === "account") return <Text as="span">{t("log.about.account")}</Text>;
  if (known === "request" && row.aboutId === "") return <Text as="span">{t("log.about.requests")}</Text>;
  return (
    <Text as="span">
      {t(`log.about.${known}`)} {url ? <Link url={url}>{name}</Link> : name}
    </Text>
  );
}

/** What the request did, in words; the request itself is beside it, for whoever wants to ask the network's support. */
export function ExchangeWhat({ row }: { row: ExchangeRow }) {
  const doing = useDoing();
  return (
    <>
      {doing(row)}{" "}
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {row.what.replace(/(\/[A-Za-z]+)\/.+$/, "$1/…")}
      </Text>
    </>
  );
}

export function useDoing(): (row: ExchangeRow) => string {
  const t = useT("network");
  const ofNetworks = useNetworksText();
  return (row) => ofNetworks(`doing.${doingOf(row)}`) ?? t("log.doing_unknown");
}

/** The method, and the last part of the address that is no id: a network's own words name it. */
function doingOf(row: ExchangeRow): string {
  const [method = "", path = ""] = row.what.split(" ");
  const resource = path.split("?")[0]!.split("/").filter((part) => /^[A-Za-z]+$/.test(part)).at(-1) ?? "";
  return `${method}_${resource}`;
}

export function ExchangeOutcome({ row }: { row: ExchangeRow }) {
  const t = useT("network");
  const known = ["ok", "unauthorized", "forbidden", "invalid", "not_found", "limited", "unavailable", "timeout", "unreadable"].includes(row.outcome);
  const words = t(`log.outcome.${known ? row.outcome : "other"}`);
  const tone = row.outcome === "ok" ? "success" : row.outcome === "limited" || row.outcome === "not_found" ? "attention" : "critical";
  return <Badge tone={tone}>{row.status === null ? words : `${words} (${row.status})`}</Badge>;
}

export function OpenExchange({ row, onOpen }: { row: ExchangeRow; onOpen: () => void }) {
  const t = useT("network");
  const format = useFormat();
  return (
    <Button variant="plain" onClick={onOpen} accessibilityLabel={t("log.open_named", { what: row.what, when: format.dateTime(row.at) })}>
      {t("log.open")}
    </Button>
  );
}

export function OpenedExchange({ row, onClose }: { row: ExchangeRow | null; onClose: () => void }) {
  const t = useT("network");
  const format = useFormat();
  const doing = useDoing();
  const fetcher = useFetcher<{ request: unknown; answer: unknown }>();
  useEffect(() => {
    if (row) fetcher.load(`/app/network/exchange/${row.id}`);
  }, [row]);
  return (
    <Modal open={row !== null} onClose={onClose} title={row ? doing(row) : ""} secondaryActions={[{ content: t("close"), onAction: onClose }]}>
      <Modal.Section>
        <BlockStack gap="300">
          {row ? (
            <InlineStack gap="200" blockAlign="center">
              <ExchangeOutcome row={row} />
              <Text as="span" tone="subdued">
                {format.dateTime(row.at)}
              </Text>
              <Text as="span" tone="subdued" breakWord>
                {row.what}
              </Text>
            </InlineStack>
          ) : null}
          {fetcher.data && fetcher.state === "idle" ? (
            <>
              <Part title={t("log.request")} value={fetcher.data.request} />
              <Part title={t("log.answer")} value={fetcher.data.answer} />
              <Text as="p" tone="subdued" variant="bodySm">
                {t("log.no_secrets")}
              </Text>
            </>
          ) : (
            <SkeletonBodyText lines={6} />
          )}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  const empty = value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingXs">
        {title}
      </Text>
      <Box background="bg-surface-secondary" borderRadius="200" padding="300" overflowX="scroll">
        <pre style={{ margin: 0, fontSize: 12, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{empty ? "–" : typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
      </Box>
    </BlockStack>
  );
}
