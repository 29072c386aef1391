// The link of a creator's code: the network's tracking link of it, where one was made, and else the store's own. Both apply the code.
import { listTrackingLinks } from "../db/reads/files.ts";
import { HOME, shareLink, sharePath } from "../domain/share-link.ts";
import { hostsOf } from "./share.ts";

export type OwnedCode = { creatorId: string; code: string };

/** Gives the link of each of these codes to a page of the store, and of any other code the store's own. */
export async function linksOf(shop: string, codes: readonly OwnedCode[], landing: string = HOME): Promise<(creatorId: string, code: string) => string> {
  const [hosts, made] = await Promise.all([hostsOf(shop), listTrackingLinks(shop, codes.map(({ creatorId }) => creatorId), codes.map(({ code }) => sharePath(code, landing)))]);
  const tracking = new Map(made.map((link) => [`${link.creatorId} ${link.landing}`, link.url]));
  return (creatorId, code) => tracking.get(`${creatorId} ${sharePath(code, landing)}`) ?? shareLink(hosts[0]!, code, landing);
}
