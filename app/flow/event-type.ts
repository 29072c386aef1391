// The event type that a program's sales are reported to: what the network offers, and the merchant's choice.
import { wakeConversions } from "../db/conversion.ts";
import { findProgram, updateProgram } from "../db/program.ts";
import { insertLog } from "../db/log.ts";
import { now } from "../clock.ts";
import type { EventTypeInfo } from "../networks/port.ts";
import { connectedTo, failed } from "./connected.ts";
import type { Failed } from "./connected.ts";

export type EventTypes = { ok: true; eventTypes: EventTypeInfo[] };

/** The event types that the program's contracts pay for, read from the network. */
export async function listEventTypes(shop: string, programId: string): Promise<EventTypes | Failed> {
  const program = await findProgram(shop, programId);
  if (!program) return { ok: false, errors: [{ field: "programId", key: "program.not_found" }] };
  if (!program.connectionId || !program.externalId) return { ok: false, errors: [{ field: "programId", key: "program.no_network", values: { program: program.name } }] };
  const connected = await connectedTo(shop, program.connectionId);
  if (!connected.ok) return connected;
  const read = await connected.network.eventTypes(program.externalId);
  return read.ok ? { ok: true, eventTypes: read.value } : failed(shop, program.connectionId, read.fault, "programId");
}

/** Sales are reported to this event type from now on, those that waited for one included; what was reported before stays where it is. */
export async function chooseEventType(shop: string, choice: { programId: string; eventTypeId: string }): Promise<{ ok: true } | Failed> {
  const types = await listEventTypes(shop, choice.programId);
  if (!types.ok) return types;
  const chosen = types.eventTypes.find((type) => type.eventTypeId === choice.eventTypeId);
  const program = await findProgram(shop, choice.programId);
  if (!chosen || !program) return { ok: false, errors: [{ field: "eventTypeId", key: "program.not_found" }] };
  const at = now();
  await updateProgram(shop, program.id, { name: program.name, eventTypeId: chosen.eventTypeId, state: program.state, readAt: at });
  await wakeConversions(shop, program.id, ["no_event_type"], at);
  await insertLog(shop, at, { who: "merchant", what: "program.event_type", detail: { name: program.name, eventType: chosen.name } });
  return { ok: true };
}
