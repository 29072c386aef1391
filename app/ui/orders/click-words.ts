// What each click of the buyer meant for the codes on the order, in sentences.
import type { ClickPart } from "../../domain/proof.ts";
import type { CodeProof, OrderProof } from "../../domain/explain.ts";
import type { Translate } from "../../i18n.ts";

/** One list of sentences per click, as the proof has them. What all codes say alike is said once. */
export function clickWords(proof: OrderProof, t: Translate): string[][] {
  return proof.clicks.map((click) => {
    const said = click.parts.map(({ codeId, part }) => {
      const code = proof.codes.find((one) => one.codeId === codeId)!;
      return partSentence(part, code, click.creator?.name || t("somebody"), t);
    });
    return [...new Set(said)];
  });
}

function partSentence(part: ClickPart, code: CodeProof, clicked: string, t: Translate): string {
  const values = { code: code.code, days: code.rule.clickWindowDays, owner: code.creator?.name || t("somebody"), clicked, program: code.program.name };
  return t(part === "decides" && code.generic ? "click.decides_generic" : `click.${part}`, values);
}
