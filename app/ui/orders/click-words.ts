// What each click of the buyer meant for the codes on the order, in sentences.
import type { CodeProof, OrderProof } from "../../domain/explain.ts";
import type { Translate } from "../../i18n.ts";

/** Whether the credit of a code hangs on clicks at all. */
export function needsClick(code: CodeProof): boolean {
  return code.generic || code.policy !== "always";
}

/** A code as the buyer used it: of a pattern, what stood on the order. */
export function codeWord(code: CodeProof): string {
  return code.match === "regex" && code.onOrder.length > 0 ? code.onOrder.join(", ") : code.code;
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
      return t(part === "decides" && code.generic ? "click.decides_generic" : `click.${part}`, values);
    });
  });
}
