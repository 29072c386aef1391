// Takes a network program's creators over: who is new, who joined, who left. The history of each membership stays.
import { randomUUID } from "node:crypto";
import type { Creator, Membership } from "@prisma/client";
import { now } from "../clock.ts";
import { insertCreators, insertMembership, listCreators, listLatestMemberships, listPartnerIds, touchMemberships, updateCreator, updateMembership } from "../db/creator.ts";
import type { NewCreator, NewMembership } from "../db/creator.ts";
import { inTurn } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { settleMembersAgain } from "../db/members.ts";
import { findProgram, noteMembersChanged, setProgramRead } from "../db/program.ts";
import type { PartnerInfo } from "../networks/port.ts";
import { connectedTo, failed } from "./connected.ts";
import type { Failed } from "./connected.ts";
import { turnOfCreators } from "./members.ts";

export type TakenOver = { ok: true; added: number; joined: number; pending: number; left: number; total: number };

/** Reads the program's partners and brings creators and memberships up to them. Matched by partner id, then by e-mail. */
export async function takeOverCreators(shop: string, programId: string): Promise<TakenOver | Failed> {
  const program = await findProgram(shop, programId);
  if (!program) return { ok: false, errors: [{ field: "programId", key: "program.not_found" }] };
  if (!program.connectionId || !program.externalId) return { ok: false, errors: [{ field: "programId", key: "program.no_network", values: { program: program.name } }] };
  const connected = await connectedTo(shop, program.connectionId);
  if (!connected.ok) return connected;
  const read = await connected.network.partners(program.externalId);
  if (!read.ok) return failed(shop, program.connectionId, read.fault, "programId");

  return keepPartners(shop, { ...program, connectionId: program.connectionId }, read.value);
}

type NetworkProgram = { id: string; name: string; connectionId: string };

/** Brings creators and memberships up to the partners that were read, one after the other with whatever else changes them. */
export function keepPartners(shop: string, program: NetworkProgram, partners: PartnerInfo[]): Promise<TakenOver> {
  return inTurn(turnOfCreators(shop), async () => {
    const at = now();
    // Noted before anything changes: whatever dies in between, the orders are settled again. E-mails change from now on, memberships when they did.
    await noteMembersChanged(shop, program.id, at);
    try {
      const taken = await notePartners(shop, program, partners, at);
      await insertLog(shop, at, { who: "merchant", what: "creators.taken_over", detail: { program: program.name, added: taken.added, joined: taken.joined, pending: taken.pending, left: taken.left } });
      return taken;
    } finally {
      await settleMembersAgain(shop, program.id, at);
    }
  });
}

/**
 * The same for a reading that nobody asked for. `onlyKnown`: of whom nothing is known here stays out. Nothing is settled again, nor logged, where nothing
 * changed that credit asks about. Returns how many joined or left since.
 */
export function followPartners(shop: string, program: NetworkProgram, read: PartnerInfo[], { onlyKnown }: { onlyKnown: boolean }): Promise<number> {
  return inTurn(turnOfCreators(shop), async () => {
    const at = now();
    const known = await listLatestMemberships(shop, program.id);
    const partners = onlyKnown ? read.filter((partner) => known.some((member) => member.partnerId === partner.partnerId)) : read;
    const creators = new Map((await listCreators(shop)).map((creator) => [creator.id, creator]));
    const others = partners.filter((partner) => !isAsKnown(partner, known.find((member) => member.partnerId === partner.partnerId), creators));
    const same = partners.filter((partner) => !others.includes(partner));
    await touchMemberships(shop, program.id, same.map((partner) => partner.partnerId), at);
    if (others.length === 0) {
      await setProgramRead(shop, program.id, at);
      return 0;
    }
    await noteMembersChanged(shop, program.id, at);
    try {
      const taken = await notePartners(shop, program, others, at);
      await insertLog(shop, at, { who: "network", what: "creators.followed", detail: { program: program.name, count: others.length, added: taken.added } });
      return others.length;
    } finally {
      await settleMembersAgain(shop, program.id, at);
    }
  });
}

