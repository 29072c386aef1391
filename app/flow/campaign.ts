// Campaigns: made, edited by one person after the other, their creators asked, and given their codes.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { type Campaign, creatorsOfProgram, findCampaign, insertCampaign, removeAsked, setAsked, setCampaignState, updateCampaign } from "../db/campaign.ts";
import { findDeal } from "../db/deal.ts";
import { inTurn } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { findProgram } from "../db/program.ts";
import { codeForAll, creatorsWithoutCode, openRunOf } from "../db/reads/campaigns.ts";
import { type AskedState, ASKED_STATES, type CampaignConflict, type CampaignFields, type CampaignState, conflictingFields, readCampaign } from "../domain/campaign.ts";
import { namesInList, peopleInList } from "../domain/campaign-text.ts";
import type { NewBatchRow } from "../domain/code-batch.ts";
import type { FieldError, Values } from "../domain/problem.ts";
import { createBatch } from "./batch.ts";
import type { Failed } from "./connected.ts";
import { nameForCreators } from "./naming.ts";
import { hostsOf } from "./share.ts";

const MERCHANT = "merchant";

export async function makeCampaign(shop: string, fields: CampaignFields): Promise<{ ok: true; campaignId: string } | Failed> {
  const checked = await check(shop, fields);
  if (!checked.ok) return checked;
  const id = randomUUID();
  await insertCampaign(shop, id, checked.campaign, now());
  await insertLog(shop, now(), { who: MERCHANT, what: "campaign.made", detail: { campaignId: id, name: checked.campaign.name, program: checked.program } });
  return { ok: true, campaignId: id };
}

export type CampaignEdited = { ok: true; version: number } | Failed | { ok: false; conflict: CampaignConflict };

/** Changes a campaign that the person read at `version`, as `base`. Where somebody saved it since, nothing is written: the conflict says what either changed. */
export async function editCampaign(shop: string, id: string, { version, base, fields }: { version: number; base: CampaignFields; fields: CampaignFields }): Promise<CampaignEdited> {
  const before = await findCampaign(shop, id);
  if (!before) return fail("campaign", "campaign.not_found");
  // Its creators are of the program: another one would be another campaign.
  const checked = await check(shop, { ...fields, programId: before.programId });
  if (!checked.ok) return checked;
  if (await updateCampaign(shop, id, version, checked.campaign, now())) {
    await insertLog(shop, now(), { who: MERCHANT, what: "campaign.edited", detail: { campaignId: id, name: checked.campaign.name } });
    return { ok: true, version: version + 1 };
  }
  const newest = (await findCampaign(shop, id))!;
  const [theirs, mine] = [fieldsOf(newest), checked.campaign];
  return { ok: false, conflict: { version: newest.version, at: newest.changedAt.toISOString(), theirs, mine, fields: conflictingFields(base, theirs, mine) } };
}

/** What a form begins with. */
export function fieldsOf({ name, programId, title, description, codes, dealId, naming, policy, landing }: Campaign): CampaignFields {
  return { name, programId, title, description, codes, dealId, naming, policy, landing };
}

/** Nobody is asked or given a code in a closed campaign; the codes that there are go on. */
export async function turnCampaign(shop: string, id: string, state: CampaignState): Promise<{ ok: true } | Failed> {
  const campaign = await findCampaign(shop, id);
  if (!campaign) return fail("campaign", "campaign.not_found");
  if (await setCampaignState(shop, id, state, now())) await insertLog(shop, now(), { who: MERCHANT, what: state === "closed" ? "campaign.closed" : "campaign.opened", detail: { campaignId: id, name: campaign.name } });
  return { ok: true };
}

export type Asked = { ok: true; changed: number; unknown: string[] };

/** How creators of the program stand in the campaign from now on; "open": as if they had never been asked. */
export async function askCreators(shop: string, id: string, creatorIds: readonly string[], state: AskedState | "open"): Promise<Asked | Failed> {
  const campaign = await openCampaign(shop, id);
  if (!campaign.ok) return campaign;
  const ids = (await creatorsOfProgram(shop, campaign.value.programId, [...new Set(creatorIds)])).map((creator) => creator.id);
  return note(shop, campaign.value, ids, state, []);
}

/** The same for people who are named in a list: by e-mail, handle or name. */
export async function askListed(shop: string, id: string, text: string, state: AskedState): Promise<Asked | Failed> {
  const campaign = await openCampaign(shop, id);
  if (!campaign.ok) return campaign;
  const names = namesInList(text);
  if (names.length === 0) return fail("list", "campaign.list_empty");
  const { ids, unknown } = peopleInList(names, await creatorsOfProgram(shop, campaign.value.programId, null));
  return note(shop, campaign.value, ids, state, unknown);
}

