// The store's codes that are nobody's here, and its discounts that are no deals.
import { useFetcher, useNavigate, useSearchParams } from "@remix-run/react";
import { BlockStack, Box, Button, Card, ChoiceList, EmptyState, IndexTable, InlineStack, Layout, Link, Modal, Text, useBreakpoints, useIndexResourceState } from "@shopify/polaris";
import { useState } from "react";
import type { FoundCode, FoundDiscount, SoldBefore } from "../../domain/adopt.ts";
import type { InventoryState } from "../../domain/drift-page.ts";
import type { Paged } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, WrapCell } from "../cells.tsx";
import { Looked } from "../drift/Looked.tsx";
import { ListFilters, ListPages } from "../index-list.tsx";
import type { ListState } from "../list-state.ts";
import { useToast } from "../live.ts";
import { DiscountsCard } from "./DiscountsCard.tsx";
import { useUse } from "./use-words.ts";

type Narrowed = { discountId: string; by: string; used: string };
type FoundCodesProps = { found: Paged<FoundCode>; discounts: FoundDiscount[]; makers: string[]; inventory: InventoryState; state: ListState; narrowed: Narrowed; sold: Record<string, SoldBefore> };

/** A code up to this length stays on one line: where it breaks, a person would read a space. */
const LONGEST_WHOLE = 32;

