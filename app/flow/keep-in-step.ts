// Keeps what networks say of an account in step: its programs, their partners and contracts. It comes after what is to be told (a share of the hour is
// reading's), and whatever one token may not read hinders nothing else.
import type { Program } from "@prisma/client";
import { now } from "../clock.ts";
import { connectionsToRead, setConnectionRead, type DueConnection } from "../db/connection.ts";
import { keepContracts } from "../db/contract.ts";
import { wakeConversions } from "../db/conversion.ts";
import { withLock } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { listProgramsOfConnection, setProgramFacts } from "../db/program.ts";
import { contractEnds, eventTypesIn, usualEventType } from "../domain/contract.ts";
import { log } from "../log.server.ts";
import type { Answer, ContractInfo, NetworkFault, PartnerInfo, ProgramInfo } from "../networks/port.ts";
import { after, backoffMs } from "./again.ts";
import { connectedTo, failed } from "./connected.ts";
import { startLoop, type Loop } from "./loop.ts";
import { inParallel } from "./parallel.ts";
import { tryPermissions } from "./permissions.ts";
import { followPartners } from "./take-over.ts";

const REST_MS = 3_000;
/** A reading costs some ten requests for each program. */
const EVERY_MS = 3 * 3_600_000;
/** The token is tried anew once a day; each call tells in between. */
const TRY_AGAIN_MS = 24 * 3_600_000;
const MOST_ACCOUNTS_AT_ONCE = 2;

export function startKeepingInStep(): Loop {
  return startLoop({ name: "in step", everyMs: REST_MS, work: () => keepInStep() });
}

/** Reads every account that is due; returns how many were read. shop: only this one's. */
export async function keepInStep({ shop }: { shop?: string } = {}): Promise<number> {
  let done = 0;
  await inParallel(await connectionsToRead(shop ?? null, now()), MOST_ACCOUNTS_AT_ONCE, async (connection) => {
    const read = await withLock(`in step ${connection.shop} ${connection.connectionId}`, () => readAccount(connection));
    done += read ? 1 : 0;
    return true;
  });
  return done;
}

async function readAccount(connection: DueConnection): Promise<boolean> {
  const { shop, connectionId } = connection;
  const fault = await readAll(connection);
  const at = now();
  if (fault === null) {
    await setConnectionRead(shop, connectionId, { readAt: at, nextAt: after(at, EVERY_MS), attempts: 0 });
    return true;
  }
  const attempts = connection.attempts + 1;
  log.warn({ shop, connectionId, fault: fault.kind }, "programs could not be read and are asked for again later");
  await failed(shop, connectionId, fault, "connectionId"); // refused credentials are noted
  await setConnectionRead(shop, connectionId, { readAt: null, nextAt: after(at, fault.kind === "limited" ? Math.max(60_000, fault.resetSeconds * 1_000) : Math.max(60_000, backoffMs(attempts))), attempts });
  return false;
}

/** null: all was read that the credentials may read. */
async function readAll(connection: DueConnection): Promise<NetworkFault | null> {
  const { shop, connectionId } = connection;
  if (isToTry(connection)) await tryPermissions(shop, connectionId, "reads");
  if (!connection.hasPrograms) return null;
  const connected = await connectedTo(shop, connectionId, "reads");
  if (!connected.ok) return null;
  const { network, can } = connected;
  const programs = permitted(await network.programs());
  if (!programs.ok) return programs.fault;
  for (const program of await listProgramsOfConnection(shop, connectionId)) {
    if (programs.value !== null) await followProgram(shop, program, programs.value.find((info) => info.externalId === program.externalId) ?? null);
    const contracts: Allowed<ContractInfo[]> = can.contracts ? permitted(await network.contracts(program.externalId!)) : { ok: true, value: null };
    if (!contracts.ok) return contracts.fault;
    if (contracts.value !== null) await followContracts(shop, program, contracts.value);
    const partners = permitted(await network.partners(program.externalId!));
    if (!partners.ok) return partners.fault;
    if (partners.value !== null) await followMembers(shop, program, partners.value, contracts.value);
  }
  return null;
}

type Allowed<T> = { ok: true; value: T | null } | { ok: false; fault: NetworkFault };

/** What the credentials may not read is null: it is shown among the permissions, and the rest is read all the same. So is a program that is there no more. */
function permitted<T>(answer: Answer<T>): Allowed<T> {
  return !answer.ok && (answer.fault.kind === "forbidden" || answer.fault.kind === "not_found" || answer.fault.kind === "invalid") ? { ok: true, value: null } : answer;
}

function isToTry({ permissions }: DueConnection): boolean {
  const tried = permissions.flatMap(({ at }) => (at === null ? [] : [Date.parse(at)]));
  return tried.length === 0 || Math.max(...tried) < now().getTime() - TRY_AGAIN_MS;
}

/** A program that the network lists no more has ended. */
async function followProgram(shop: string, program: Program, info: ProgramInfo | null): Promise<void> {
  const facts = { name: info?.name.trim() || program.name, state: info?.active ? "active" : "ended", takesCodes: info?.takesPromoCodes ?? program.takesCodes };
  if (facts.name === program.name && facts.state === program.state && facts.takesCodes === program.takesCodes) return;
  await setProgramFacts(shop, program.id, facts);
  const what = facts.state !== program.state ? (facts.state === "ended" ? "program.ended" : "program.resumed") : facts.takesCodes !== program.takesCodes ? (facts.takesCodes ? "program.codes_on" : "program.codes_off") : "program.renamed";
  await insertLog(shop, now(), { who: "network", what, detail: { name: facts.name, before: program.name } });
}

/** What contracts name are the program's event types. Where none was chosen, because no contract named one, sales that waited for it go out. */
async function followContracts(shop: string, program: Program, contracts: ContractInfo[]): Promise<void> {
  const at = now();
  await keepContracts(shop, program.id, contracts.map((contract) => ({ ...contract, stateText: contract.word })), at);
  const eventTypes = eventTypesIn(contracts);
  const eventTypeId = program.eventTypeId ?? usualEventType(eventTypes);
  await setProgramFacts(shop, program.id, { eventTypes, ...(eventTypeId !== null && { eventTypeId }) });
  if (program.eventTypeId === null && eventTypeId !== null) await wakeConversions(shop, program.id, ["no_event_type"], at);
}

/** The creators of a creator program are all of interest; of a performance program, with its thousands of partners, those who were taken over. */
async function followMembers(shop: string, program: Program, partners: PartnerInfo[], contracts: ContractInfo[] | null): Promise<void> {
  const ends = contractEnds(contracts ?? []);
  const read = partners.map((partner) => (partner.state === "joined" && ends.has(partner.partnerId) ? { ...partner, leftAt: ends.get(partner.partnerId)! } : partner));
  await followPartners(shop, { id: program.id, name: program.name, connectionId: program.connectionId! }, read, { onlyKnown: program.kind !== "creator" });
}
