// Campaigns: one that is over, with a code for everybody, and one in which some accepted, some were invited, one declined, and one waits for a code.
import { pool } from "#app/db.server.ts";
import { emptyCampaign } from "#app/domain/campaign.ts";
import { USUAL_NAMING } from "#app/domain/naming-pattern.ts";
import { askCreators, giveCampaignCodes, makeCampaign, turnCampaign } from "#app/flow/campaign.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { runThrough } from "./runs.ts";
import { good } from "./setup.ts";

/** `dealId`: of the deal whose code everybody may use. */
export async function autumnCampaign(programId: string, dealId: string): Promise<void> {
  const { campaignId } = good(await makeCampaign(DEMO_SHOP, {
    ...emptyCampaign(programId), name: "A cup of autumn", title: "Show us your autumn corner", codes: "one", dealId, naming: { ...USUAL_NAMING, pattern: "AUTUMN{AMOUNT}" },
    description: "One picture of the place where you drink your tea. Everybody uses the same code; whoever was clicked last is credited.",
  }));
  await ask(campaignId, programId, "accepted", ["Marie Lefèvre", "Jonas Brandt", "Chiara Conti"]);
  await runThrough(good(await giveCampaignCodes(DEMO_SHOP, campaignId)).batchId);
  good(await turnCampaign(DEMO_SHOP, campaignId, "closed"));
}

/** `dealId`: of the deal in which each gets a code. */
export async function winterCampaign(programId: string, dealId: string): Promise<void> {
  const { campaignId } = good(await makeCampaign(DEMO_SHOP, {
    ...emptyCampaign(programId), name: "The winter table", title: "Set a table for a long evening", codes: "each", dealId, naming: { ...USUAL_NAMING, pattern: "{FIRST}WINTER" }, landing: "/collections/table",
    description: "Lay a table with at least three of our pieces, in your own light and with your own food.\nPost it in the first week of December, name your code in the caption, and link to The Table.",
  }));
  await ask(campaignId, programId, "accepted", ["Marie Lefèvre", "韩梅梅"]);
  await ask(campaignId, programId, "invited", ["Chiara Conti", "Zoë Martens", "Óscar Ibáñez"]);
  await ask(campaignId, programId, "declined", ["Ben Okafor"]);
  await runThrough(good(await giveCampaignCodes(DEMO_SHOP, campaignId)).batchId);
  await ask(campaignId, programId, "accepted", ["Łucja Nowak"]); // too late for that run
}

async function ask(campaignId: string, programId: string, state: "invited" | "accepted" | "declined", names: string[]): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(
    "select c.id from creator c join membership m on m.shop = c.shop and m.creator_id = c.id where c.shop = $1 and m.program_id = $2 and c.name = any($3)", [DEMO_SHOP, programId, names],
  );
  const { changed } = good(await askCreators(DEMO_SHOP, campaignId, rows.map(({ id }) => id), state));
  if (changed !== names.length) throw new Error(`${changed} of ${names.join(", ")} could be ${state}`);
}
