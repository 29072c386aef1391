// Programs and the history of their settings.
import type { Program, ProgramRule } from "@prisma/client";
import { prisma, type Queryable } from "../db.server.ts";
import { SINCE_EVER } from "./shop.ts";

/** What a program begins with; the rest is read from its network. */
type NewProgram = Pick<Program, "shop" | "id" | "connectionId" | "network" | "externalId" | "eventTypeId" | "name" | "kind" | "createdAt" | "readAt">;

export async function insertProgram(program: NewProgram): Promise<void> {
  await prisma().program.create({ data: program });
}

/** What the network says of a program that was chosen before. */
export async function updateProgram(shop: string, id: string, data: { name: string; eventTypeId: string | null; state: string; readAt: Date }): Promise<void> {
  await prisma().program.updateMany({ where: { shop, id }, data });
}

/** What the network says of a program with each reading. `eventTypes`: networks/port.ts EventTypeInfo[]; left out where the contracts could not be read. */
export async function setProgramFacts(shop: string, id: string, data: { name?: string; state?: string; takesCodes?: boolean; eventTypes?: { eventTypeId: string; name: string }[]; eventTypeId?: string }): Promise<void> {
  await prisma().program.updateMany({ where: { shop, id }, data });
}

/** The programs of an account that were chosen, ended ones too. */
export async function listProgramsOfConnection(shop: string, connectionId: string): Promise<Program[]> {
  return prisma().program.findMany({ where: { shop, connectionId, externalId: { not: null } }, orderBy: { createdAt: "asc" } });
}

export async function findProgram(shop: string, id: string): Promise<Program | null> {
  return prisma().program.findUnique({ where: { shop_id: { shop, id } } });
}

export async function findProgramByExternal(shop: string, connectionId: string, externalId: string): Promise<Program | null> {
  return prisma().program.findFirst({ where: { shop, connectionId, externalId } });
}

export async function listPrograms(shop: string): Promise<Program[]> {
  return prisma().program.findMany({ where: { shop }, orderBy: { createdAt: "asc" } });
}

export async function setProgramRead(shop: string, id: string, readAt: Date): Promise<void> {
  await prisma().program.updateMany({ where: { shop, id }, data: { readAt } });
}

/** Who had joined turned out otherwise from `from` on: the program's orders since then are to be settled again (flow/members.ts). */
export async function noteMembersChanged(shop: string, id: string, from: Date): Promise<void> {
  await prisma().$executeRaw`update program set members_from = least(coalesce(members_from, ${from}), ${from}) where shop = ${shop} and id = ${id}`;
}

export type ProgramSettings = Omit<ProgramRule, "shop" | "programId" | "validFrom">;

/** What a program begins with: rules, sections 3 (credit on payment), 4 (30 days) and 6 (the whole order). */
export const FIRST_SETTINGS: ProgramSettings = { mode: "full", creditOn: "paid", scope: "order", clickWindowDays: 30, blockSelfReferral: true, orderIdForm: "id", renewals: "first", newCustomersOnly: false, chargebacks: "reverse", clicks: "own", emailHash: false };

/** The settings that a program begins with, for every order; a second call changes nothing. */
export async function insertFirstProgramRule(shop: string, programId: string, settings: ProgramSettings = FIRST_SETTINGS): Promise<void> {
  await prisma().programRule.createMany({ data: { shop, programId, validFrom: SINCE_EVER, ...settings }, skipDuplicates: true });
}

/** The settings that hold now; null where none were ever written. */
export async function newestProgramRule(client: Queryable, shop: string, programId: string): Promise<ProgramSettings | null> {
  const { rows } = await client.query<ProgramSettings>(
    `select mode, credit_on as "creditOn", scope, click_window_days as "clickWindowDays", block_self_referral as "blockSelfReferral", order_id_form as "orderIdForm",
            renewals, new_customers_only as "newCustomersOnly", chargebacks, clicks, email_hash as "emailHash"
     from program_rule where shop = $1 and program_id = $2 order by valid_from desc limit 1`,
    [shop, programId],
  );
  return rows[0] ?? null;
}

/** A change of the settings, for orders created from `validFrom` on. */
export async function insertProgramRule(client: Queryable, shop: string, programId: string, validFrom: Date, settings: ProgramSettings): Promise<void> {
  const { mode, creditOn, scope, clickWindowDays, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash } = settings;
  await client.query(
    `insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral, order_id_form, renewals, new_customers_only, chargebacks, clicks, email_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (shop, program_id, valid_from) do update set mode = excluded.mode, credit_on = excluded.credit_on, scope = excluded.scope, click_window_days = excluded.click_window_days,
       block_self_referral = excluded.block_self_referral, order_id_form = excluded.order_id_form, renewals = excluded.renewals, new_customers_only = excluded.new_customers_only,
       chargebacks = excluded.chargebacks, clicks = excluded.clicks, email_hash = excluded.email_hash`,
    [shop, programId, validFrom, mode, creditOn, scope, clickWindowDays, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash],
  );
}
