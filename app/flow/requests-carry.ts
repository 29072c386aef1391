// Carries out what was decided about creators' requests for a code, step by step: the code is made like any other and stands in the store, then the
// request is granted in the network, which makes the promo code itself, and that one is taken for ours. Each step looks before it acts, so that it can be done again.
import { now } from "../clock.ts";
import { failRequest, finishGrant, finishRejection, listDueRequests, markRequestsGone, noteGranting, noteRequests, putOffRequest, setRequestStage, type DueRequest } from "../db/code-request.ts";
import { withLock } from "../db/lock.ts";
import { grantSeen } from "../domain/code-request.ts";
import { codeKey } from "../domain/code.ts";
import { writeProblem, type FieldError } from "../domain/problem.ts";
import type { CodeRequestInfo, Network, NetworkFault } from "../networks/port.ts";
import { isStopping } from "../stopping.server.ts";
import { after } from "./again.ts";
import { giveCodes } from "./give.ts";
import { startLoop, type Loop } from "./loop.ts";
import { isStanding } from "./place-codes-network.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import { networksOf, type Networks } from "./place-networks.ts";
import { readRequests } from "./requests-read.ts";

const REST_MS = 1_000;
const MOST_A_TURN = 50;
/** While store and deal are being brought to it by the placing loop. */
const LOOK_AGAIN_MS = 2_000;
/** How often a granted code is looked for that the network does not list yet. */
const MOST_LOOKS = 6;

/** Reads requests and carries out what was decided about them, for as long as the process lives. */
export function startRequests(): Loop {
  return startLoop({ name: "requests", everyMs: REST_MS, work: async () => (await carryRequests()) + (await readRequests()) });
}

/** Does the next step of what was decided and is due; returns how many steps were taken. */
export async function carryRequests({ shop = null }: { shop?: string | null } = {}): Promise<number> {
  const due = await listDueRequests(now(), shop, MOST_A_TURN);
  let done = 0;
  for (const [one, rows] of Map.groupBy(due, (row) => row.shop)) {
    done += (await withLock(`carry requests of ${one}`, async () => {
      const networks = networksOf(one);
      // They may have been carried on by another process since they were listed.
      const still = await listDueRequests(now(), one, rows.length);
      for (const row of still) if (!isStopping()) await STEPS[row.stage](row, networks);
      return still.length;
    })) ?? 0;
  }
  return done;
}

const STEPS = { making: makeCode, approving: approve, rejecting: reject };

/** The code: made here once, under the id that was noted with the decision; then the placing loop brings it to the store. */
async function makeCode(row: DueRequest): Promise<void> {
  if (row.codeInUse === null) {
    const given = await giveCodes(row.shop, { dealId: row.dealId, hyphens: true, rows: [{ id: row.codeId, creatorId: row.creatorId, code: row.code, policy: row.policy }] }, row.who);
    if (given.ok) return putOffRequest(row, null, after(now(), LOOK_AGAIN_MS), false);
    const findings = given.rows?.[0]?.findings.filter((finding) => finding.blocking) ?? [];
    const later = findings.length > 0 && findings.every((finding) => finding.later);
    const problem = problemOf(given.errors);
    return later ? putOffRequest(row, problem, after(now(), 60_000), true) : fail(row, problem);
  }
  if (!row.codeInUse) return fail(row, writeProblem("request.code_gone", { code: row.code }));
  if (row.storeState === "refused" || row.storeState === "missing") return fail(row, row.storeProblem ?? writeProblem("request.store_refused", { code: row.code }));
  const dealOpen = row.dealPlacement !== null && row.dealPlacement.state !== "refused" && !row.dealPlacement.ready;
  if (row.storeState !== "live" || dealOpen) return putOffRequest(row, null, after(now(), LOOK_AGAIN_MS), false);
  await setRequestStage(row, "approving", now());
}

/** The code that was made stays out of the network until a person decides: a second one beside the request is nobody's wish. */
function fail(row: DueRequest, problem: string): Promise<void> {
  return failRequest(row, problem, writeProblem("request.waits", { creator: row.partnerName }));
}

function problemOf(errors: readonly FieldError[]): string {
  const first = errors[0];
  return first ? writeProblem(first.key, first.values) : writeProblem("network.unavailable");
}

