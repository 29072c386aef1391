// The preview: a code for each creator, and what store, network and app say about it before anything is made.
import { BlockStack, Box, Button, Card, Divider, Icon, InlineGrid, InlineStack, Text, TextField } from "@shopify/polaris";
import { AlertCircleIcon, AlertTriangleIcon, CheckCircleIcon } from "@shopify/polaris-icons";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import type { Finding } from "./GiveForm.tsx";

type PreviewProps = {
  people: GiveCreator[];
  deal: GiveDeal;
  codes: Map<string, string>;
  checked: Map<string, Finding[]>;
  wasChecked: boolean;
  onCode: (creatorId: string, code: string) => void;
  onLeaveOut: (creatorId: string) => void;
  onCheck: () => void;
  checking: boolean;
};

export function GivePreview({ people, deal, codes, checked, wasChecked, onCode, onLeaveOut, onCheck, checking }: PreviewProps) {
  const t = useT("codes");
  const inNetwork = deal.program !== null && deal.program.network !== "none";
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("give.preview.title")}
          </Text>
          <Button onClick={onCheck} loading={checking}>
            {t(wasChecked ? "give.preview.check_again" : "give.preview.check")}
          </Button>
        </InlineStack>
        <Text as="p" tone="subdued">
          {t(inNetwork ? "give.preview.help" : "give.preview.help_without_network")}
        </Text>
        <div aria-live="polite" aria-busy={checking}>
          <BlockStack gap="300">
            {people.map((creator, index) => (
              <BlockStack key={creator.id} gap="300">
                {index > 0 ? <Divider /> : null}
                <InlineGrid columns={{ xs: 1, md: "1fr 1fr" }} gap="300" alignItems="start">
                  <TextField
                    label={t("give.preview.code_for", { name: creator.name })}
                    value={codes.get(creator.id) ?? ""}
                    onChange={(code) => onCode(creator.id, code.toUpperCase())}
                    autoComplete="off"
                    spellCheck={false}
                    error={checked.get(creator.id)?.some((finding) => finding.blocking) ?? false}
                  />
                  <Box paddingBlockStart={{ md: "600" }}>
                    <InlineStack gap="200" align="space-between" blockAlign="start" wrap={false}>
                      <Findings findings={checked.get(creator.id) ?? null} inNetwork={inNetwork} />
                      <span style={{ flex: "none" }}>
                        <Button variant="plain" onClick={() => onLeaveOut(creator.id)} accessibilityLabel={t("give.preview.leave_out_named", { name: creator.name })}>
                          {t("give.preview.leave_out")}
                        </Button>
                      </span>
                    </InlineStack>
                  </Box>
                </InlineGrid>
              </BlockStack>
            ))}
          </BlockStack>
        </div>
      </BlockStack>
    </Card>
  );
}

function Findings({ findings, inNetwork }: { findings: Finding[] | null; inNetwork: boolean }) {
  const t = useT("codes");
  const tErrors = useT("errors");
  if (findings === null) {
    return (
      <Text as="p" tone="subdued">
        {t("give.preview.not_checked")}
      </Text>
    );
  }
  if (findings.length === 0) return <Line icon={CheckCircleIcon} tone="success" text={t(inNetwork ? "give.preview.free" : "give.preview.free_store")} />;
  return (
    <BlockStack gap="100">
      {findings.map((finding) => (
        <Line key={finding.key} icon={finding.blocking ? AlertCircleIcon : AlertTriangleIcon} tone={finding.blocking ? "critical" : "caution"} text={tErrors(finding.key, finding.values)} />
      ))}
    </BlockStack>
  );
}

function Line({ icon, tone, text }: { icon: typeof AlertCircleIcon; tone: "success" | "critical" | "caution"; text: string }) {
  return (
    <InlineStack gap="100" wrap={false} blockAlign="start">
      <span style={{ flex: "none" }}>
        <Icon source={icon} tone={tone} />
      </span>
      <Text as="span" breakWord {...(tone === "critical" ? { tone: "critical" as const } : {})}>
        {text}
      </Text>
    </InlineStack>
  );
}
