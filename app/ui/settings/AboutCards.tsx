// Accounts at networks, and the languages of the app.
import { Badge, type BadgeProps, BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { ConnectionLine } from "../../domain/settings-page.ts";
import { type Language, LANGUAGES, useLanguage, useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

const TONES: Record<string, BadgeProps["tone"]> = { connected: "success", refused: "critical" };

/** A language is named in itself, for whoever reads no other. */
const OWN_NAMES: Record<Language, string> = { en: "English", "zh-CN": "简体中文", fr: "Français" };

export function ConnectionsCard({ connections }: { connections: ConnectionLine[] }) {
  const t = useT("settings");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="300">
        {connections.length === 0 ? <Text as="p" tone="subdued">{t("connections.none")}</Text> : null}
        {connections.map((connection) => (
          <Connection key={connection.id} connection={connection} />
        ))}
        <Link url="/app/network">{t("connections.open")}</Link>
      </BlockStack>
    </Card>
  );
}

function Connection({ connection }: { connection: ConnectionLine }) {
  const t = useT("settings");
  const tNetwork = useT(connection.network);
  const format = useFormat();
  const tone = TONES[connection.state];
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200">
      <BlockStack>
        <Text as="span" fontWeight="semibold" breakWord>
          {connection.name === "" || connection.name === connection.accountSid ? tNetwork("account.unnamed") : connection.name}
        </Text>
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {[tNetwork("name"), connection.accountSid, connection.checkedAt ? t("connections.checked", { when: format.dateTime(connection.checkedAt) }) : ""].filter(Boolean).join(" · ")}
        </Text>
      </BlockStack>
      <Badge {...(tone ? { tone } : {})}>{t(`connections.state.${["connected", "refused"].includes(connection.state) ? connection.state : "disconnected"}`)}</Badge>
    </InlineStack>
  );
}

export function LanguagesCard() {
  const t = useT("settings");
  const language = useLanguage();
  return (
    <Card>
      <BlockStack gap="200">
        {LANGUAGES.map((one) => (
          <InlineStack key={one} gap="200" blockAlign="center">
            <span lang={one}>{OWN_NAMES[one]}</span>
            {one === language ? <Badge tone="info">{t("languages.this_page")}</Badge> : null}
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}
