// Steps of the platform's workflows that this app carries out: a code is made, a code is paused, as on the app's own pages. A run has an id under which the
// platform repeats it for a day and a half: it is carried out once, and every repetition is answered alike.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../clock.ts";
import { findCodeRow } from "../db/code.ts";
import { findDeal, findDealByName, type Deal } from "../db/deal.ts";
import { endFlowRun, noteFlowRun, type FlowRun } from "../db/flow-run.ts";
import { findCodeMeant, findCreatorsMeant } from "../db/flow-target.ts";
import { withLock } from "../db/lock.ts";
import { codeKey } from "../domain/code.ts";
import { withoutAddress, type FlowStep, type MadeByFlow, type StepAnswer } from "../domain/flow-steps.ts";
import { USUAL_NAMING } from "../domain/naming-pattern.ts";
import type { FieldError, Values } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import { actOnCodes } from "./code-life.ts";
import { giveCodes } from "./give.ts";
import { nameForCreators } from "./naming.ts";

/** Who did it, as the shop's log shows it. */
const WHO = "Shopify Flow";
/** The platform waits ten seconds for an answer, and asks again where it is told that the work is under way. */
const ANSWER_MS = 7_000;
/** A name that is found free may be taken before it is made. */
const MOST_NAMES = 3;

/** Carries out a step. The first outcome stands for every repetition of the run. */
export async function carryOut(shop: string, step: FlowStep): Promise<StepAnswer> {
  const { runId, action, properties } = step;
  const asked = Object.fromEntries(Object.entries(properties).map(([key, text = ""]) => [key, withoutAddress(text)]));
  const kept = await noteFlowRun({ shop, runId, handle: action, request: { properties: asked, codeId: randomUUID() } }, now());
  if (kept.handle !== action) return { kind: "refused", errors: [{ field: "form", key: "flow.other_step" }] };
  if (kept.state !== "new") return outcomeOf(kept);
  const work = withLock(`workflow ${shop} ${runId}`, () => once(shop, step)).then((answer): StepAnswer => answer ?? { kind: "busy" });
  const waiting = new AbortController();
  const late = sleep(ANSWER_MS, { kind: "busy" } as const, { signal: waiting.signal }).catch(() => ({ kind: "busy" }) as const);
  work.catch((fault: unknown) => log.error({ shop, runId, action, fault: fault instanceof Error ? fault.message : String(fault) }, "a step of a workflow met a fault"));
  return Promise.race([work, late]).finally(() => waiting.abort());
}

async function once(shop: string, { runId, action, properties }: FlowStep): Promise<StepAnswer> {
  // Whoever had the lock before may have carried it out.
  const run = await noteFlowRun({ shop, runId, handle: action, request: {} }, now());
  if (run.state !== "new") return outcomeOf(run);
  const answer = await (action === "make-code" ? makeCode(shop, properties, String(run.request.codeId)) : pauseCode(shop, properties));
  if (answer.kind === "done") await endFlowRun(run, "done", answer.made);
  if (answer.kind === "refused") await endFlowRun(run, "refused", answer.errors);
  return answer;
}

function outcomeOf({ state, outcome }: FlowRun): StepAnswer {
  return state === "done" ? { kind: "done", made: outcome as MadeByFlow | null } : { kind: "refused", errors: outcome as FieldError[] };
}

/** `codeId`: under which the code is made, so that a process that died after it was made finds it. */
async function makeCode(shop: string, { creator = "", deal = "", code = "" }: FlowStep["properties"], codeId: string): Promise<StepAnswer> {
  if (creator === "") return refused("creator", "flow.creator_missing");
  if (deal === "") return refused("deal", "flow.deal_missing");
  const meant = await findCreatorsMeant(shop, creator);
  if (meant.length !== 1) return refused("creator", meant.length === 0 ? "flow.creator_unknown" : "flow.creator_several", { creator: withoutAddress(creator) });
  const own = (await findDeal(shop, deal)) ?? (await findDealByName(shop, deal));
  if (own === null) return refused("deal", "flow.deal_unknown", { deal: withoutAddress(deal) });
  const { id: creatorId, name } = meant[0]!;
  const made = await findCodeRow(shop, codeId);
  if (made !== null) return { kind: "done", made: { code: made.code, creator: name, deal: own.name } };
  return give(shop, { creatorId, name, deal: own, code, codeId });
}

type Giving = { creatorId: string; name: string; deal: Deal; code: string; codeId: string };

async function give(shop: string, { creatorId, name, deal, code, codeId }: Giving): Promise<StepAnswer> {
  let wished = code;
  for (let tries = 1; ; tries++) {
    if (wished === "") wished = await usualName(shop, deal.id, creatorId);
    if (wished === "") return refused("code", "flow.name_missing");
    const given = await giveCodes(shop, { dealId: deal.id, rows: [{ id: codeId, creatorId, code: wished, policy: "always" }] }, WHO);
    if (given.ok) return { kind: "done", made: { code: given.codes[0]!.code, creator: name, deal: deal.name } };
    const blocking = (given.rows ?? []).flatMap((row) => row.findings.filter((finding) => finding.blocking));
    if (blocking.some((finding) => finding.later) || given.errors.some(({ key }) => PASSING.test(key))) return { kind: "later" };
    // A name of our own gives way to the one that is free beside it; one that a person chose does not.
    const other = blocking.every(({ field }) => field === "code") ? (blocking.flatMap(({ remedies }) => remedies.flatMap(({ suggestion }) => suggestion ?? []))[0] ?? null) : null;
    if (code !== "" || tries === MOST_NAMES || other === null) return { kind: "refused", errors: given.errors };
    wished = other;
  }
}

/** What is wrong with the other side at the moment, and not with what is asked. */
const PASSING = /^(store|network)\.(throttled|unauthorized|limited|unavailable|timeout|unreadable)$/;

async function usualName(shop: string, dealId: string, creatorId: string): Promise<string> {
  const named = await nameForCreators(shop, { dealId, chosen: { kind: "creators", ids: [creatorId] }, settings: USUAL_NAMING, seed: randomUUID() });
  return named.ok ? (named.codes[0]?.code ?? "") : "";
}

async function pauseCode(shop: string, { code = "" }: FlowStep["properties"]): Promise<StepAnswer> {
  if (code === "") return refused("code", "flow.code_missing");
  const meant = await findCodeMeant(shop, codeKey(code));
  if (meant === null) return refused("code", "flow.code_unknown", { code: withoutAddress(code) });
  if (meant.inUse && (meant.paused || (await actOnCodes(shop, "pause", [meant.id], WHO)) > 0)) return { kind: "done", made: null };
  return refused("code", "flow.code_not_now", { code: meant.code });
}

function refused(field: string, key: string, values: Values = {}): StepAnswer {
  return { kind: "refused", errors: [{ field, key, values }] };
}
