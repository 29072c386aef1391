// Asks the networks whose clicks the click ids are, and has the orders settled again whose clicks have got an owner. Ids that an order's credit waits for
// come first; together they take no more of an account's hour than a part of what reading may have. What dies meanwhile is asked once more.
import { now, nowMs } from "../clock.ts";
import { takeClickQuestion } from "../db/budget.ts";
import { adoptOwners, claimOwners, clickPlaces, noteNobody, noteOwner, parkOwners, putOffOwners, shopsWithNewOwners, type ClickPlace, type DueClick } from "../db/click-owner.ts";
import { setConnectionState } from "../db/connection.ts";
import { mostAsks, nextAskMs } from "../domain/click-owner.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import { isStopping } from "../stopping.server.ts";
import type { ClickInfo, NetworkFault } from "../networks/port.ts";
import { networkNamed } from "../networks/registry.ts";
import { budgetKey } from "./budget.ts";
import { clickNetworks } from "./click-parameters.ts";
import { startLoop, type Loop } from "./loop.ts";
import { networkProblem } from "./network-faults.ts";
import { openConnection, type OpenConnection } from "./networks.ts";
import { inParallel } from "./parallel.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = 5_000;
/** So long whoever claimed an id has it to himself. */
const LEASE_MS = 10 * MINUTE_MS;
/** After a fault that passes. */
const AGAIN_MS = 10 * MINUTE_MS;
/** How often it is looked whether partners became creators. */
const ADOPT_MS = MINUTE_MS;
const ADOPTED_AT_ONCE = 500;
const CLAIMED_AT_ONCE = 20;
const MOST_AT_ONCE = 4;
/** An id that nobody could be asked about for so long is left alone. */
const OLDEST_MS = 30 * DAY_MS;

/** What this process remembers between turns; forgotten at a restart, which costs some questions and nothing else. */
export type AskerState = {
  /** Until when the ids of a shop's parameter are left alone, by "<shop> <parameter>". `others`: those alone that no order waits for. */
  rests: { all: Map<string, number>; others: Map<string, number> };
  /** In which program of a shop's network the last click was found: the next one is looked for there first. */
  lastFound: Map<string, string>;
  adoptedAtMs: number;
};

export function newAskerState(): AskerState {
  return { rests: { all: new Map(), others: new Map() }, lastFound: new Map(), adoptedAtMs: 0 };
}

/** Asks for as long as the process lives. */
export function startClickOwners({ shop }: { shop?: string } = {}): Loop {
  const state = newAskerState();
  return startLoop({ name: "click owners", everyMs: EVERY_MS, work: () => askOwners({ shop, state }) });
}

/** Asks about some of what is due; returns of how many ids something became known. shop: only this one. */
export async function askOwners({ shop, state = newAskerState() }: { shop?: string; state?: AskerState } = {}): Promise<number> {
  const at = nowMs();
  let known = at - state.adoptedAtMs >= ADOPT_MS ? await adoptAll(shop ?? null) : 0;
  if (known === 0 && at - state.adoptedAtMs >= ADOPT_MS) state.adoptedAtMs = at;
  const { all, others } = state.rests;
  for (const rests of [all, others]) for (const [key, untilMs] of rests) if (untilMs <= at) rests.delete(key);
  const claim = (matters: boolean) => claimOwners({ shop: shop ?? null, matters, resting: [...all.keys(), ...(matters ? [] : others.keys())], limit: CLAIMED_AT_ONCE }, new Date(at), new Date(at + LEASE_MS));
  const first = await claim(true);
  const due = first.length > 0 ? first : await claim(false);
  const faults: unknown[] = [];
  await inParallel([...Map.groupBy(due, keyOf).values()], MOST_AT_ONCE, async (clicks) => {
    known += await askFor(clicks, state).catch((fault: unknown) => {
      faults.push(fault);
      all.set(keyOf(clicks[0]!), nowMs() + MINUTE_MS);
      return 0;
    });
    return true;
  });
  if (faults.length > 0) throw faults[0];
  return known;
}

async function adoptAll(shop: string | null): Promise<number> {
  let adopted = 0;
  for (const each of await shopsWithNewOwners(shop)) adopted += await adoptOwners(each, now(), ADOPTED_AT_ONCE);
  return adopted;
}

function keyOf({ shop, parameter }: DueClick): string {
  return `${shop} ${parameter}`;
}

