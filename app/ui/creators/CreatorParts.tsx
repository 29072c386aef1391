// The parts of a creator's page: codes with links to copy, orders, memberships, what there is in all.
import { Badge, BlockStack, Box, Button, Card, Divider, IndexTable, InlineStack, Link, Text } from "@shopify/polaris";
import { LinkIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import type { CodeRow, CreatorDetail, CreatorOrder, Sold } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { creatorLink, HOME, shareLink, sharePath } from "../../domain/share-link.ts";
import { LifeBadge } from "../codes/LifeCard.tsx";
import { PatternText } from "../codes/PatternWords.tsx";
import { NarrowRow, NumberCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { ListCard } from "../list-card.tsx";
import { JoinedMark, Marks, SideMark } from "../marks.tsx";
import { InviteSteps } from "../setup/StepLines.tsx";
import { CopyButton } from "../share/copy.tsx";
import { QrButtons } from "../share/ShareCard.tsx";
import { MembershipDialog } from "./MembershipDialog.tsx";

/** The host that links name, and the creator's tracking links with the path that each opens. */
export type CreatorShare = { host: string; tracking: { landing: string; url: string }[] };

export function CreatorCodes({ creator, codes, share }: { creator: CreatorDetail; codes: CodeRow[]; share: CreatorShare }) {
  const t = useT("creators");
  const give = `/app/codes/give?creators=${creator.id}`;
  const shares = codes.some((code) => code.match === "exact" && code.retiredAt === null);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("codes_card.title")}
          </Text>
          {codes.length > 0 ? (
            <Button variant="plain" url={give}>
              {t("codes_card.give_more")}
            </Button>
          ) : null}
        </InlineStack>
        {codes.length === 0 ? (
          <BlockStack gap="200" inlineAlign="start">
            <Text as="p">{t("codes_card.none", { name: creator.name })}</Text>
            <Button url={give} variant="primary">
              {t("codes_card.give")}
            </Button>
          </BlockStack>
        ) : (
          codes.map((code, index) => (
            <BlockStack key={code.id} gap="300">
              {index > 0 ? <Divider /> : null}
              <CodeOfCreator code={code} share={share} />
            </BlockStack>
          ))
        )}
        {shares || creator.handle === null ? null : <LinkOfCreator handle={creator.handle} host={share.host} />}
      </BlockStack>
    </Card>
  );
}

/** Without a code to share a creator still has a link: who comes by it is known to come from him. */
function LinkOfCreator({ handle, host }: { handle: string; host: string }) {
  const t = useT("share");
  const link = creatorLink(host, handle);
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="h3" fontWeight="semibold">
          {t("creator_link")}
        </Text>
        <CopyButton text={link} label={t("copy_link")} icon={LinkIcon}>
          {t("copy_link")}
        </CopyButton>
      </InlineStack>
      <Text as="p" breakWord>
        {link}
      </Text>
      <Text as="p" tone="subdued" variant="bodySm">
        {t("creator_link_help")}
      </Text>
    </BlockStack>
  );
}

