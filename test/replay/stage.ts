// Sets a case's shop up: in the app's tables, in the local store and in the local network, as it stands before the first delivery.
import { randomUUID } from "node:crypto";
import { now } from "#app/clock.ts";
import { customerHash, seal, sealingKeyId } from "#app/crypto.server.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { noteOwner, wantOwners } from "#app/db/click-owner.ts";
import { lockClicks, nameOfTie, namesOf, noteTies, noteTouches, type NewTie, type NewTouch } from "#app/db/touch.ts";
import { touchKey, type Entry } from "#app/domain/touch.ts";
import type { Network } from "#test/local/network/network.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import type { Case, CaseProgram, CaseTie, CaseTouch } from "./case.ts";

const SID = "IRreplay";
const TOKEN = "replay-token";
const CONNECTION = "connection-1";
const LONG_AGO_MS = Date.parse("2025-01-01T00:00:00Z");

/** Writes the shop, its programs, creators and codes; returns nothing: from here on everything goes the way of production. */
export async function setStage(one: Case, network: Network): Promise<void> {
  const shop = one.shop.domain;
  externalIds.clear();
  await makeShop({ shop, currency: one.shop.currency, stackingRule: one.shop.stackingRule, renewalSources: one.shop.renewalSources, neverEarn: one.shop.neverEarn });
  network.addAccount({ sid: SID, token: TOKEN, currency: null, hourlyLimit: 1_000_000 });
  await pool().query(
    `insert into network_connection (shop, id, network, account_sid, name, token, key_id, state, created_at) values ($1, $2, 'impact', $3, 'Replay', $4, $5, 'connected', $6)`,
    [shop, CONNECTION, SID, seal(TOKEN), sealingKeyId(), new Date(LONG_AGO_MS)],
  );
  for (const program of one.programs) await addProgram(shop, program, network);
  for (const creator of one.creators) await addCreator(one, creator, network);
  for (const code of one.codes) {
    await makeCode(code.id, {
      shop, code: code.code, match: code.match, creator: code.creator, program: code.program, policy: code.creditPolicy, createdAt: code.createdAt,
      startsAt: code.startsAt, endsAt: code.endsAt, dealId: code.deal ?? null,
    });
    placeCode(one, code, network);
  }
  await pool().query("insert into storefront (shop, parameters) values ($1, $2)", [shop, JSON.stringify(one.clickParameters ?? [])]);
  for (const touch of one.touches ?? []) if (touch.kind === undefined) await addClick(one, touch, network);
  await hear(one, undefined);
  for (const click of one.networkClicks ?? []) {
    const membership = one.creators.find((creator) => creator.id === click.creator)?.memberships?.find((each) => each.program === click.program);
    network.addClick(SID, { id: click.id, programId: externalIds.get(click.program)!, partnerId: membership!.partnerId!, atMs: Date.parse(click.at) });
  }
}

/** The case's programs, by what the network calls them. */
const externalIds = new Map<string, string>();

async function addProgram(shop: string, program: CaseProgram, network: Network): Promise<void> {
  const { id, network: name = "impact", kind = "creator" } = program;
  const rules = {
    ...(program.mode ? { mode: program.mode } : {}), ...(program.creditOn ? { creditOn: program.creditOn } : {}), ...(program.scope ? { scope: program.scope } : {}),
    ...(program.clickWindowDays === undefined ? {} : { clickWindowDays: program.clickWindowDays }),
    ...(program.blockSelfReferral === undefined ? {} : { blockSelfReferral: program.blockSelfReferral }),
    ...(program.renewals ? { renewals: program.renewals } : {}), ...(program.newCustomersOnly === undefined ? {} : { newCustomersOnly: program.newCustomersOnly }),
    ...(program.chargebacks ? { chargebacks: program.chargebacks } : {}), ...(program.clicks ? { clicks: program.clicks } : {}),
  };
  if (name !== "impact") return makeProgram(id, { shop, network: name, kind, ...rules });
  // The cases' orders lie far apart, and all of them are told at the end: none is to be dated by its arrival, nor locked before it is told.
  const held = network.addProgram(SID, { name: id, type: kind === "creator" ? "Creator" : "Performance", lateHours: 24 * 3_650, lockDays: 3_650, referralDays: 3_650 });
  externalIds.set(id, held.id);
  await makeProgram(id, { shop, kind, connectionId: CONNECTION, externalId: held.id, eventTypeId: held.eventTypes[0]!.id, ...rules });
}

