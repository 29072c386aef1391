// The link of a creator's code: the network's tracking link, where there is one for the creator, and else the store's own, which applies the code.
import { listTrackingLinks } from "../db/reads/files.ts";

export async function linksOf(shop: string, codes: readonly { creatorId: string; code: string }[]): Promise<(creatorId: string, code: string) => string> {
  const tracking = new Map((await listTrackingLinks(shop, [...new Set(codes.map(({ creatorId }) => creatorId))])).map(({ creatorId, url }) => [creatorId, url]));
  return (creatorId, code) => tracking.get(creatorId) ?? `https://${shop}/discount/${encodeURIComponent(code)}`;
}
