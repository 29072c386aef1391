// Deals in the networks: each is looked for by its name before it is made.
import { now } from "../clock.ts";
import { listDueDealPlacements, updateDealPlacement } from "../db/deal.ts";
import type { Deal } from "../db/deal.ts";
import { findShop } from "../db/shop.ts";
import { toNetworkDeal } from "../domain/network-deal.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 20;

/** Makes the networks' deals that are due. Returns how much was done. */
export async function placeDealsInNetworks(shop: string, networks: Networks): Promise<number> {
  const due = await listDueDealPlacements(shop, now(), MOST_A_TURN);
  const currency = due.length > 0 ? ((await findShop(shop))?.currency ?? "") : "";
  let done = 0;
  for (const { deal, programId, programExternalId, connectionId, attempts } of due) {
    const network = await networks.of(connectionId, { about: "deal", aboutId: deal.id });
    if (!network) continue; // closed for this turn

    const found = await network.findDeal(programExternalId, deal.name);
    const exists = found.ok && found.value !== null && found.value.state !== "expired";
    const made = found.ok && !exists ? await network.createDeal(programExternalId, toNetworkDeal(windowOf(deal), currency).deal) : found;
    if (!made.ok) {
      const verdict = await judgeNetworkFault(shop, connectionId, made.fault, attempts, now());
      const data = { problem: verdict.problem, nextAt: verdict.nextAt, attempts: attempts + (verdict.counts ? 1 : 0), ...(verdict.refused && { state: "refused" }) };
      await updateDealPlacement(shop, deal.id, programId, data);
      if (verdict.stop) networks.close(connectionId);
      continue;
    }
    await updateDealPlacement(shop, deal.id, programId, { externalId: made.value!.externalId, state: "live", problem: null, readAt: now(), attempts: 0 });
    done += 1;
  }
  return done;
}

function windowOf({ name, terms, startsAt, endsAt }: Deal) {
  return { name, terms, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null };
}
