// What a token of impact.com may be permitted: by category and endpoint (Settings, Technical, API; scoped tokens). Each is named as it is switched on there.
import { nowMs } from "../../clock.ts";
import type { Answer, Permission, PermissionInfo } from "../port.ts";
import type { Client } from "./client.ts";
import { date, idOfUri, isRaw, list, text } from "./transform.ts";
import type { Fields } from "./types.ts";

type Endpoint = { id: string; category: string; method: string; path: string };

/** A `*` in a path is an id. What only reads comes first: it can be tried at once. */
const ENDPOINTS: readonly Endpoint[] = [
  { id: "programs_read", category: "Programs", method: "GET", path: "Campaigns" },
  { id: "partners_read", category: "Partners", method: "GET", path: "MediaPartners" },
  { id: "contracts_read", category: "Contracts", method: "GET", path: "Campaigns/*/Contracts" },
  { id: "codes_read", category: "Promo Codes", method: "GET", path: "PromoCodes" },
  { id: "deals_read", category: "Deals", method: "GET", path: "Deals" },
  { id: "actions_read", category: "Actions", method: "GET", path: "Actions" },
  { id: "submissions_read", category: "API Submissions", method: "GET", path: "APISubmissions" },
  { id: "requests_read", category: "Tracking Value Requests", method: "GET", path: "TrackingValueRequests" },
  { id: "clicks_read", category: "Clicks", method: "GET", path: "Campaigns/*/Clicks" },
  { id: "codes_make", category: "Promo Codes", method: "POST", path: "PromoCodes" },
  { id: "codes_end", category: "Promo Codes", method: "DELETE", path: "PromoCodes" },
  { id: "deals_make", category: "Deals", method: "POST", path: "Deals" },
  { id: "deals_change", category: "Deals", method: "PUT", path: "Deals" },
  { id: "conversions_send", category: "Conversions", method: "POST", path: "Conversions" },
  { id: "actions_change", category: "Actions", method: "PUT", path: "Actions" },
  { id: "actions_reverse", category: "Actions", method: "DELETE", path: "Actions" },
  { id: "requests_approve", category: "Tracking Value Requests", method: "PUT", path: "TrackingValueRequests" },
  { id: "requests_reject", category: "Tracking Value Requests", method: "DELETE", path: "TrackingValueRequests" },
  { id: "links_make", category: "Tracking Links", method: "POST", path: "Programs/*/TrackingLinks" },
];

export const permissions: readonly PermissionInfo[] = ENDPOINTS.map((endpoint) => ({ id: endpoint.id, name: nameOf(endpoint) }));

function nameOf({ category, method, path }: Endpoint): string {
  return `${category}: ${method} /${path.replace("*", "…")}`;
}

/** What a call needs; `id` null: an endpoint that is not in the list. */
export function permissionOf(method: string, path: string): { id: string | null; name: string } {
  const parts = path.split(/[/?]/);
  const fits = (of: string) => of.split("/").every((part, index) => (part === "*" ? parts[index] !== undefined : part === parts[index]));
  // The longest path that fits: contracts lie below a program.
  const found = ENDPOINTS.filter((endpoint) => endpoint.method === method && fits(endpoint.path)).sort((a, b) => b.path.length - a.path.length)[0];
  return found ? { id: found.id, name: nameOf(found) } : { id: null, name: `${method} /${parts[0]}` };
}

/** An id that no submission has: whoever may ask is told that there is none. */
const NO_SUBMISSION = "A-00000000-0000-0000-0000-000000000000";
/** An id that no click has. */
const NO_CLICK = "none";
const HOUR_MS = 3_600_000;
/** The smallest page of actions that the documentation names. */
const FEWEST_ACTIONS = "2000";

/** One small reading for each permission that reading needs. Contracts, actions and clicks are asked of a program: where the account has none, they stay untried. */
export async function tryPermissions(client: Client): Promise<Answer<Permission[]>> {
  const tried = new Map<string, Permission["state"]>();
  const one: Fields = { Page: "1", PageSize: "1" };

  async function ask(path: string, query: Fields): Promise<Answer<unknown>> {
    const answer = await client.call("GET", path, query);
    const { id } = permissionOf("GET", path);
    if (id !== null) tried.set(id, stateOf(answer));
    return answer;
  }

  const programs = await ask("Campaigns", one);
  if (!programs.ok && programs.fault.kind !== "forbidden") return programs;
  const program = programs.ok && isRaw(programs.value) ? list(programs.value.Campaigns)[0] : undefined;
  const programId = program === undefined ? "" : text(program.Id) || (idOfUri(program.Uri) ?? "");
  const questions: [string, Fields][] = [["MediaPartners", one], ["PromoCodes", one], ["Deals", one], ["TrackingValueRequests", one], [`APISubmissions/${NO_SUBMISSION}`, {}]];
  if (programId !== "") {
    const atMs = nowMs();
    const lastHour = { StartDate: date(new Date(atMs - HOUR_MS).toISOString()), EndDate: date(new Date(atMs).toISOString()) };
    questions.push([`Campaigns/${encodeURIComponent(programId)}/Contracts`, one], ["Actions", { CampaignId: programId, ...lastHour, Page: "1", PageSize: FEWEST_ACTIONS }], [`Campaigns/${encodeURIComponent(programId)}/Clicks/${NO_CLICK}`, {}]);
  }
  for (const [path, query] of questions) {
    const answer = await ask(path, query);
    if (!answer.ok && (answer.fault.kind === "unauthorized" || answer.fault.kind === "limited")) return answer;
  }
  const at = new Date(nowMs()).toISOString();
  return { ok: true, value: ENDPOINTS.map(({ id }) => ({ id, state: tried.get(id) ?? "untried", at: (tried.get(id) ?? "untried") === "untried" ? null : at })) };
}

/** An endpoint that refuses what it was asked, or does not find it, has let the token in. */
function stateOf(answer: Answer<unknown>): Permission["state"] {
  if (answer.ok || answer.fault.kind === "not_found" || answer.fault.kind === "invalid") return "allowed";
  return answer.fault.kind === "forbidden" ? "lacking" : "untried";
}