async function addCreator(one: Case, creator: Case["creators"][number], network: Network): Promise<void> {
  const memberships = (creator.memberships ?? []).map((each) => ({ ...each, partnerId: each.partnerId ?? null }));
  await makeCreator(creator.id, { shop: one.shop.domain, name: creator.name, email: creator.email ?? null, memberships });
  for (const membership of memberships) {
    const programId = externalIds.get(membership.program);
    if (membership.partnerId === null || programId === undefined) continue;
    if (!network.account(SID).partners.some((partner) => partner.id === membership.partnerId)) network.addPartner(SID, { id: membership.partnerId, name: creator.name });
    // In the network the partner stays: what the app makes of who had joined when is its own business here.
    network.addPartnerToProgram(SID, membership.partnerId, programId, { joinedMs: LONG_AGO_MS });
  }
}

/**
 * A code stands in the network under the partner that its creator was at the time. Its policy there is "always", but in a program that leaves
 * clicks to the network: the cases say what the app decides about clicks, and the network is told of what was credited.
 */
function placeCode(one: Case, code: Case["codes"][number], network: Network): void {
  const programId = externalIds.get(code.program);
  const creator = one.creators.find((each) => each.id === code.creator);
  if (programId === undefined || creator === undefined) return;
  const own = (creator.memberships ?? []).filter((each) => each.program === code.program && each.partnerId);
  const isLeft = one.programs.find((program) => program.id === code.program)?.clicks === "network";
  const policy = isLeft ? ((code.creditPolicy ?? "always").toUpperCase() as "ALWAYS" | "INVOLVED" | "WINNER") : "ALWAYS";
  own.forEach((membership, at) => {
    network.keepCode(network.account(SID), {
      code: code.code, type: code.match === "regex" ? "RE" : "LI", policy, programId, partnerId: membership.partnerId!, dealId: null,
      createdMs: Date.parse(code.createdAt), startMs: at === 0 ? null : Date.parse(membership.from), endMs: at === own.length - 1 ? null : Date.parse(own[at + 1]!.from) - 1, expiredMs: null,
    });
  });
}

/** What of the case becomes known once this delivery was settled; undefined: before all of them. */
export async function hear(one: Case, after: string | undefined): Promise<void> {
  const { domain: shop } = one.shop;
  const at = now();
  const touches = (one.touches ?? []).filter((touch) => touch.kind !== undefined && touch.after === after).map((touch) => touchOf(touch));
  const ties = (one.ties ?? []).filter((tie) => tie.after === after).map((tie) => tieOf(tie, at));
  await inTransaction(async (client) => {
    await lockClicks(client, shop, [...touches.flatMap(namesOf), ...ties.flatMap((tie) => [tie.visitor, nameOfTie(tie)])]);
    await noteTouches(client, shop, touches, at);
    await noteTies(client, shop, ties, at);
  });
  for (const { id, parameter = "irclickid", creator, program, after: when } of one.clickOwners ?? []) {
    if (when !== after) continue;
    const { partnerId } = one.creators.find((each) => each.id === creator)!.memberships!.find((each) => each.program === program)!;
    await inTransaction((client) => wantOwners(client, shop, [{ parameter, clickId: id }], at));
    await noteOwner({ shop, parameter, clickId: id, tries: 0, matters: true, at, lease: at }, { programId: program, partnerId: partnerId! }, at);
  }
}

/** All that a case has become known after a delivery. */
export function heardAfter({ touches = [], ties = [], clickOwners = [] }: Case): Set<string> {
  return new Set([...touches, ...ties, ...clickOwners].flatMap(({ after }) => after ?? []));
}

function touchOf({ at, visitor, creator, kind = "click_id", clickId = null, parameter, word = null }: CaseTouch): NewTouch {
  const entry: Entry = { atMs: Date.parse(at), kind, parameter: parameter ?? (kind === "click_id" ? "irclickid" : kind === "link" ? "creator" : null), value: clickId ?? word ?? "" };
  return { at: new Date(entry.atMs), visitor, kind, parameter: entry.parameter, word, clickId, creatorId: creator, source: "pixel", key: touchKey(visitor, entry) };
}

function tieOf({ visitor, checkout, customer }: CaseTie, at: Date): NewTie {
  const kind = checkout === undefined ? "customer" : "checkout";
  return { kind, value: checkout ?? customerHash(String(customer)), visitor, orderId: null, codes: [], at };
}

/** A click is known to the app, and to the network under the same id. */
async function addClick(one: Case, touch: NonNullable<Case["touches"]>[number], network: Network): Promise<void> {
  const clickId = randomUUID().replaceAll("-", "");
  await pool().query(`insert into touch (shop, at, visitor, creator_id, click_id) values ($1, $2, $3, $4, $5)`, [one.shop.domain, touch.at, touch.visitor, touch.creator, clickId]);
  const memberships = one.creators.find((creator) => creator.id === touch.creator)?.memberships ?? [];
  for (const membership of memberships) {
    const programId = externalIds.get(membership.program);
    if (!membership.partnerId || programId === undefined) continue;
    if (network.account(SID).clicks.some((click) => click.id === clickId)) continue;
    network.addClick(SID, { id: clickId, programId, partnerId: membership.partnerId, atMs: Date.parse(touch.at) });
  }
}
