// A pattern as text: in the letters of code, and with the part that is wrong marked.
import { BlockStack, Text } from "@shopify/polaris";
import { characterAt, type PatternProblem } from "../../domain/pattern-problem.ts";
import { useT } from "../../i18n.ts";

const LETTERS = { fontFamily: "var(--p-font-family-mono)", overflowWrap: "anywhere", whiteSpace: "pre-wrap" } as const;
const MARK = { background: "var(--p-color-bg-surface-critical-active)", color: "var(--p-color-text-critical)", textDecoration: "underline wavy", textUnderlineOffset: "4px" } as const;

/** A pattern, or a code that it matches. */
export function PatternText({ text, strike = false }: { text: string; strike?: boolean }) {
  return <code style={{ ...LETTERS, ...(strike ? { textDecoration: "line-through" } : {}) }}>{text}</code>;
}

/** "At character 7: the group that begins here is never closed", and the pattern with that part marked. */
export function PatternProblemWords({ pattern, problem }: { pattern: string; problem: PatternProblem }) {
  const words = useProblemSentence()(pattern, problem);
  const { at } = problem;
  return (
    <BlockStack gap="100">
      <Text as="p" tone="critical" breakWord>
        {words}
      </Text>
      {at ? (
        <code style={LETTERS} aria-hidden="true">
          {pattern.slice(0, at.from)}
          <mark style={MARK}>{pattern.slice(at.from, at.to)}</mark>
          {pattern.slice(at.to)}
        </code>
      ) : null}
    </BlockStack>
  );
}

export function useProblemSentence(): (pattern: string, problem: PatternProblem) => string {
  const t = useT("codes");
  const tErrors = useT("errors");
  return (pattern, { key, at, values }) => {
    const words = tErrors(key, values);
    return at ? t("pattern.at", { at: characterAt(pattern, at.from), words }) : words;
  };
}