/** Links go to the store's first page here; the page of the code makes those to other pages. */
function CodeOfCreator({ code, share }: { code: CodeRow; share: CreatorShare }) {
  const t = useT("creators");
  const tShare = useT("share");
  const format = useFormat();
  const link = shareLink(share.host, code.code);
  const tracking = share.tracking.find((one) => one.landing === sharePath(code.code))?.url ?? null;
  const regex = code.match === "regex"; // nothing that a buyer could type
  const shareable = !regex && code.retiredAt === null;
  return (
    <BlockStack gap="150">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h3" variant="headingMd" textDecorationLine={code.retiredAt ? "line-through" : undefined} breakWord>
            <Link url={`/app/codes/${code.id}`} monochrome removeUnderline>
              {regex ? <PatternText text={code.code} strike={code.retiredAt !== null} /> : code.code}
            </Link>
          </Text>
          <Marks>
            {code.life.state === "active" ? null : <LifeBadge state={code.life.state} />}
            {regex ? <Badge tone="info">{t("codes_card.pattern")}</Badge> : null}
            {code.store ? <SideMark side={t("side.store")} mark={code.store} /> : null}
            {code.networks.map((mark) => (
              <SideMark key={mark.programId} side={code.networks.length > 1 ? mark.programName : t("side.network")} mark={mark} />
            ))}
          </Marks>
        </InlineStack>
        {shareable ? (
          <InlineStack gap="200">
            <CopyButton text={code.code} label={t("codes_card.copy_code")}>
              {t("codes_card.copy_code")}
            </CopyButton>
            <CopyButton text={link} label={t("codes_card.copy_link")} icon={LinkIcon}>
              {t("codes_card.copy_link")}
            </CopyButton>
          </InlineStack>
        ) : null}
      </InlineStack>
      {shareable ? (
        <Text as="p" tone="subdued" breakWord>
          {link}
        </Text>
      ) : null}
      {shareable && tracking ? (
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="p" tone="subdued" breakWord>
            {tracking}
          </Text>
          <CopyButton text={tracking} label={tShare("copy_tracking")} icon={LinkIcon}>
            {tShare("copy_tracking")}
          </CopyButton>
        </InlineStack>
      ) : null}
      {shareable ? <QrButtons code={code} landing={HOME} tracked={false} label={tShare("qr.of_link")} /> : null}
      <InlineStack gap="200">
        {code.deal ? <Link url={`/app/deals/${code.deal.id}`}>{code.deal.name}</Link> : null}
        <Text as="span" tone="subdued">
          {t("codes_card.sold", { orders: t("orders", { count: code.sold.orders }), amount: format.money(code.sold.amount) })}
        </Text>
      </InlineStack>
    </BlockStack>
  );
}

export function CreatorOrders({ orders }: { orders: CreatorOrder[] }) {
  const t = useT("creators");
  return (
    <ListCard
      title={t("orders_card.title")}
      none={t("orders_card.none")}
      rows={orders}
      keyOf={(order) => order.orderId}
      resource={{ singular: t("order_one"), plural: t("order_other") }}
      headings={[{ title: t("column.order") }, { title: t("column.date") }, { title: t("column.code") }, { title: t("column.taken_back"), alignment: "end" }, { title: t("column.credited"), alignment: "end" }]}
      cells={(order, narrow) => <OrderCells order={order} narrow={narrow} />}
    />
  );
}

function OrderCells({ order, narrow }: { order: CreatorOrder; narrow: boolean }) {
  const format = useFormat();
  return narrow ? (
    <NarrowRow>
      <InlineStack align="space-between" gap="200">
        <BlockStack>
          <OrderLink order={order} />
          <Text as="span" tone="subdued">
            {[order.createdAt ? format.date(order.createdAt) : "–", order.code].join(" · ")}
          </Text>
        </BlockStack>
        <Text as="span">{format.money(order.amount)}</Text>
      </InlineStack>
    </NarrowRow>
  ) : (
    <>
      <IndexTable.Cell>
        <OrderLink order={order} />
      </IndexTable.Cell>
      <IndexTable.Cell>{order.createdAt ? format.dateTime(order.createdAt) : "–"}</IndexTable.Cell>
      <IndexTable.Cell>{order.code}</IndexTable.Cell>
      <NumberCell subdued={order.reversed === "0"}>{format.money(order.reversed)}</NumberCell>
      <NumberCell>{format.money(order.amount)}</NumberCell>
    </>
  );
}

