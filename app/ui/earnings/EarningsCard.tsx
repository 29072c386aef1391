// A creator's earnings of a period: what was credited, what the network pays for it, and why it is not the plain rate.
import { BlockStack, Card, InlineGrid, InlineStack, Link, List, Text } from "@shopify/polaris";
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
        {programs.length === 0 ? <Text as="p">{t("card.none")}</Text> : null}
        {programs.map((program) => (
          <Program key={program.programId} program={program} />
        ))}
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

function Program({ program }: { program: ProgramEarnings }) {
  const t = useT("earnings");
  const format = useFormat();
  const { name, credited, payouts } = program;
  const reversals = payouts.sums.reduce((count, sum) => count + sum.reversals, 0);
  return (
    <BlockStack gap="150">
      <BlockStack>
        <Text as="h3" fontWeight="semibold" breakWord>
          {name || "–"}
        </Text>
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {contractWords(program, t, format)}
        </Text>
      </BlockStack>
      <InlineGrid columns={{ xs: 2, sm: 4 }} gap="200">
        <Figure label={t("column.credited")} lines={credited.map(({ amount, currency }) => format.money(amount, currency))} />
        <Figure label={t("column.pending")} lines={payouts.sums.map((sum) => format.money(sum.pending, sum.currency))} />
        <Figure label={t("column.approved")} lines={payouts.sums.map((sum) => format.money(sum.approved, sum.currency))} />
        <Figure label={t("column.reversed")} lines={payouts.conversions === 0 ? [] : [t("card.reversed", { count: reversals })]} />
      </InlineGrid>
    </BlockStack>
  );
}

function Figure({ label, lines }: { label: string; lines: string[] }) {
  return (
    <BlockStack>
      <Text as="span" tone="subdued" variant="bodySm">
        {label}
      </Text>
      {(lines.length > 0 ? lines : ["–"]).map((line) => (
        <Text key={line} as="span" numeric>
          {line}
        </Text>
      ))}
    </BlockStack>
  );
}

/** The rate of the contract in force, and of how many sales it is not known yet what they pay. */
function contractWords({ network, term, payouts }: ProgramEarnings, t: Translate, format: Format): string {
  if (network === "none") return t("card.no_network");
  const rate = term === null ? t("card.no_contract") : term.default === null ? t("card.no_rate") : t(`card.${term.default.kind}_${term.level === "item" ? "item" : "order"}`, { rate: rateWords(term.default, format) });
  const groups = term !== null && term.groups.length > 0 ? [t("card.groups", { count: term.groups.length })] : [];
  return [rate, ...groups, ...(payouts.unknown > 0 ? [t("card.unknown", { count: payouts.unknown })] : [])].join(" · ");
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
