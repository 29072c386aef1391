// What people decided about the order against the rules, what the rules alone would say, and the way to decide.
import { BlockStack, Box, Button, Card, Collapsible, InlineStack, Text } from "@shopify/polaris";
import { useId, useState } from "react";
import type { HandActName, HandCredit, HandLine, HandView } from "../../domain/hand-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";
import { buttonOf, HandDialog } from "./HandDialog.tsx";

export function HandCard({ orderId, hand }: { orderId: string; hand: HandView }) {
  const t = useT("orders");
  const format = useFormat();
  // Each opening begins anew; the act stays while the dialog closes.
  const [dialog, setDialog] = useState<{ act: HandActName; open: boolean; turn: number } | null>(null);
  const held = hand.holds ? hand.lines[0]! : null;
  const earlier = held ? hand.lines.slice(1) : hand.lines;
  const acts: HandActName[] = [...(hand.closed ? [] : (["credit", "correct"] as const)), ...(held?.act === "exclude" ? [] : (["exclude"] as const)), ...(held ? (["withdraw"] as const) : [])];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("hand.title")}
        </Text>
        {held ? <Line line={held} currency={hand.currency} strong /> : <Text as="p">{t(hand.lines.length === 0 ? "hand.none" : "hand.rules_again")}</Text>}
        {held ? (
          <Text as="p" tone="subdued">
            {rulesSentence(hand, t, format)}
          </Text>
        ) : null}
        {hand.closed ? (
          <Text as="p" tone="subdued">
            {t(`hand.closed.${hand.closed}`)}
          </Text>
        ) : null}
        {hand.settling ? (
          <Text as="p" tone="subdued">
            {t("hand.settling")}
          </Text>
        ) : null}
        <InlineStack gap="200">
          {acts.map((name) => (
            <div key={name}>
              <Button id={buttonOf(name)} onClick={() => setDialog({ act: name, open: true, turn: (dialog?.turn ?? 0) + 1 })}>
                {t(`hand.act.${name}.button`)}
              </Button>
            </div>
          ))}
        </InlineStack>
        {earlier.length > 0 ? <Earlier lines={earlier} currency={hand.currency} /> : null}
      </BlockStack>
      {dialog ? <HandDialog key={dialog.turn} orderId={orderId} hand={hand} act={dialog.act} open={dialog.open} onClose={() => setDialog({ ...dialog, open: false })} /> : null}
    </Card>
  );
}

/** What would be credited if nobody had decided anything. */
function rulesSentence({ rules, currency }: HandView, t: Translate, format: Format): string {
  const said = (credits: HandCredit[]) => format.list(credits.map((one) => t("hand.rules_person", { creator: one.creator || t("somebody"), amount: format.money(one.amount, currency) })));
  if (rules.credited.length > 0) return t("hand.rules_credit", { people: said(rules.credited) });
  if (rules.awaiting.length > 0) return t("hand.rules_awaiting", { people: said(rules.awaiting) });
  return t("hand.rules_nobody", { why: t(`reason.${rules.reason ?? "no_creator_code"}.short`) });
}

function Line({ line, currency, strong = false }: { line: HandLine; currency: string; strong?: boolean }) {
  const t = useT("orders");
  const format = useFormat();
  const values = {
    who: line.who === "merchant" ? t("hand.somebody") : line.who,
    when: format.dateTime(line.at),
    creator: line.creator || t("somebody"),
    code: line.code ?? "",
    amount: format.money(line.amount, currency),
  };
  return (
    <BlockStack gap="050">
      <Text as="p" breakWord {...(strong ? { fontWeight: "semibold" as const } : {})}>
        {t(`hand.said.${line.act}`, values)}
      </Text>
      <Text as="p" breakWord tone="subdued">
        {t("hand.why", { reason: line.reason })}
      </Text>
    </BlockStack>
  );
}

function Earlier({ lines, currency }: { lines: HandLine[]; currency: string }) {
  const t = useT("orders");
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <Box>
      <Button variant="plain" disclosure={open ? "up" : "down"} ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
        {t("hand.earlier", { count: lines.length })}
      </Button>
      <Collapsible open={open} id={id}>
        <Box paddingBlockStart="200">
          <BlockStack gap="200">
            {lines.map((line) => (
              <Line key={line.id} line={line} currency={currency} />
            ))}
          </BlockStack>
        </Box>
      </Collapsible>
    </Box>
  );
}
