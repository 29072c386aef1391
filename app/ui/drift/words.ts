// What differs, in sentences: what happened, what is here and there, and what each choice will do on which side.
import type { DealPart } from "../../domain/deal-parts.ts";
import type { DealSide, DriftChoice } from "../../domain/drift.ts";
import type { DriftRow } from "../../domain/drift-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { usePartWords } from "../deals/part-words.ts";

/** The group of texts of a difference: about a deal, a code or a program; in the store or in a network. */
export function groupOf({ about, inStore, kind }: Pick<DriftRow, "about" | "inStore" | "kind">): string {
  return `${about}_${inStore ? "store" : "network"}.${kind}`;
}

function valuesOf(row: DriftRow, t: Translate): Record<string, string> {
  return {
    code: row.code?.code ?? row.theirs?.code ?? row.ours?.code ?? "",
    deal: row.deal?.name ?? row.ours?.deal?.side.name ?? "",
    discount: row.theirs?.discount ?? "",
    partner: row.theirs?.partner ?? "",
    creator: row.creator?.name ?? t("nobody"),
    program: row.program ?? "",
    app: row.theirs?.createdBy ?? "",
  };
}

/** What happened: one sentence. */
export function useWhat(): (row: DriftRow) => string {
  const t = useT("drift");
  return (row) => {
    const by = row.kind === "extra_code" && row.inStore && row.theirs?.createdBy ? "_by_app" : "";
    return t(`what.${groupOf(row)}${by}`, valuesOf(row, t));
  };
}

/** What a choice will do, on each side, as sentences. */
export function useEffects(): (row: DriftRow, choice: DriftChoice) => string {
  const t = useT("drift");
  return (row, choice) => (choice === "leave" ? t("effect.leave") : t(`effect.${groupOf(row)}.${choice}`, valuesOf(row, t)));
}

export type Beside = { label: string; here: string; there: string };

/** What is here beside what is there, part by part; empty where a sentence says it all. */
export function useBeside(): (row: DriftRow) => Beside[] {
  const t = useT("drift");
  const format = useFormat();
  const part = usePart();
  const words = usePartWords();
  return ({ kind, ours, theirs, creator }) => {
    if (ours?.deal && theirs?.deal) {
      const [here, there] = [ours.deal.side, theirs.deal.side];
      return ours.deal.parts.map((name) => ({ label: words.name(name), here: part(here, name), there: part(there, name) }));
    }
    const pair = (label: string, here: string, there: string) => [{ label: t(`part.${label}`), here, there }];
    if (kind === "partner") return pair("creator", creator?.name ?? t("nobody"), theirs?.partner ?? "–");
    if (kind === "policy") return pair("policy", policy(t, ours?.policy), policy(t, theirs?.policy, theirs?.policyWord));
    if (kind === "dates") return [...pair("startsAt", format.dateTime(ours?.startsAt), format.dateTime(theirs?.startsAt)), ...pair("endsAt", end(ours?.endsAt), end(theirs?.endsAt))].filter((row) => row.here !== row.there);
    if (kind === "edited" && theirs?.changed) return theirs.changed.map((name) => ({ label: t(`changed.${name}`), here: "", there: "" }));
    return [];
  };

  function end(iso: string | null | undefined): string {
    return iso ? format.dateTime(iso) : t("no_end");
  }
}

function policy(t: Translate, name: string | undefined, word?: string): string {
  if (word) return t("policy.says", { word });
  return ["always", "involved", "winner"].includes(name ?? "") ? t(`policy.${name!}`) : t("policy.other");
}

/** One part of a deal in words; where no deal of this app can say it, why. */
function usePart(): (side: DealSide, part: DealPart) => string {
  const t = useT("drift");
  const words = usePartWords();
  const unread = useUnread();
  return ({ name, terms, startsAt, endsAt, unread: why }, part) => {
    if (terms !== null) return words.of(part, { name, terms, startsAt, endsAt, pausedAt: null });
    if (part === "name") return name;
    return unread(why ?? []) || t("unreadable");
  };
}

/** What of a discount no deal can say, in sentences. */
export function useUnread(): (unread: readonly string[]) => string {
  const t = useT("drift");
  return (unread) => unread.map((key) => t(`unread.${key}`)).join(" ");
}
