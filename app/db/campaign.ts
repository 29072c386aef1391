// Campaigns, and how each creator stands in them.
import type { Campaign as Row } from "@prisma/client";
import { prisma } from "../db.server.ts";
import { type AskedState, type CampaignFields, type CampaignState, keptNaming, writeNaming } from "../domain/campaign.ts";

export type Campaign = CampaignFields & { shop: string; id: string; state: CampaignState; version: number; createdAt: Date; changedAt: Date };

export async function insertCampaign(shop: string, id: string, fields: CampaignFields, at: Date): Promise<void> {
  await prisma().campaign.create({ data: { shop, id, ...columns(fields), createdAt: at, changedAt: at } });
}

export async function findCampaign(shop: string, id: string): Promise<Campaign | null> {
  const row = await prisma().campaign.findUnique({ where: { shop_id: { shop, id } } });
  return row && campaign(row);
}

/** False: it is of another version by now, and nothing was changed. */
export async function updateCampaign(shop: string, id: string, version: number, fields: CampaignFields, at: Date): Promise<boolean> {
  const { count } = await prisma().campaign.updateMany({ where: { shop, id, version }, data: { ...columns(fields), version: { increment: 1 }, changedAt: at } });
  return count === 1;
}

export async function setCampaignState(shop: string, id: string, state: CampaignState, at: Date): Promise<boolean> {
  const { count } = await prisma().campaign.updateMany({ where: { shop, id, state: { not: state } }, data: { state, version: { increment: 1 }, changedAt: at } });
  return count === 1;
}

/** Those of these creators who are, or ever were, of the program; null: all of them. */
export async function creatorsOfProgram(shop: string, programId: string, ids: string[] | null): Promise<{ id: string; name: string; email: string | null; handle: string | null }[]> {
  return prisma().$queryRaw`select c.id, c.name, c.email, c.handle from creator c
    where c.shop = ${shop} and (${ids}::text[] is null or c.id = any(${ids}::text[]))
      and exists (select 1 from membership m where m.shop = c.shop and m.creator_id = c.id and m.program_id = ${programId})
    order by c.position`;
}

/** How the creators stand in it from now on. Returns how many stand otherwise than before. */
export async function setAsked(shop: string, campaignId: string, creatorIds: string[], state: AskedState, at: Date): Promise<number> {
  return prisma().$executeRaw`insert into campaign_creator (shop, campaign_id, creator_id, state, at)
    select ${shop}, ${campaignId}, creator_id, ${state}, ${at} from unnest(${creatorIds}::text[]) as c(creator_id)
    on conflict (shop, campaign_id, creator_id) do update set state = excluded.state, at = excluded.at where campaign_creator.state <> excluded.state`;
}

/** As if they had never been asked. */
export async function removeAsked(shop: string, campaignId: string, creatorIds: string[]): Promise<number> {
  return prisma().$executeRaw`delete from campaign_creator where shop = ${shop} and campaign_id = ${campaignId} and creator_id = any(${creatorIds}::text[])`;
}

function columns({ naming, dealId, ...fields }: CampaignFields) {
  return { ...fields, dealId: dealId === "" ? null : dealId, naming: writeNaming(naming) };
}

function campaign({ naming, dealId, ...row }: Row): Campaign {
  return { ...row, dealId: dealId ?? "", naming: keptNaming(naming), codes: row.codes === "one" ? "one" : "each", policy: row.policy as Campaign["policy"], state: row.state === "closed" ? "closed" : "open" };
}
