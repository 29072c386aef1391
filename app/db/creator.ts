// Creators, and their memberships in programs with the history of joining and leaving.
import type { Creator, Membership } from "@prisma/client";
import { pool, prisma } from "../db.server.ts";

export type NewCreator = Omit<Creator, "position">;

/** In their order. */
export async function insertCreators(creators: NewCreator[]): Promise<void> {
  await pool().query("insert into creator (shop, id, name, email, handle, created_at) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])", [
    creators.map((each) => each.shop), creators.map((each) => each.id), creators.map((each) => each.name), creators.map((each) => each.email), creators.map((each) => each.handle), creators.map((each) => each.createdAt),
  ]);
}

/** What is known of a creator changes. An e-mail that is replaced is kept until `at`: orders created before are held against it (rules, section 7); so is a handle, by which the links of its time are read. */
export async function updateCreator(shop: string, id: string, data: { name: string; email: string | null; handle: string | null }, at: Date): Promise<void> {
  await prisma().$executeRaw`with past as (insert into creator_email (shop, creator_id, until, email)
      select shop, id, ${at}, email from creator where shop = ${shop} and id = ${id} and email is distinct from ${data.email} on conflict do nothing),
    named as (insert into creator_past_handle (shop, creator_id, until, handle)
      select shop, id, ${at}, handle from creator where shop = ${shop} and id = ${id} and handle is distinct from ${data.handle} on conflict do nothing)
    update creator set name = ${data.name}, email = ${data.email}, handle = ${data.handle} where shop = ${shop} and id = ${id}`;
}

export async function findCreators(shop: string, ids: string[]): Promise<Creator[]> {
  return prisma().creator.findMany({ where: { shop, id: { in: ids } } });
}

/** Every creator of the shop; for taking over a program's partners, which asks for each. */
export async function listCreators(shop: string): Promise<Creator[]> {
  return prisma().creator.findMany({ where: { shop }, orderBy: { position: "asc" } });
}

/** Without regard to case. */
export async function findCreatorByEmail(shop: string, email: string): Promise<Creator | null> {
  return prisma().creator.findFirst({ where: { shop, email: { equals: email.trim().replace(/[\\%_]/g, "\\$&"), mode: "insensitive" } } });
}

/** Which creator is known under which partner id, from all programs of the same network account. */
export async function listPartnerIds(shop: string, connectionId: string): Promise<{ partnerId: string; creatorId: string }[]> {
  const programs = await prisma().program.findMany({ where: { shop, connectionId }, select: { id: true } });
  const rows = await prisma().membership.findMany({
    where: { shop, programId: { in: programs.map((program) => program.id) }, partnerId: { not: null } },
    select: { partnerId: true, creatorId: true },
    orderBy: { joinedAt: "asc" },
  });
  return rows.map((row) => ({ partnerId: row.partnerId!, creatorId: row.creatorId }));
}

/** The newest membership of each creator in the program. */
export async function listLatestMemberships(shop: string, programId: string, creatorIds?: string[]): Promise<Membership[]> {
  return prisma().membership.findMany({
    where: { shop, programId, ...(creatorIds && { creatorId: { in: creatorIds } }) },
    orderBy: [{ creatorId: "asc" }, { joinedAt: "desc" }],
    distinct: ["creatorId"],
  });
}

/** A contact and the end of a contract come with the network's list. */
export type NewMembership = Omit<Membership, "contactName" | "contactEmail" | "endsAt" | "stateText"> & Partial<Pick<Membership, "contactName" | "contactEmail" | "endsAt" | "stateText">>;

export async function insertMembership(membership: NewMembership): Promise<void> {
  await prisma().membership.createMany({ data: membership, skipDuplicates: true });
}

/** Those that there are already stay as they are. */
export async function insertMemberships(memberships: NewMembership[]): Promise<void> {
  await pool().query(
    `insert into membership (shop, program_id, creator_id, joined_at, left_at, partner_id, state, read_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[], $8::timestamptz[]) on conflict do nothing`,
    [
      memberships.map((each) => each.shop), memberships.map((each) => each.programId), memberships.map((each) => each.creatorId), memberships.map((each) => each.joinedAt),
      memberships.map((each) => each.leftAt), memberships.map((each) => each.partnerId), memberships.map((each) => each.state), memberships.map((each) => each.readAt),
    ],
  );
}

type MembershipKey = Pick<Membership, "shop" | "programId" | "creatorId" | "joinedAt">;

export async function updateMembership(key: MembershipKey, data: Partial<Pick<Membership, "leftAt" | "state" | "partnerId" | "readAt" | "joinedAt" | "contactName" | "contactEmail" | "endsAt" | "stateText">>): Promise<void> {
  const { shop, programId, creatorId, joinedAt } = key;
  await prisma().membership.updateMany({ where: { shop, programId, creatorId, joinedAt }, data });
}

/** Those of these partners were read and are as they were known. */
export async function touchMemberships(shop: string, programId: string, partnerIds: string[], at: Date): Promise<void> {
  await pool().query(
    `update membership m set read_at = $4 where m.shop = $1 and m.program_id = $2 and m.partner_id = any($3)
       and not exists (select 1 from membership l where l.shop = m.shop and l.program_id = m.program_id and l.creator_id = m.creator_id and l.joined_at > m.joined_at)`,
    [shop, programId, partnerIds, at],
  );
}

/** Ends memberships that hold, not before they began. Returns how many. */
export async function endMemberships(shop: string, programId: string, creatorIds: string[], at: Date): Promise<number> {
  return prisma().$executeRaw`update membership set left_at = greatest(joined_at, ${at}), state = 'left'
    where shop = ${shop} and program_id = ${programId} and creator_id = any(${creatorIds}) and state = 'joined' and left_at is null`;
}

/** Memberships that hold are known to have begun at `at` already, but not before an earlier one ended. Returns how many begin earlier now. */
export async function backdateMemberships(shop: string, programId: string, creatorIds: string[], at: Date): Promise<number> {
  return prisma().$executeRaw`update membership m set joined_at = e.since
    from membership o cross join lateral (select greatest(${at}::timestamptz, max(b.left_at)) as since from membership b
      where b.shop = o.shop and b.program_id = o.program_id and b.creator_id = o.creator_id and b.joined_at < o.joined_at) e
    where o.shop = ${shop} and o.program_id = ${programId} and o.creator_id = any(${creatorIds}) and o.state = 'joined' and o.left_at is null and e.since < o.joined_at
      and m.shop = o.shop and m.program_id = o.program_id and m.creator_id = o.creator_id and m.joined_at = o.joined_at`;
}
