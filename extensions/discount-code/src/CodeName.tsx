// The code's name, and what store, network and app say about it.
import type { Say } from "./DiscountCode.tsx";
import type { Code } from "./use-code.ts";

export function CodeName({ code, t }: { code: Code; t: Say }) {
  const { name, look, errors, looking, unreached } = code;
  const blocking = looking ? [] : [...errors, ...(look?.findings ?? []).filter((finding) => finding.blocking).map((finding) => finding.text)];
  const others = looking ? [] : (look?.findings ?? []).filter((finding) => !finding.blocking);
  const details = looking ? t("looking") : look !== null && look.findings.length === 0 && blocking.length === 0 ? look.free : "";
  return (
    <s-stack gap="small">
      <s-text-field label={t("code")} value={name} details={details} error={blocking[0] ?? ""} autocomplete="off" onInput={(event) => code.type(event.currentTarget.value)} />
      {blocking.slice(1).map((text) => (
        <s-text key={text} tone="critical">
          {text}
        </s-text>
      ))}
      {others.map(({ text }) => (
        <s-text key={text} tone="caution">
          {text}
        </s-text>
      ))}
      {look?.suggestion && !looking ? (
        <s-stack direction="inline">
          <s-button onClick={() => code.type(look.suggestion!)}>{t("take", { code: look.suggestion })}</s-button>
        </s-stack>
      ) : null}
      {unreached ? (
        <s-banner tone="warning">
          {t("failed")}
          <s-button slot="secondary-actions" onClick={code.lookAgain}>
            {t("try_again")}
          </s-button>
        </s-banner>
      ) : null}
    </s-stack>
  );
}
