// A network's error codes in words: what they say, and what to do about it. The words lie in the network's own folder, under "code".
import { readProblem } from "../../domain/problem.ts";
import { type Translate, useT } from "../../i18n.ts";

/** `todo` null: nobody knows the code here; it is shown as it is. */
export type CodeWords = { code: string; what: string; todo: string | null };

export function useCodeWords(network: string): (code: string) => CodeWords {
  const t = useT("network");
  const ofNetwork = useT(network);
  return (code) => wordsOf(code, t, ofNetwork);
}

function wordsOf(code: string, t: Translate, ofNetwork: Translate): CodeWords {
  const key = `code.${code}.what`;
  const known = /^[A-Z][A-Z0-9_]*$/.test(code) && ofNetwork(key) !== key;
  return known ? { code, what: ofNetwork(key), todo: ofNetwork(`code.${code}.do`) } : { code, what: t("code.other", { code }), todo: null };
}

/** What is told of a conversion's problem: sentences about what happened, and what to do, where the codes say it. */
export type DetailWords = { said: string[]; todo: string[] };

/** A kept detail is the network's error codes, a kept problem (domain/problem.ts), or nothing that has words. */
export function useDetailWords(network: string): (detail: string | null) => DetailWords {
  const words = useCodeWords(network);
  const tErrors = useT("errors");
  return (detail) => {
    if (!detail) return { said: [], todo: [] };
    const codes = codesOf(detail);
    if (codes.length > 0) {
      const all = codes.map(words);
      return { said: all.map(({ what }) => what), todo: [...new Set(all.flatMap(({ todo }) => todo ?? []))].slice(0, 1) };
    }
    const problem = readProblem(detail);
    return { said: problem ? [tErrors(problem.key, problem.values)] : [], todo: [] };
  };
}

/** Error codes as they are kept: several with a space between them. */
function codesOf(detail: string): string[] {
  return /^[A-Z][A-Z0-9_]{3,}( [A-Z][A-Z0-9_]{3,})*$/.test(detail) ? detail.split(" ") : [];
}
