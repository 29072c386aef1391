// The order's answer in a sentence or two: who was credited with what, and why; or why nobody was.
import { Banner, BlockStack, Card, Text } from "@shopify/polaris";
import type { OrderProof } from "../../domain/explain.ts";
import type { CodeNames, OrderHead } from "../../domain/orders-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";

type HeadlineProps = { order: OrderHead; codes: CodeNames[]; proof: OrderProof | null };

export function Headline({ order, codes, proof }: HeadlineProps) {
  const t = useT("orders");
  const format = useFormat();
  const sentences = sentencesOf({ order, codes, proof }, t, format);
  if (order.outcome === "unreadable" || order.outcome === "missing") {
    return (
      <Banner tone="warning" title={sentences[0]}>
        {sentences.slice(1).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Banner>
    );
  }
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd" breakWord>
          {sentences[0]}
        </Text>
        {sentences.slice(1).map((sentence) => (
          <Text key={sentence} as="p">
            {sentence}
          </Text>
        ))}
      </BlockStack>
    </Card>
  );
}

function sentencesOf({ order, codes, proof }: HeadlineProps, t: Translate, format: Format): string[] {
  if (order.outcome === "unreadable") return [t("headline.unreadable"), t("headline.unreadable_words", { words: order.unreadable ?? "" })];
  if (order.outcome === "missing") return [t("headline.missing")];
  if (order.outcome === "waiting" || !proof) return [t(order.fetch && order.fetch.tries > 3 ? "headline.store_silent" : "headline.waiting")];
  const credited = proof.codes.filter((code) => code.reason === null);
  const named = (codeId: string | null) => codes.find((code) => code.codeId === codeId);
  if (credited.length === 0) return [reasonSentence(proof.codes[0]?.reason ?? "no_creator_code", named(proof.codes[0]?.codeId ?? null), t)];
  if (credited.length > 1) {
    const people = credited.map((code) => `${named(code.codeId)?.creator?.name ?? "–"} (${format.money(code.credited, proof.currency)})`);
    return [t("headline.split", { people: format.list(people), amount: format.money(proof.credited, proof.currency) })];
  }
  const [first] = credited;
  const code = named(first!.codeId);
  const values = { creator: code?.creator?.name ?? t("somebody"), amount: format.money(proof.credited, proof.currency), code: code?.code ?? "", days: code?.rule?.clickWindowDays ?? 30 };
  const policy = code?.generic ? "generic" : ["involved", "winner"].includes(code?.policy ?? "") ? code!.policy! : "always";
  const sentences = [t(`headline.credited.${policy}`, values)];
  const left = proof.lines.some((line) => line.left !== line.base);
  if (proof.credited === "0") sentences.push(t("headline.nothing_left"));
  else if (left) sentences.push(t("headline.taken_off"));
  if (proof.codes.length > 1) sentences.push(t(`headline.stacking.${proof.stackingRule}`));
  return sentences;
}

/** Why a code earned nothing, with its names. */
export function reasonSentence(reason: string, code: CodeNames | undefined, t: Translate): string {
  return t(`reason.${reason}.sentence`, { creator: code?.creator?.name ?? t("somebody"), code: code?.code ?? "", program: code?.program?.name ?? "", days: code?.rule?.clickWindowDays ?? 30 });
}