export function FoundCodes({ found, discounts, makers, inventory, state, narrowed, sold }: FoundCodesProps) {
  const t = useT("adopt");
  const fetcher = useFetcher<{ unlinked: string | null }>();
  const [giving, setGiving] = useState<FoundCode | null>(null);
  useToast(fetcher.data, fetcher.data?.unlinked ? t("unlink.done", { code: fetcher.data.unlinked }) : null);
  const views = ["free", "linked", "all"].map((id) => ({ id, label: t(`view.${id}`) }));
  const sorts = ["discount", "code", "uses"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  const { filters, appliedFilters } = useNarrow(narrowed, discounts, makers);
  const bare = state.q === "" && appliedFilters.length === 0;

  function giveBack() {
    fetcher.submit({ unlink: giving!.linked!.codeId }, { method: "post" });
    setGiving(null);
  }

  return (
    <BlockStack gap="400">
      <Looked inventory={inventory} />
      <Layout>
        <Layout.Section>
          <Card padding="0">
            <ListFilters state={state} views={views} sorts={sorts} searchLabel={t("search")} filters={filters} appliedFilters={appliedFilters} />
            {found.rows.length === 0 ? (
              <Box padding="400">
                {bare ? (
                  <EmptyState heading={t(`none.${state.view === "linked" ? "linked" : "title"}`)} image="">
                    <p>{t("none.text")}</p>
                  </EmptyState>
                ) : (
                  <Text as="p" tone="subdued">
                    {t("none.found")}
                  </Text>
                )}
              </Box>
            ) : (
              <CodesTable codes={found.rows} sold={sold} onGiveBack={setGiving} />
            )}
            <ListPages page={found.page} pages={found.pages} total={found.total} shown={found.rows.length} />
          </Card>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <DiscountsCard discounts={discounts} />
        </Layout.Section>
      </Layout>
      <Modal
        open={giving !== null}
        onClose={() => setGiving(null)}
        title={t("unlink.title", { code: giving?.code ?? "" })}
        primaryAction={{ content: t("unlink.do"), onAction: giveBack }}
        secondaryActions={[{ content: t("unlink.cancel"), onAction: () => setGiving(null) }]}
      >
        <Modal.Section>
          <Text as="p">{t("unlink.text", { code: giving?.code ?? "", creator: giving?.linked?.creator?.name ?? t("everybody") })}</Text>
        </Modal.Section>
      </Modal>
    </BlockStack>
  );
}

type CodesTableProps = { codes: FoundCode[]; sold: Record<string, SoldBefore>; onGiveBack: (code: FoundCode) => void };

function CodesTable({ codes, sold, onGiveBack }: CodesTableProps) {
  const t = useT("adopt");
  const use = useUse();
  const navigate = useNavigate();
  const { smDown } = useBreakpoints();
  const free = codes.filter((code) => code.linked === null);
  const { selectedResources, allResourcesSelected, handleSelectionChange } = useIndexResourceState(free.map((code) => ({ id: code.key })));
  const link = () => navigate(`/app/adopt/link?${new URLSearchParams({ codes: selectedResources.join("\n") })}`);
  const by = (code: FoundCode) => code.createdBy ?? t("by.person");
  const whose = (code: FoundCode) =>
    code.linked ? (
      <InlineStack gap="200" blockAlign="center">
        {code.linked.creator ? <Link url={`/app/creators/${code.linked.creator.id}`}>{code.linked.creator.name}</Link> : <span>{t("everybody")}</span>}
        <Button size="slim" onClick={() => onGiveBack(code)} accessibilityLabel={t("unlink.named", { code: code.code })}>
          {t("unlink.action")}
        </Button>
      </InlineStack>
    ) : (
      <Button size="slim" url={`/app/adopt/link?${new URLSearchParams({ codes: code.key })}`} accessibilityLabel={t("link.named", { code: code.code })}>
        {t("link.action")}
      </Button>
    );
  return (
    <IndexTable
      condensed={smDown}
      selectable={free.length > 0}
      itemCount={codes.length}
      resourceName={{ singular: t("resource.one"), plural: t("resource.many") }}
      selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
      onSelectionChange={handleSelectionChange}
      promotedBulkActions={[{ content: t("link.chosen"), onAction: link }]}
      headings={[{ title: t("column.code") }, { title: t("column.discount") }, { title: t("column.by") }, { title: t("column.use") }, { title: t("column.whose") }]}
    >
      {codes.map((code, position) => (
        <IndexTable.Row id={code.key} key={code.key} position={position} selected={selectedResources.includes(code.key)} disabled={code.linked !== null}>
          {smDown ? (
            <NarrowRow>
              <BlockStack gap="100">
                <Text as="span" fontWeight="medium" breakWord>
                  {code.code}
                </Text>
                <Text as="span" tone="subdued" breakWord>
                  {code.discount.title} · {by(code)} · {use(code, sold[code.key])}
                </Text>
                <div>{whose(code)}</div>
              </BlockStack>
            </NarrowRow>
          ) : (
            <>
              {code.code.length <= LONGEST_WHOLE ? (
                <IndexTable.Cell>
                  <Text as="span" fontWeight="medium">
                    {code.code}
                  </Text>
                </IndexTable.Cell>
              ) : (
                <WrapCell width={260}>
                  <Text as="span" fontWeight="medium" breakWord>
                    {code.code}
                  </Text>
                </WrapCell>
              )}
              <WrapCell width={200}>{code.discount.title}</WrapCell>
              <WrapCell width={140}>{by(code)}</WrapCell>
              <WrapCell width={220}>{use(code, sold[code.key])}</WrapCell>
              <WrapCell width={220}>{whose(code)}</WrapCell>
            </>
          )}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

/** What narrows the list beside its search: the discount, who made the code, whether it was used. Kept in the address. */
function useNarrow({ discountId, by, used }: Narrowed, discounts: FoundDiscount[], makers: string[]) {
  const t = useT("adopt");
  const [, setParams] = useSearchParams();
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("page");
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  const choice = (key: string, value: string, choices: { value: string; label: string }[]) => ({
    key,
    label: t(`filter.${key}`),
    shortcut: true,
    filter: <ChoiceList title={t(`filter.${key}`)} titleHidden choices={choices} selected={value === "" ? [] : [value]} onChange={([chosen]) => set(key, chosen ?? "")} />,
    choices,
    value,
  });
  const all = [
    choice("discount", discountId, discounts.slice(0, 50).map(({ storeId, title }) => ({ value: storeId, label: title }))),
    choice("by", by, [{ value: "person", label: t("by.person") }, ...makers.map((name) => ({ value: name, label: name }))]),
    choice("used", used, [{ value: "yes", label: t("filter.used_yes") }, { value: "no", label: t("filter.used_no") }]),
  ];
  return {
    filters: all.filter(({ choices }) => choices.length > 0).map(({ key, label, shortcut, filter }) => ({ key, label, shortcut, filter })),
    appliedFilters: all.filter(({ value }) => value !== "").map(({ key, label, value, choices }) => ({ key, label: `${label}: ${choices.find((one) => one.value === value)?.label ?? value}`, onRemove: () => set(key, "") })),
  };
}
