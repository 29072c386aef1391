// The links of a code: the store's own, which applies it, and the network's tracking link, which counts the click as well; and both as QR codes.
import QRCode from "qrcode";
import { now } from "../clock.ts";
import { findShop } from "../db/shop.ts";
import { findTrackingLink, keepTrackingLink } from "../db/tracking-link.ts";
import { trackableOf, type Trackable } from "../db/reads/share.ts";
import { openedPath, readLanding, shareLink, sharePath } from "../domain/share-link.ts";
import { connectedTo, failed, type Failed } from "./connected.ts";
import { inTurn } from "../db/lock.ts";

/** The hosts of the store: the primary domain, which links name, and the one that every store has. */
export async function hostsOf(shop: string): Promise<string[]> {
  const domain = (await findShop(shop))?.domain ?? "";
  return [...new Set([domain || shop, shop])];
}

export type TrackingMade = { ok: true; url: string; made: boolean };

/** The network's tracking link of a code's creator to a page of the store, which it is asked for once. */
export async function trackingLinkOf(shop: string, codeId: string, landingText: string): Promise<TrackingMade | Failed> {
  const hosts = await hostsOf(shop);
  const read = readLanding(landingText, hosts);
  if (!read.ok) return { ok: false, errors: [{ field: "landing", key: read.key, ...(read.values ? { values: read.values } : {}) }] };
  const one = await trackableOf(shop, codeId, now());
  if (one === null) return { ok: false, errors: [{ field: "form", key: "share.no_tracking" }] };
  // A double click asks the network once.
  return inTurn(`tracking link of ${shop} ${one.programId} ${one.creatorId}`, () => ask(shop, hosts[0]!, one, read.landing));
}

async function ask(shop: string, host: string, one: Trackable, landing: string): Promise<TrackingMade | Failed> {
  const path = sharePath(one.code, landing);
  const known = await findTrackingLink(shop, one.programId, one.creatorId, path);
  if (known) return { ok: true, url: known.url, made: false };
  const connected = await connectedTo(shop, one.connectionId);
  if (!connected.ok) return connected;
  const answer = await connected.network.trackingLink(one.programExternalId, one.partnerId, { landing: `https://${host}${openedPath(one.code, landing)}` });
  if (!answer.ok) return failed(shop, one.connectionId, answer.fault, "form");
  await keepTrackingLink(shop, { programId: one.programId, creatorId: one.creatorId, landing: path, url: answer.value.url, at: now() });
  return { ok: true, url: answer.value.url, made: true };
}

export type QrKind = "svg" | "png";

/** Medium error correction, and the quiet zone of four modules that the standard asks for. */
const QR = { errorCorrectionLevel: "M", margin: 4 } as const;
const PNG_PX = 1_024;

/** A link as a QR code: black on white, so that every camera reads it. Null where it is too long for one. */
export async function qrOf(link: string, kind: QrKind): Promise<string | Uint8Array<ArrayBuffer> | null> {
  try {
    if (kind === "svg") return await QRCode.toString(link, { ...QR, type: "svg" });
    return new Uint8Array(await QRCode.toBuffer(link, { ...QR, type: "png", width: PNG_PX }));
  } catch {
    return null;
  }
}

/** The link that a QR code of a code is to hold: the store's, or (`tracked`) the network's, where it was made. */
export async function linkForQr(shop: string, code: { id: string; code: string }, { landing, tracked }: { landing: string; tracked: boolean }): Promise<string | null> {
  const [host, ...others] = await hostsOf(shop);
  const read = readLanding(landing, [host!, ...others]);
  if (!read.ok) return null;
  if (!tracked) return shareLink(host!, code.code, read.landing);
  const one = await trackableOf(shop, code.id, now());
  const known = one && (await findTrackingLink(shop, one.programId, one.creatorId, sharePath(code.code, read.landing)));
  return known?.url ?? null;
}