/** Claimed ids of one parameter of one shop. Returns of how many something became known. */
async function askFor(clicks: readonly DueClick[], state: AskerState): Promise<number> {
  const { shop, parameter } = clicks[0]!;
  const network = (await clickNetworks(shop)).get(parameter) ?? null;
  const definition = network === null ? null : networkNamed(network);
  if (network === null || definition === null || !definition.can.clickOwners) {
    await parkOwners(shop, parameter);
    return 0;
  }
  const places = await clickPlaces(shop, network);
  const open = places.filter((place) => place.state === "connected");
  if (open.length === 0) {
    // A refused account may be taken again at any time; one that is gone wakes them when it comes back.
    await putOffLong(clicks, places.some((place) => place.state === "refused") ? HOUR_MS : DAY_MS);
    return 0;
  }
  const connections = new Map<string, OpenConnection>();
  for (const { connectionId } of open) if (!connections.has(connectionId)) connections.set(connectionId, await openConnection(shop, connectionId));
  let known = 0;
  for (const [at, click] of clicks.entries()) {
    if (isStopping()) {
      await putOffOwners(clicks.slice(at), now());
      return known;
    }
    const end = await askOne(click, sorted(open, state.lastFound.get(`${shop} ${network}`)), network, connections);
    if (!end.ok) {
      await giveWay(clicks.slice(at), end, state);
      return known;
    }
    known += 1;
    if (end.value === null) await noteUnknown(click);
    else {
      state.lastFound.set(`${shop} ${network}`, end.value.programId);
      await noteFound(click, end.value);
    }
  }
  return known;
}

function sorted(places: readonly ClickPlace[], first: string | undefined): ClickPlace[] {
  return [...places.filter((place) => place.programId === first), ...places.filter((place) => place.programId !== first)];
}

type Found = { programId: string; partnerId: string | null };
type End = { ok: true; value: Found | null } | { ok: false; connectionId: string; fault: NetworkFault };

/** Looks for a click in the programs, one question each. value null: none of them has it. */
async function askOne(click: DueClick, places: readonly ClickPlace[], network: string, connections: ReadonlyMap<string, OpenConnection>): Promise<End> {
  for (const { programId, externalId, connectionId, accountSid } of places) {
    const connection = connections.get(connectionId)!;
    const full = await takeClickQuestion(budgetKey(network, accountSid), now(), mostAsks(connection.limits.requestsAnHour, click.matters), connection.limits.requestsAnHour);
    if (full !== null) return { ok: false, connectionId, fault: { kind: "limited", resetSeconds: Math.max(1, Math.ceil((full.getTime() - nowMs()) / 1_000)) } };
    const answer = await connection.about({ about: "account", aboutId: connectionId }, "reads").clickOwner(externalId, click.clickId);
    if (answer.ok) return { ok: true, value: { programId: programOf(answer.value, places) ?? programId, partnerId: answer.value.partnerId } };
    // An id in a form that the network does not take is none of its clicks.
    if (answer.fault.kind !== "not_found" && answer.fault.kind !== "invalid") return { ok: false, connectionId, fault: answer.fault };
  }
  return { ok: true, value: null };
}

/** The click's own program, as the answer names it. */
function programOf({ programExternalId }: ClickInfo, places: readonly ClickPlace[]): string | null {
  return places.find((place) => place.externalId === programExternalId)?.programId ?? null;
}

async function noteFound(click: DueClick, { programId, partnerId }: Found): Promise<void> {
  if (partnerId === null) return noteNobody(click);
  await noteOwner(click, { programId, partnerId }, now());
}

async function noteUnknown(click: DueClick): Promise<void> {
  const next = nextAskMs(click.tries + 1, nowMs());
  if (next === null) await noteNobody(click);
  else await putOffOwners([click], new Date(next), 1);
}

async function putOffLong(clicks: readonly DueClick[], pauseMs: number): Promise<void> {
  const isOld = ({ at }: DueClick) => at.getTime() < nowMs() - OLDEST_MS;
  await putOffOwners(clicks.filter((click) => !isOld(click)), new Date(nowMs() + pauseMs));
  await putOffOwners(clicks.filter(isOld), null);
}

/** What a fault means: until when these, and all others of the parameter, are left alone. None of it counts as a question that found nothing. */
async function giveWay(clicks: readonly DueClick[], { connectionId, fault }: Extract<End, { ok: false }>, state: AskerState): Promise<void> {
  const { shop } = clicks[0]!;
  const at = nowMs();
  if (fault.kind !== "limited") log.warn({ shop, connectionId, fault: fault.kind }, "a network did not say whose clicks these are and is asked again later");
  if (fault.kind === "unauthorized") {
    const { key, values } = networkProblem(fault);
    await setConnectionState(shop, connectionId, "refused", writeProblem(key, values), new Date(at));
  }
  const pauseMs = fault.kind === "limited" ? Math.max(1, fault.resetSeconds) * 1_000 : fault.kind === "unauthorized" || fault.kind === "forbidden" ? HOUR_MS : AGAIN_MS;
  // Those that matter may go on while the others' part of the hour is used up.
  const rests = fault.kind === "limited" && !clicks[0]!.matters ? state.rests.others : state.rests.all;
  rests.set(keyOf(clicks[0]!), at + pauseMs);
  await putOffOwners(clicks, new Date(at));
}
