// Programs, by id.
import { pageOf, refused, uriOf, type Call, type Reply } from "./http.ts";
import type { Account, Program } from "./state.ts";

export function listPrograms(call: Call): Reply {
  const { account, query } = call;
  const rows = account.programs.filter((program) => (!query.get("Name") || program.name === query.get("Name")) && (!query.get("State") || program.state === query.get("State")));
  rows.sort((a, b) => Number(a.id) - Number(b.id));
  return pageOf(call, "Campaigns", rows, (program) => programBody(account, program, call.version));
}

export function programDetails(call: Call): Reply {
  const program = call.account.programs.find((each) => each.id === call.parts[0]);
  if (program === undefined) throw refused(404, "There is no such program");
  return { status: 200, body: programBody(call.account, program, call.version) };
}

/** `Type` came with version 14. */
function programBody(account: Account, program: Program, version: number): Record<string, unknown> {
  return {
    Id: program.id, Name: program.name, State: program.state, ...(version >= 14 ? { Type: program.type } : {}),
    Categories: { PrimaryCategory: "Home & Garden", PrimarySubCategories: ["Kitchen & Dining"], AdditionalCategory: "", AdditionalSubCategories: [] },
    ShortDescription: "", LongDescription: "", ListInMarketplace: false, DisplayServicingAgency: false, Rating: "0", SearchKeywords: "", ShippingRegions: ["DE", "FR"],
    Resources: { CompanyHomepage: program.landingPage, ExampleLandingPage: "", InformationPage: "", AdditionalRelatedLinks: [] },
    CompanyContacts: [], GiftCardPayouts: false, TrademarkBidding: false, ThirdPartyImpressionPixel: "", MobileReadyAds: false, DisplayFutureAds: false,
    PromoCodeTracking: program.promoCodeTracking, TrackingDomain: program.trackingDomain, SiteDefinition: "", ImpressionTracking: false, ViewThroughCrediting: false,
    IdentityMatching: "NONE", HasStandDownPolicy: false,
    GatewayTrackingSettings: {
      DefaultLandingPage: program.landingPage, MediaPartnerTrackingTemplate: "", CampaignTrackingTemplate: "", SSLSupport: true, DeepLinking: true,
      DeepLinkDomains: new URL(program.landingPage).hostname, ThirdPartyGatewayUrl: "", ThirdPartyGatewayQueryStringParameters: "", UniqueClickWindowLength: "1h", UniqueClickWindowType: "FIXED",
    },
    DirectTrackingSettings: { UnidentifiedName: "", SessionWindowLength: "30" }, Uri: uriOf(account, "Campaigns", program.id),
  };
}
