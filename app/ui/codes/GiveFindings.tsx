// What was found about a code, each with what can be done: another name at a click, or the page where it is mended.
import { BlockStack, Button, Icon, InlineStack, Text } from "@shopify/polaris";
import { AlertCircleIcon, AlertTriangleIcon, CheckCircleIcon } from "@shopify/polaris-icons";
import type { Finding, Remedy } from "../../domain/preflight.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";
import { InviteSteps } from "../setup/StepLines.tsx";

type FindingWords = (finding: Pick<Finding, "key" | "values">) => string;

export function useFindingWords(): FindingWords {
  return findingWords(useT("errors"), useFormat());
}

/** The words of a finding; days come as 2026-12-01 and are written as the page writes them. `t` gives the texts of "errors". */
export function findingWords(t: Translate, format: Format): FindingWords {
  const isDay = (value: unknown) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
  return ({ key, values }) => t(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isDay(value) ? format.day(String(value)) : value])));
}

/** null: not asked yet. `onName` takes a name that is offered; without it names are only shown. */
export function GiveFindings({ findings, free, onName }: { findings: readonly Finding[] | null; free: string; onName?: (code: string) => void }) {
  const t = useT("codes");
  const words = useFindingWords();
  if (findings === null) {
    return (
      <Text as="p" tone="subdued">
        {t("give.preview.not_checked")}
      </Text>
    );
  }
  if (findings.length === 0) return <Line icon={CheckCircleIcon} tone="success" text={free} />;
  const sorted = [...findings].sort((a, b) => Number(b.blocking) - Number(a.blocking));
  // A name is offered once, however many findings it would mend.
  const offered = sorted.flatMap((finding) => finding.remedies).find((remedy) => remedy.suggestion)?.suggestion ?? null;
  return (
    <BlockStack gap="150">
      {sorted.map((finding, index) => (
        <BlockStack key={`${finding.key} ${index}`} gap="050">
          <Line icon={finding.blocking ? AlertCircleIcon : AlertTriangleIcon} tone={finding.blocking ? "critical" : "caution"} text={words(finding)} />
          <Remedies remedies={finding.remedies} offered={index === 0 ? offered : null} onName={onName} />
        </BlockStack>
      ))}
    </BlockStack>
  );
}

type RemediesProps = { remedies: readonly Remedy[]; offered: string | null; onName: ((code: string) => void) | undefined };

function Remedies({ remedies, offered, onName }: RemediesProps) {
  const t = useT("codes");
  const links = remedies.filter((remedy) => remedy.href !== undefined);
  const name = onName === undefined ? null : offered;
  const invite = remedies.find((remedy) => remedy.network !== undefined)?.network;
  if (links.length === 0 && name === null) return null;
  return (
    <div style={{ paddingInlineStart: "1.5rem" }}>
      {invite ? <InviteSteps network={invite.id} program={invite.program} /> : null}
      <InlineStack gap="300" blockAlign="center">
        {name === null || onName === undefined ? null : (
          <Button size="slim" onClick={() => onName(name)}>
            {t("give.remedy.rename_to", { code: name })}
          </Button>
        )}
        {links.map((remedy) => (
          <Button key={remedy.kind} variant="plain" url={remedy.href!}>
            {t(`give.remedy.${remedy.kind}`)}
          </Button>
        ))}
      </InlineStack>
    </div>
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
