// Contracts: what a partner is paid for, and so which event types a program has. A pending one is an application, accepted or declined once.
import { checkQuery, invalid, missing, pageOf, Refusal, refused, uriOf, type Call, type Reply } from "./http.ts";
import { instantMs, instantOf } from "./instants.ts";
import type { Account, Membership, Partner, Program } from "./state.ts";

type Row = { partner: Partner; membership: Membership };

export function listContracts(call: Call): Reply {
  const { account, query, atMs } = call;
  const program = programOf(call);
  const dates = ["DateLastUpdatedBefore", "DateLastUpdatedAfter", "StartDateBefore", "StartDateAfter", "EndDateBefore", "EndDateAfter"];
  checkQuery(query, { ...Object.fromEntries(dates.map((name) => [name, "instant"])), PartnerId: "number", TemplateId: "number", Status: ["ACTIVE", "DECLINED", "EXPIRED", "PENDING", "UPCOMING"] });
  const status = query.get("Status") || "ACTIVE";
  const bounds = [["DateLastUpdated", "updatedMs"], ["StartDate", "joinedMs"], ["EndDate", "leftMs"]] as const;
  const rows = rowsOf(account, program).filter((row) =>
    contractStatus(row.membership, atMs) === status && (!query.get("PartnerId") || row.partner.id === query.get("PartnerId")) &&
    bounds.every(([name, key]) => {
      const before = instantMs(query.get(`${name}Before`) ?? "");
      const after = instantMs(query.get(`${name}After`) ?? "");
      const value = row.membership[key];
      return (before === null || (value !== null && value < before)) && (after === null || (value !== null && value > after));
    }));
  return pageOf(call, "Contracts", rows, (row) => contractBody(account, program, row, atMs));
}

export function contractDetails(call: Call): Reply {
  const program = programOf(call);
  const row = rowsOf(call.account, program).find((each) => each.membership.contractId === call.parts[1]);
  if (row === undefined) throw refused(404, "There is no such contract");
  return { status: 200, body: contractBody(call.account, program, row, call.atMs) };
}

export function acceptContract(call: Call): Reply {
  return decide(call, "joined");
}

export function declineContract(call: Call): Reply {
  return decide(call, "declined");
}

function decide(call: Call, state: "joined" | "declined"): Reply {
  const program = programOf(call);
  const errors = missing(call.fields, ["contractId"]);
  if (errors.length > 0) throw invalid(errors);
  const row = rowsOf(call.account, program).find((each) => each.membership.contractId === call.fields.contractId);
  if (row === undefined) throw refused(404, "There is no such contract");
  if (row.membership.state !== "pending") throw new Refusal(409, { Status: "ERROR", Message: "This contract was decided before" });
  Object.assign(row.membership, { state, joinedMs: state === "joined" ? call.atMs : null, updatedMs: call.atMs });
  row.partner.updatedMs = call.atMs;
  call.network.changed();
  return { status: 200, body: { Status: "OK" } };
}

function programOf(call: Call): Program {
  const program = call.account.programs.find((each) => each.id === call.parts[0]);
  if (program === undefined) throw refused(404, "There is no such program");
  return program;
}

function rowsOf(account: Account, program: Program): Row[] {
  return account.partners.flatMap((partner) => partner.memberships.filter((each) => each.programId === program.id).map((membership) => ({ partner, membership })));
}

function contractStatus(membership: Membership, atMs: number): "ACTIVE" | "DECLINED" | "EXPIRED" | "PENDING" | "UPCOMING" {
  if (membership.state === "pending") return "PENDING";
  if (membership.state === "declined") return "DECLINED";
  if (membership.leftMs !== null && membership.leftMs <= atMs) return "EXPIRED";
  return (membership.joinedMs ?? 0) > atMs ? "UPCOMING" : "ACTIVE";
}

/** The contract's file names no variable for the category; the pages call it "Item Category". */
function groupsOf({ contractId, payoutGroups = [] }: Membership): Record<string, unknown>[] {
  return payoutGroups.map(({ category, basisPoints }, at) => ({
    Id: `${contractId.toLowerCase()}-${at + 1}`, Rank: String(at + 1), Rules: [{ Variable: "ITEM_CATEGORY", Operator: "IS", Values: [category] }], Payout: "", PayoutRate: (basisPoints / 100).toString(), Limits: [], Tiers: [],
  }));
}

function contractBody(account: Account, program: Program, { partner, membership }: Row, atMs: number): Record<string, unknown> {
  const at = (ms: number | null) => instantOf(ms, account.timezone);
  const types = program.eventTypes.filter((type) => membership.eventTypeIds === null || membership.eventTypeIds.includes(type.id));
  const rate = (membership.payoutBasisPoints / 100).toString();
  return {
    Id: membership.contractId, PartnerId: partner.id, PartnerValue1: partner.values[0], Status: contractStatus(membership, atMs), StartDate: at(membership.joinedMs), EndDate: at(membership.leftMs),
    BrandSignatory: account.name, BrandSignatoryDate: at(membership.joinedMs), PartnerSignatory: `${partner.firstName} ${partner.lastName}`.trim(), PartnerSignatoryDate: at(membership.createdMs),
    DateCreated: at(membership.createdMs), DateLastUpdated: at(membership.updatedMs),
    TemplateTerms: {
      TemplateId: `88${program.id}`, VersionId: "1", Name: "Public terms", Labels: [], Currency: account.currency ?? "EUR",
      EventPayouts: types.map((type) => ({
        EventTypeId: type.id, EventTypeName: type.name, EventCategory: type.category, DefaultPayout: "", DefaultPayoutRate: rate, PayoutLevel: "ITEM", PayoutGroups: groupsOf(membership),
      })),
      PromotionalTerms: [],
    },
    ScheduledTerms: [], CampaignTerms: [], HasCampaignTerms: false,
    PdfUri: `${uriOf(account, "Campaigns", program.id, "Contracts", membership.contractId)}/Download`, Uri: uriOf(account, "Campaigns", program.id, "Contracts", membership.contractId),
  };
}
