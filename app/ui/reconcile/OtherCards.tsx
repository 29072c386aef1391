// What is in order although the sides do not say the same; earlier comparisons; and the question before an order is taken for deleted.
import { BlockStack, Card, IndexTable, Link, List, Modal, Text, useBreakpoints } from "@shopify/polaris";
import { KNOWN, type Known } from "../../domain/reconcile.ts";
import type { Paged } from "../../domain/pages.ts";
import type { DifferenceRow, RunHead, RunSums } from "../../domain/reconcile-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { ListPages } from "../index-list.tsx";
import { openerOf } from "../opener.ts";
import { usePeriod } from "./words.ts";

const SHOWN_AT: Partial<Record<Known, string>> = { awaiting_network: "/app/orders?view=awaiting", accepted: "/app/network/worklist?view=accepted", unread_delivery: "/app/orders?view=unreadable", forgotten: "/app/privacy" };

export function KnownCard({ known }: { known: RunSums["known"] }) {
  const t = useT("reconcile");
  const some = KNOWN.filter((one) => (known[one] ?? 0) > 0);
  if (some.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("known.title")}
        </Text>
        <List>
          {some.map((one) => (
            <List.Item key={one}>
              {t(`known.${one}`, { count: known[one] ?? 0 })} {SHOWN_AT[one] ? <Link url={SHOWN_AT[one]}>{t("known.show")}</Link> : null}
            </List.Item>
          ))}
        </List>
      </BlockStack>
    </Card>
  );
}

export function RunsCard({ runs }: { runs: Paged<RunHead> }) {
  const t = useT("reconcile");
  const format = useFormat();
  const period = usePeriod();
  const { smDown } = useBreakpoints();
  const result = ({ state, counts }: RunHead) => (state !== "done" ? t(`runs.${state}`) : counts.all === 0 ? t("runs.agree") : t("runs.differ", { count: counts.all }));
  if (runs.total < 2) return null;
  return (
    <Card padding="0">
      <div style={{ padding: "16px 16px 8px" }}>
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("runs.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("runs.kept")}
          </Text>
        </BlockStack>
      </div>
      <IndexTable condensed={smDown} selectable={false} itemCount={runs.rows.length} resourceName={{ singular: t("runs.resource", { count: 1 }), plural: t("runs.resource", { count: 2 }) }} headings={[{ title: t("runs.period") }, { title: t("runs.result") }, { title: t("runs.when") }]}>
        {runs.rows.map((run, index) => {
          const link = (
            <Link url={`/app/reconcile?run=${run.id}`} dataPrimaryLink monochrome removeUnderline>
              <Text as="span" fontWeight="semibold">
                {period(run)}
              </Text>
            </Link>
          );
          return (
            <IndexTable.Row id={run.id} key={run.id} position={index}>
              {smDown ? (
                <NarrowRow>
                  <BlockStack gap="050">
                    {link}
                    <Text as="span">{result(run)}</Text>
                    <Text as="span" tone="subdued" variant="bodySm">
                      {format.dateTime(run.createdAt)}
                    </Text>
                  </BlockStack>
                </NarrowRow>
              ) : (
                <>
                  <WrapCell>{link}</WrapCell>
                  <IndexTable.Cell>{result(run)}</IndexTable.Cell>
                  <IndexTable.Cell>{format.dateTime(run.createdAt)}</IndexTable.Cell>
                </>
              )}
            </IndexTable.Row>
          );
        })}
      </IndexTable>
      <ListPages page={runs.page} pages={runs.pages} total={runs.total} shown={runs.rows.length} />
    </Card>
  );
}

export function DeletedDialog({ row, busy, onYes, onClose }: { row: DifferenceRow | null; busy: boolean; onYes: (row: DifferenceRow) => void; onClose: () => void }) {
  const t = useT("reconcile");
  if (row === null) return null;
  return (
    <Modal
      open
      onClose={onClose}
      activator={openerOf(`delete-${row.id}`)}
      title={t("deleted.title")}
      primaryAction={{ content: t("deleted.yes"), destructive: true, loading: busy, onAction: () => onYes(row) }}
      secondaryActions={[{ content: t("deleted.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <Text as="p">{t("deleted.text", { name: row.order?.name || row.orderRef })}</Text>
      </Modal.Section>
    </Modal>
  );
}
