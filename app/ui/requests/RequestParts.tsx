// A request in words: what the creator asks for, and where it stands.
import { Badge, type BadgeProps, BlockStack, Box, Button, InlineStack, Link, Text } from "@shopify/polaris";
import { useState } from "react";
import type { Standing } from "../../domain/code-request.ts";
import type { RequestItem } from "../../domain/request-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { SideMarkWithProblem, useProblemWords } from "../marks.tsx";

const TONES: Partial<Record<Standing, BadgeProps["tone"]>> = { open: "attention", working: "info", failed: "critical", approved: "success", kept: "success", unknown: "warning" };

export function StandingBadge({ item }: { item: RequestItem }) {
  const t = useT("requests");
  const tone = TONES[item.standing];
  const word = item.standing === "working" ? `working_${item.stage === "rejecting" ? "reject" : "approve"}` : item.standing;
  return <Badge {...(tone ? { tone } : {})}>{t(`standing.${word}`)}</Badge>;
}

/** What the creator wrote is shown as it stands, as a quotation. */
export function CreatorsWords({ item }: { item: RequestItem }) {
  const t = useT("requests");
  if (item.note === "") return null;
  return (
    <Box borderInlineStartWidth="050" borderColor="border" paddingInlineStart="300">
      <BlockStack gap="050">
        <Text as="span" variant="bodySm" tone="subdued">
          {t("note_of", { creator: item.creator?.name ?? item.partnerName })}
        </Text>
        <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{item.note}</div>
      </BlockStack>
    </Box>
  );
}

/** What was done, what is being done, or what hinders it. */
export function Progress({ item }: { item: RequestItem }) {
  const t = useT("requests");
  const tCodes = useT("codes");
  const format = useFormat();
  const words = useProblemWords();
  const problem = words(item.problem);
  const by = item.who ? t("by", { who: item.who === "merchant" ? t("somebody") : item.who, when: format.dateTime(item.doneAt ?? item.chosenAt) }) : "";
  switch (item.standing) {
    case "open":
      return null;
    case "working":
      return <Lines lines={[t(`stage.${item.stage}`, { code: item.code ?? "" }), problem ? t("still", { problem }) : "", by]} />;
    case "failed":
      return <Lines critical lines={[problem ?? t("standing.failed"), item.wanted === "approve" ? t(item.codeStands ? "stands.store_only" : "stands.nothing", { code: item.code ?? "" }) : t("stands.not_rejected"), by]} />;
    case "approved":
      return (
        <BlockStack gap="150">
          <Lines lines={[t("done.approved", { code: item.code ?? "", deal: item.deal?.name ?? "–", policy: item.policy ? tCodes(`policy.${item.policy}.label`) : "–" }), by]} />
          <Sides item={item} />
        </BlockStack>
      );
    case "kept":
      return (
        <BlockStack gap="150">
          <Lines lines={[t("done.kept", { code: item.code ?? "" }), by]} />
          <Sides item={item} />
        </BlockStack>
      );
    case "rejected":
      return (
        <BlockStack gap="150">
          <Lines lines={[t("done.rejected"), by]} />
          <Reason item={item} />
        </BlockStack>
      );
    case "elsewhere":
      return <Lines lines={[item.granted.length > 0 ? t("done.elsewhere_approved", { code: item.granted.join(", ") }) : t(item.state === "declined" ? "done.elsewhere_rejected" : "done.elsewhere"), item.comments ? t("comments", { words: item.comments }) : ""]} />;
    case "unknown":
      return <Lines lines={[t("done.unknown", { state: item.stateWord })]} />;
    case "gone":
      return <Lines lines={[t("done.gone")]} />;
  }
}

function Lines({ lines, critical = false }: { lines: string[]; critical?: boolean }) {
  return (
    <BlockStack gap="050">
      {lines.filter(Boolean).map((line, index) => (
        <Text key={line} as="p" breakWord {...(index === 0 ? (critical ? { tone: "critical" as const } : {}) : { tone: "subdued" as const })}>
          {line}
        </Text>
      ))}
    </BlockStack>
  );
}

function Sides({ item }: { item: RequestItem }) {
  const t = useT("requests");
  if (item.codeId === null) return null;
  return (
    <InlineStack gap="200" blockAlign="center">
      {item.store ? <SideMarkWithProblem side={t("side.store")} mark={item.store} /> : null}
      {item.network ? <SideMarkWithProblem side={t("side.network")} mark={item.network} /> : null}
      <Link url={`/app/codes/${item.codeId}`}>{t("open_code", { code: item.code ?? "" })}</Link>
    </InlineStack>
  );
}

/** The reason, to be sent by hand: the network told the creator only that the request was rejected. */
function Reason({ item }: { item: RequestItem }) {
  const t = useT("requests");
  const [copied, setCopied] = useState(0);
  const [failed, setFailed] = useState(0);
  useToast(copied, t("reason.copied"));
  useToast(failed, t("reason.not_copied"), true);
  const copy = () => navigator.clipboard.writeText(item.reason ?? "").then(() => setCopied((n) => n + 1), () => setFailed((n) => n + 1));
  const mail = `mailto:${item.email ?? ""}?${new URLSearchParams({ subject: t("reason.subject", { code: item.asked.join(", ") }), body: item.reason ?? "" }).toString().replaceAll("+", "%20")}`;
  return (
    <BlockStack gap="150" inlineAlign="start">
      <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{t("reason.said", { reason: item.reason ?? "" })}</div>
      <Text as="p" tone="subdued">
        {t("reason.unsent")}
      </Text>
      <InlineStack gap="200">
        <Button size="slim" onClick={() => void copy()}>
          {t("reason.copy")}
        </Button>
        {item.email ? (
          <Button size="slim" url={mail} external>
            {t("reason.mail", { email: item.email })}
          </Button>
        ) : null}
      </InlineStack>
    </BlockStack>
  );
}
