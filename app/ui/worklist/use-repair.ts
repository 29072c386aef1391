// What a person chooses is sent with what was shown; what came of it is a toast, and the page reads anew by itself.
import { useFetcher } from "@remix-run/react";
import { useEffect, useState } from "react";
import type { RepairAnswer, WorkRow } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";

export type Repairing = {
  /** The row that is asked about; null: none. */
  row: WorkRow | null;
  busy: boolean;
  ask: (row: WorkRow) => void;
  close: () => void;
  choose: (row: WorkRow, repair: string) => void;
};

export function useRepair(rows: readonly WorkRow[]): Repairing {
  const t = useT("worklist");
  const fetcher = useFetcher<RepairAnswer & { repair: string }>();
  const [key, setKey] = useState<string | null>(null);
  const answer = fetcher.state === "idle" ? fetcher.data : undefined;
  useToast(answer, answer ? (answer.stale ? t("dialog.stale") : t(`dialog.done.${answer.repair}`)) : null, answer?.stale ?? false);
  useEffect(() => {
    // What changed meanwhile stays open, and shows what would be done now.
    if (answer && !answer.stale) setKey(null);
  }, [answer]);
  return {
    row: rows.find((row) => row.key === key) ?? null,
    busy: fetcher.state !== "idle",
    ask: (row) => setKey(row.key),
    close: () => setKey(null),
    choose: (row, repair) => fetcher.submit({ key: row.key, repair, version: row.version }, { method: "post", action: "/app/network/worklist" }),
  };
}
