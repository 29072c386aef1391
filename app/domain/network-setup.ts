// The step of the two-program set-up that only a person can take: a code for the creators' media source in the performance program. What of it is open,
// and when it is looked at again. Pure; instants are ISO 8601.
import type { ToldCode } from "./network-code.ts";
import type { NetworkStep } from "./network-steps.ts";

/** What stands in the performance program under the code's name, as its media source's; `policyWord`: the network's own word for a policy that this version does not know. */
export type StandsThere = { policy: string; policyWord?: string; startsAt: string | null; endsAt: string | null };

/** A person enters days of another zone than the app's instants are of. */
const A_DAY_MS = 24 * 3_600_000;

/** The steps that are open: to assign the code, or to set right what was entered otherwise. `key` of locales/<language>/setup.json under "step". */
export function setupSteps(code: string, wanted: ToldCode, stands: StandsThere | null, now: string): NetworkStep[] {
  if (stands === null) return [{ key: "assign", values: { code } }];
  const steps: NetworkStep[] = [];
  if (stands.policy !== wanted.policy) steps.push({ key: "policy", values: { code, policy: wanted.policy, theirs: stands.policy, ...(stands.policyWord ? { word: stands.policyWord } : {}) } });
  if (!sameEnd(wanted.endsAt, stands.endsAt) || beginsLater(wanted.startsAt, stands.startsAt, now)) steps.push({ key: "dates", values: { code } });
  return steps;
}

function sameEnd(wanted: string | null, there: string | null): boolean {
  return wanted === null || there === null ? wanted === there : Math.abs(Date.parse(wanted) - Date.parse(there)) <= A_DAY_MS;
}

/** A start that is past there is as good as any other that is past. */
function beginsLater(wanted: string | null, there: string | null, now: string): boolean {
  if (there === null || Date.parse(there) <= Date.parse(now)) return false;
  return wanted === null || Date.parse(there) - Date.parse(wanted) > A_DAY_MS;
}

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;

/**
 * When it is looked whether a person has taken the step: every quarter of an hour at first, then every hour, and after a day every six hours. On the clock's
 * own marks, so that all codes that wait are read with one list.
 */
export function nextLookMs(looks: number, nowMs: number): number {
  const every = looks < 4 ? QUARTER_MS : looks < 28 ? HOUR_MS : 6 * HOUR_MS;
  return (Math.floor(nowMs / every) + 1) * every;
}
