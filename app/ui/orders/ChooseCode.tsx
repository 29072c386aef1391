// Choosing one creator's code: those on the order first, the others by search.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Box, ChoiceList, InlineError, Scrollable, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { HandCode } from "../../domain/hand-page.ts";
import { useT } from "../../i18n.ts";

type ChooseProps = { orderId: string; first: HandCode | null; chosen: string; error: string | undefined; onChoose: (codeId: string) => void };

const REST_MS = 250;

export function ChooseCode({ orderId, first, chosen, error, onChoose }: ChooseProps) {
  const t = useT("orders");
  const [text, setText] = useState("");
  const [known, setKnown] = useState<HandCode[]>(first ? [first] : []);
  const fetcher = useFetcher<HandCode[]>();
  const { load } = fetcher;
  const found = fetcher.data ?? [];
  // What was chosen stays in view, whatever is searched for next.
  const kept = known.filter((code) => code.id === chosen && !found.some((each) => each.id === code.id));
  const codes = [...kept, ...found];

  useEffect(() => {
    const timer = setTimeout(() => load(`/app/orders/${orderId}/codes?q=${encodeURIComponent(text)}`), text === "" ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }, [load, orderId, text]);

  function choose(codeId: string): void {
    setKnown(codes.filter((code) => code.id === codeId));
    onChoose(codeId);
  }

  return (
    <BlockStack gap="200">
      <TextField label={t("hand.code")} placeholder={t("hand.code_search")} value={text} onChange={setText} clearButton onClearButtonClick={() => setText("")} autoComplete="off" />
      <Scrollable style={{ maxHeight: "220px" }} focusable shadow>
        <Box paddingInline="100">
          {codes.length > 0 ? (
            <ChoiceList
              title={t("hand.code")}
              titleHidden
              name="codeId"
              choices={codes.map((code) => ({ value: code.id, label: t("hand.code_of", { code: code.code, creator: code.creator }), helpText: about(code) }))}
              selected={[chosen]}
              onChange={([codeId]) => choose(codeId!)}
            />
          ) : fetcher.data ? (
            <Text as="p" tone="subdued">
              {t("hand.code_none")}
            </Text>
          ) : null}
        </Box>
      </Scrollable>
      {error ? <InlineError message={error} fieldID="codeId" /> : null}
    </BlockStack>
  );

  function about(code: HandCode): string {
    return [...(code.onOrder ? [t("hand.code_on_order")] : []), ...(code.retired ? [t("hand.code_retired")] : []), code.joined ? code.program : t("hand.code_not_joined", { program: code.program })].join(t("hand.dot_joint"));
  }
}