function OrderLink({ order }: { order: CreatorOrder }) {
  return (
    <Link url={`/app/orders/${order.orderId}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold">
        {order.name || "–"}
      </Text>
    </Link>
  );
}

export function CreatorTotals({ creator, sold, lastSaleAt }: { creator: CreatorDetail; sold: Sold; lastSaleAt: string | null }) {
  const t = useT("creators");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("totals.title")}
        </Text>
        <Text as="p" variant="headingLg">
          {format.money(sold.amount)}
        </Text>
        <Text as="p" tone="subdued">
          {t("totals.orders", { count: sold.orders })}
        </Text>
        {creator.awaiting > 0 ? <Link url={`/app/orders?view=awaiting&creator=${creator.id}`}>{t("totals.awaiting", { count: creator.awaiting })}</Link> : null}
        <Text as="p">{lastSaleAt ? t("totals.last", { date: format.date(lastSaleAt) }) : t("no_sale")}</Text>
      </BlockStack>
    </Card>
  );
}

type ProgramsProps = { creator: CreatorDetail; programs: { id: string; name: string; network: string }[]; today: string };

export function CreatorPrograms({ creator, programs, today }: ProgramsProps) {
  const t = useT("creators");
  const tContracts = useT("contracts");
  const format = useFormat();
  const [changing, setChanging] = useState<"put_in" | "take_out" | null>(null);
  const isIn = creator.memberships.filter((membership) => membership.network === "none" && membership.state === "joined" && membership.leftAt === null);
  // Into those that he is not in, out of those that he is in.
  const offered = programs.filter((program) => (changing === "take_out") === isIn.some((membership) => membership.programId === program.id));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("programs_card.title")}
        </Text>
        {creator.memberships.length === 0 ? <Text as="p">{t("no_program")}</Text> : null}
        {creator.memberships.map((membership) => (
          <BlockStack key={membership.programId + membership.joinedAt} gap="050" inlineAlign="start">
            <InlineStack gap="200" blockAlign="center">
              <Text as="span" breakWord>
                {membership.name}
              </Text>
              <JoinedMark state={membership.state} word={membership.word} />
            </InlineStack>
            <Text as="span" tone="subdued" variant="bodySm">
              {membership.leftAt
                ? t("programs_card.from_to", { from: format.date(membership.joinedAt), to: format.date(membership.leftAt) })
                : membership.state === "joined"
                  ? t("programs_card.since", { from: format.date(membership.joinedAt) })
                  : t(`programs_card.${membership.state === "pending" ? "pending" : "not_joined"}`)}
            </Text>
            {membership.endsAt ? <Badge tone="warning">{tContracts("badge.ends", { date: format.date(membership.endsAt) })}</Badge> : null}
            {membership.contact ? (
              <Text as="span" tone="subdued" variant="bodySm" breakWord>
                {tContracts("card.contact", { contact: membership.contact })}
              </Text>
            ) : null}
            <Text as="span" tone="subdued" variant="bodySm">
              {membership.network === "none" ? t("programs_card.by_hand") : membership.readAt ? t("programs_card.read", { when: format.ago(membership.readAt) }) : t("programs_card.never_read")}
            </Text>
            {membership.network !== "none" && !creator.memberships.some((other) => other.programId === membership.programId && other.state === "joined" && other.leftAt === null) ? <InviteSteps network={membership.network} program={membership.name} /> : null}
          </BlockStack>
        ))}
        <InlineStack gap="300">
          <Button variant="plain" onClick={() => setChanging("put_in")}>
            {t("membership.put_in")}
          </Button>
          {isIn.length > 0 ? (
            <Button variant="plain" tone="critical" onClick={() => setChanging("take_out")}>
              {t("membership.take_out")}
            </Button>
          ) : null}
        </InlineStack>
        <MembershipDialog key={changing ?? ""} what={changing} creatorIds={[creator.id]} programs={offered} today={today} onClose={() => setChanging(null)} />
      </BlockStack>
    </Card>
  );
}

export function CreatorContact({ creator }: { creator: CreatorDetail }) {
  const t = useT("creators");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("contact.title")}
        </Text>
        <Text as="p" breakWord>
          {creator.email ?? t("contact.no_email")}
        </Text>
        {creator.handle ? (
          <Text as="p" breakWord>
            {creator.handle}
          </Text>
        ) : null}
        <Text as="p" tone="subdued" variant="bodySm">
          {t("contact.since", { date: format.date(creator.createdAt) })}
        </Text>
      </BlockStack>
    </Card>
  );
}