/** Does a partner stand as he did when he was last read? */
function isAsKnown(partner: PartnerInfo, member: Membership | undefined, creators: Map<string, Creator>): boolean {
  const creator = member === undefined ? undefined : creators.get(member.creatorId);
  if (member === undefined || creator === undefined) return false;
  const stands = partner.state === "other" ? member.stateText === partner.word : partner.state === member.state || (partner.state === "declined" && member.state === "left");
  const { contactName, contactEmail, endsAt } = contactOf(partner, now());
  return (
    stands && (partner.name.trim() || creator.name) === creator.name && (partner.email?.trim() || creator.email) === creator.email && (partner.handle ?? creator.handle) === creator.handle &&
    contactName === member.contactName && contactEmail === member.contactEmail && endsAt?.getTime() === member.endsAt?.getTime()
  );
}

/** Beside what credit asks about: whom to write to, and when the contract ends, where that lies ahead. */
function contactOf(partner: PartnerInfo, at: Date): { contactName: string; contactEmail: string; endsAt: Date | null; stateText: string | null } {
  const endsAt = partner.state === "joined" ? instant(partner.leftAt) : null;
  return { contactName: partner.contactName?.trim() ?? "", contactEmail: partner.email?.trim() ?? "", endsAt: endsAt !== null && endsAt > at ? endsAt : null, stateText: partner.word };
}

async function notePartners(shop: string, program: NetworkProgram, partners: PartnerInfo[], at: Date): Promise<TakenOver> {
  const programId = program.id;
  const { creatorOf, added } = await upsertCreators(shop, program.connectionId, partners, at);
  const latest = new Map((await listLatestMemberships(shop, programId)).map((membership) => [membership.creatorId, membership]));
  const since = earliestChange(partners.map((partner) => [partner, latest.get(creatorOf.get(partner.partnerId)!) ?? null]), at);
  if (since !== null) await noteMembersChanged(shop, programId, since);
  const counts = { joined: 0, pending: 0, left: 0 };
  for (const partner of partners) {
    const creatorId = creatorOf.get(partner.partnerId)!;
    const noted = await noteMembership({ shop, programId, creatorId }, partner, latest.get(creatorId) ?? null, at);
    const member = await noteContact(noted, contactOf(partner, at));
    latest.set(creatorId, member);
    if (member.state === "joined" || member.state === "pending" || member.state === "left") counts[member.state] += 1;
  }
  await setProgramRead(shop, programId, at);
  return { ok: true, added, ...counts, total: partners.length };
}

async function noteContact(member: Membership, contact: Pick<Membership, "contactName" | "contactEmail" | "endsAt" | "stateText">): Promise<Membership> {
  const isSame = member.contactName === contact.contactName && member.contactEmail === contact.contactEmail && member.endsAt?.getTime() === contact.endsAt?.getTime() && member.stateText === contact.stateText;
  return isSame ? member : change(member, contact);
}

/** The earliest instant at which somebody turns out to have joined or left; null where all are as they were known. */
function earliestChange(read: [PartnerInfo, Membership | null][], at: Date): Date | null {
  const changed = read.filter(([partner, latest]) => partner.state !== (latest?.state ?? null));
  // Of whom nothing was known, the whole time counts, also where it is over.
  const changes = changed.map(([partner, latest]) => instant(partner.state === "joined" || latest === null ? partner.joinedAt : partner.leftAt) ?? at);
  return changes.length === 0 ? null : new Date(Math.min(...changes.map((change) => change.getTime())));
}

