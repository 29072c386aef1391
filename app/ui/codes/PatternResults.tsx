// What a pattern would match: how many codes and orders, which ones, and what takes them first.
import { BlockStack, Button, Card, Divider, InlineStack, Link, SkeletonBodyText, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ComesFirst, PatternTest, TestedCode, TestedOrder } from "../../domain/code-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { PatternText } from "./PatternWords.tsx";

const SHOWN = 5;
const NEWEST_ORDERS = 1_000;

/** The results under their title, in a card of their own. */
export function ResultsOfPattern(props: { test: PatternTest | null; busy: boolean; typed: boolean }) {
  const t = useT("codes");
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("pattern.try.title")}
        </Text>
        <PatternResults {...props} />
      </BlockStack>
    </Card>
  );
}

/** `test` null: nothing was tried yet. */
export function PatternResults({ test, busy, typed }: { test: PatternTest | null; busy: boolean; typed: boolean }) {
  const t = useT("codes");
  const format = useFormat();
  return (
    <div aria-live="polite" aria-busy={busy}>
      <BlockStack gap="300">
        <Text as="p" tone="subdued">
          {t("pattern.try.help", { limit: format.number(NEWEST_ORDERS) })}
        </Text>
        {busy ? (
          <>
            <Text as="span" visuallyHidden>
              {t("pattern.try.busy")}
            </Text>
            <SkeletonBodyText lines={4} />
          </>
        ) : test === null ? (
          typed ? null : <Text as="p">{t("pattern.try.empty")}</Text>
        ) : test.ok ? (
          <Found test={test} />
        ) : (
          <Text as="p">{t("pattern.try.wrong")}</Text>
        )}
      </BlockStack>
    </div>
  );
}

function Found({ test }: { test: PatternTest & { ok: true } }) {
  const t = useT("codes");
  const { codes, orders } = test;
  const said = (what: "codes" | "orders") => t(`pattern.try.${what}`, { count: test[what].matching, known: test[what].known });
  return (
    <BlockStack gap="400">
      <Part title={t("pattern.try.codes_title")} sentences={[said("codes"), ...(codes.taken > 0 ? [t("pattern.try.taken", { count: codes.taken })] : [])]} total={codes.matching}>
        {codes.rows.map((code) => (
          <CodeLine key={code.code} code={code} />
        ))}
      </Part>
      <Divider />
      <Part title={t("pattern.try.orders_title")} sentences={[said("orders"), ...(orders.taken > 0 ? [t("pattern.try.orders_taken", { count: orders.taken })] : [])]} total={orders.matching}>
        {orders.rows.map((order) => (
          <OrderLine key={order.orderId} order={order} />
        ))}
      </Part>
    </BlockStack>
  );
}

function Part({ title, sentences, total, children }: { title: string; sentences: string[]; total: number; children: React.ReactNode[] }) {
  const t = useT("codes");
  const [all, setAll] = useState(false);
  const shown = all ? children : children.slice(0, SHOWN);
  return (
    <BlockStack gap="200" inlineAlign="start">
      <Text as="h3" variant="headingSm">
        {title}
      </Text>
      <BlockStack>
        {sentences.map((sentence) => (
          <Text as="p" key={sentence}>
            {sentence}
          </Text>
        ))}
      </BlockStack>
      {shown}
      {all && total > children.length ? (
        <Text as="p" tone="subdued">
          {t("pattern.try.more", { count: total - children.length })}
        </Text>
      ) : null}
      {children.length > SHOWN ? (
        <Button variant="plain" onClick={() => setAll(!all)}>
          {t(all ? "pattern.try.show_fewer" : "pattern.try.show_more")}
        </Button>
      ) : null}
    </BlockStack>
  );
}

function CodeLine({ code }: { code: TestedCode }) {
  const t = useT("codes");
  return (
    <BlockStack>
      <InlineStack gap="200">
        <PatternText text={code.code} />
        <Text as="span" tone="subdued">
          {t("pattern.try.on_orders", { count: code.orders })}
        </Text>
      </InlineStack>
      <First first={code.first} />
    </BlockStack>
  );
}

function First({ first }: { first: ComesFirst | null }) {
  const t = useT("codes");
  if (first === null) return <Text as="span" tone="success">{t("pattern.try.free")}</Text>;
  const creator = first.creator?.name ?? t("everybody");
  const words = first.match === "regex" ? t("pattern.try.older", { pattern: first.code, creator }) : first.creator ? t("pattern.try.exact", { creator }) : t("pattern.try.exact_everybody");
  return (
    <Text as="span" tone="subdued" breakWord>
      <Link url={`/app/codes/${first.codeId}`} monochrome>
        {words}
      </Link>
    </Text>
  );
}

function OrderLine({ order }: { order: TestedOrder }) {
  const t = useT("codes");
  const tOrders = useT("orders");
  const format = useFormat();
  const credited =
    order.creditedTo.length > 0
      ? t("pattern.try.credited_to", { names: format.list(order.creditedTo.map((one) => one.name)) })
      : order.awaiting
        ? tOrders("outcome.awaiting_network")
        : order.reason
          ? t("pattern.try.credited_nobody", { why: tOrders(`reason.${order.reason}.short`) })
          : t("pattern.try.not_settled");
  return (
    <BlockStack>
      <InlineStack gap="200">
        <Link url={`/app/orders/${order.orderId}`} monochrome>
          {order.name || order.orderId}
        </Link>
        <PatternText text={order.code} />
        <Text as="span" tone="subdued">
          {format.date(order.createdAt)}
        </Text>
      </InlineStack>
      <Text as="span" tone="subdued" breakWord>
        {credited}
      </Text>
    </BlockStack>
  );
}
