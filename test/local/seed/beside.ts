// Steps that are no order's: clicks on creators' links, what a person decides about an order, and what the merchant does with deals and codes.
import { now } from "#app/clock.ts";
import { addTouch } from "#app/db/touch.ts";
import { answerHand } from "#app/flow/hand.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import type { SeedClick } from "./clicks.ts";
import { inNetwork } from "./control.ts";
import type { Step } from "./plan.ts";
import type { Done, StoreStep } from "./steps.ts";

/** A creator as the app knows them, with their partner id in the network. */
export type SeedCreator = { id: string; name: string; handle: string | null; partnerId: string };

export async function doBeside(step: Exclude<Step, StoreStep>, { orders }: Done, creators: SeedCreator[]): Promise<void> {
  if (step.kind === "click") return noteClick(step.click, creators);
  if (step.kind === "act") return step.act();
  await exclude(String(orders.get(step.ref)!.id), step.reason);
}

/** The network counts a click on its own link. The app has no address yet that clicks are told to, so it is noted where that address will note it. */
async function noteClick({ visitor, creator, clickId, atMs }: SeedClick, creators: SeedCreator[]): Promise<void> {
  const clicked = creator === null ? null : creators[creator]!;
  if (clicked !== null) await inNetwork("add-click", { sid: DEMO_ACCOUNT_SID, programId: DEMO_CREATOR_PROGRAM_ID, partnerId: clicked.partnerId, id: clickId, atMs });
  await addTouch(DEMO_SHOP, { at: new Date(atMs), visitor, creatorId: clicked?.id ?? null, clickId }, now());
}

/** As on the order's page: what would change is shown first, and agreed to. */
async function exclude(orderId: string, reason: string): Promise<void> {
  const fields = { act: "exclude", codeId: "", amount: "", reason };
  const shown = await answerHand(DEMO_SHOP, "merchant", orderId, { ...fields, seen: "" });
  const answer = await answerHand(DEMO_SHOP, "merchant", orderId, { ...fields, seen: shown?.preview?.seen ?? "" });
  if (answer?.done !== "exclude") throw new Error(`the order could not be excluded: ${JSON.stringify(answer)}`);
}
