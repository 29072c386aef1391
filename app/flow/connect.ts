// Connecting a network: the account, its programs, and the creators in them. Also what works without any network.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { seal, sealingKeyId } from "../crypto.server.ts";
import { giveStorefrontSoon } from "../db/click-parameter.ts";
import { wakeOwners } from "../db/click-owner.ts";
import { findConnection, findConnectionByAccount, forgetConnection, readConnectionSoon, upsertConnection } from "../db/connection.ts";
import type { CheckedConnection } from "../db/connection.ts";
import { findCreatorByEmail, insertCreators, insertMembership } from "../db/creator.ts";
import { inTurn } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { findProgram, findProgramByExternal, insertFirstProgramRule, insertProgram, listPrograms, updateProgram } from "../db/program.ts";
import { usualEventType } from "../domain/contract.ts";
import type { FieldError } from "../domain/problem.ts";
import type { EventTypeInfo, NetworkDefinition, ProgramInfo } from "../networks/port.ts";
import { listNetworks, networkNamed } from "../networks/registry.ts";
import { connectedTo, failed } from "./connected.ts";
import type { Failed } from "./connected.ts";
import { turnOfCreators } from "./members.ts";
import { networkProblem } from "./network-faults.ts";
import { networkFor, UNCHECKED } from "./networks.ts";

export { connectedTo, failed } from "./connected.ts";
export type { Failed } from "./connected.ts";
export { takeOverCreators } from "./take-over.ts";
export type { TakenOver } from "./take-over.ts";

const MERCHANT = "merchant";
const LONGEST_NAME = 255;
const LONGEST_EMAIL = 254; // RFC 5321

/** An account as a person types it. `network`: the id of a registered one; left out where there is only one. */
export type TypedAccount = { network?: string; accountSid: string; token: string };

export type ConnectedAccount = { ok: true; connectionId: string; accountName: string | null };

/**
 * Checks an account with one call and keeps it, its token sealed. An account that is known (one that was disconnected included) is the same row and
 * gets the new token in one statement: its programs, codes and conversions go on, and no call finds it without a token.
 */
export async function connectNetwork(shop: string, input: TypedAccount): Promise<ConnectedAccount | Failed> {
  const definition = input.network === undefined ? (listNetworks()[0] ?? null) : networkNamed(input.network);
  if (definition === null) return { ok: false, errors: [{ field: "network", key: "connect.no_network" }] };
  const network = definition.id;
  const accountSid = input.accountSid.trim();
  const token = input.token.trim();
  const errors = [...wrongIn(definition, "accountSid", accountSid), ...wrongIn(definition, "token", token)];
  if (errors.length > 0) return { ok: false, errors };

  const at = now();
  const known = await findConnectionByAccount(shop, network, accountSid);
  const connection: CheckedConnection = {
    shop,
    id: known?.id ?? randomUUID(),
    network,
    accountSid,
    name: accountSid,
    token: seal(token),
    keyId: sealingKeyId(),
    state: "connected",
    problem: null,
    checkedAt: at,
    createdAt: known?.createdAt ?? at,
  };
  const checked = await (await networkFor(shop, { ...connection, state: UNCHECKED }, undefined, "person")).check();
  if (!checked.ok) return { ok: false, errors: [{ field: "token", ...networkProblem(checked.fault) }] };
  const accountName = checked.value.accountName;
  const connectionId = await upsertConnection({ ...connection, name: accountName ?? accountSid });
  await giveStorefrontSoon(shop, at); // it looks for the clicks of this network from now on
  await wakeOwners(shop, at); // and the network can be asked whose the known ones are
  await insertLog(shop, at, { who: MERCHANT, what: "network.connected", detail: { network, account: accountName ?? accountSid } });
  return { ok: true, connectionId, accountName };
}

function wrongIn({ id, credentials }: NetworkDefinition, field: "accountSid" | "token", typed: string): FieldError[] {
  if (credentials[field].form.test(typed)) return [];
  return [{ field, key: `${id}:credentials.${field}.${typed === "" ? "missing" : "form"}` }];
}

/** The account's programs, each with our id where it was chosen before. */
export async function listNetworkPrograms(shop: string, connectionId: string): Promise<{ ok: true; programs: (ProgramInfo & { programId: string | null })[] } | Failed> {
  const connected = await connectedTo(shop, connectionId);
  if (!connected.ok) return connected;
  const read = await connected.network.programs();
  if (!read.ok) return failed(shop, connectionId, read.fault, "connectionId");
  const chosen = new Map((await listPrograms(shop)).filter((program) => program.connectionId === connectionId).map((program) => [program.externalId, program.id]));
  return { ok: true, programs: read.value.map((program) => ({ ...program, programId: chosen.get(program.externalId) ?? null })) };
}

export type ChosenProgram = { ok: true; programId: string; eventTypeId: string | null; takesPromoCodes: boolean };

/** Takes a program of the account into use, with the rules that a program begins with; one that was chosen before is read again. */
export async function chooseProgram(shop: string, { connectionId, externalId }: { connectionId: string; externalId: string }): Promise<ChosenProgram | Failed> {
  const connected = await connectedTo(shop, connectionId);
  if (!connected.ok) return connected;
  const programs = await connected.network.programs();
  if (!programs.ok) return failed(shop, connectionId, programs.fault, "externalId");
  const info = programs.value.find((program) => program.externalId === externalId);
  if (!info) return { ok: false, errors: [{ field: "externalId", key: "program.not_found" }] };
  if (info.kind === "other") return { ok: false, errors: [{ field: "externalId", key: "program.kind", values: { name: info.name } }] };
  const types = await connected.network.eventTypes(externalId);
  if (!types.ok) return failed(shop, connectionId, types.fault, "externalId");

  return inTurn(`programs of ${shop}`, () => keepProgram(shop, { connectionId, network: connected.networkId }, info, types.value));
}

