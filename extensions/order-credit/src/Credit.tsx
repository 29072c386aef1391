// What the app said of an order. All sentences come from there, in the language that was asked for: they are those of the proof.
import type { CreditBlock } from "../../../app/domain/credit-block.ts";

type CreditProps = { block: CreditBlock; t: (key: string) => string };

export function Credit({ block, t }: CreditProps) {
  const [first, ...others] = block.sentences;
  // A block cannot hide itself: where no creator code stands on the order, one short line is the least.
  if (block.quiet) {
    return (
      <s-admin-block heading={t("heading")} collapsedSummary={block.summary}>
        <s-text color="subdued">{first}</s-text>
      </s-admin-block>
    );
  }
  return (
    <s-admin-block heading={t("heading")} collapsedSummary={block.summary}>
      <s-stack gap="base">
        <s-stack gap="small-200">
          <s-stack direction="inline" gap="small-200">
            <s-badge tone={block.state.tone}>{block.state.text}</s-badge>
          </s-stack>
          <s-text type="strong">{first}</s-text>
          {others.map((sentence) => (
            <s-paragraph key={sentence}>{sentence}</s-paragraph>
          ))}
        </s-stack>
        {block.credits.length > 1 ? <Shares credits={block.credits} /> : null}
        {/* Before what may be long: the platform cuts a block after 300 pixels, and shows the rest only when asked to. */}
        <s-link href={`app:${block.path}`}>{t("open_proof")}</s-link>
        {block.network.length > 0 ? <s-divider /> : null}
        {block.network.map((told) => (
          <Told key={told.about} told={told} />
        ))}
      </s-stack>
    </s-admin-block>
  );
}

/** Where several are credited, each with what it was for. */
function Shares({ credits }: { credits: CreditBlock["credits"] }) {
  return (
    <s-unordered-list>
      {credits.map((one) => (
        <s-list-item key={one.code}>
          {one.creator} · {one.code} · {one.amount}
        </s-list-item>
      ))}
    </s-unordered-list>
  );
}

function Told({ told }: { told: CreditBlock["network"][number] }) {
  return (
    <s-stack gap="small-200">
      {told.state === null ? null : (
        <s-stack direction="inline" gap="small-200" alignItems="center">
          <s-badge tone={told.state.tone}>{told.state.text}</s-badge>
          <s-text>{told.about}</s-text>
        </s-stack>
      )}
      {told.sentences.map((sentence) => (
        <s-paragraph key={sentence} color="subdued">
          {sentence}
        </s-paragraph>
      ))}
    </s-stack>
  );
}
