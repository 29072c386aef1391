// Telling the platform's workflows (Flow). A trigger that no workflow begins with, or a shop without Flow, is no error there: the word is taken and dropped.
import type { Admin } from "./admin.ts";
import type { StoreAnswer } from "./discounts.ts";
import { TELL_FLOW } from "./flow.graphql.ts";

/** `payload`: the fields that the trigger's extension declares. Refused: the trigger is not deployed, or the fields are others than it declares. */
export async function tellFlow(admin: Admin, handle: string, payload: Record<string, string | number>): Promise<StoreAnswer<null>> {
  type Told = { flowTriggerReceive: { userErrors: { field: string[] | null; message: string }[] } | null };
  const answer = await admin<Told>(TELL_FLOW, { handle, payload });
  if (!answer.ok) return answer;
  const errors = answer.data.flowTriggerReceive?.userErrors ?? [];
  if (errors.length === 0) return { ok: true, value: null };
  return { ok: false, fault: { kind: "refused", errors: errors.map(({ field, message }) => ({ code: null, field: field?.join(".") ?? null, message })) } };
}
