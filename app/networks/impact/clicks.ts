// A click as impact.com shows it (the contract of the clicks, version 14). Pure. What it says of the buyer (place, device, address) is not read.
import type { ClickInfo } from "../port.ts";
import { instant, text, textOrNull } from "./transform.ts";
import type { Raw } from "./types.ts";

/** The longest that the network takes itself (the-conversion-object). */
const LONGEST = 64;

/** Can this be a click of the network's? Whoever opens the shop writes it into the address: dots alone would lead to another endpoint. */
export function isClickId(id: string): boolean {
  return id !== "" && id.length <= LONGEST && !/^\.+$/.test(id);
}

export function clickInfo(raw: Raw): ClickInfo {
  return { programExternalId: text(raw.CampaignId), partnerId: textOrNull(raw.MediaId), at: instant(raw.EventDate) };
}
