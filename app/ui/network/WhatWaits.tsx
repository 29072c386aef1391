// What waits for a person beside the worklist, in one list: requests, what differs in the store and the networks, and who reports the sales. Nothing where nothing does.
import { BlockStack, Box, Button, Card, Icon, InlineStack, Text } from "@shopify/polaris";
import { AlertTriangleIcon, PersonIcon } from "@shopify/polaris-icons";
import type { SendersWarning } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";

type Line = { key: string; tone: "info" | "warning"; title: string; texts: string[]; action: string; url: string };

export function WhatWaits({ requests, differs, senders }: { requests: number; differs: number; senders: SendersWarning[] }) {
  const t = useT("worklist");
  const tDrift = useT("drift");
  const tRequests = useT("requests");
  const lines: Line[] = [
    ...senders.map(
      ({ kind, programId, program, count }): Line => ({ key: `${kind} ${programId}`, tone: "warning", title: t(`senders.${kind}_title`, { program }), texts: [t(`senders.${kind}`, { count }), t(`senders.${kind}_do`)], action: t("senders.both_settings"), url: "/app/settings" }),
    ),
    ...(differs > 0 ? [{ key: "drift", tone: "warning" as const, title: tDrift("line", { count: differs }), texts: [], action: tDrift("line_action"), url: "/app/drift" }] : []),
    ...(requests > 0 ? [{ key: "requests", tone: "info" as const, title: tRequests("line", { count: requests }), texts: [], action: tRequests("line_action"), url: "/app/requests" }] : []),
  ];
  if (lines.length === 0) return null;
  return (
    <Card padding="0">
      {lines.map((line, index) => (
        <Box key={line.key} padding="400" {...(index > 0 ? { borderBlockStartWidth: "025" as const, borderColor: "border-secondary" as const } : {})}>
          <InlineStack gap="300" blockAlign="start" wrap={false}>
            <div>
              <Icon source={line.tone === "info" ? PersonIcon : AlertTriangleIcon} tone={line.tone} />
            </div>
            <div style={{ flexGrow: 1, minWidth: 0 }}>
              <InlineStack align="space-between" blockAlign="start" gap="200">
                <Text as="p" fontWeight="medium" breakWord>
                  {line.title}
                </Text>
                <Button variant="plain" url={line.url}>
                  {line.action}
                </Button>
              </InlineStack>
              <BlockStack gap="100">
                {line.texts.map((text) => (
                  <Text key={text} as="p" breakWord>
                    {text}
                  </Text>
                ))}
              </BlockStack>
            </div>
          </InlineStack>
        </Box>
      ))}
    </Card>
  );
}
