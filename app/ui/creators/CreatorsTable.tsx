import { Avatar, BlockStack, IndexTable, InlineStack, Link, Text, useBreakpoints, useIndexResourceState } from "@shopify/polaris";
import type { CreatorRow } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { JoinedMark, Marks } from "../marks.tsx";

const CODES_SHOWN = 3;

/** Two letters of a name: of its first and last word, or the first sign where letters do not make words. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}

type TableProps = { creators: CreatorRow[]; empty: React.ReactNode; onGive: (ids: string[]) => void; onPutIn: (ids: string[]) => void; onTakeOut: (ids: string[]) => void };

export function CreatorsTable({ creators, empty, onGive, onPutIn, onTakeOut }: TableProps) {
  const t = useT("creators");
  const { smDown } = useBreakpoints();
  const { selectedResources, allResourcesSelected, handleSelectionChange } = useIndexResourceState(creators);
  return (
    <IndexTable
      condensed={smDown}
      itemCount={creators.length}
      resourceName={{ singular: t("resource_one"), plural: t("resource_other") }}
      selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
      onSelectionChange={handleSelectionChange}
      promotedBulkActions={[{ content: t("give"), onAction: () => onGive(selectedResources) }]}
      bulkActions={[
        { content: t("membership.put_in"), onAction: () => onPutIn(selectedResources) },
        { content: t("membership.take_out"), onAction: () => onTakeOut(selectedResources) },
      ]}
      emptyState={empty}
      headings={[
        { title: t("column.creator") },
        { title: t("column.programs") },
        { title: t("column.codes") },
        { title: t("column.orders"), alignment: "end" },
        { title: t("column.sales"), alignment: "end" },
        { title: t("column.last_sale"), alignment: "end" },
      ]}
    >
      {creators.map((creator, index) => (
        <IndexTable.Row id={creator.id} key={creator.id} position={index} selected={selectedResources.includes(creator.id)} accessibilityLabel={t("select", { name: creator.name })}>
          {smDown ? <NarrowCreator creator={creator} /> : <WideCreator creator={creator} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

/** `days`: the period that the creator's page is to open with. */
export function Person({ creator, days }: { creator: { id: string; name: string; handle: string | null; email: string | null }; days?: number }) {
  return (
    <InlineStack gap="300" blockAlign="center" wrap={false}>
      <Avatar size="md" initials={initialsOf(creator.name)} name={creator.name} />
      <BlockStack>
        <Link url={`/app/creators/${creator.id}${days === undefined ? "" : `?days=${days}`}`} dataPrimaryLink monochrome removeUnderline>
          <Text as="span" fontWeight="semibold" breakWord>
            {creator.name}
          </Text>
        </Link>
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {creator.handle ?? creator.email ?? ""}
        </Text>
      </BlockStack>
    </InlineStack>
  );
}

function Programs({ creator }: { creator: CreatorRow }) {
  const t = useT("creators");
  if (creator.programs.length === 0) return <Text as="span" tone="subdued">{t("no_program")}</Text>;
  return (
    <BlockStack gap="050" inlineAlign="start">
      {creator.programs.map((program) => (
        <InlineStack key={program.programId} gap="150" blockAlign="center">
          <JoinedMark state={program.state} word={program.word} />
          <Text as="span" variant="bodySm" breakWord>
            {program.name}
          </Text>
        </InlineStack>
      ))}
    </BlockStack>
  );
}

function Codes({ creator }: { creator: CreatorRow }) {
  const t = useT("creators");
  if (creator.codes.length === 0) return <Text as="span" tone="subdued">{t("no_code")}</Text>;
  const more = creator.codes.length - CODES_SHOWN;
  return (
    <Text as="span" breakWord>
      {creator.codes.slice(0, CODES_SHOWN).map((code) => code.code).join(", ")}
      {more > 0 ? ` ${t("more_codes", { count: more })}` : ""}
    </Text>
  );
}

function WideCreator({ creator }: { creator: CreatorRow }) {
  const format = useFormat();
  return (
    <>
      <IndexTable.Cell>
        <Person creator={creator} />
      </IndexTable.Cell>
      <WrapCell>
        <Programs creator={creator} />
      </WrapCell>
      <WrapCell>
        <Codes creator={creator} />
      </WrapCell>
      <NumberCell>{format.number(creator.sold.orders)}</NumberCell>
      <NumberCell>{format.money(creator.sold.amount)}</NumberCell>
      <IndexTable.Cell>
        <Text as="span" alignment="end">
          {creator.lastSaleAt ? format.date(creator.lastSaleAt) : "–"}
        </Text>
      </IndexTable.Cell>
    </>
  );
}

function NarrowCreator({ creator }: { creator: CreatorRow }) {
  const t = useT("creators");
  const format = useFormat();
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <Person creator={creator} />
        <Marks>
          {creator.programs.map((program) => (
            <JoinedMark key={program.programId} program={program.name} state={program.state} word={program.word} />
          ))}
        </Marks>
        <Codes creator={creator} />
        <Text as="span" tone="subdued">
          {creator.sold.orders > 0
            ? t("narrow", { orders: t("orders", { count: creator.sold.orders }), amount: format.money(creator.sold.amount), date: creator.lastSaleAt ? format.date(creator.lastSaleAt) : "–" })
            : t("no_sale")}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
