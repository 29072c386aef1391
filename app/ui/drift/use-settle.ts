// Settling differences from any page: the dialog's state, the call, and what came of it.
import { useFetcher } from "@remix-run/react";
import { useEffect, useState } from "react";
import type { DriftChoice } from "../../domain/drift.ts";
import type { DriftRow } from "../../domain/drift-page.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

export type Settled = { choice: string; done: number; refused: { key: string; values: Record<string, string | number> }[] };

export function useSettle() {
  const t = useT("drift");
  const tErrors = useT("errors");
  const fetcher = useFetcher<Settled>();
  const [rows, setRows] = useState<DriftRow[] | null>(null);
  const busy = fetcher.state !== "idle";
  const answer = fetcher.data;
  const refusal = answer?.refused[0];
  const said = !answer ? null : refusal ? tErrors(refusal.key, refusal.values) : t(`done.${answer.choice}`, { count: answer.done });
  useToast(answer, said, refusal !== undefined);
  useEffect(() => {
    if (answer) setRows(null);
  }, [answer]);

  return {
    rows,
    busy,
    ask: (some: DriftRow[]) => setRows(some),
    close: () => setRows(null),
    choose: (some: DriftRow[], choice: DriftChoice) => fetcher.submit({ choice, ids: some.map((row) => row.id).join(" ") }, { method: "post", action: "/app/drift" }),
    takeUp: (row: DriftRow) => fetcher.submit({ choice: "take_up", ids: row.id }, { method: "post", action: "/app/drift" }),
  };
}
