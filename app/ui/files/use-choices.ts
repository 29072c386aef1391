// What a person chooses for a file, sent as soon as they rest, so that what would come of it follows.
import { useFetcher } from "@remix-run/react";
import { useEffect, useRef, useState } from "react";
import type { FieldError, KeptProblem } from "../../domain/problem.ts";
import type { FileChoices, FileDetail } from "../../domain/sheet-page.ts";

/** What a file's action answers: done, or why not. */
export type FileAnswer = { ok: true } | { ok: false; problem: KeptProblem } | { ok: false; errors: FieldError[] };
export type RefusedAnswer = Exclude<FileAnswer, { ok: true }>;

type Choosing = {
  choices: FileChoices;
  change: (change: Partial<FileChoices>) => void;
  start: () => void;
  starting: boolean;
  planning: boolean; // what is shown as the plan is of choices before the last
  refused: RefusedAnswer | null;
};

const TYPING_MS = 600;

export function useChoices(file: FileDetail): Choosing {
  const choosing = useFetcher<FileAnswer>();
  const beginning = useFetcher<FileAnswer>();
  const [changed, setChanged] = useState<FileChoices | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Once the server has answered, what it kept is what holds: another sheet has other columns.
  useEffect(() => {
    if (choosing.state === "idle" && choosing.data && timer.current === undefined) setChanged(null);
  }, [choosing.state, choosing.data]);

  const choices = changed ?? file.choices;
  function change(part: Partial<FileChoices>) {
    const next = { ...choices, ...part };
    setChanged(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        choosing.submit({ intent: "choose", choices: next }, { method: "post", encType: "application/json" });
      },
      "newDeal" in part || "naming" in part ? TYPING_MS : 0,
    );
  }
  const answer = beginning.data && !beginning.data.ok ? beginning.data : choosing.data && !choosing.data.ok ? choosing.data : null;
  return {
    choices,
    change,
    start: () => beginning.submit({ intent: "start" }, { method: "post", encType: "application/json" }),
    starting: beginning.state !== "idle",
    planning: changed !== null || choosing.state !== "idle",
    refused: beginning.state === "idle" && choosing.state === "idle" ? answer : null,
  };
}
