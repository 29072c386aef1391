// What the pages of runs say: numbers as the language writes them, the time left, how far a run is.
import { secondsLeft, stepOf } from "../../../domain/code-batch.ts";
import type { RunHead } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { useFormat } from "../../format.tsx";

/** The text of a key with a number in it, in its plural form. */
export function useCounted(): (key: string, count: number, values?: Record<string, string>) => string {
  const t = useT("runs");
  const format = useFormat();
  return (key, count, values = {}) => t(key, { count, n: format.number(count), ...values });
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** "About 5 minutes left". */
export function useTimeLeft(): (seconds: number | null) => string {
  const t = useT("runs");
  const counted = useCounted();
  return (seconds) => {
    if (seconds === null) return t("left.unknown");
    if (seconds < 90) return counted("left.seconds", Math.max(1, seconds < 10 ? seconds : Math.ceil(seconds / 10) * 10));
    if (seconds < 90 * MINUTE) return counted("left.minutes", Math.round(seconds / MINUTE));
    if (seconds < 36 * HOUR) return counted("left.hours", Math.round(seconds / HOUR));
    return counted("left.days", Math.round(seconds / DAY));
  };
}

type Going = Pick<RunHead, "state" | "progress" | "perSecond">;

/** How far a run is, from 0 to 100; a run that is nearly through is not through. */
export function percentOf({ state, progress }: Going): number {
  const { of, done } = stepOf(state, progress);
  return of === 0 ? 0 : Math.floor((100 * done) / of);
}

/** How far it is and how long it takes, in a line each. */
export function useStepWords(): (run: Going, hindered: boolean) => { far: string; left: string | null; pace: string | null } {
  const t = useT("runs");
  const counted = useCounted();
  const format = useFormat();
  const timeLeft = useTimeLeft();
  return (run, hindered) => {
    const step = stepOf(run.state, run.progress);
    const under = run.state === "checking" || run.state === "running";
    const far = t(run.state === "checking" ? "progress.of_checked" : "progress.of_made", { done: format.number(step.done), total: format.number(step.of) });
    if (!under || step.done >= step.of) return { far, left: null, pace: null };
    const pace = run.perSecond === null ? null : t("progress.pace", { pace: format.number(Math.round(run.perSecond * 60)) });
    const seconds = secondsLeft(step, run.perSecond);
    const { asked } = run.progress;
    const left = seconds === null && asked > 0 ? counted("left.with_store", asked) : timeLeft(seconds);
    return { far, left: hindered ? t("left.waits") : left, pace: hindered ? null : pace };
  };
}
