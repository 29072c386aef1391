// The address that the network may call: made on demand, copied into the network's settings, replaced where it became known.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Box, Button, Collapsible, InlineStack, Text, TextField } from "@shopify/polaris";
import { useAppBridge } from "@shopify/app-bridge-react";
import { useId, useState } from "react";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";

type Answer = { intent: string; ok: boolean; url?: string | null; calledAt?: string | null };

export function HintAddress({ connectionId, network }: { connectionId: string; network: string }) {
  const t = useT("worklist");
  const tNetwork = useT(network);
  const format = useFormat();
  const shopify = useAppBridge();
  const id = useId();
  const fetcher = useFetcher<Answer>();
  const [open, setOpen] = useState(false);
  const answer = fetcher.data?.ok ? fetcher.data : null;
  const url = answer?.url ?? null;
  useToast(fetcher.data, answer?.intent === "renew" ? t("hint.renewed") : null);

  function ask(intent: string) {
    fetcher.submit({ intent, connectionId }, { method: "post", action: "/app/network/hint" });
  }

  function toggle() {
    if (!open && fetcher.data === undefined) ask("show");
    setOpen(!open);
  }

  async function copy() {
    await navigator.clipboard.writeText(url ?? "");
    shopify.toast.show(t("hint.copied"), { duration: 3_000 });
  }

  return (
    <BlockStack gap="200" inlineAlign="start">
      <Button variant="plain" disclosure={open ? "up" : "down"} ariaExpanded={open} ariaControls={id} onClick={toggle}>
        {t("hint.title")}
      </Button>
      <Box width="100%">
        <Collapsible open={open} id={id}>
          <BlockStack gap="300">
            <Text as="p">{t("hint.what")}</Text>
            {answer !== null && url === null ? (
              <InlineStack>
                <Button onClick={() => ask("make")} loading={fetcher.state !== "idle"}>
                  {t("hint.make")}
                </Button>
              </InlineStack>
            ) : null}
            {url === null ? null : (
              <BlockStack gap="200">
                <TextField label={t("hint.address", { network: tNetwork("name") })} value={url} readOnly autoComplete="off" monospaced connectedRight={<Button onClick={copy}>{t("hint.copy")}</Button>} helpText={t("hint.secret")} selectTextOnFocus />
                <Text as="p">{t("hint.where", { where: tNetwork("postback.where") })}</Text>
                <Text as="p" tone="subdued">
                  {answer?.calledAt ? t("hint.called", { when: format.ago(answer.calledAt) }) : t("hint.never_called")}
                </Text>
                <BlockStack gap="100" inlineAlign="start">
                  <Button size="slim" onClick={() => ask("renew")} loading={fetcher.state !== "idle"}>
                    {t("hint.renew")}
                  </Button>
                  <Text as="p" tone="subdued" variant="bodySm">
                    {t("hint.renew_what")}
                  </Text>
                </BlockStack>
              </BlockStack>
            )}
          </BlockStack>
        </Collapsible>
      </Box>
    </BlockStack>
  );
}