async function note(shop: string, { id, name }: Campaign, ids: string[], state: AskedState | "open", unknown: string[]): Promise<Asked | Failed> {
  if (state !== "open" && !ASKED_STATES.includes(state)) return fail("state", "campaign.state_unknown");
  if (ids.length === 0 && unknown.length === 0) return fail("creatorIds", "membership.nobody");
  const changed = ids.length === 0 ? 0 : state === "open" ? await removeAsked(shop, id, ids) : await setAsked(shop, id, ids, state, now());
  if (changed > 0) await insertLog(shop, now(), { who: MERCHANT, what: `campaign.${state === "open" ? "unasked" : state}`, detail: { campaignId: id, name, count: changed } });
  return { ok: true, changed, unknown };
}

/**
 * Names a code for each who accepted and has none, or one for all, and has them checked in the background; who has one is left. Returns the run:
 * one that is not over yet, where there is one.
 */
export async function giveCampaignCodes(shop: string, id: string): Promise<{ ok: true; batchId: string } | Failed> {
  return inTurn(`campaign codes of ${shop} ${id}`, async () => {
    const found = await openCampaign(shop, id);
    if (!found.ok) return found;
    const campaign = found.value;
    const running = await openRunOf(shop, id);
    if (running) return { ok: true, batchId: running.id };
    if (campaign.dealId === "") return fail("dealId", "campaign.deal_missing");
    const chosen = await whoWaits(shop, campaign);
    if (!chosen.ok) return chosen;
    const { dealId, naming: settings, policy } = campaign;
    const told = await nameForCreators(shop, { dealId, chosen: chosen.value, settings, seed: id });
    if (!told.ok) return fail(told.problem ? "naming" : "dealId", told.problem ? "campaign.naming_wrong" : "give.deal_not_found");
    const rows = told.codes.map(({ creatorId, code }): NewBatchRow => ({ creatorId, code, policy, startsAt: null, endsAt: null, fileRow: null }));
    return createBatch(shop, { dealId, campaignId: id, fileId: null, rows, who: MERCHANT, hyphens: settings.hyphens });
  });
}

type Waiting = { kind: "creators"; ids: string[] } | { kind: "everybody" };

async function whoWaits(shop: string, campaign: Campaign): Promise<{ ok: true; value: Waiting } | Failed> {
  const of = { ...campaign, campaignId: campaign.id };
  if (campaign.codes === "one") return (await codeForAll(shop, of)) ? fail("codes", "campaign.has_code") : { ok: true, value: { kind: "everybody" } };
  const waiting = await creatorsWithoutCode(shop, of);
  const joined = waiting.filter((creator) => creator.joined === "joined");
  if (joined.length > 0) return { ok: true, value: { kind: "creators", ids: joined.map((creator) => creator.id) } };
  return fail("codes", waiting.length > 0 ? "campaign.nobody_joined" : "campaign.nobody_waits");
}

async function openCampaign(shop: string, id: string): Promise<{ ok: true; value: Campaign } | Failed> {
  const campaign = await findCampaign(shop, id);
  if (!campaign) return fail("campaign", "campaign.not_found");
  return campaign.state === "closed" ? fail("campaign", "campaign.is_closed", { name: campaign.name }) : { ok: true, value: campaign };
}

async function check(shop: string, fields: CampaignFields): Promise<{ ok: true; campaign: CampaignFields; program: string } | Failed> {
  const read = readCampaign(fields, await hostsOf(shop));
  const errors: FieldError[] = read.ok ? [] : read.errors;
  const program = fields.programId === "" ? null : await findProgram(shop, fields.programId);
  if (fields.programId !== "" && !program) errors.push({ field: "programId", key: "program.not_found" });
  const deal = fields.dealId === "" ? null : await findDeal(shop, fields.dealId);
  if (fields.dealId !== "" && !deal) errors.push({ field: "dealId", key: "give.deal_not_found" });
  if (deal && program && deal.programId !== null && deal.programId !== program.id) errors.push({ field: "dealId", key: "campaign.deal_elsewhere", values: { deal: deal.name, program: program.name } });
  // Who is credited with a code for everybody is looked for among the creators of the deal's program.
  if (deal && deal.programId === null && fields.codes === "one") errors.push({ field: "dealId", key: "give.everybody_no_program", values: { deal: deal.name } });
  return read.ok && errors.length === 0 ? { ok: true, campaign: read.campaign, program: program?.name ?? "" } : { ok: false, errors };
}

function fail(field: string, key: string, values: Values = {}): Failed {
  return { ok: false, errors: [{ field, key, values }] };
}
