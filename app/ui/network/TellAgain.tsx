// Tells the network once more of a sale that it did not take, once a person has mended the cause.
import { Button, InlineStack, Text } from "@shopify/polaris";
import { useFetcher } from "@remix-run/react";
import { useT } from "../../i18n.ts";

export function TellAgain({ orderId, n }: { orderId: string; n: number }) {
  const t = useT("network");
  const fetcher = useFetcher<{ ok: boolean }>();
  const busy = fetcher.state !== "idle";
  return (
    <InlineStack gap="200" blockAlign="center">
      <Button size="slim" loading={busy} onClick={() => fetcher.submit({ intent: "tell-again", orderId, n: String(n) }, { method: "post", action: "/app/network" })}>
        {t("worklist.again")}
      </Button>
      {fetcher.data && !busy ? (
        <Text as="span" tone="subdued">
          {t(fetcher.data.ok ? "worklist.again_done" : "worklist.again_late")}
        </Text>
      ) : null}
    </InlineStack>
  );
}
