// The link of a creator's code: the network's tracking link of it, where one was made, and else the store's own. Both apply the code.
import { listTrackingLinks } from "../db/reads/files.ts";
import { shareLink, sharePath } from "../domain/share-link.ts";
import { hostsOf } from "./share.ts";

export type OwnedCode = { creatorId: string; code: string };

/** Gives the link of each of these codes, and of any other the store's own. */
export async function linksOf(shop: string, codes: readonly OwnedCode[]): Promise<(creatorId: string, code: string) => string> {
  const [hosts, made] = await Promise.all([hostsOf(shop), listTrackingLinks(shop, codes.map(({ creatorId }) => creatorId), codes.map(({ code }) => sharePath(code)))]);
  const tracking = new Map(made.map(({ creatorId, landing, url }) => [`${creatorId} ${landing}`, url]));
  return (creatorId, code) => tracking.get(`${creatorId} ${sharePath(code)}`) ?? shareLink(hosts[0]!, code);
}
