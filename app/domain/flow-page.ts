// What Settings says of the platform's workflows. Instants are ISO 8601.
import type { FlowAction } from "./flow-steps.ts";
import type { FlowTrigger } from "./flow-words.ts";
import type { FieldError } from "./problem.ts";

/** Of the last 30 days. `failed`: given up. */
export type TriggerLine = { handle: FlowTrigger; told: number; waiting: number; failed: number; lastAt: string | null };
export type ActionLine = { handle: FlowAction; done: number; refused: number; lastAt: string | null };

/** The newest of what failed. `about`: what the word was about, or the step was asked for. */
export type FlowFailure = { id: string; at: string; about: string } & ({ kind: "trigger"; handle: FlowTrigger; problem: string | null } | { kind: "action"; handle: FlowAction; errors: FieldError[] });

export type FlowCard = { triggers: TriggerLine[]; actions: ActionLine[]; failures: FlowFailure[] };
