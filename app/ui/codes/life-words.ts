// The life of a code in sentences: what it is now, and what each side was last read to have.
import type { Life, Side } from "../../domain/code-life.ts";
import type { CodeRow } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

type Living = Pick<CodeRow, "match" | "retiredAt"> & { life: Life; replacedBy?: { code: string } | null };

/** "Buyers can use it until 31 Dec 2026." */
export function useLifeSentence(): (code: Living) => string {
  const t = useT("life");
  const format = useFormat();
  return ({ match, retiredAt, life, replacedBy }) => {
    const values = { from: format.dateTime(life.from), until: format.dateTime(life.until), date: format.date(retiredAt), code: replacedBy?.code ?? "" };
    if (life.moving) return t("sentence.moving");
    const variant =
      life.state === "active" && match === "regex" ? "active_pattern"
      : life.state === "active" && life.until !== null ? "active_until"
      : (life.state === "paused" || life.state === "ended") && life.byDeal ? `${life.state}_deal`
      : life.state === "replaced" && retiredAt !== null ? "replaced_retired"
      : life.state;
    return t(`sentence.${variant}`, values);
  };
}

/** "Still has it, although it is to go. Read back 2 minutes ago." and, where it is open, how often it was tried and when again. */
export function useSideSentences(): (side: Side) => string[] {
  const t = useT("life");
  const format = useFormat();
  return (side) => [
    t(`side.${variantOf(side)}`),
    ...(side.readAt && side.has !== null ? [t("side.read", { when: format.ago(side.readAt) })] : []),
    ...triesOf(side),
  ];

  function triesOf(side: Side): string[] {
    if (side.stuck || side.nextAt === null || !["coming", "open"].includes(side.word) || format.isPast(side.nextAt)) return [];
    const when = format.ago(side.nextAt);
    return [side.attempts > 0 ? t("side.tried", { count: side.attempts, when }) : t("side.again_soon", { when })];
  }
}

function variantOf(side: Side): string {
  if (side.word === "gone") return side.readAt === null ? "never" : "gone";
  if (side.word === "coming") return side.state === "leaving" ? "coming_back" : "coming";
  if (side.word === "open") return side.state === "refused" ? "refused_going" : side.state === "live" ? "open" : "open_asked";
  return side.word;
}
