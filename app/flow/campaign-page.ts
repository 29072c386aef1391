// One campaign as its page shows it: the people of one list page, each with code and link, and what is to be done next.
import { now } from "../clock.ts";
import { findCampaign } from "../db/campaign.ts";
import { findDeal } from "../db/deal.ts";
import { findProgram } from "../db/program.ts";
import { codeForAll, countCampaignCreators, listCampaignCreators, openRunOf, trackingLinksOf } from "../db/reads/campaigns.ts";
import type { CampaignPerson } from "../domain/campaign-page.ts";
import { shareLink, sharePath } from "../domain/share-link.ts";
import { hostsOf } from "./share.ts";

export type CampaignView = { view: string; q: string; page: number };

/** null: the shop has no such campaign. */
export async function readCampaignPage(shop: string, id: string, query: CampaignView) {
  const campaign = await findCampaign(shop, id);
  if (!campaign) return null;
  const of = { campaignId: id, programId: campaign.programId, dealId: campaign.dealId, codes: campaign.codes };
  const [program, deal, people, counts, forAll, run, hosts] = await Promise.all([
    findProgram(shop, campaign.programId),
    campaign.dealId === "" ? null : findDeal(shop, campaign.dealId),
    listCampaignCreators(shop, of, query),
    countCampaignCreators(shop, of),
    campaign.codes === "one" ? codeForAll(shop, of) : null,
    openRunOf(shop, id),
    hostsOf(shop),
  ]);
  const tracking = await trackingLinksOf(shop, campaign.programId, people.rows.map((person) => person.id));
  const linkOf = (creatorId: string, code: string) => tracking.get(`${creatorId} ${sharePath(code, campaign.landing)}`) ?? shareLink(hosts[0]!, code, campaign.landing);
  const rows = people.rows.map((person): CampaignPerson => ({ ...person, link: person.code === null ? null : linkOf(person.id, person.code.code) }));
  const { shop: _shop, createdAt, changedAt, ...shown } = campaign;
  return {
    campaign: { ...shown, programName: program?.name ?? "", dealName: deal?.name ?? null, dealOver: deal !== null && deal.endsAt !== null && deal.endsAt <= now() },
    people: { ...people, rows },
    counts,
    forAll: forAll && { ...forAll, link: shareLink(hosts[0]!, forAll.code, campaign.landing) },
    run,
  };
}
