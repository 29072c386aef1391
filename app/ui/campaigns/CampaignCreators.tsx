// The creators of a campaign: how each stands in it, with code, link and text to copy, and what was sold.
import { Badge, type BadgeProps, BlockStack, IndexTable, InlineStack, Link, Text, useBreakpoints, useIndexResourceState } from "@shopify/polaris";
import { LinkIcon, TextIcon } from "@shopify/polaris-icons";
import type { CampaignPerson } from "../../domain/campaign-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, WrapCell } from "../cells.tsx";
import { Person } from "../creators/CreatorsTable.tsx";
import { useFormat } from "../format.tsx";
import { Marks, SideMark } from "../marks.tsx";
import { CopyButton } from "../share/copy.tsx";
import { useCampaignText } from "./CampaignPreview.tsx";

type Instructions = { title: string; description: string };
type TableProps = { people: CampaignPerson[]; instructions: Instructions; empty: React.ReactNode; closed: boolean; onAsk: (ids: string[], state: string) => void };

export function CampaignCreators({ people, instructions, empty, closed, onAsk }: TableProps) {
  const t = useT("campaigns");
  const { smDown } = useBreakpoints();
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } = useIndexResourceState(people);
  const act = (state: string) => ({
    content: t(`act.${state}`),
    onAction: () => {
      onAsk(selectedResources, state);
      clearSelection();
    },
  });
  return (
    <IndexTable
      condensed={smDown}
      selectable={!closed}
      itemCount={people.length}
      resourceName={{ singular: t("creator_one"), plural: t("creator_other") }}
      selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
      onSelectionChange={handleSelectionChange}
      promotedBulkActions={[act("accepted"), act("invited")]}
      bulkActions={[act("declined"), act("open")]}
      emptyState={empty}
      headings={[
        { title: t("column.creator") },
        { title: t("column.asked") },
        { title: t("column.code") },
        { title: t("column.sales"), alignment: "end" },
      ]}
    >
      {people.map((person, index) => (
        <IndexTable.Row id={person.id} key={person.id} position={index} selected={selectedResources.includes(person.id)} accessibilityLabel={t("page.select", { name: person.name })}>
          {smDown ? <NarrowPerson person={person} instructions={instructions} /> : <WidePerson person={person} instructions={instructions} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

const TONES: Record<string, BadgeProps["tone"]> = { accepted: "success", invited: "attention", declined: "critical" };

function AskedMark({ person }: { person: CampaignPerson }) {
  const t = useT("campaigns");
  const tone = person.asked ? TONES[person.asked] : undefined;
  const joined = person.joined ?? "none";
  return (
    <BlockStack gap="050" inlineAlign="start">
      <Badge {...(tone ? { tone } : {})}>{t(`asked.${person.asked ?? "open"}`)}</Badge>
      {joined === "joined" ? null : (
        <Text as="span" tone="subdued" variant="bodySm">
          {t("person.not_joined", { state: t(`joined.${["pending", "declined", "left"].includes(joined) ? joined : "none"}`) })}
        </Text>
      )}
    </BlockStack>
  );
}

function CodeAndLink({ person, instructions }: { person: CampaignPerson; instructions: Instructions }) {
  const t = useT("campaigns");
  const textOf = useCampaignText();
  const { code, link } = person;
  if (code === null || link === null) return <Text as="span" tone="subdued">{person.asked === "accepted" ? t("person.no_code") : ""}</Text>;
  const marks = [...(code.store ? [code.store] : []), ...code.networks];
  const wrong = marks.filter((mark) => mark.state !== "live");
  return (
    <div onClick={(event) => event.stopPropagation()}>
      <BlockStack gap="100" inlineAlign="start">
        <InlineStack gap="200" blockAlign="center">
          <Link url={`/app/codes/${code.id}`} monochrome>
            <Text as="span" fontWeight="semibold" breakWord>
              {code.code}
            </Text>
          </Link>
          <Marks>{wrong.length === 0 && marks[0] ? <SideMark mark={marks[0]} /> : wrong.map((mark, index) => <SideMark key={index} mark={mark} />)}</Marks>
        </InlineStack>
        {code.usable ? (
          <InlineStack gap="100">
            <CopyButton text={code.code} label={t("person.copy_code")}>
              {t("person.copy_code")}
            </CopyButton>
            <CopyButton text={link} label={t("person.copy_link")} icon={LinkIcon}>
              {t("person.copy_link")}
            </CopyButton>
            <CopyButton text={textOf(instructions, { name: person.name, code: code.code, link })} label={t("person.copy_text_label", { name: person.name })} icon={TextIcon}>
              {t("person.copy_text")}
            </CopyButton>
          </InlineStack>
        ) : (
          <Text as="span" tone="subdued" variant="bodySm">
            {t("person.not_usable")}
          </Text>
        )}
      </BlockStack>
    </div>
  );
}

type RowProps = { person: CampaignPerson; instructions: Instructions };

function WidePerson({ person, instructions }: RowProps) {
  const t = useT("campaigns");
  const format = useFormat();
  return (
    <>
      <IndexTable.Cell>
        <Person creator={person} />
      </IndexTable.Cell>
      <WrapCell>
        <AskedMark person={person} />
      </WrapCell>
      <WrapCell>
        <CodeAndLink person={person} instructions={instructions} />
      </WrapCell>
      <IndexTable.Cell>
        <BlockStack inlineAlign="end">
          <Text as="span" numeric>
            {format.money(person.sold.amount)}
          </Text>
          <Text as="span" tone="subdued" variant="bodySm">
            {t("orders", { count: person.sold.orders })}
          </Text>
        </BlockStack>
      </IndexTable.Cell>
    </>
  );
}

function NarrowPerson({ person, instructions }: RowProps) {
  const t = useT("campaigns");
  const format = useFormat();
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <Person creator={person} />
        <AskedMark person={person} />
        <CodeAndLink person={person} instructions={instructions} />
        {person.sold.orders > 0 ? (
          <Text as="span" tone="subdued">
            {t("narrow", { orders: t("orders", { count: person.sold.orders }), amount: format.money(person.sold.amount) })}
          </Text>
        ) : null}
      </BlockStack>
    </NarrowRow>
  );
}
