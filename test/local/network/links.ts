// A partner's link to the shop.
import { isJoined } from "./attribute.ts";
import { invalid, refused, type Call, type Reply } from "./http.ts";

export function createTrackingLink(call: Call): Reply {
  const { account, fields, query, atMs } = call;
  const program = account.programs.find((each) => each.id === call.parts[0]);
  if (program === undefined) throw refused(404, "There is no such program");
  const partnerId = query.get("MediaPartnerId") ?? "";
  if (partnerId === "") throw invalid([{ field: "MediaPartnerId", message: "A value is required" }]);
  const membership = account.partners.find((each) => each.id === partnerId)?.memberships.find((each) => each.programId === program.id);
  if (membership === undefined || !isJoined(membership, atMs)) throw invalid([{ field: "MediaPartnerId", message: "Not a partner of this program" }]);
  const type = fields.Type || "Regular";
  if (type !== "Regular" && type !== "Vanity") throw invalid([{ field: "Type", message: "Not a known type" }]);
  if (fields.CustomPath && type !== "Vanity") throw invalid([{ field: "CustomPath", message: "Only with a vanity link" }]);
  if (fields.DeepLink && !URL.canParse(fields.DeepLink)) throw invalid([{ field: "DeepLink", message: "Not an address" }]);
  const host = `${/^localhost(:\d+)?$/.test(program.trackingDomain) ? "http" : "https"}://${program.trackingDomain}`;
  if (type === "Vanity" && fields.CustomPath) return link(`${host}/${encodeURIComponent(fields.CustomPath)}`);
  const to = fields.DeepLink ? `?u=${encodeURIComponent(fields.DeepLink)}` : "";
  return link(`${host}/c/${partnerId}/${fields.AdId || "1000000"}/${program.id}${to}`);
}

function link(TrackingURL: string): Reply {
  return { status: 200, body: { TrackingURL } };
}
