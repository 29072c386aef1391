// The differences of one cause: what it is, what mends it, and each with its repair and the ways to its order and creator.
import { Badge, BlockStack, Box, Button, Card, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import { CAUSES } from "../../domain/reconcile.ts";
import type { CauseGroup, DifferenceRow } from "../../domain/reconcile-page.ts";
import type { WorkRow } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { ListPages, useChangeList } from "../index-list.tsx";
import { useDetailWords } from "../network/code-words.ts";
import type { Repairing } from "../worklist/use-repair.ts";
import { useWhat, useWhy } from "../worklist/words.ts";
import { useSides } from "./words.ts";

export type Mending = {
  busy: boolean;
  repairing: Repairing;
  /** The store is asked for one order (a difference's id), or for all of the cause. */
  fetch: (cause: string, id: string | null) => void;
  askDeleted: (row: DifferenceRow) => void;
  /** The networks are read, and the period is compared once more. */
  read: () => void;
};

export function CauseCard({ group, alone, mending }: { group: CauseGroup; alone: boolean; mending: Mending }) {
  const t = useT("reconcile");
  const change = useChangeList();
  const { cause, rows, total } = group;
  const { needs } = CAUSES[cause];
  const isMended = rows.length === total && rows.every(({ live }) => live === "mended");
  return (
    <Card padding="0">
      <Box padding="400">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <div style={{ flex: "1 1 260px" }}>
            <BlockStack gap="100">
              <InlineStack gap="200" blockAlign="center">
                <Text as="h3" variant="headingSm">
                  {t(`cause.${cause}.title`, { count: total })}
                </Text>
                {isMended ? <Badge tone="success">{t("live.mended")}</Badge> : <Badge tone={needs === "you" ? "warning" : "info"}>{t(`differences.${needs === "you" ? "needs_you" : "passes"}`)}</Badge>}
              </InlineStack>
              <Text as="p">{t(`cause.${cause}.mend`)}</Text>
            </BlockStack>
          </div>
          <All group={group} mending={mending} />
        </InlineStack>
      </Box>
      {rows.map((row) => (
        <Box key={row.id} paddingInline="400" paddingBlock="300" borderBlockStartWidth="025" borderColor="border-secondary">
          <Row row={row} mending={mending} />
        </Box>
      ))}
      {alone ? <ListPages page={group.page} pages={group.pages} total={total} shown={rows.length} /> : null}
      {!alone && total > rows.length ? (
        <Box padding="300" borderBlockStartWidth="025" borderColor="border-secondary">
          <Button variant="plain" onClick={() => change({ cause } as never)}>
            {t("differences.only", { count: total })}
          </Button>
        </Box>
      ) : null}
    </Card>
  );
}

/** What can be done about all of a cause at once. */
function All({ group: { cause, rows, total }, mending }: { group: CauseGroup; mending: Mending }) {
  const t = useT("reconcile");
  switch (CAUSES[cause].repair) {
    case "fetch":
      return (
        <Button onClick={() => mending.fetch(cause, null)} disabled={mending.busy || (rows.length === total && rows.every((row) => row.live !== null))}>
          {t("do.fetch_all", { count: total })}
        </Button>
      );
    case "connect":
    case "network":
      return <Button url="/app/network">{t("do.network")}</Button>;
    case "shop":
      return <Button url="/app">{t("do.shop")}</Button>;
    case "worklist":
      return (
        <Button variant="plain" url="/app/network/worklist">
          {t("do.worklist")}
        </Button>
      );
    case "read":
      return (
        <Button onClick={mending.read} disabled={mending.busy}>
          {t("reads.now")}
        </Button>
      );
    default:
      return null;
  }
}

function Row({ row, mending }: { row: DifferenceRow; mending: Mending }) {
  const t = useT("reconcile");
  const format = useFormat();
  const sides = useSides()(row);
  const why = useWhy();
  const { smDown } = useBreakpoints();
  // What is so by now, as the worklist has it; else as it was when it was compared.
  const work = row.live === null ? row.work : null;
  const reason = work === null ? null : why(work);
  const about = [row.orderAt ? format.dateTime(row.orderAt) : "", row.program ?? ""].filter(Boolean).join(" · ");
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200" wrap={smDown}>
      <BlockStack gap="050">
        <Text as="span" fontWeight="semibold" breakWord>
          {row.order ? <Link url={`/app/orders/${row.order.id}`}>{row.order.name || row.orderRef}</Link> : row.cause === "never_seen" ? row.orderRef : t("row.ref", { ref: row.orderRef })}
          {reason === null ? null : ` · ${reason}`}
        </Text>
        {work !== null ? (
          <WorkSides work={work} />
        ) : sides ? (
          <Text as="span" breakWord>
            {sides}
          </Text>
        ) : null}
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {row.creator ? <Link url={`/app/creators/${row.creator.id}`}>{row.creator.name}</Link> : null}
          {row.creator && about ? " · " : ""}
          {about}
        </Text>
      </BlockStack>
      <div style={{ flexShrink: 0 }}>
        <Act row={row} mending={mending} />
      </div>
    </InlineStack>
  );
}

/** What is so on each side, and what the network answered. */
function WorkSides({ work }: { work: WorkRow }) {
  const what = useWhat();
  const { said } = useDetailWords(work.network)(work.detail);
  return [what(work), ...said].map((sentence) => (
    <Text key={sentence} as="span" breakWord>
      {sentence}
    </Text>
  ));
}

function Act({ row, mending }: { row: DifferenceRow; mending: Mending }) {
  const t = useT("reconcile");
  const tWork = useT("worklist");
  const name = row.order?.name || row.orderRef;
  if (row.live !== null) return <Badge tone={row.live === "mended" ? "success" : "info"} progress={row.live === "mended" ? "complete" : "partiallyComplete"}>{t(`live.${row.live}`)}</Badge>;
  const { repair } = CAUSES[row.cause];
  if (repair === "fetch") {
    return (
      <Button size="slim" onClick={() => mending.fetch(row.cause, row.id)} disabled={mending.busy} accessibilityLabel={t("do.fetch_named", { name })}>
        {t("do.fetch")}
      </Button>
    );
  }
  if (repair === "deleted") {
    return (
      <Button size="slim" id={`delete-${row.id}`} onClick={() => mending.askDeleted(row)} disabled={mending.busy} accessibilityLabel={t("do.deleted_named", { name })}>
        {t("do.deleted")}
      </Button>
    );
  }
  if (row.work !== null && row.work.offers.length > 0) {
    const { work } = row;
    return (
      <Button size="slim" onClick={() => mending.repairing.ask(work)} accessibilityLabel={tWork("settle_named", { what: name })}>
        {tWork("settle")}
      </Button>
    );
  }
  return null;
}
