// A step of a workflow: pause a creator code (extensions/flow-pause-code). The platform signs it with the app's secret, over the whole body.
import type { ActionFunctionArgs } from "@remix-run/node";
import { readFlowStep } from "../domain/flow-steps.ts";
import { carryOut } from "../flow/flow-actions.ts";
import { authenticate } from "../shopify.server.ts";
import { answerFlow } from "../ui/flow/answer.ts";

/** 400: not signed by the platform, no shop of ours, or not a step of this kind; it is not sent again. */
export async function action({ request }: ActionFunctionArgs) {
  const { session, payload } = await authenticate.flow(request);
  const step = readFlowStep(payload, "pause-code");
  return step === null ? new Response(null, { status: 400 }) : answerFlow(await carryOut(session.shop, step));
}
