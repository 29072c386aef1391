// Where a code stands: its state in a sentence, and beneath it what store and network were last read to have.
import { Badge, type BadgeProps, BlockStack, Box, Button, Card, Divider, InlineStack, Text } from "@shopify/polaris";
import type { LifeState } from "../../domain/code-life.ts";
import type { CodeDetail } from "../../domain/code-page.ts";
import type { Mark } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { SideMark, useProblemWords } from "../marks.tsx";
import { useLifeSentence, useSideSentences } from "./life-words.ts";

const TONES: Record<LifeState, { tone?: BadgeProps["tone"]; progress?: BadgeProps["progress"] }> = {
  planned: { tone: "attention", progress: "incomplete" },
  scheduled: { tone: "info", progress: "partiallyComplete" },
  active: { tone: "success", progress: "complete" },
  missing: { tone: "critical" },
  paused: { tone: "warning" },
  ended: {},
  retired: {},
  replaced: {},
};

export function LifeBadge({ state }: { state: LifeState }) {
  const t = useT("life");
  return <Badge {...TONES[state]}>{t(`state.${state}`)}</Badge>;
}

export function LifeCard({ code, onAgain, busy }: { code: CodeDetail; onAgain: () => void; busy: boolean }) {
  const t = useT("life");
  const tCodes = useT("codes");
  const sentence = useLifeSentence();
  const { life } = code;
  // What a person has to do there has a card of its own.
  const stuck = life.sides.find((side) => side.stuck && side.word !== "by_hand");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("title")}
        </Text>
        <Text as="p">{sentence(code)}</Text>
        {life.sides.map((side) => {
          const network = code.networks.find((mark) => mark.programId === side.target);
          const mark = network ?? code.store;
          return mark ? <SideLine key={side.target} name={network ? network.programName : t("store")} mark={mark} side={side} /> : null;
        })}
        {code.match === "regex" ? (
          <Text as="p" tone="subdued">
            {tCodes("page.sides.store_pattern")}
          </Text>
        ) : null}
        {code.networks.length === 0 ? (
          <Text as="p" tone="subdued">
            {tCodes(code.creator === null ? "page.sides.for_everybody" : "page.sides.no_network")}
          </Text>
        ) : null}
        {stuck ? (
          <InlineStack>
            <Button onClick={onAgain} loading={busy}>
              {tCodes(stuck.word === "missing" ? "put_back" : "again")}
            </Button>
          </InlineStack>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function SideLine({ name, mark, side }: { name: string; mark: Mark; side: CodeDetail["life"]["sides"][number] }) {
  const sentences = useSideSentences()(side);
  const problem = useProblemWords()(side.problem);
  return (
    <BlockStack gap="200">
      <Divider />
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="h3" fontWeight="semibold" breakWord>
          {name}
        </Text>
        <SideMark mark={mark} />
      </InlineStack>
      <Text as="p" breakWord>
        {sentences.join(" ")}
      </Text>
      {problem ? (
        <Box>
          <Text as="p" tone={side.stuck ? "critical" : "subdued"} breakWord>
            {problem}
          </Text>
        </Box>
      ) : null}
    </BlockStack>
  );
}
