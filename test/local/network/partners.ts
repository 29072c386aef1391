// Partners, and where they stand. Asked for one program, the list has those who are joined to it, unless a state or a relationship is named.
import { isJoined } from "./attribute.ts";
import { checkQuery, done, invalid, pageOf, refused, uriOf, type Call, type Reply } from "./http.ts";
import { instantMs, instantOf } from "./instants.ts";
import type { Account, Membership, Partner } from "./state.ts";

const STATES = ["ACTIVE", "EXPIRED", "PENDING", "DECLINED", "SUSPENDED", "DEACTIVATED", "CLOSING", "CLOSED", "NOT_APPLICABLE"];

export function listPartners(call: Call): Reply {
  const { account, query, atMs } = call;
  checkQuery(query, { CampaignId: "number", GroupId: "number", startDate: "instant", endDate: "instant", State: STATES, RelationshipState: ["ACTIVE", "INACTIVE"] });
  const ids = query.get("Id")?.split(",").map((each) => each.trim()) ?? null;
  const programId = query.get("CampaignId") || null;
  if (programId !== null && !account.programs.some((each) => each.id === programId)) throw invalid([{ field: "CampaignId", message: "There is no such program" }]);
  const from = instantMs(query.get("startDate") ?? "");
  const to = instantMs(query.get("endDate") ?? "");
  const state = query.get("State");
  const relationship = query.get("RelationshipState") ?? (programId !== null && !state ? "ACTIVE" : null);
  const rows = account.partners.filter((partner) => {
    const ofProgram = membershipsOf(partner, programId);
    if (programId !== null && ofProgram.length === 0) return false;
    const joined = ofProgram.some((each) => isJoined(each, atMs));
    return (ids === null || ids.includes(partner.id)) && (!state || partnerState(partner, programId, atMs) === state) &&
      (relationship === null || (joined ? "ACTIVE" : "INACTIVE") === relationship) &&
      (from === null || partner.updatedMs > from) && (to === null || partner.updatedMs < to);
  });
  rows.sort((a, b) => a.createdMs - b.createdMs || Number(a.id) - Number(b.id));
  return pageOf(call, "Partners", rows, (partner) => partnerBody(account, partner, programId, atMs));
}

export function partnerDetails(call: Call): Reply {
  return { status: 200, body: partnerBody(call.account, asked(call), null, call.atMs) };
}

export function updatePartner(call: Call): Reply {
  const partner = asked(call);
  partner.values = [1, 2, 3].map((at) => call.fields[`MPValue${at}`] ?? partner.values[at - 1]!) as Partner["values"];
  partner.updatedMs = call.atMs;
  call.network.changed();
  return done(call.account, "MediaPartners", partner.id);
}

function asked(call: Call): Partner {
  const partner = call.account.partners.find((each) => each.id === call.parts[0]);
  if (partner === undefined) throw refused(404, "There is no such partner");
  return partner;
}

function membershipsOf(partner: Partner, programId: string | null): Membership[] {
  return programId === null ? partner.memberships : partner.memberships.filter((each) => each.programId === programId);
}

/** What the partner's own account says, and else how he stands to the program (or to any). */
export function partnerState(partner: Partner, programId: string | null, atMs: number): string {
  if (partner.account === "suspended") return "SUSPENDED";
  if (partner.account === "closed") return "CLOSED";
  const all = membershipsOf(partner, programId);
  if (all.some((each) => isJoined(each, atMs))) return "ACTIVE";
  if (all.some((each) => each.state === "pending")) return "PENDING";
  if (all.some((each) => each.state === "left")) return "EXPIRED";
  return all.some((each) => each.state === "declined") ? "DECLINED" : "NOT_APPLICABLE";
}

function partnerBody(account: Account, partner: Partner, programId: string | null, atMs: number): Record<string, unknown> {
  const at = (ms: number | null) => instantOf(ms, account.timezone);
  // Only who joined has a program here, with the date at which it ended, if it did. Who waits is found among the pending contracts.
  const programs = partner.memberships.filter((each) => each.state === "joined" || each.state === "left").map((each) => ({
    Id: each.programId, Name: account.programs.find((program) => program.id === each.programId)?.name, ContractId: each.contractId, ContractName: "Public terms",
    JoinDate: at(each.joinedMs), ExpirationDate: at(each.leftMs),
  }));
  return {
    Id: partner.id, Name: partner.name, Description: "", Website: partner.website, State: partnerState(partner, programId, atMs),
    Address: { Country: partner.country, Address1: "", Address2: "", City: "", State: "", PostalCode: "" }, Phone: { Country: partner.country, Number: "" },
    Currency: account.currency ?? "EUR", Timezone: "Europe/Berlin", IndirectTax: { Country: "", Number: "" }, PartnerType: partner.direct ? "DIRECT" : "MARKETPLACE",
    PromotionalMethods: [{ Type: partner.properties.some((each) => each.type === "SOCIAL") ? "SOCIAL_MEDIA_INFLUENCER" : "CONTENT", IsPrimary: true }], PromotionalCountries: [partner.country],
    Properties: partner.properties.map((each) => ({ Id: each.id, Name: each.name, Type: each.type, Platform: each.platform, Url: each.url })), PromotionalCategories: [],
    Programs: programs, Contacts: partner.email === "" ? [] : [{ FirstName: partner.firstName, LastName: partner.lastName, Email: partner.email, IsPrimary: true }], LinkedAccounts: [],
    PartnerValues: { Value1: partner.values[0], Value2: partner.values[1], Value3: partner.values[2] }, AccountManager: "",
    DateCreated: at(partner.createdMs), DateLastUpdated: at(partner.updatedMs), CreatedBy: "", LastUpdatedBy: "", Uri: uriOf(account, "MediaPartners", partner.id),
  };
}
