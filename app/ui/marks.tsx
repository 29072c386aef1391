// What a side (the store, a program's network) is known to have, as a mark that says it in words and not by colour alone.
import { Badge, type BadgeProps, BlockStack, InlineStack, Text } from "@shopify/polaris";
import { readProblem } from "../domain/problem.ts";
import { useT } from "../i18n.ts";

type Mark = { state: string; problem: string | null; readAt: string | null };

const TONES: Record<string, { tone?: BadgeProps["tone"]; progress?: BadgeProps["progress"] }> = {
  live: { tone: "success", progress: "complete" },
  scheduled: { tone: "info", progress: "partiallyComplete" },
  waiting: { tone: "attention", progress: "incomplete" },
  asked: { tone: "attention", progress: "partiallyComplete" },
  coming: { tone: "attention", progress: "incomplete" },
  leaving: { tone: "attention", progress: "partiallyComplete" },
  open: { tone: "attention", progress: "partiallyComplete" },
  different: { tone: "warning" },
  refused: { tone: "critical" },
  by_hand: { tone: "attention" },
  missing: { tone: "critical" },
  over: { progress: "complete" },
  gone: { progress: "incomplete" },
  ended: { progress: "complete" },
  expired: { progress: "complete" },
};

export const NEEDS_HAND = ["refused", "missing", "different", "by_hand"];
export const UNDER_WAY = ["waiting", "asked", "coming", "open", "leaving"];

/** A side's name and state: "Store: live". `side` is left out where the column already names it. */
export function SideMark({ side, mark }: { side?: string; mark: Mark }) {
  const t = useT("codes");
  const known = mark.state in TONES ? mark.state : "other";
  const words = known === "other" ? mark.state : t(`mark.${known}`);
  const { tone, progress } = TONES[known] ?? {};
  return (
    <Badge {...(tone ? { tone } : {})} {...(progress ? { progress } : {})}>
      {side ? t("mark.of_side", { side, state: words }) : words}
    </Badge>
  );
}

/** The mark with what is wrong, or what it is waiting for, beneath it in words. */
export function SideMarkWithProblem({ side, mark }: { side?: string; mark: Mark }) {
  const problem = useProblemWords()(mark.problem);
  return (
    <BlockStack gap="050" inlineAlign="start">
      <SideMark {...(side ? { side } : {})} mark={mark} />
      {problem ? (
        <Text as="span" variant="bodySm" tone={NEEDS_HAND.includes(mark.state) ? "critical" : "subdued"} breakWord>
          {problem}
        </Text>
      ) : null}
    </BlockStack>
  );
}

/** Turns a kept problem into words of the reader's language; null where there is none. */
export function useProblemWords(): (problem: string | null) => string | null {
  const t = useT("errors");
  return (problem) => {
    const read = readProblem(problem);
    return read === null ? null : t(read.key, read.values);
  };
}

const JOINED_TONES: Record<string, BadgeProps["tone"]> = { joined: "success", pending: "attention", declined: "critical" };

/** How a creator stands in a program: "Petit Atelier Creators: joined". A word of the network's that this version does not know is shown as it is. */
export function JoinedMark({ program, state, word = null }: { program?: string; state: string; word?: string | null }) {
  const t = useT("creators");
  const known = ["joined", "pending", "declined", "left"].includes(state) ? state : "other";
  const tone = word === null ? JOINED_TONES[known] : "warning";
  const words = word === null ? t(`joined.${known}`) : t("joined.says", { state: t(`joined.${known}`), word });
  return <Badge {...(tone ? { tone } : {})}>{program ? t("joined.in_program", { program, state: words }) : words}</Badge>;
}

/** Marks side by side, wrapping where there is no room. */
export function Marks({ children }: { children: React.ReactNode }) {
  return <InlineStack gap="100">{children}</InlineStack>;
}
