// What is chosen in the dialog that approves requests, checked against store and network while a person types.
import { useFetcher } from "@remix-run/react";
import { useEffect, useRef, useState } from "react";
import type { GiveDeal } from "../../domain/pages.ts";
import type { Finding } from "../../domain/preflight.ts";
import type { RequestAnswer, RequestItem } from "../../domain/request-page.ts";

const TYPING_MS = 400;

/** The deals that a request's code can be of: those of its program, and those of none. The wished one comes first, then that program's newest. */
export function dealsFor(deals: readonly GiveDeal[], items: readonly RequestItem[]): GiveDeal[] {
  const programs = new Set(items.flatMap((item) => (item.program ? [item.program.id] : [])));
  const fitting = deals.filter((deal) => deal.phase !== "ended" && deal.parentId === null && (deal.program === null || programs.has(deal.program.id)));
  const rank = (deal: GiveDeal) => (items.some((item) => item.wishedDeal?.id === deal.id) ? 0 : deal.program !== null && deal.phase === "active" ? 1 : deal.program !== null ? 2 : 3);
  return [...fitting].sort((a, b) => rank(a) - rank(b));
}

/** null: not asked yet, or asked again since. */
export type Found = ReadonlyMap<string, Finding[]> | null;

export function useGrant(items: readonly RequestItem[], deals: readonly GiveDeal[]) {
  const fitting = dealsFor(deals, items);
  const [dealId, setDealId] = useState(fitting[0]?.id ?? "");
  const [policy, setPolicy] = useState("always");
  const [hyphens, setHyphens] = useState(false);
  const [codes, setCodes] = useState<Record<string, string>>(() => Object.fromEntries(items.map((item) => [item.id, item.codeStands ? "" : (item.asked[0] ?? "")])));
  const check = useFetcher<RequestAnswer>();
  const asked = JSON.stringify([dealId, policy, hyphens, codes]);
  const answered = useRef("");
  const [answerOf, setAnswerOf] = useState("");
  const form = { ids: items.map((item) => item.id).join("\n"), codes: items.map((item) => codes[item.id] ?? "").join("\n"), dealId, policy, hyphens: String(hyphens) };

  useEffect(() => {
    if (dealId === "") return;
    const timer = setTimeout(() => {
      answered.current = asked;
      check.submit({ ...form, intent: "check" }, { method: "post", action: "/app/requests?index" });
    }, TYPING_MS);
    return () => clearTimeout(timer);
    // What is asked is all that counts.
  }, [asked]);
  useEffect(() => {
    if (check.data) setAnswerOf(answered.current);
  }, [check.data]);

  const current = check.state === "idle" && check.data && answerOf === asked ? check.data : null;
  const found: Found = current && new Map(current.rows.map((row) => [row.id, row.findings]));
  return {
    fitting, deal: fitting.find((deal) => deal.id === dealId) ?? null, setDealId, policy, setPolicy, hyphens, setHyphens, codes, setCode: (id: string, code: string) => setCodes((before) => ({ ...before, [id]: code })),
    form, found, errors: current?.errors ?? [], checking: current === null && dealId !== "", ready: current !== null && current.ok,
  };
}
