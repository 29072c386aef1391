// The conflict of the two-program set-up: a code that a creator has is a partner's in the performance program too.
import type { FoundDrift } from "../domain/drift.ts";
import type { PlacedCode } from "../networks/port.ts";

/** `target`: the program's id, or "external <id>" where nobody chose it here. */
export type PerformanceProgram = { target: string; externalId: string; name: string; connectionId: string };

/** What the pages show of it, and what a repair needs: expiring the partner's one. */
export function inPerformance(mine: { codeId: string; code: string }, program: PerformanceProgram, placed: PlacedCode): FoundDrift {
  const { externalId, partnerId, policy, startsAt, endsAt } = placed;
  const theirs = { code: placed.code, externalId, partnerId, partner: placed.partnerName, policy, startsAt, endsAt, program: program.name, programExternalId: program.externalId, connectionId: program.connectionId };
  return { about: "code", aboutId: mine.codeId, target: program.target, kind: "in_performance", part: "", ours: { code: mine.code }, theirs };
}
