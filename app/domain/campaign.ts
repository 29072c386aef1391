// Campaigns: a program's creators, what they are asked to do, and a code for each or one for all. Pure.
import { type NamingSettings, namingSettings, readNaming, USUAL_NAMING } from "./naming-pattern.ts";
import type { FieldError } from "./problem.ts";
import { readLanding } from "./share-link.ts";

export type CampaignState = "open" | "closed";
/** How a creator stands in a campaign; who was never asked has no state there. */
export type AskedState = "invited" | "accepted" | "declined";
export const ASKED_STATES: readonly AskedState[] = ["invited", "accepted", "declined"];

/** What a person can edit. `dealId` "": not chosen yet. `naming`: of the codes' names, for one code for all as well. */
export type CampaignFields = {
  name: string;
  programId: string;
  title: string; // of the instructions, as creators read them
  description: string;
  codes: "each" | "one";
  dealId: string;
  naming: NamingSettings;
  policy: "always" | "involved" | "winner";
  landing: string; // the path that links open
};

export const CAMPAIGN_FIELDS = ["name", "programId", "title", "description", "codes", "dealId", "naming", "policy", "landing"] as const satisfies readonly (keyof CampaignFields)[];
export type CampaignField = (typeof CAMPAIGN_FIELDS)[number];

const LONGEST = { name: 255, title: 255, description: 10_000 } as const;
const POLICIES: readonly CampaignFields["policy"][] = ["always", "involved", "winner"];

export function emptyCampaign(programId: string): CampaignFields {
  return { name: "", programId, title: "", description: "", codes: "each", dealId: "", naming: USUAL_NAMING, policy: "always", landing: "/" };
}

/** The fields as a page sends them, whatever came. */
export function campaignFields(sent: unknown): CampaignFields {
  const from = typeof sent === "object" && sent !== null ? (sent as Record<string, unknown>) : {};
  const text = (name: string) => String(from[name] ?? "");
  return {
    name: text("name"), programId: text("programId"), title: text("title"), description: text("description"),
    codes: from.codes === "one" ? "one" : "each", dealId: text("dealId"), naming: namingSettings(from.naming),
    policy: text("policy") as CampaignFields["policy"], landing: text("landing"),
  };
}

/** Checks what a form holds; what it gives back is trimmed, with the page as a path of the store. `hosts`: the store's own. */
export function readCampaign(fields: CampaignFields, hosts: readonly string[]): { ok: true; campaign: CampaignFields } | { ok: false; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const no = (field: CampaignField, key: string, values: Record<string, string | number> = {}) => errors.push({ field, key, values });
  const name = fields.name.trim().replace(/\s+/g, " ");
  const title = fields.title.trim();
  const description = fields.description.replace(/\r\n?/g, "\n").trim();
  if (name === "") no("name", "campaign.name_missing");
  for (const [field, text] of [["name", name], ["title", title], ["description", description]] as const) {
    if ([...text].length > LONGEST[field]) no(field, "campaign.too_long", { limit: LONGEST[field] });
  }
  if (fields.programId === "") no("programId", "campaign.program_missing");
  if (!POLICIES.includes(fields.policy)) no("policy", "give.policy_unknown");
  if (!readNaming(fields.naming.pattern).ok) no("naming", "campaign.naming_wrong");
  const landing = readLanding(fields.landing, hosts);
  if (!landing.ok) no("landing", landing.key, landing.values);
  if (errors.length > 0 || !landing.ok) return { ok: false, errors };
  return { ok: true, campaign: { ...fields, name, title, description, landing: landing.landing } };
}

/** How the codes are named, as it is kept in one text: JSON, or a bare pattern. */
export function writeNaming(naming: NamingSettings): string {
  return JSON.stringify(naming);
}

export function keptNaming(kept: string): NamingSettings {
  if (kept === "") return USUAL_NAMING;
  try {
    return namingSettings(JSON.parse(kept));
  } catch {
    return { ...USUAL_NAMING, pattern: kept };
  }
}

/** Somebody saved the campaign since the person began to edit it. Of each field that differs: who changed it. */
export type CampaignConflict = { version: number; at: string; theirs: CampaignFields; mine: CampaignFields; fields: { field: CampaignField; changedBy: "them" | "me" | "both" }[] };

/** `base`: what the person began with. A field that both changed to the same is nobody's quarrel, and is left out. */
export function conflictingFields(base: CampaignFields, theirs: CampaignFields, mine: CampaignFields): CampaignConflict["fields"] {
  const differ = (one: CampaignFields, other: CampaignFields, field: CampaignField) => JSON.stringify(one[field]) !== JSON.stringify(other[field]);
  return CAMPAIGN_FIELDS.filter((field) => differ(theirs, mine, field)).map((field) => ({ field, changedBy: !differ(base, mine, field) ? "them" : differ(base, theirs, field) ? "both" : "me" }));
}

/** Theirs, with what only I changed; of what both changed, mine where it is wished. */
export function mergedCampaign({ theirs, mine, fields }: Pick<CampaignConflict, "theirs" | "mine" | "fields">, keepMine: boolean): CampaignFields {
  const merged = { ...theirs };
  for (const { field, changedBy } of fields) if (changedBy === "me" || (changedBy === "both" && keepMine)) Object.assign(merged, { [field]: mine[field] });
  return merged;
}
