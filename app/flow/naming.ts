// Names for the codes of real creators: what the pattern makes of them, round the names that are taken here and, as far as is known, in the store.
import { nameCodes } from "../domain/naming.ts";
import { codeKey } from "../domain/code.ts";

/** A free name near a wished one, in letters that a network takes; null where there is none. */
export function suggestFree(wished: string, isTaken: (key: string) => boolean, hyphens: boolean): string | null {
  const own = codeKey(wished);
  const taken = { has: (key: string) => key === own || isTaken(key), size: 100 };
  const [named] = nameCodes({
    parts: [{ kind: "text", text: wished }], whenTaken: "number", hyphens, longest: 255, taken, seed: wished, today: "",
    creators: [{ creatorId: "", name: "", handle: null, email: null }], deal: { name: "", mark: "" }, program: null,
  });
  return named && !named.taken ? named.code : null;
}
