// Codes with their orders that came without a click: what stands out, under which rule, and what the numbers can not say.
import { Badge, Banner, BlockStack, Box, IndexTable, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import { shareOf, type UnclickedCode } from "../../domain/touches-page.ts";
import { type ClickedOrders, LEAST_WITHOUT } from "../../domain/unclicked.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { roughly } from "./FunnelCard.tsx";

const NAMED = 5;

/** Above the lists: which codes stand out, and where they are. */
export function StandingOut({ codes, onShow }: { codes: UnclickedCode[]; onShow: (() => void) | null }) {
  const t = useT("touches");
  const format = useFormat();
  if (codes.length === 0) return null;
  const named = codes.slice(0, NAMED).map(({ code }) => code);
  return (
    <Banner tone="warning" title={t("standing_out.title", { count: codes.length })} {...(onShow ? { action: { content: t("standing_out.show"), onAction: onShow } } : {})}>
      <p>{t("standing_out.text", { codes: codes.length > NAMED ? `${named.join(", ")} …` : format.list(named) })}</p>
    </Banner>
  );
}

/** What the list counts, and when a code stands out. */
export function UnclickedHelp({ all, days }: { all: ClickedOrders; days: number }) {
  const t = useT("touches");
  const share = useShare();
  return (
    <Box padding="400" borderBlockEndWidth="025" borderColor="border-secondary">
      <BlockStack gap="200">
        <Text as="p">{t("codes.all", { days, without: all.without, count: all.seen, share: share(all) })}</Text>
        <Text as="p" tone="subdued">
          {t("codes.known")}
        </Text>
        <Text as="p" tone="subdued">
          {t("codes.rule", { least: LEAST_WITHOUT })}
        </Text>
      </BlockStack>
    </Box>
  );
}

export function UnclickedCodes({ codes, empty }: { codes: UnclickedCode[]; empty: React.ReactNode }) {
  const t = useT("touches");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={codes.length}
      resourceName={{ singular: t("resource.code"), plural: t("resource.codes") }}
      emptyState={empty}
      headings={[
        { title: t("column.code") },
        { title: t("column.creator") },
        { title: t("column.orders"), alignment: "end" },
        { title: t("column.without"), alignment: "end" },
        { title: t("column.part"), alignment: "end", tooltipContent: t("column.part_help") },
        { title: t("column.not_known"), alignment: "end", tooltipContent: t("column.not_known_help") },
      ]}
    >
      {codes.map((code, index) => (
        <IndexTable.Row id={code.id} key={code.id} position={index}>
          {smDown ? <NarrowCode code={code} /> : <WideCode code={code} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function useShare(): (orders: ClickedOrders) => string {
  const format = useFormat();
  return ({ seen, without }) => {
    const share = shareOf(without, seen);
    return share === null ? "–" : format.percent(roughly(share));
  };
}

function Name({ code }: { code: UnclickedCode }) {
  const t = useT("touches");
  return (
    <InlineStack gap="200" blockAlign="center">
      <Link url={`/app/codes/${code.id}`} dataPrimaryLink monochrome removeUnderline>
        <Text as="span" fontWeight="semibold" breakWord>
          {code.code}
        </Text>
      </Link>
      {code.standsOut ? <Badge tone="warning">{t("standing_out.badge")}</Badge> : null}
    </InlineStack>
  );
}

function ordersUrl(view: "all" | "unclicked", code: string): string {
  return `/app/orders?view=${view}&q=${encodeURIComponent(code)}`;
}

function WideCode({ code }: { code: UnclickedCode }) {
  const t = useT("touches");
  const format = useFormat();
  const share = useShare();
  return (
    <>
      <IndexTable.Cell>
        <Name code={code} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Link url={`/app/creators/${code.creator.id}`} monochrome removeUnderline>
          {code.creator.name}
        </Link>
      </IndexTable.Cell>
      <NumberCell>
        <Link url={ordersUrl("all", code.code)} accessibilityLabel={t("codes.open_orders", { code: code.code, orders: t("orders", { count: code.orders }) })}>
          {format.number(code.orders)}
        </Link>
      </NumberCell>
      <NumberCell>
        {code.without === 0 ? (
          format.number(code.seen === 0 ? null : 0)
        ) : (
          <Link url={ordersUrl("unclicked", code.code)} accessibilityLabel={t("codes.open_without", { code: code.code, orders: t("orders", { count: code.without }) })}>
            {format.number(code.without)}
          </Link>
        )}
      </NumberCell>
      <NumberCell>{share(code)}</NumberCell>
      <NumberCell>{format.number(code.unseen + code.unsure)}</NumberCell>
    </>
  );
}

function NarrowCode({ code }: { code: UnclickedCode }) {
  const t = useT("touches");
  const share = useShare();
  return (
    <NarrowRow>
      <BlockStack gap="100">
        <Name code={code} />
        <Text as="span" tone="subdued" breakWord>
          {code.creator.name}
        </Text>
        <Text as="span">
          <Link url={ordersUrl("unclicked", code.code)}>{t("codes.narrow", { without: code.without, count: code.seen, share: share(code) })}</Link>
        </Text>
        {code.unseen + code.unsure > 0 ? (
          <Text as="span" tone="subdued" variant="bodySm">
            {t("codes.narrow_not_known", { count: code.unseen + code.unsure })}
          </Text>
        ) : null}
      </BlockStack>
    </NarrowRow>
  );
}
