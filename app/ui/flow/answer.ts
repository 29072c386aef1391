// What a step of a workflow is answered, with the message that its run shows. The platform does not say in which language the merchant reads: in English.
import { json } from "@remix-run/node";
import { flowReply, type StepAnswer } from "../../domain/flow-steps.ts";
import { loadLanguage, translateIn } from "../../i18n.ts";

export async function answerFlow(answer: StepAnswer): Promise<Response> {
  await loadLanguage("en");
  const t = translateIn("en", "errors");
  const { status, body } = flowReply(answer, ({ key, values }) => t(key, values ?? {}));
  return json(body, { status });
}
