// The tester on a pattern's page: what it matches as it stands, and what another one would, before anything is saved.
import { BlockStack, Button, Card, InlineStack, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { useT } from "../../i18n.ts";
import { PatternResults } from "./PatternResults.tsx";
import { PatternProblemWords } from "./PatternWords.tsx";
import { usePatternTest } from "./use-pattern-test.ts";

/** For a pattern that is in force. */
export function PatternTester({ codeId, pattern }: { codeId: string; pattern: string }) {
  const t = useT("codes");
  const [typed, setTyped] = useState(pattern);
  const { test, busy } = usePatternTest(typed, codeId);
  const other = typed.trim() !== pattern && test?.ok === true;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("pattern.try.title")}
        </Text>
        <TextField
          label={t("pattern.try.field")}
          value={typed}
          onChange={setTyped}
          error={test && !test.ok ? <PatternProblemWords pattern={typed.trim()} problem={test.problem} /> : undefined}
          monospaced
          autoComplete="off"
          spellCheck={false}
        />
        {other ? (
          <InlineStack>
            <Button url={`/app/codes/pattern?${new URLSearchParams({ change: codeId, pattern: typed.trim() })}`}>{t("pattern.try.use")}</Button>
          </InlineStack>
        ) : null}
        <PatternResults test={test} busy={busy} typed={typed.trim() !== ""} />
      </BlockStack>
    </Card>
  );
}
