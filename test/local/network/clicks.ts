// Clicks on partners' links: a visit of a link makes one and goes on to the shop, and the API tells whose it was.
import { nowMs } from "#app/clock.ts";
import { isJoined } from "./attribute.ts";
import { refused, type Call, type Reply } from "./http.ts";
import { instantOf } from "./instants.ts";
import type { Network } from "./network.ts";
import type { Account, Click } from "./state.ts";

/** The API shows a click only so long after it happened. */
export const SHOWN_AFTER_MS = 3 * 60_000;
const AD_ID = "1000000";

export function clickDetails(call: Call): Reply {
  const [programId, clickId] = call.parts;
  const click = call.account.clicks.find((each) => each.id === clickId && each.programId === programId);
  if (click === undefined || call.atMs < click.atMs + SHOWN_AFTER_MS) throw refused(404, "There is no such click");
  return { status: 200, body: clickBody(call.account, click) };
}

/** Of the buyer it says nothing but a place that is none: addresses are not tracked here. */
function clickBody(account: Account, click: Click): Record<string, unknown> {
  return {
    Id: click.id, CampaignId: click.programId, CampaignName: account.programs.find((each) => each.id === click.programId)?.name ?? "", ProfileId: click.profileId, IpAddress: "", EventDate: instantOf(click.atMs, account.timezone),
    MediaId: click.partnerId, MediaName: account.partners.find((each) => each.id === click.partnerId)?.name ?? "", AdId: AD_ID, AdName: "Online tracking link", AdType: "ONLINE_TRACKING_LINK", ProductSku: "",
    BrandRelated: { AdCampaign: "", AdGroup: "", Keyword: "", MatchType: "", Channel: "" }, CustomerArea: "n/a", CustomerCity: "n/a", CustomerRegion: "n/a", CustomerCountry: "n/a",
    DeviceType: "UNKNOWN", DeviceFamily: "", Browser: "", Os: "", ReferringUrl: "", ReferringDomain: "NA", LandingPageUrl: "", SharedId: "", UniqueClick: click.counted, CpcBid: "0.0", DealName: "", DealType: "", DealScope: "",
    PartnerRelated: { SubId1: "", SubId2: "", SubId3: "" }, Payout: "0.00", TrafficCategory: "AFFILIATE", TrafficSource: "CONTENT", BidKeyword: "", SearchText: "",
  };
}

/**
 * A visit of a partner's link, /c/<partner>/<ad>/<program>?u=<landing>: where it leads. null: there is no such link. `storefront`: where the landing's own
 * host is, when it is only a name.
 */
export function visitLink(network: Network, url: URL, storefront: string | null): string | null {
  const [, kind, partnerId, , programId] = url.pathname.split("/");
  if (kind !== "c") return null;
  const account = network.state.accounts.find((each) => each.programs.some((program) => program.id === programId));
  const program = account?.programs.find((each) => each.id === programId);
  const membership = account?.partners.find((each) => each.id === partnerId)?.memberships.find((each) => each.programId === programId);
  if (account === undefined || program === undefined || membership === undefined || !isJoined(membership, nowMs())) return null;
  const wanted = url.searchParams.get("u");
  const landing = new URL(wanted !== null && URL.canParse(wanted) ? wanted : program.landingPage);
  const click = network.addClick(account.sid, { programId: program.id, partnerId: partnerId! });
  landing.searchParams.set("irclickid", click.id);
  landing.searchParams.set("irgwc", "1");
  return storefront === null ? landing.href : new URL(`${landing.pathname}${landing.search}${landing.hash}`, storefront).href;
}
