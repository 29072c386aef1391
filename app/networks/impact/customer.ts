// What may be told of a customer only where the account is set up for it: values of the status must be configured for the event type, and an address
// must come as a hash that it takes. One that is refused costs no sale: the conversion is told without it.
import { nowMs } from "../../clock.ts";
import type { Answer } from "../port.ts";
import type { Client } from "./client.ts";
import type { Fields } from "./types.ts";

const OPTIONAL = ["CustomerStatus", "CustomerEmail"];
/** What a program refused is left out for so long; then it may have been set up. */
const HOLDS_MS = 86_400_000;
const refusedUntil = new Map<string, number>();

/** Sends a conversion; what its program refuses of the customer is left out, of this one and of those that follow. A refusal did nothing, so it may be sent again at once. */
export async function sendConversion({ call }: Client, accountSid: string, fields: Fields): Promise<Answer<unknown>> {
  const keyOf = (name: string) => `${accountSid} ${fields.CampaignId} ${name}`;
  const told = without(fields, OPTIONAL.filter((name) => (refusedUntil.get(keyOf(name)) ?? 0) > nowMs()));
  const answer = await call("POST", "Conversions", told);
  if (answer.ok || answer.fault.kind !== "invalid") return answer;
  const { errors } = answer.fault;
  const refused = OPTIONAL.filter((name) => name in told && errors.some((error) => names(error, name)));
  if (refused.length === 0 || !errors.every((error) => refused.some((name) => names(error, name)))) return answer;
  for (const name of refused) refusedUntil.set(keyOf(name), nowMs() + HOLDS_MS);
  return call("POST", "Conversions", without(told, refused));
}

/** Does an error speak of this field? Where it names none, its words may. */
function names({ field, message }: { field: string | null; message: string }, name: string): boolean {
  return field === null ? message.toLowerCase().replaceAll(/[^a-z]/g, "").includes(name.toLowerCase()) : field.toLowerCase() === name.toLowerCase();
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