/** Each partner's creator: known by the partner id, else by the e-mail, else new. The network's newer name and e-mail are taken. */
async function upsertCreators(shop: string, connectionId: string, partners: PartnerInfo[], at: Date): Promise<{ creatorOf: Map<string, string>; added: number }> {
  const creators = new Map((await listCreators(shop)).map((creator) => [creator.id, creator]));
  const byPartner = new Map((await listPartnerIds(shop, connectionId)).map((row) => [row.partnerId, row.creatorId]));
  const byEmail = new Map<string, string>();
  for (const creator of creators.values()) if (creator.email) byEmail.set(creator.email.trim().toLowerCase(), creator.id);

  const creatorOf = new Map<string, string>();
  const fresh: NewCreator[] = [];
  for (const partner of partners) {
    const email = partner.email?.trim() || null;
    const emailKey = email?.toLowerCase() ?? null;
    const knownId = byPartner.get(partner.partnerId) ?? (emailKey === null ? undefined : byEmail.get(emailKey));
    if (knownId !== undefined) {
      creatorOf.set(partner.partnerId, knownId);
      const known = creators.get(knownId);
      if (known) await refresh(shop, known, partner, email, at);
      continue;
    }
    const id = randomUUID();
    fresh.push({ shop, id, name: partner.name.trim() || email || partner.partnerId, email, handle: partner.handle, createdAt: at });
    creatorOf.set(partner.partnerId, id);
    byPartner.set(partner.partnerId, id);
    if (emailKey !== null) byEmail.set(emailKey, id);
  }
  await insertCreators(fresh);
  return { creatorOf, added: fresh.length };
}

/** What the network leaves empty stays as it is known here. */
async function refresh(shop: string, known: Creator, partner: PartnerInfo, email: string | null, at: Date): Promise<void> {
  const next = { name: partner.name.trim() || known.name, email: email ?? known.email, handle: partner.handle ?? known.handle };
  if (next.name !== known.name || next.email !== known.email || next.handle !== known.handle) await updateCreator(shop, known.id, next, at);
}

type Whose = Pick<Membership, "shop" | "programId" | "creatorId">;

/**
 * Brings one membership up to what the network says, and returns the newest one. Credit asks who was joined when (rules, section 3), so a
 * row spans from joining to leaving, and who joins again gets a new one; whoever never joined has a row that spans nothing.
 */
async function noteMembership(whose: Whose, partner: PartnerInfo, latest: Membership | null, at: Date): Promise<Membership> {
  const { partnerId } = partner;
  const joinedAt = instant(partner.joinedAt);
  const leftAt = instant(partner.leftAt);
  const isMember = latest !== null && latest.state === "joined" && latest.leftAt === null;

  if (partner.state === "joined") {
    if (latest && isMember) return change(latest, { partnerId, readAt: at });
    const ended = latest?.state === "left" ? latest.leftAt : null;
    const from = joinedAt !== null && (ended === null || joinedAt >= ended) ? joinedAt : at;
    // A membership that held keeps its end; a row that spans nothing is turned into the membership.
    if (latest && ended === null) return change(latest, { joinedAt: from, leftAt: null, partnerId, state: "joined", readAt: at });
    return add({ ...whose, joinedAt: from, leftAt: null, partnerId, state: "joined", readAt: at });
  }
  if (partner.state === "left" || partner.state === "declined") {
    if (latest && isMember) return change(latest, { leftAt: later(leftAt ?? at, latest.joinedAt), partnerId, state: "left", readAt: at });
    if (latest) return change(latest, { partnerId, readAt: at, ...(latest.state === "pending" && { state: partner.state }) });
    const from = joinedAt ?? leftAt ?? at;
    const held = partner.state === "left";
    return add({ ...whose, joinedAt: from, leftAt: held ? later(leftAt ?? at, from) : from, partnerId, state: partner.state, readAt: at });
  }
  // Asked to join, or in a state that this version does not know: what was known of a member holds on.
  if (latest) return change(latest, { partnerId, readAt: at, ...(latest.state === "declined" && { state: "pending" }) });
  const from = joinedAt ?? at;
  return add({ ...whose, joinedAt: from, leftAt: from, partnerId, state: "pending", readAt: at });
}

async function add(membership: NewMembership): Promise<Membership> {
  await insertMembership(membership);
  return { contactName: "", contactEmail: "", endsAt: null, stateText: null, ...membership };
}

async function change(membership: Membership, data: Partial<Membership>): Promise<Membership> {
  await updateMembership(membership, data);
  return { ...membership, ...data };
}

function instant(text: string | null): Date | null {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms);
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
