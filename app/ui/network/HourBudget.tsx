// The hour's requests of an account: what took how many, what is left, what waits, and until when at this rate.
import { Banner, BlockStack, InlineStack, Text } from "@shopify/polaris";
import type { Backlog } from "../../domain/backlog.ts";
import { useT } from "../../i18n.ts";
import { BLUE, ORANGE } from "../day-plot.tsx";
import { useFormat } from "../format.tsx";

// They differ in lightness too, and each is named with its number below.
const PARTS = [
  { part: "reports", colour: BLUE },
  { part: "codes", colour: ORANGE },
  { part: "reads", colour: "#6b4fa0" },
  { part: "others", colour: "#8a8a8a" },
  { part: "left", colour: "#e3e3e3" },
] as const;

export function HourBudget({ backlog }: { backlog: Backlog }) {
  const t = useT("budget");
  const format = useFormat();
  const { hour } = backlog;
  return (
    <BlockStack gap="300">
      {hour === null ? (
        <Text as="p" tone="subdued">
          {t("unused")}
        </Text>
      ) : (
        <BlockStack gap="150">
          <Text as="p">{t(hour.left === hour.limit ? "fresh" : hour.left === 0 ? "none" : "left", { left: format.number(hour.left), limit: format.number(hour.limit), when: format.time(hour.endsAt) })}</Text>
          <Bar hour={hour} />
          <InlineStack gap="300">
            {PARTS.filter(({ part }) => hour[part] > 0).map(({ part, colour }) => (
              <InlineStack key={part} gap="100" blockAlign="center" wrap={false}>
                <span aria-hidden style={{ width: 10, height: 10, borderRadius: 2, background: colour, flexShrink: 0 }} />
                <Text as="span" variant="bodySm" tone="subdued">
                  {t(`part.${part}`, { number: format.number(hour[part]) })}
                </Text>
              </InlineStack>
            ))}
          </InlineStack>
        </BlockStack>
      )}
      <Waits backlog={backlog} />
      <Warning backlog={backlog} />
    </BlockStack>
  );
}

function Bar({ hour }: { hour: NonNullable<Backlog["hour"]> }) {
  const t = useT("budget");
  const format = useFormat();
  const described = PARTS.filter(({ part }) => hour[part] > 0).map(({ part }) => t(`part.${part}`, { number: format.number(hour[part]) }));
  return (
    <div role="img" aria-label={format.list(described)} style={{ display: "flex", height: 10, borderRadius: 5, overflow: "hidden", gap: 1, background: "#fff" }}>
      {PARTS.filter(({ part }) => hour[part] > 0).map(({ part, colour }) => (
        <div key={part} style={{ flexGrow: hour[part], flexBasis: 0, minWidth: 3, background: colour }} />
      ))}
    </div>
  );
}

/** One line for each kind that waits, in the order in which they are served. */
function Waits({ backlog: { waits, until, limit } }: { backlog: Backlog }) {
  const t = useT("budget");
  const format = useFormat();
  const lines = [
    until.reports && t("waits.reports", { limit: format.number(limit), when: format.dateTime(until.reports) }),
    until.codes && t("waits.codes", { when: format.dateTime(until.codes) }),
    until.reads && t("waits.reads", { count: waits.readings, number: format.number(waits.readings), when: format.dateTime(until.reads) }),
  ].filter((line) => line !== null);
  if (lines.length === 0) return null;
  return (
    <BlockStack gap="050">
      {lines.map((line) => (
        <Text key={line} as="p">
          {line}
        </Text>
      ))}
      <Text as="p" variant="bodySm" tone="subdued">
        {t("order")}
      </Text>
    </BlockStack>
  );
}

function Warning({ backlog: { warns, lastHour, until } }: { backlog: Backlog }) {
  const t = useT("budget");
  const format = useFormat();
  if (warns === null) return null;
  const last = [until.reports, until.codes, until.reads].filter((at) => at !== null).sort().at(-1)!;
  return (
    <Banner tone="warning" title={t(`warning.${warns}.title`)}>
      <p>{t(`warning.${warns}.text`, { came: format.number(lastHour.came), told: format.number(lastHour.told), when: format.dateTime(last) })}</p>
    </Banner>
  );
}
