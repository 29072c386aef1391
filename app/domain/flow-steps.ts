// A step of a workflow as the platform posts it (extensions/flow-make-code, extensions/flow-pause-code), and what it is answered. Pure.
import type { FieldError } from "./problem.ts";

export const FLOW_ACTIONS = ["make-code", "pause-code"] as const;
export type FlowAction = (typeof FLOW_ACTIONS)[number];

/** The fields of each action, as its extension declares them. */
export const FLOW_ACTION_FIELDS: Record<FlowAction, readonly string[]> = { "make-code": ["creator", "deal", "code"], "pause-code": ["code"] };

export type FlowStep = { runId: string; action: FlowAction; properties: Partial<Record<string, string>> };

/** What the step answers for those that follow: the type MadeCode of its extension's schema. */
export type MadeByFlow = { code: string; creator: string; deal: string };

/** `later`: nobody knows yet, ask again. `busy`: it is under way. */
export type StepAnswer = { kind: "done"; made: MadeByFlow | null } | { kind: "refused"; errors: FieldError[] } | { kind: "later" } | { kind: "busy" };

/**
 * As the platform reads it: 200 is done, 202 and 503 are asked again for a day and a half, any other 4xx ends the run and shows the message.
 * `return_value` is what later steps can use.
 */
export function flowReply(answer: StepAnswer, say: (error: FieldError) => string): { status: number; body: Record<string, unknown> } {
  if (answer.kind === "done") return { status: 200, body: answer.made === null ? {} : { return_value: answer.made } };
  if (answer.kind === "busy") return { status: 202, body: {} };
  if (answer.kind === "later") return { status: 503, body: {} };
  const messages = answer.errors.map(say);
  return { status: 422, body: { message: messages.join(" "), errors: messages.map((message) => ({ message })) } };
}

const LONGEST = 255;

/** Reads a posted step of this action; null: it is none, or one of another action. What is signed is not therefore of the right shape. */
export function readFlowStep(body: unknown, action: FlowAction): FlowStep | null {
  if (typeof body !== "object" || body === null) return null;
  const { action_run_id: runId, handle, properties } = body as Record<string, unknown>;
  if (typeof runId !== "string" || !/^[\w.:-]{1,100}$/.test(runId) || handle !== action) return null;
  if (typeof properties !== "object" || properties === null) return null;
  const read = FLOW_ACTION_FIELDS[action].map((key) => [key, typedText((properties as Record<string, unknown>)[key])] as const);
  return { runId, action, properties: Object.fromEntries(read) };
}

/** A step may be asked for with an address, of whomever it is: it is used, and not kept. */
export function withoutAddress(text: string): string {
  return text.replace(/[^\s@,;<>]+@(?=[^\s@]+\.[^\s@]+)/g, "…@");
}

function typedText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).replaceAll("\0", "").trim().slice(0, LONGEST) : "";
}
