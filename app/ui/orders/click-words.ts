// What each click of the buyer meant for the codes on the order, in sentences.
import type { ClickProof, CodeProof, OrderProof } from "../../domain/explain.ts";
import type { Translate } from "../../i18n.ts";
import type { Format } from "../format.tsx";

/** Whether the credit of a code hangs on clicks at all. */
export function needsClick(code: CodeProof): boolean {
  return code.generic || code.policy !== "always";
}

/** A code as the buyer used it: of a pattern, what stood on the order. */
export function codeWord(code: CodeProof): string {
  return code.match === "regex" && code.onOrder.length > 0 ? code.onOrder.join(", ") : code.code;
}

/** Where the clicks are known from, in a sentence. */
export function evidenceSentence({ evidence }: OrderProof, t: Translate, format: Format): string {
  if (evidence.removedAt !== null) return t("evidence.removed", { when: format.dateTime(evidence.removedAt) });
  return t(`evidence.${evidence.by ?? "none"}`);
}

/** What is to be said of the clicks as a whole: where they are known from; that none is needed, none known, or no code there to be credited. */
export function clickRemarks(proof: OrderProof, t: Translate, format: Format): string[] {
  const left = proof.codes.filter((code) => code.network !== null).map(codeWord);
  const unneeded = proof.codes.filter((code) => !needsClick(code)).map(codeWord);
  const evidence = evidenceSentence(proof, t, format);
  const isKnown = proof.evidence.source !== null;
  return [
    ...(isKnown ? [evidence] : []),
    ...(unneeded.length > 0 ? [t("clicks.not_needed", { codes: format.list(unneeded) })] : []),
    ...(left.length > 0 ? [t("clicks.by_network", { codes: format.list(left) })] : []),
    ...(proof.codes.length === 0 ? [t("clicks.no_code")] : []),
    ...(proof.clicks.length > 0 ? [] : [isKnown ? t("clicks.none") : evidence]),
  ];
}

/** What each click was and who told of it: a list of sentences per click, as the proof has them. */
export function clickSources(proof: OrderProof, t: Translate, format: Format): string[][] {
  return proof.clicks.map((click) => [...kindOf(click, t), ...sourceOf(click, proof, t, format), ...(click.dated ? [] : [t("click_source.undated")])]);
}

function kindOf({ kind, word, parameter, clickId }: ClickProof, t: Translate): string[] {
  if (kind === "code" || kind === "link") return [t(`click_source.${kind}`, { word: word ?? "" })];
  return clickId === null ? [] : [parameter === null ? t("click_source.network") : t("click_source.click_id", { parameter })];
}

/** Noted within so long of the click, there is no other time to be told. */
const AT_ONCE_MS = 60_000;

function sourceOf({ from, noted, at, dated }: ClickProof, { createdAt }: OrderProof, t: Translate, format: Format): string[] {
  if (from === "cart" || from === "landing") return [t(`click_source.${from}`)];
  if (from === null || noted === null) return [];
  if (noted <= createdAt && dated && Math.abs(Date.parse(noted) - Date.parse(at)) < AT_ONCE_MS) return [t(`click_source.${from}_once`)];
  return [t(`click_source.${from}${noted > createdAt ? "_late" : ""}`, { when: format.dateTime(noted) })];
}

/** One list of sentences per click, as the proof has them: of the codes that need clicks, or, where none does, that none is needed. What is alike for several codes is said once. */
export function clickWords(proof: OrderProof, t: Translate): string[][] {
  const needing = proof.codes.filter(needsClick);
  const codes = needing.length > 0 ? needing : proof.codes;
  return proof.clicks.map((click) => {
    const clicked = click.creator?.name || t("somebody");
    const parts = codes.map((code) => ({ code, part: needing.length > 0 ? click.parts.find((one) => one.codeId === code.codeId)!.part : "not_needed" }));
    const alike = Map.groupBy(parts, ({ code, part }) => [part, code.rule.clickWindowDays, ["counts", "against", "decides", "other_creator", "not_in_program"].includes(part) ? code.codeId : ""].join(" "));
    return [...alike.values()].map((group) => {
      const { code, part } = group[0]!;
      const values = { code: group.map((one) => codeWord(one.code)).join(t("line.comma_joint")), days: code.rule.clickWindowDays, owner: code.creator?.name || t("somebody"), clicked, program: code.program.name };
      if (part === "unknown_creator" && click.clickId !== null) return t("click.unknown_click", values);
      return t(part === "decides" && code.generic ? "click.decides_generic" : `click.${part}`, values);
    });
  });
}
