// What became of a deal: its versions with what each changed, and what was done with it, newest first.
import { BlockStack, Card, List, Text } from "@shopify/polaris";
import type { DealVersion } from "../../domain/deal-page.ts";
import type { LogLine } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { sentenceOf } from "../settings/LogCard.tsx";
import { useWho } from "../what-if/words.ts";
import { usePartWords } from "./part-words.ts";

export function DealHistory({ versions, history }: { versions: DealVersion[]; history: LogLine[] }) {
  const t = useT("deals");
  const tLog = useT("settings");
  const format = useFormat();
  const lines = [
    ...versions.map((version) => ({ key: `v${version.version}`, at: version.at, shown: <Version version={version} /> })),
    ...history.map((line) => ({ key: line.id, at: line.at, shown: <Line title={sentenceOf(line, tLog, format)} at={line.at} who={line.who} /> })),
  ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("history.title")}
        </Text>
        <BlockStack gap="300">
          {lines.map(({ key, shown }) => (
            <div key={key}>{shown}</div>
          ))}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

function Version({ version: { at, who, what, changes, before, after } }: { version: DealVersion }) {
  const t = useT("deals");
  const words = usePartWords();
  const known = ["made", "edited", "paused", "resumed", "ended", "adopted", "taken_from_store"].includes(what) ? what : "changed";
  // Of a pause there is no more to say than that.
  const shown = what === "paused" || what === "resumed" ? [] : changes;
  return (
    <Line title={t(`history.${known}`)} at={at} who={who}>
      {before && shown.length > 0 ? (
        <List>
          {shown.map((part) => (
            <List.Item key={part}>
              {t("history.change", { part: words.name(part), before: words.of(part, before), after: words.of(part, after) })}
            </List.Item>
          ))}
        </List>
      ) : null}
    </Line>
  );
}

function Line({ title, at, who, children }: { title: string; at: string; who: string; children?: React.ReactNode }) {
  const t = useT("deals");
  const format = useFormat();
  const by = useWho();
  return (
    <BlockStack gap="050">
      <Text as="p" breakWord>
        {title}
      </Text>
      {children}
      <Text as="p" tone="subdued" variant="bodySm">
        {t("history.by", { when: format.dateTime(at), who: by(who) })}
      </Text>
    </BlockStack>
  );
}
