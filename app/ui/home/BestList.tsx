// The best creators, or codes, of the period: each with its days as a small plot.
import { BlockStack, Box, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { Best } from "../../domain/home-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

type BestProps = { title: string; none: string; best: Best[]; urlOf: (best: Best) => string; more: { content: string; url: string } };

export function BestList({ title, none, best, urlOf, more }: BestProps) {
  const t = useT("home");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" gap="200">
          <Text as="h2" variant="headingSm">
            {title}
          </Text>
          <Link url={more.url}>{more.content}</Link>
        </InlineStack>
        {best.length === 0 ? (
          <Text as="p" tone="subdued">
            {none}
          </Text>
        ) : null}
        {best.map((one) => (
          <div key={one.id} style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) 88px auto", gap: 12, alignItems: "center" }}>
            <BlockStack>
              <Link url={urlOf(one)} monochrome removeUnderline>
                <Text as="span" fontWeight="semibold" breakWord>
                  {one.name}
                </Text>
              </Link>
              <Text as="span" tone="subdued" variant="bodySm" breakWord>
                {[one.owner?.name, t("orders", { count: one.orders })].filter(Boolean).join(" · ")}
              </Text>
            </BlockStack>
            <Spark days={one.days} />
            <Box minWidth="80px">
              <Text as="p" alignment="end" numeric>
                {format.money(one.amount)}
              </Text>
            </Box>
          </div>
        ))}
      </BlockStack>
    </Card>
  );
}

const WIDE = 88;
const HIGH = 28;

/** Only for the eye: the sum beside it says the amount. */
function Spark({ days }: { days: string[] }) {
  const amounts = days.map(Number);
  const most = Math.max(1, ...amounts);
  const step = WIDE / Math.max(1, amounts.length);
  return (
    <svg aria-hidden width={WIDE} height={HIGH} viewBox={`0 0 ${WIDE} ${HIGH}`}>
      <line x1="0" x2={WIDE} y1={HIGH - 0.5} y2={HIGH - 0.5} stroke="#d4d4d4" />
      {amounts.map((amount, index) => {
        const height = amount > 0 ? Math.max(1.5, (amount / most) * (HIGH - 2)) : 0;
        return <rect key={index} x={index * step + step * 0.1} y={HIGH - height} width={step * 0.8} height={height} fill="#2a6fbb" />;
      })}
    </svg>
  );
}
