// A creator's earnings of a period: what was credited, what the network pays for it, and why it is not the plain rate.
import { BlockStack, Card, DataTable, InlineStack, Link, List, Text } from "@shopify/polaris";
import type { EarningsPage, ProgramEarnings } from "../../domain/earnings-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";
import { rateWords } from "./words.ts";

export function EarningsCard({ earnings, period }: { earnings: EarningsPage; period: number }) {
  const t = useT("earnings");
  const format = useFormat();
  const { programs, others, looked } = earnings;
  const readAt = programs.flatMap(({ payouts }) => payouts.readAt ?? []).sort().at(-1) ?? null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("card.title", { days: period })}
        </Text>
        {programs.length === 0 ? <Text as="p">{t("card.none")}</Text> : <Programs programs={programs} />}
        {others.length > 0 ? <Others others={others} looked={looked} /> : null}
        {programs.length > 0 ? (
          <Text as="p" tone="subdued" variant="bodySm">
            {t("card.placed")} {readAt ? t("card.read", { when: format.ago(readAt) }) : ""}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Programs({ programs }: { programs: ProgramEarnings[] }) {
  const t = useT("earnings");
  const format = useFormat();
  return (
    <DataTable
      columnContentTypes={["text", "numeric", "numeric", "numeric", "numeric"]}
      headings={[t("column.program"), t("column.credited"), t("column.pending"), t("column.approved"), t("column.reversed")]}
      rows={programs.map((program) => [
        <BlockStack key="program">
          <span style={{ whiteSpace: "normal" }}>{program.name || "–"}</span>
          <Text as="span" tone="subdued" variant="bodySm">
            <span style={{ whiteSpace: "normal" }}>{contractWords(program, t, format)}</span>
          </Text>
        </BlockStack>,
        <Stack key="credited" lines={program.credited.map(({ amount, currency }) => format.money(amount, currency))} />,
        <Stack key="pending" lines={program.payouts.sums.map((sum) => format.money(sum.pending, sum.currency))} />,
        <Stack key="approved" lines={program.payouts.sums.map((sum) => format.money(sum.approved, sum.currency))} />,
        <Stack key="reversed" lines={program.payouts.conversions === 0 ? [] : [t("card.reversed", { count: program.payouts.sums.reduce((count, sum) => count + sum.reversals, 0) })]} />,
      ])}
      increasedTableDensity
    />
  );
}

/** The rate of the contract in force, and of how many sales it is not known yet what they pay. */
function contractWords({ network, term, payouts }: ProgramEarnings, t: Translate, format: Format): string {
  if (network === "none") return t("card.no_network");
  const rate = term === null ? t("card.no_contract") : term.default === null ? t("card.no_rate") : t(`card.${term.default.kind}_${term.level === "item" ? "item" : "order"}`, { rate: rateWords(term.default, format) });
  const groups = term !== null && term.groups.length > 0 ? [t("card.groups", { count: term.groups.length })] : [];
  return [rate, ...groups, ...(payouts.unknown > 0 ? [t("card.unknown", { count: payouts.unknown })] : [])].join(" · ");
}

function Stack({ lines }: { lines: string[] }) {
  return (
    <BlockStack inlineAlign="end">
      {(lines.length > 0 ? lines : ["–"]).map((line) => (
        <span key={line}>{line}</span>
      ))}
    </BlockStack>
  );
}

function Others({ others, looked }: Pick<EarningsPage, "others" | "looked">) {
  const t = useT("earnings");
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingXs">
        {t("others.title", { count: looked })}
      </Text>
      <List>
        {others.map(({ key, count, orders }) => (
          <List.Item key={key}>
            <InlineStack gap="150">
              <span>{t("others.line", { count, why: t(`others.${key}`) })}</span>
              {orders.map(({ id, name }) => (
                <Link key={id} url={`/app/orders/${id}`}>
                  {name}
                </Link>
              ))}
              {count > orders.length ? <span>…</span> : null}
            </InlineStack>
          </List.Item>
        ))}
      </List>
    </BlockStack>
  );
}
