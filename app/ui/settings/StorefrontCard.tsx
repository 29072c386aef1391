// Pixel and theme in the storefront: whether they can count clicks, when they were last heard of, and what a person can do about it.
import { useFetcher, useSearchParams } from "@remix-run/react";
import { Badge, type BadgeProps, BlockStack, Box, Button, Card, InlineStack, Modal, Text } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import { pixelStateOf, type StorefrontState } from "../../domain/storefront-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useFollow, useToast } from "../live.ts";
import { useProblemWords } from "../marks.tsx";
import { openerOf } from "../opener.ts";

const RENEW_BUTTON = "renew-storefront";
const ACTION = "/app/settings/storefront";

/** `embedUrl`: opens the theme's editor with the embed turned on. */
type StorefrontProps = { storefront: StorefrontState; embedUrl: string };

export function StorefrontCard({ storefront, embedUrl }: StorefrontProps) {
  const t = useT("storefront");
  const fetcher = useFetcher<{ done: string }>();
  const [asking, setAsking] = useState(false);
  const busy = fetcher.state !== "idle";
  const top = useRef<HTMLDivElement>(null);
  const [params] = useSearchParams();
  // Settings is long: a link that names this part leads to it.
  useEffect(() => {
    if (params.get("show") === "storefront") top.current?.scrollIntoView();
  }, []);
  useToast(fetcher.data, fetcher.data ? t(`done.${fetcher.data.done}`) : null);
  useFollow(pixelStateOf(storefront) === "giving" || (storefront.problem !== null && fetcher.data?.done === "again"), 3_000);

  function act(intent: "renew" | "again") {
    setAsking(false);
    fetcher.submit({ intent }, { method: "post", action: ACTION });
  }

  return (
    <div ref={top}>
      <Card padding="0">
        <Box padding="400">
          <PixelPart storefront={storefront} onAgain={() => act("again")} busy={busy} />
        </Box>
        <Box padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
          <EmbedPart storefront={storefront} embedUrl={embedUrl} />
        </Box>
        <Box padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
          <BlockStack gap="200" inlineAlign="start">
            <Text as="p" tone="subdued">
              {t("renew.why")}
            </Text>
            <div>
              <Button id={RENEW_BUTTON} onClick={() => setAsking(true)} loading={busy}>
                {t("renew.action")}
              </Button>
            </div>
          </BlockStack>
        </Box>
        <Modal
          open={asking}
          onClose={() => setAsking(false)}
          activator={openerOf(RENEW_BUTTON)}
          title={t("renew.title")}
          primaryAction={{ content: t("renew.confirm"), destructive: true, onAction: () => act("renew") }}
          secondaryActions={[{ content: t("renew.cancel"), onAction: () => setAsking(false) }]}
        >
          <Modal.Section>
            <Text as="p">{t("renew.text")}</Text>
          </Modal.Section>
        </Modal>
      </Card>
    </div>
  );
}

const TONES: Record<string, BadgeProps["tone"]> = { problem: "critical", giving: "info", given: "attention", counting: "success", seen: "success" };

function Part({ title, what, state, said, children }: { title: string; what: string; state: string; said: string; children?: React.ReactNode }) {
  const t = useT("storefront");
  const tone = TONES[state];
  return (
    <BlockStack gap="200" inlineAlign="start">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="headingSm">
          {title}
        </Text>
        <Badge {...(tone ? { tone } : {})}>{t(`state.${state}`)}</Badge>
      </InlineStack>
      <Text as="p" tone="subdued">
        {what}
      </Text>
      <Text as="p" breakWord>
        {said}
      </Text>
      {children}
    </BlockStack>
  );
}

function PixelPart({ storefront, onAgain, busy }: { storefront: StorefrontState; onAgain: () => void; busy: boolean }) {
  const t = useT("storefront");
  const format = useFormat();
  const state = pixelStateOf(storefront);
  const problem = useProblemWords()(storefront.problem);
  const said = state === "problem" ? (problem ?? "") : t(`pixel.${state}`, { when: format.ago(storefront.pixelSeenAt), since: format.dateTime(storefront.settingsAt) });
  return (
    <Part title={t("pixel.title")} what={t("pixel.what")} state={state} said={said}>
      {state === "problem" ? (
        <Button onClick={onAgain} loading={busy}>
          {t("pixel.again")}
        </Button>
      ) : null}
    </Part>
  );
}

function EmbedPart({ storefront, embedUrl }: StorefrontProps) {
  const t = useT("storefront");
  const format = useFormat();
  const seen = storefront.embedSeenAt !== null;
  return (
    <Part title={t("embed.title")} what={t("embed.what")} state={seen ? "seen" : "unseen"} said={seen ? t("embed.seen", { when: format.ago(storefront.embedSeenAt) }) : t("embed.unseen")}>
      <EmbedButton url={embedUrl} primary={!seen} />
    </Part>
  );
}

/** The theme's editor is a page of the store's admin: App Bridge opens it in place of the app. */
export function EmbedButton({ url, primary }: { url: string; primary: boolean }) {
  const t = useT("storefront");
  return (
    <Button onClick={() => void open(url, "_top")} {...(primary ? { variant: "primary" as const } : {})}>
      {t(primary ? "embed.turn_on" : "embed.open")}
    </Button>
  );
}
