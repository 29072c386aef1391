// What the page of a deal asks for: pause, resume, end, or try again.
import type { DealActAnswer } from "../domain/deal-page.ts";
import { type Edited, endDeal, pauseDeal, resumeDeal } from "./deal.ts";
import { tryAgain } from "./place.ts";

const ACTS: Record<string, typeof pauseDeal> = { pause: pauseDeal, resume: resumeDeal, end: endDeal };

/** `asked`: intent, and for an act the version that the person saw. */
export async function actOnDeal(shop: string, dealId: string, asked: FormData, who: string): Promise<DealActAnswer> {
  const intent = String(asked.get("intent") ?? "");
  const act = ACTS[intent];
  if (!act) return { intent, again: await tryAgain(shop, { dealIds: [dealId] }, who), errors: [], conflict: null };
  const version = Number(asked.get("version"));
  return { intent, again: 0, ...told(await act(shop, dealId, Number.isInteger(version) && version > 0 ? version : null, who)) };
}

function told(edited: Edited): Pick<DealActAnswer, "errors" | "conflict"> {
  if (edited.ok) return { errors: [], conflict: null };
  return "conflict" in edited ? { errors: [], conflict: { who: edited.conflict.who, at: edited.conflict.at } } : { errors: edited.errors, conflict: null };
}
