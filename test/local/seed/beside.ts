// Steps that are no order's: what buyers' browsers tell, what a person decides about an order, and what the merchant does with deals and codes.
import { answerHand } from "#app/flow/hand.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Step } from "./plan.ts";
import type { Done, StoreStep } from "./steps.ts";
import { tellCheckout, tellVisits } from "./storefront.ts";

export async function doBeside(step: Exclude<Step, StoreStep>, { orders }: Done): Promise<void> {
  switch (step.kind) {
    case "click":
      return tellVisits(step.visits);
    case "tie":
      return tellCheckout(step.visitor, orders.get(step.ref)!);
    case "act":
      return step.act();
    case "exclude":
      return exclude(String(orders.get(step.ref)!.id), step.reason);
  }
}

/** As on the order's page: what would change is shown first, and agreed to. */
async function exclude(orderId: string, reason: string): Promise<void> {
  const fields = { act: "exclude", codeId: "", amount: "", reason };
  const shown = await answerHand(DEMO_SHOP, "merchant", orderId, { ...fields, seen: "" });
  const answer = await answerHand(DEMO_SHOP, "merchant", orderId, { ...fields, seen: shown?.preview?.seen ?? "" });
  if (answer?.done !== "exclude") throw new Error(`the order could not be excluded: ${JSON.stringify(answer)}`);
}