async function keepProgram(shop: string, { connectionId, network }: { connectionId: string; network: string }, info: ProgramInfo, types: EventTypeInfo[]): Promise<ChosenProgram> {
  const at = now();
  const { externalId } = info;
  const eventTypeId = usualEventType(types);
  const facts = { name: info.name, eventTypeId, state: info.active ? "active" : "ended", readAt: at };
  const known = await findProgramByExternal(shop, connectionId, externalId);
  const programId = known?.id ?? randomUUID();
  if (known) {
    // An event type that was chosen stays as long as the network still has it.
    const kept = types.some((type) => type.eventTypeId === known.eventTypeId) ? known.eventTypeId : eventTypeId;
    await updateProgram(shop, programId, { ...facts, eventTypeId: kept });
  } else {
    const { state: _state, ...row } = facts;
    await insertProgram({ shop, id: programId, connectionId, network, externalId, kind: info.kind, createdAt: at, ...row });
    await insertLog(shop, at, { who: MERCHANT, what: "program.chosen", detail: { name: info.name, kind: info.kind } });
  }
  await insertFirstProgramRule(shop, programId);
  await readConnectionSoon(shop, connectionId); // its contracts and creators
  return { ok: true, programId, eventTypeId, takesPromoCodes: info.takesPromoCodes };
}

/** A program of the shop's own, with no network behind it: all but the reporting works. */
export async function makeOwnProgram(shop: string, input: { name: string }): Promise<{ ok: true; programId: string } | Failed> {
  const name = input.name.trim();
  if (name === "") return { ok: false, errors: [{ field: "name", key: "program.name_missing" }] };
  if (name.length > LONGEST_NAME) return { ok: false, errors: [{ field: "name", key: "program.name_long", values: { limit: LONGEST_NAME } }] };
  return inTurn(`programs of ${shop}`, () => keepOwnProgram(shop, name));
}

async function keepOwnProgram(shop: string, name: string): Promise<{ ok: true; programId: string } | Failed> {
  const taken = (await listPrograms(shop)).some((program) => program.name.toLowerCase() === name.toLowerCase());
  if (taken) return { ok: false, errors: [{ field: "name", key: "program.name_taken", values: { name } }] };
  const at = now();
  const programId = randomUUID();
  await insertProgram({ shop, id: programId, connectionId: null, network: "none", externalId: null, eventTypeId: null, name, kind: "creator", createdAt: at, readAt: null });
  await insertFirstProgramRule(shop, programId);
  await insertLog(shop, at, { who: MERCHANT, what: "program.made", detail: { name } });
  return { ok: true, programId };
}

/** A creator by hand; `programId` only of a program without a network (a network's creators are taken over from it). */
export async function addCreator(
  shop: string,
  input: { name: string; email: string | null; handle: string | null; programId: string | null },
): Promise<{ ok: true; creatorId: string } | Failed> {
  const name = input.name.trim();
  const email = input.email?.trim() || null;
  const handle = input.handle?.trim() || null;
  const errors: FieldError[] = [];
  if (name === "") errors.push({ field: "name", key: "creator.name_missing" });
  else if (name.length > LONGEST_NAME) errors.push({ field: "name", key: "creator.name_long", values: { limit: LONGEST_NAME } });
  if (email !== null && (email.length > LONGEST_EMAIL || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))) errors.push({ field: "email", key: "creator.email_form" });
  if (handle !== null && handle.length > LONGEST_NAME) errors.push({ field: "handle", key: "creator.handle_long", values: { limit: LONGEST_NAME } });
  const program = input.programId ? await findProgram(shop, input.programId) : null;
  if (input.programId && !program) errors.push({ field: "programId", key: "program.not_found" });
  if (program && program.network !== "none") errors.push({ field: "programId", key: "creator.program_of_network", values: { program: program.name } });
  if (errors.length > 0) return { ok: false, errors };
  return inTurn(turnOfCreators(shop), () => keepCreator(shop, { name, email, handle }, program));
}

async function keepCreator(
  shop: string,
  { name, email, handle }: { name: string; email: string | null; handle: string | null },
  program: { id: string; name: string } | null,
): Promise<{ ok: true; creatorId: string } | Failed> {
  const same = email === null ? null : await findCreatorByEmail(shop, email);
  if (same) return { ok: false, errors: [{ field: "email", key: "creator.email_taken", values: { name: same.name } }] };

  const at = now();
  const creatorId = randomUUID();
  await insertCreators([{ shop, id: creatorId, name, email, handle, createdAt: at }]);
  if (program) await insertMembership({ shop, programId: program.id, creatorId, joinedAt: at, leftAt: null, partnerId: null, state: "joined", readAt: null });
  await insertLog(shop, at, { who: MERCHANT, what: "creator.added", detail: { name, program: program?.name ?? null } });
  return { ok: true, creatorId };
}

/** Forgets the token. Programs, codes and credits stay; nothing more is placed or reported until the account is connected again. */
export async function disconnectNetwork(shop: string, connectionId: string): Promise<{ ok: true } | Failed> {
  const connection = await findConnection(shop, connectionId);
  if (!connection) return { ok: false, errors: [{ field: "connectionId", key: "connect.not_found" }] };
  await forgetConnection(shop, connectionId);
  await giveStorefrontSoon(shop, now());
  await insertLog(shop, now(), { who: MERCHANT, what: "network.disconnected", detail: { network: connection.network, account: connection.name } });
  return { ok: true };
}