async function approve(row: DueRequest, networks: Networks): Promise<void> {
  if (!row.codeInUse) return fail(row, writeProblem("request.code_gone", { code: row.code }));
  const network = await networkOf(row, networks);
  const seen = network && (await look(row, network, networks));
  if (!network || !seen) return;
  const state = grantSeen(seen, row.code);
  if (state === "granted") return adopt(row, network, networks);
  if (state === "by_another_code") return fail(row, writeProblem("request.granted_otherwise", { code: seen.codes.find((one) => one.approved)?.approved ?? "" }));
  if (state === "declined") return fail(row, writeProblem("request.declined_there"));
  if (state === "unknown") return fail(row, writeProblem("request.unknown_state", { state: seen.stateWord }));
  if (!(await noteGranting(row, { codeId: row.codeId, programId: row.programId, at: now() }))) return putOffRequest(row, null, after(now(), LOOK_AGAIN_MS), false);
  const granted = await network.approveRequest(row.requestId, { code: row.code, match: "exact", policy: row.policy, dealExternalId: dealOf(row) });
  if (granted.ok) return adopt(row, network, networks);
  await doubt(row, granted.fault, networks);
}

/** A deal that the network refused does not hold its codes back. */
function dealOf({ dealPlacement }: DueRequest): string | null {
  return dealPlacement?.ready ? dealPlacement.externalId : null;
}

/** The network made the promo code by granting the request: it is found by its name and its partner, and stands for ours from now on. */
async function adopt(row: DueRequest, network: Network, networks: Networks): Promise<void> {
  const found = await network.findCodes(row.programExternalId, row.code);
  if (!found.ok) return doubt(row, found.fault, networks);
  const standing = found.value.filter((placed) => placed.match === "exact" && codeKey(placed.code) === codeKey(row.code) && isStanding(placed));
  const ours = standing.find((placed) => placed.partnerId === row.partnerId);
  if (ours) {
    const told = { partnerId: row.partnerId, policy: row.policy, dealExternalId: dealOf(row), startsAt: null, endsAt: null };
    return finishGrant(row, { codeId: row.codeId, programId: row.programId, externalId: ours.externalId, told, at: now() });
  }
  if (standing[0]) return fail(row, writeProblem("problem.taken_in_network", { code: row.code, partner: standing[0].partnerName }));
  if (row.attempts >= MOST_LOOKS) return fail(row, writeProblem("request.code_not_seen", { code: row.code }));
  await putOffRequest(row, null, after(now(), 5_000 * 2 ** row.attempts), true);
}

async function reject(row: DueRequest, networks: Networks): Promise<void> {
  const network = await networkOf(row, networks);
  const seen = network && (await look(row, network, networks));
  if (!network || !seen) return;
  if (seen.state === "declined") return finishRejection(row, now());
  if (seen.state === "approved" || seen.state === "completed") return fail(row, writeProblem("request.granted_otherwise", { code: seen.codes.find((one) => one.approved)?.approved ?? "" }));
  if (seen.state === "other") return fail(row, writeProblem("request.unknown_state", { state: seen.stateWord }));
  const declined = await network.rejectRequest(row.requestId);
  if (declined.ok) return finishRejection(row, now());
  await doubt(row, declined.fault, networks);
}

async function networkOf(row: DueRequest, networks: Networks): Promise<Network | null> {
  const network = await networks.of(row.connectionId, { about: "request", aboutId: row.requestId });
  if (!network) await putOffRequest(row, null, after(now(), 60_000), false);
  return network;
}

/** The request as the network has it now; null: it did not tell, and what follows is noted. */
async function look(row: DueRequest, network: Network, networks: Networks): Promise<CodeRequestInfo | null> {
  const seen = await network.codeRequest(row.requestId);
  if (seen.ok) {
    await noteRequests(row.shop, row.connectionId, [seen.value], now());
    return seen.value;
  }
  if (seen.fault.kind === "not_found") {
    await markRequestsGone(row.shop, row.connectionId, [row.requestId], now());
    await fail(row, writeProblem("request.withdrawn"));
  } else await doubt(row, seen.fault, networks);
  return null;
}

/** A refusal is final; whatever else leaves it open what the network did, and the next turn asks it first. */
async function doubt(row: DueRequest, fault: NetworkFault, networks: Networks): Promise<void> {
  const verdict = await judgeNetworkFault(row.shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) await fail(row, verdict.problem);
  else await putOffRequest(row, verdict.problem, after(verdict.nextAt, 0), verdict.counts);
}
