// Asks the server what a pattern would match, once the person rests from typing.
import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import type { PatternTest } from "../../domain/code-page.ts";

const TYPING_MS = 300;

/** `test` is of the pattern as it stands now, or null. `except`: the pattern in whose place it would be. */
export function usePatternTest(typed: string, except: string | null): { test: PatternTest | null; busy: boolean } {
  const fetcher = useFetcher<PatternTest>();
  const pattern = typed.trim();
  const { load } = fetcher;
  useEffect(() => {
    if (pattern === "") return;
    const params = new URLSearchParams({ pattern, ...(except === null ? {} : { except }) });
    const timer = setTimeout(() => load(`/app/codes/pattern/try?${params}`), TYPING_MS);
    return () => clearTimeout(timer);
  }, [pattern, except, load]);
  const test = fetcher.data && fetcher.data.pattern === pattern ? fetcher.data : null;
  return { test, busy: pattern !== "" && test === null };
}
