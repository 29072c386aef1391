// The block on the page of an order: who was credited with how much and why, and what the network has of it.
import type { Api } from "@shopify/ui-extensions/admin.order-details.block.render";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CreditBlock } from "../../../app/domain/credit-block.ts";
import { type Answer, ask } from "../../shared/ask.ts";
import { Credit } from "./Credit.tsx";

declare const shopify: Api;

/** An order that was made this moment is settled a little later: so often, and so long apart, it is looked at again. */
const LOOKS = 15;
const LOOK_EVERY_MS = 4_000;

export default function extension(): void {
  render(<OrderCredit orderId={shopify.data.selected[0]?.id ?? ""} />, document.body);
}

function OrderCredit({ orderId }: { orderId: string }) {
  const [answer, setAnswer] = useState<Answer<CreditBlock> | null>(null);
  const [looks, setLooks] = useState(1);
  const t = (key: string) => shopify.i18n.translate(key);

  useEffect(() => {
    let left = false;
    void ask<CreditBlock>("/extensions/order-credit", { order: orderId, locale: t("language") }).then((given) => left || setAnswer(given));
    return () => {
      left = true;
    };
  }, [orderId, looks]);

  const waiting = answer?.ok === true && answer.value.waiting && looks < LOOKS;
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setLooks((n) => n + 1), LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [waiting, looks]);

  function again(): void {
    setAnswer(null);
    setLooks((n) => n + 1);
  }

  if (answer === null) {
    return (
      <s-admin-block heading={t("heading")}>
        <s-spinner accessibilityLabel={t("loading")} />
      </s-admin-block>
    );
  }
  if (answer.ok) return <Credit block={answer.value} t={t} />;
  if (answer.status === 404) return <Said text={t("unknown")} summary={t("unknown_short")} action={t("look_again")} onAction={again} t={t} />;
  return <Said text={t("failed")} summary={t("failed_short")} action={t("try_again")} onAction={again} failed t={t} />;
}

type SaidProps = { text: string; summary: string; action: string; onAction: () => void; failed?: boolean; t: (key: string) => string };

/** A sentence instead of a credit, and the way to ask again. */
function Said({ text, summary, action, onAction, failed = false, t }: SaidProps) {
  return (
    <s-admin-block heading={t("heading")} collapsedSummary={summary}>
      <s-stack gap="small">
        {failed ? <s-banner tone="warning">{text}</s-banner> : <s-paragraph color="subdued">{text}</s-paragraph>}
        <s-stack direction="inline">
          <s-button variant="secondary" onClick={onAction}>
            {action}
          </s-button>
        </s-stack>
      </s-stack>
    </s-admin-block>
  );
}
