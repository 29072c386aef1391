import { Banner } from "@shopify/polaris";
import { useT } from "../../i18n.ts";
import type { RefusedAnswer } from "./use-choices.ts";
import { useFileProblem } from "./words.ts";

/** Why what was asked for was not done. */
export function Refused({ answer }: { answer: RefusedAnswer | null }) {
  const t = useT("files");
  const tErrors = useT("errors");
  const problem = useFileProblem();
  if (answer === null) return null;
  const sentences = "problem" in answer ? [problem(answer.problem)] : answer.errors.map(({ key, values }) => tErrors(key, values ?? {}));
  return (
    <Banner tone="critical" title={t("page.not_started")}>
      {[...new Set(sentences)].map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Banner>
  );
}
