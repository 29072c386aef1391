// Asks the server what the pattern makes of the chosen creators' names, once the person rests from typing: the tables of plain letters are too
// large for a page.
import { useFetcher } from "@remix-run/react";
import { useEffect, useRef } from "react";
import type { AskedNames, NamesAnswer } from "./give-state.ts";

const TYPING_MS = 250;

/** `answer` is of the question as it stands now, or else of the one before it, while `busy`. */
export function useGiveNames(asked: AskedNames | null): { answer: NamesAnswer | null; busy: boolean } {
  const fetcher = useFetcher<NamesAnswer>();
  const { submit } = fetcher;
  const question = asked === null ? null : JSON.stringify(asked);
  const n = useRef(0);
  const last = useRef<string | null>(null);
  if (question !== last.current) {
    last.current = question;
    n.current += 1;
  }
  const current = n.current;
  useEffect(() => {
    if (question === null) return;
    const timer = setTimeout(() => submit({ asked: question, n: String(current) }, { method: "post", action: "/app/codes/give/names" }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [question, current, submit]);
  const answer = question === null ? null : (fetcher.data ?? null);
  return { answer, busy: question !== null && answer?.n !== current };
}
